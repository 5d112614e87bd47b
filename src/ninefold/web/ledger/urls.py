"""Addresses of the ledger's pages."""

from django.urls import path

from ninefold.web.ledger import views

app_name = "ledger"
urlpatterns = [
    path("", views.log, name="log"),
    path("leaf/<int:index>/", views.leaf, name="leaf"),
    path("<uuid:entry_id>/", views.entry, name="entry"),
    path("<uuid:entry_id>/proof/", views.proof, name="proof"),
]

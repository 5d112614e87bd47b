"""Addresses of the room."""

from django.urls import path

from ninefold.keeping import views, views_exports

app_name = "keeping"
urlpatterns = [
    path("take/", views.take, name="take"),
    path("exports/", views_exports.exports, name="exports"),
    path("exports/ask/", views_exports.ask, name="export_ask"),
    path("exports/<uuid:export_id>/", views_exports.export, name="export"),
    path("exports/<uuid:export_id>/confirm/", views_exports.confirm, name="export_confirm"),
    path("exports/<uuid:export_id>/download/", views_exports.download, name="export_download"),
    path("exports/<uuid:export_id>/read/", views_exports.have_read, name="export_read"),
]

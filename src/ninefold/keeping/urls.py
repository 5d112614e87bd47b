"""Addresses of the room."""

from django.urls import path

from ninefold.keeping import views

app_name = "keeping"
urlpatterns = [
    path("take/", views.take, name="take"),
]

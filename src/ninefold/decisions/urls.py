"""Addresses of the room."""

from django.urls import path

from ninefold.decisions import views

app_name = "decisions"
urlpatterns = [path("", views.rights, name="rights")]

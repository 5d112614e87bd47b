"""Addresses of the room."""

from django.urls import path

from ninefold.decisions import views

app_name = "decisions"
urlpatterns = [
    path("", views.rights, name="rights"),
    path("new/", views.new_right, name="new_right"),
    path("<uuid:right_id>/end/", views.end_right, name="end_right"),
]

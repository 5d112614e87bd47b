"""Addresses of the room."""

from django.urls import path

from ninefold.decisions.views import glass, rights

app_name = "decisions"
urlpatterns = [
    path("", rights.rights, name="rights"),
    path("new/", rights.new_right, name="new_right"),
    path("<uuid:right_id>/end/", rights.end_right, name="end_right"),
    path("glass/", glass.glasses, name="glasses"),
    path("glass/<uuid:glass_id>/", glass.glass, name="glass"),
]

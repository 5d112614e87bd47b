"""Addresses of the room."""

from django.urls import path

from ninefold.tracks import views

app_name = "tracks"
urlpatterns = [
    path("<uuid:situation_id>/", views.situation, name="situation"),
    path("<uuid:situation_id>/track/<slug:slug>/", views.track, name="track"),
    path("<uuid:situation_id>/organisation/<uuid:actor_id>/", views.actor, name="actor"),
]

"""Addresses of the room."""

from django.urls import path

from ninefold.tracks.views import circle, keeping

app_name = "tracks"
urlpatterns = [
    path("new/", keeping.new_situation, name="new_situation"),
    path("<uuid:situation_id>/", circle.situation, name="situation"),
    path("<uuid:situation_id>/track/<slug:slug>/", circle.track, name="track"),
    path("<uuid:situation_id>/organisation/new/", keeping.new_actor, name="new_actor"),
    path("<uuid:situation_id>/organisation/<uuid:actor_id>/", circle.actor, name="actor"),
    path("<uuid:situation_id>/organisation/<uuid:actor_id>/office/new/", keeping.new_office, name="new_office"),
    path("<uuid:situation_id>/tie/new/", keeping.new_tie, name="new_tie"),
    path("<uuid:situation_id>/office/<uuid:office_id>/holder/new/", keeping.new_holder, name="new_holder"),
]

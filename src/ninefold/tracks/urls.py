"""Addresses of the room."""

from django.urls import path

from ninefold.tracks.views import changes, circle, keeping, offers

app_name = "tracks"
urlpatterns = [
    path("leave/", changes.leave, name="leave"),
    path("leave/<uuid:leave_id>/end/", changes.end_leave, name="end_leave"),
    path("offered/", offers.offered, name="offered"),
    path("offered/<uuid:offer_id>/take/", offers.take, name="take_office"),
    path("offered/<uuid:offer_id>/decline/", offers.decline, name="decline_office"),
    path("new/", keeping.new_situation, name="new_situation"),
    path("<uuid:situation_id>/", circle.situation, name="situation"),
    path("<uuid:situation_id>/track/<slug:slug>/", circle.track, name="track"),
    path("<uuid:situation_id>/organisation/new/", keeping.new_actor, name="new_actor"),
    path("<uuid:situation_id>/organisation/<uuid:actor_id>/", circle.actor, name="actor"),
    path("<uuid:situation_id>/organisation/<uuid:actor_id>/correct/", changes.correct_actor, name="correct_actor"),
    path("<uuid:situation_id>/organisation/<uuid:actor_id>/withdraw/", changes.withdraw_actor, name="withdraw_actor"),
    path("<uuid:situation_id>/tie/<uuid:tie_id>/correct/", changes.correct_tie, name="correct_tie"),
    path("<uuid:situation_id>/tie/<uuid:tie_id>/end/", changes.end_tie, name="end_tie"),
    path("<uuid:situation_id>/office/<uuid:office_id>/correct/", changes.correct_office, name="correct_office"),
    path(
        "<uuid:situation_id>/office/<uuid:office_id>/holder/<uuid:person_id>/change/",
        changes.change_office,
        name="change_office",
    ),
    path("<uuid:situation_id>/organisation/<uuid:actor_id>/office/new/", keeping.new_office, name="new_office"),
    path("<uuid:situation_id>/offer/<uuid:offer_id>/withdraw/", offers.withdraw, name="withdraw_offer"),
    path("<uuid:situation_id>/tie/new/", keeping.new_tie, name="new_tie"),
    path("<uuid:situation_id>/office/<uuid:office_id>/holder/new/", keeping.new_holder, name="new_holder"),
]

"""Addresses of the room. A country is three capital letters, so that it is never taken for a page."""

from django.urls import path, re_path

from ninefold.warning.views import board, brief, data, warnings

app_name = "warning"
urlpatterns = [
    path("", board.board, name="board"),
    path("board.csv", board.board_csv, name="board_csv"),
    path("board.json", board.board_json, name="board_json"),
    path("panel.csv", board.panel_csv, name="panel_csv"),
    path("data/", data.data, name="data"),
    path("warnings/", warnings.listing, name="warnings"),
    path("warnings/<uuid:warning_id>/", warnings.warning, name="warning"),
    path("warnings/<uuid:warning_id>/send/", warnings.send, name="send"),
    path("warnings/<uuid:warning_id>/take-over/", warnings.take_over, name="take_over"),
    path("warnings/<uuid:warning_id>/acknowledge/", warnings.acknowledge, name="acknowledge"),
    path("warnings/<uuid:warning_id>/decline/", warnings.decline, name="decline"),
    path("warnings/<uuid:warning_id>/withdraw/", warnings.withdraw, name="withdraw"),
    path("warnings/<uuid:warning_id>/brief.pdf", brief.brief, name="brief"),
    re_path(r"^(?P<iso3>[A-Z]{3})/$", board.country, name="country"),
    re_path(r"^(?P<iso3>[A-Z]{3})/raise/$", warnings.raise_on, name="raise"),
    re_path(r"^(?P<iso3>[A-Z]{3})/forecast\.csv$", board.country_csv, name="country_csv"),
    re_path(r"^(?P<iso3>[A-Z]{3})/forecast\.json$", board.country_json, name="country_json"),
]

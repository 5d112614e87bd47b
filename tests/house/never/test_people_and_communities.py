"""No profile, score, watch list or forecast about a person or a community; no machine says who did it."""

import tomllib

import pytest
from django.apps import apps

from .watch import FORBIDDEN_PACKAGES, ROOT, forbidden_columns

# Columns of these words that say nothing of a person or a community, each with what it does say.
HARMLESS = {
    "access.Release.rank": "how strict a marking is",
    "warning.Vintage.attribution": "whose data these are, for the caption",
}
ROOMS = ("web", "jobs", "ledger", "access", "tracks", "decisions", "warning", "keeping")


def columns():
    """Every column of every table of the rooms."""
    models = [model for room in ROOMS for model in apps.get_app_config(room).get_models()]
    return [(model._meta.label, field.name) for model in models for field in model._meta.get_fields() if field.concrete]


def test_no_table_holds_a_profile_or_a_trait():
    assert len(columns()) > 60
    assert set(forbidden_columns(columns())) == set(HARMLESS)


@pytest.mark.parametrize("planted", ["risk_score", "religion", "watch_list", "ethnicity", "perpetrator", "ip_address"])
def test_a_planted_column_is_caught(planted):
    assert forbidden_columns([("access.Person", planted)]) == [f"access.Person.{planted}"]


def test_a_forecast_is_about_a_country():
    from ninefold.warning.models import EarlyWarning

    related = {field.related_model._meta.label for field in EarlyWarning._meta.get_fields() if field.many_to_one}
    assert EarlyWarning._meta.get_field("country").max_length == 3
    assert related <= {"access.Person", "warning.Vintage"}


def test_nothing_is_installed_that_matches_faces_voices_or_devices_or_reports_home():
    lock = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))
    project = next(package for package in lock["package"] if package["name"] == "ninefold")
    direct = {need["name"] for need in project["dependencies"]}
    assert "django" in direct
    assert direct & FORBIDDEN_PACKAGES == set()

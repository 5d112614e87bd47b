"""The beat falls due by the clock, and a job that runs twice publishes once."""

from datetime import timedelta

import pytest
from django.conf import settings

from ninefold.jobs import schedule
from ninefold.ledger.clocks import publish_when_due
from ninefold.ledger.models import Checkpoint

from .conftest import NOW

pytestmark = pytest.mark.django_db


def test_a_due_moment_is_published_once(log_key):
    for moment in (NOW, NOW, NOW + timedelta(seconds=60), NOW + timedelta(seconds=60), NOW):
        publish_when_due(moment)
    assert list(Checkpoint.objects.order_by("size").values_list("size", "time")) == [
        (256, NOW),
        (264, NOW + timedelta(seconds=60)),
    ]


def test_the_beat_is_on_the_list_of_what_falls_due():
    (beat,) = [each for each in schedule.declared() if each.name == "ledger.beat"]
    assert beat.every == timedelta(seconds=settings.BEAT_SECONDS)

"""Nothing is signed before the last checkpoint, nor beside an entry from the future; the sentences say what to do."""

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.conf import settings

from ninefold import clock
from ninefold.cli.main import house
from ninefold.clock import Reading, Reckoning
from ninefold.errors import ConflictError, UnavailableError
from ninefold.ledger import timeguard
from ninefold.ledger.beat import beat
from ninefold.ledger.clocks import tell_of_the_clock
from ninefold.ledger.models import Checkpoint
from ninefold.web.doctor.records import look_at_records

from .conftest import NOW

HOUR = timedelta(hours=1)


@pytest.fixture
def ahead(small_log):
    """A log whose last checkpoint is of a time that is still to come."""
    beat(clock.now() + HOUR)
    return small_log


@pytest.mark.parametrize(
    ("last", "now", "reason"),
    [
        (NOW, NOW - timedelta(microseconds=1), "0:00:00 .* behind the last checkpoint, of 2026-11-21 08:30:00 UTC"),
        (NOW, NOW - 26 * HOUR, r"is 26:00:00 \(hours:minutes:seconds\) behind"),
    ],
)
def test_a_time_before_the_last_checkpoint_is_refused(last, now, reason):
    timeguard.require_after(last, now + 30 * HOUR)
    timeguard.require_after(None, now)
    with pytest.raises(UnavailableError, match=reason):
        timeguard.require_after(last, now)


def test_an_entry_that_is_still_to_come_is_told():
    timeguard.require_entry(NOW + clock.TOLERANCE, NOW)
    timeguard.require_entry(None, NOW)
    with pytest.raises(UnavailableError, match="newest entry is of 2026-11-21 09:30:00 UTC, which is still to come"):
        timeguard.require_entry(NOW + HOUR, NOW)


def test_a_jump_is_told_with_what_to_do():
    steady = Reckoning(Reading(NOW, 50.0))
    assert timeguard.require_steady(steady, Reading(NOW + HOUR, 50.0 + 3600)).sound.wall == NOW + HOUR
    with pytest.raises(UnavailableError, match=r"went back by 0:10:00 .* or wait until 2026-11-21 08:30:05 UTC"):
        timeguard.require_steady(steady, Reading(NOW - timedelta(seconds=595), 55.0))
    with pytest.raises(UnavailableError, match=r"leaped forward by 960:00:00 .* ninefold ledger clock --accept"):
        timeguard.require_steady(steady, Reading(NOW + timedelta(days=40, seconds=5), 55.0))


@pytest.mark.django_db
def test_nothing_is_signed_before_the_last_checkpoint(ahead):
    with pytest.raises(UnavailableError, match="behind the last checkpoint"):
        beat(clock.now())
    assert Checkpoint.objects.count() == 4
    assert beat(clock.now() + 2 * HOUR).size == 288


@pytest.mark.django_db
def test_a_beat_that_waited_for_its_turn_is_not_dated_before_the_one_that_overtook_it(small_log):
    first = clock.now() - HOUR
    beat(first)
    beat(first - timedelta(seconds=5))
    assert [row.time for row in Checkpoint.objects.order_by("-size")[:2]] == [first, first]


@pytest.mark.django_db
def test_nothing_is_signed_beside_an_entry_from_the_future(small_log):
    small_log.act(7, now=clock.now() + HOUR)
    with pytest.raises(UnavailableError, match="still to come by the clock of this machine"):
        beat(clock.now())
    assert beat(clock.now() + HOUR).size == 280


@pytest.mark.django_db
def test_the_terminal_the_page_and_the_command_say_it(ahead, client, static_files):
    with pytest.raises(UnavailableError, match="behind the last checkpoint"):
        tell_of_the_clock(clock.now())
    said = CliRunner().invoke(house, ["ledger", "clock"]).exception
    assert isinstance(said, UnavailableError)
    status = CliRunner().invoke(house, ["ledger", "status"]).stdout
    assert "halted       The clock of this machine is " in status
    assert "behind" in json.loads(CliRunner().invoke(house, ["ledger", "status", "--json"]).stdout)["halted"]
    for path in ("/ledger/", "/never/"):
        page = client.get(path, headers={"accept-language": "en"}).content.decode()
        assert "nothing is signed before then. Set the clock right." in page


@pytest.mark.django_db
def test_a_clock_that_can_be_right_is_said_to_be_so(small_log, client, static_files):
    tell_of_the_clock(clock.now())
    assert "which can be right" in CliRunner().invoke(house, ["ledger", "clock"]).stdout
    assert "nothing is signed" not in client.get("/ledger/", headers={"accept-language": "en"}).content.decode()


@pytest.mark.django_db
def test_accepting_the_clock_does_not_help_against_what_is_signed(ahead):
    with pytest.raises(ConflictError, match="still to come on this machine; accepting the clock does not help"):
        timeguard.accept(clock.now())


@pytest.mark.django_db
def test_an_accepted_clock_is_left_to_the_others(small_log):
    timeguard.accept(clock.now())
    kept = settings.WORKSPACE / "keys" / "log.clock"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert abs(clock.read_stamp(json.loads(kept.read_text())["wall"]) - clock.now()) < timedelta(minutes=1)
    assert "which can be right" in CliRunner().invoke(house, ["ledger", "clock", "--accept"]).stdout


@pytest.mark.django_db
def test_the_doctor_says_the_same_as_the_guard(ahead):
    (told,) = [fault for fault in look_at_records(clock.now(), running=False) if fault.part == "clock"]
    assert told.wrong == str(timeguard.fault(clock.now()))
    assert "behind the last checkpoint" in told.wrong
    assert not [fault for fault in look_at_records(clock.now() + 2 * HOUR, running=False) if fault.part == "clock"]

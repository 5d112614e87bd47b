"""The sample as a workspace holds it: entered by the real acts, seen differently by each reader."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from django.conf import settings

from ninefold.access.models import Person
from ninefold.access.reads import entries_visible_to, releases_to
from ninefold.errors import ConflictError, InvalidError, RefusedError
from ninefold.ledger import keeping
from ninefold.ledger.models import Entry
from ninefold.sample import build, people, sealed, story, tour
from ninefold.tracks import reads as tracks
from ninefold.tracks.actions import CIRCLE_ENTERED
from ninefold.warning import reads as warnings
from ninefold.web import workspace

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
STORY = story.read()
KEYS = [person.key for person in STORY.people]


@pytest.fixture
def prepared(db):
    """The sample in this test's own transaction."""
    if not (settings.WORKSPACE / "keys" / "log.key").exists():
        keeping.create_log_key(settings.WORKSPACE, settings.LOG_ORIGIN)
    return build.prepare(settings.WORKSPACE, NOW)


def read_by(prepared, act):
    """The readers (by key; None is a stranger) for whom `act` gives anything."""
    return {key for key in (None, *KEYS) if act(prepared.people[key] if key else None)}


def test_the_workspace_tells_the_whole_story_and_publishes_it(prepared):
    assert list(prepared.people) == KEYS
    assert all(person.invented for person in prepared.people.values())
    situation = tracks.situations(None, NOW).get()
    assert situation.name == STORY.situation.name
    assert situation.presences.count() == len(STORY.actors)
    assert situation.ties.count() == len(STORY.ties)
    assert prepared.log_size % 256 == 0
    assert prepared.log_size >= prepared.entries == Entry.objects.count()


@pytest.mark.parametrize("key", [None, *KEYS])
def test_each_reader_sees_the_circle_that_the_files_give_him(prepared, key):
    person = prepared.people[key] if key else None
    audiences = {audience.key for audience in STORY.audiences if key in audience.members}
    actors = {one.key for one in STORY.actors if not one.seen_by or audiences & set(one.seen_by)}
    ties = [tie for tie in STORY.ties if tie.seen_by in {"", *audiences} and {tie.source, tie.target} <= actors]
    seen = tracks.circle(person, NOW, tracks.situations(person, NOW).get())
    assert (seen.actors, seen.ties) == (len(actors), len(ties))
    assert seen.point("activism").isolated == (not audiences)
    assert seen.point("business").hangs_on_one_tie


def test_one_warning_stands_in_each_state(prepared):
    analyst = prepared.people["teya-orvane"]
    states = {key: warnings.warning_for(analyst, pk, NOW).state for key, pk in prepared.warnings.items()}
    assert states == {"acknowledged": "acknowledged", "passed-on": "sent", "waiting": "sent", "draft": "draft"}


def test_each_clock_runs_for_whoever_is_asked(prepared):
    desk, envoy = prepared.people["daro-helmin"], prepared.people["elowa-dosse"]
    asked = {person.pk: warnings.waiting_for(person, NOW).get() for person in (desk, envoy)}
    assert asked[desk.pk].warning_id == prepared.warnings["waiting"]
    assert asked[envoy.pk].warning_id == prepared.warnings["passed-on"]
    for passage in asked.values():
        assert passage.sent_at < NOW < passage.due_at


def test_the_warning_that_was_answered_tells_how_long_it_took(prepared):
    found = warnings.warning_for(prepared.people["teya-orvane"], prepared.warnings["acknowledged"], NOW)
    moments = warnings.latency(found)
    assert moments.signal < moments.raised < moments.sent < moments.acted
    assert moments.acted - moments.sent == timedelta(hours=3, minutes=12)


def test_a_warning_says_that_it_is_an_exercise(prepared):
    for found in warnings.warnings(prepared.people["teya-orvane"], NOW):
        assert found.title.version("en").text.startswith("Exercise: ")
        assert found.title.version("ar").text.startswith("تمرين: ")
        assert "invented" in found.summary.version("en").text
        assert (found.first, found.last) == ("2024-05", "2024-10")


def test_only_the_early_warning_readers_see_a_warning(prepared):
    readers = read_by(prepared, lambda person: warnings.warnings(person, NOW).exists())
    assert readers == {"teya-orvane", "daro-helmin", "elowa-dosse"}


def test_the_sealed_entry_opens_to_the_crisis_desk_alone(prepared):
    readers = read_by(prepared, lambda person: entries_visible_to(person, NOW).filter(id=sealed.entry()).exists())
    assert readers == {"daro-helmin", "elowa-dosse"}


def test_the_tour_leads_to_the_leaf_of_the_sealed_entry(prepared):
    index = sealed.leaf()
    assert Entry.objects.get(leaf__index=index).id == sealed.entry()
    exact = [step for step in tour.steps("en", index) if step.path == f"/ledger/leaf/{index}/"]
    assert {step.person for step in exact} == {"velune.sarn@kesh.example", "daro.helmin@kesh.example"}


def test_the_entry_of_a_list_is_read_by_nobody_but_its_audience(prepared):
    lists = Entry.objects.filter(kind=CIRCLE_ENTERED.name).order_by("serial")
    groups = [{None, *KEYS}, *(set(audience.members) for audience in STORY.audiences)]
    for entry, readers in zip(lists, groups, strict=True):
        opened = read_by(prepared, partial(_opens, entry))
        assert opened == readers


def _opens(entry, person):
    return entries_visible_to(person, NOW).filter(id=entry.id).exists()


def test_the_administrator_reads_what_a_stranger_reads(prepared):
    stranger, administrator, envoy = (
        set(releases_to(person, NOW).values_list("kind", "record"))
        for person in (None, prepared.people["hobren-tolvane"], prepared.people["elowa-dosse"])
    )
    assert stranger == administrator < envoy


def test_time_never_runs_backwards_in_the_log(prepared):
    times = list(Entry.objects.order_by("serial").values_list("time", flat=True))
    assert times == sorted(times)
    assert times[-1] < NOW


def test_a_second_call_is_refused_and_changes_nothing(prepared):
    before = Entry.objects.count(), Person.objects.count()
    with pytest.raises(ConflictError, match="holds something already"):
        build.prepare(settings.WORKSPACE, NOW)
    assert (Entry.objects.count(), Person.objects.count()) == before


@pytest.mark.django_db
def test_another_folder_is_refused(tmp_path):
    with pytest.raises(InvalidError, match="another workspace"):
        build.prepare(tmp_path, NOW)


@pytest.mark.django_db
def test_a_real_workspace_is_refused(settings):
    settings.SAMPLE = False
    with pytest.raises(RefusedError, match="Only a sample"):
        build.prepare(settings.WORKSPACE, NOW)
    assert not Person.objects.exists()


@pytest.mark.django_db
def test_an_empty_workspace_has_no_sealed_entry():
    assert sealed.entry() is None
    assert sealed.leaf() is None


def test_a_sample_is_removed_with_its_folder_and_nothing_else_is(tmp_path):
    sample, real, other = tmp_path / "sample", tmp_path / "real", tmp_path / "other"
    workspace.create(sample, sample=True, address="")
    workspace.create(real, sample=False, address="")
    other.mkdir()
    build.remove(sample)
    assert not sample.exists()
    for kept in (real, other):
        with pytest.raises(RefusedError, match="not a sample"):
            build.remove(kept)
        assert kept.exists()


def test_the_five_have_addresses_that_reach_nobody():
    assert [person.email for person in people.people()] == [person.email for person in STORY.people]
    assert all(person.email.endswith(".example") for person in people.people())

"""Releases, audiences and roles are held to the letter: whatever cell of them somebody changes is named."""

from contextlib import contextmanager
from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.db import connection, transaction
from world import build

from ninefold import clock
from ninefold.access import actions
from ninefold.access.actions.entries import AUDIENCE_OPENED, PLACED
from ninefold.access.models import Audience, Person, Release
from ninefold.decisions import actions as decisions
from ninefold.errors import RefusedError
from ninefold.ledger import append_only, stock
from ninefold.ledger.actions import erase
from ninefold.ledger.check import check
from ninefold.ledger.models import Body, Entry
from ninefold.ledger.refs import Ref
from ninefold.tracks import actions as tracks
from ninefold.tracks.models import Actor, Holding, Situation
from ninefold.words.text import in_one

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
SAYS = "The entry that gave {} says another thing than the database: {}."


@pytest.fixture
def present(log_key):
    """The world of now, with a warning that its audience reads."""
    world = build(clock.now())
    world.warning = world.sent()
    world.release = Release.objects.get(kind="warning:warning", record=world.warning.pk)
    world.other = actions.open_audience(
        by=world.administrator, now=clock.now(), name=in_one("en", "Others"), custodian=world.head
    )
    actions.add_member(
        by=world.head, now=clock.now(), audience=world.other, person=world.analyst, ends=clock.now() + DAY
    )
    return world


def found():
    return [str(finding) for finding in check().findings if finding.part == "grant"]


def test_an_honest_world_has_no_such_finding_and_nothing_in_it_is_older(present):
    report = check()
    assert [str(one) for one in report.findings if one.part == "grant"] == []
    assert report.older == {}


# ---- Releases

CELLS = {
    "record": lambda world: {"record": world.rights[0].pk},
    "kind": lambda world: {"kind": "decisions:right"},
    "audience": lambda world: {"audience": world.other},
    "marking": lambda world: {"marking": "tlp:green", "rank": 1},
    "starts": lambda world: {"starts": world.release.starts - DAY},
    "ends": lambda world: {"ends": world.release.ends + DAY},
    "embargo": lambda world: {"embargo_until": world.release.starts + DAY},
    "placed_by": lambda world: {"placed_by": world.outsider},
}
CALLED = {"kind": "record", "embargo": "embargo_until"}


@pytest.mark.parametrize("cell", CELLS)
def test_a_changed_cell_of_a_release_is_named(present, cell):
    Release.objects.filter(pk=present.release.pk).update(**CELLS[cell](present))
    assert found() == [SAYS.format(f"releases {present.release.pk}", CALLED.get(cell, cell))]


def test_every_cell_of_a_release_by_which_somebody_reads_is_held():
    """`listed` only orders a list, and `rank` repeats the marking."""
    names = {field.name for field in Release._meta.concrete_fields}
    assert names - {"id", "listed", "rank"} == {*CELLS} - {"embargo"} | {"embargo_until"}


def test_a_rank_that_does_not_repeat_its_marking_is_named(present):
    with unchecked():
        Release.objects.filter(pk=present.release.pk).update(rank=4)
        assert found() == [SAYS.format(f"releases {present.release.pk}", "marking")]


@contextmanager
def unchecked():
    """Who holds the database may take its constraints away."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE access_release DROP CONSTRAINT release_rank_as_marked")
            yield
        else:
            cursor.execute("PRAGMA ignore_check_constraints = ON")
            try:
                yield
            finally:
                cursor.execute("PRAGMA ignore_check_constraints = OFF")


def test_a_release_that_no_act_wrote_is_named(present):
    row = Release.objects.get(pk=present.release.pk)
    row.pk, row.audience = None, present.other
    row.save(force_insert=True)
    assert found() == [f"No entry gave releases {row.pk}: somebody wrote it into the database."]


@pytest.mark.parametrize("cut", [True, False], ids=["deleted", "ended"])
def test_a_release_that_somebody_took_away_is_named(present, cut):
    rows = Release.objects.filter(pk=present.release.pk)
    rows.delete() if cut else rows.update(ends=clock.now())
    told = f"The log gave releases {present.release.pk}, and the database does not hold it so long"
    assert found() == [f"{told}: somebody took it away."]


def test_what_the_acts_do_to_a_release_agrees_with_it(present):
    """Given further, its marking lowered, ended: each step is green, and going back is not."""
    now, ref = clock.now(), Ref("warning", "warning", present.warning.pk)
    given = actions.release(
        by=present.analyst, now=now, what=ref, to=present.other.pk, marking="tlp:amber", ends=now + DAY
    )
    actions.lower_marking(by=present.analyst, now=now, release=given.pk, marking="tlp:green", reason="It is known.")
    assert found() == []
    Release.objects.filter(pk=given.pk).update(marking="tlp:amber", rank=2)
    assert found() == [SAYS.format(f"releases {given.pk}", "marking")]
    Release.objects.filter(pk=given.pk).update(marking="tlp:green", rank=1)
    actions.end_release(by=present.analyst, now=clock.now(), release=given.pk)
    assert found() == []


def test_an_act_upon_what_somebody_changed_does_not_launder_it(present):
    """The marking is lowered in the database first, then by an act: the entry tells how it found it."""
    rows = Release.objects.filter(pk=present.release.pk)
    rows.update(marking="tlp:green", rank=1)
    actions.lower_marking(
        by=present.analyst, now=clock.now(), release=present.release.pk, marking="tlp:clear", reason="Nobody minds."
    )
    told = f"An act found releases {present.release.pk} otherwise than the log had left it"
    assert found() == [f"{told}: somebody had changed marking in the database."]


def test_under_the_chatham_house_rule_the_entry_does_not_tell_who_placed_it(present):
    raised = present.raised(marking="tlp:amber tlp:ex:chr")
    release = Release.objects.get(record=raised.pk)
    texts = [bytes(text) for text in Body.objects.filter(entry__kind=PLACED.name).values_list("text", flat=True)]
    (told,) = [text for text in texts if str(release.pk).encode() in text]
    assert str(present.analyst.pk).encode() not in told
    assert found() == []


def test_no_reader_sees_the_entry_that_tells_all_readers(present):
    """Nor does who placed it: it would tell each of them that there are others."""
    from ninefold.access.reads import entries_visible_to

    for person in (*Person.objects.all(), None):
        assert not entries_visible_to(person, clock.now()).filter(kind=PLACED.name).exists()


def test_the_entry_that_tells_all_readers_cannot_be_erased(present):
    entry = Entry.objects.filter(kind=PLACED.name).latest("serial")
    with pytest.raises(RefusedError, match="cannot be erased"):
        erase(entry=entry, reason="x", by="node", now=clock.now())


# ---- Audiences

SETTINGS = {
    "custodian": lambda world: {"custodian": world.outsider},
    "successor": lambda world: {"successor": world.outsider},
    "members_visible": lambda world: {"members_visible": True},
    "notices": lambda world: {"notices": False},
    "name": lambda world: {"name": in_one("en", "The press")},
}


@pytest.mark.parametrize("cell", SETTINGS)
def test_a_changed_setting_of_an_audience_is_named(present, cell):
    Audience.objects.filter(pk=present.audience.pk).update(**SETTINGS[cell](present))
    assert found() == [SAYS.format(f"audiences {present.audience.pk}", cell)]


def test_what_the_acts_do_to_an_audience_agrees_with_it(present):
    now = clock.now()
    actions.factor_added(person=present.envoy, now=now, factor="totp", secured=True)
    held = Audience.objects.get(pk=present.audience.pk)
    actions.name_successor(by=present.analyst, now=now, audience=held, person=present.envoy)
    actions.hush_audience(by=present.analyst, now=now, audience=held, notices=False)
    assert found() == []
    actions.close_account(by=present.administrator, now=now, person=present.envoy, reason="left", orphans_read=True)
    assert Audience.objects.get(pk=held.pk).successor is None
    assert found() == []
    actions.factor_added(person=present.head, now=now, factor="totp", secured=True)
    actions.pass_custody(by=present.analyst, now=now, audience=held, person=present.head)
    assert found() == []
    Audience.objects.filter(pk=held.pk).update(custodian=present.analyst)
    assert found() == [SAYS.format(f"audiences {held.pk}", "custodian")]


def test_an_audience_whose_entry_was_erased_is_not_accused(present):
    entry = Entry.objects.get(kind=AUDIENCE_OPENED.name, subject_id=present.other.pk)
    erase(entry=entry, reason="Its name was a secret.", by="node", now=clock.now())
    assert found() == []


def test_an_emergency_is_green_and_the_audience_made_for_it_is_held(present):
    now = clock.now()
    desk = tracks.NewActor(uuid4(), in_one("en", "Relief agency"), None, [("private-citizens", "national")], [])
    by = {"by": present.analyst, "now": now}
    tracks.enter_circle(**by, situation=Situation.objects.get(), actors=[desk], ties=[], marking="tlp:red")
    office = tracks.open_office(**by, actor=Actor.objects.get(pk=desk.id), title=in_one("en", "Convoy leader"))
    tracks.give_office(**by, office=office, person=present.outsider, starts=now, ends=now + DAY)
    ref = Ref("warning", "warning", present.warning.pk)
    asked = decisions.ask_to_open(by=present.outsider, now=now, record=ref, reason="The convoy leaves in an hour.")
    decisions.confirm_opening(by=present.head, now=now, asked=asked)
    assert found() == []
    made = Audience.objects.exclude(pk__in=[present.audience.pk, present.other.pk]).get()
    Audience.objects.filter(pk=made.pk).update(custodian=present.outsider)
    assert found() == [SAYS.format(f"audiences {made.pk}", "custodian")]


# ---- People


def test_a_role_that_no_act_gave_is_named(present):
    Person.objects.filter(pk=present.outsider.pk).update(roles=["administrator", "analyst"])
    assert found() == [SAYS.format(f"people {present.outsider.pk}", "roles")]


def test_an_address_that_somebody_exchanged_is_named(present):
    """It is to there that a link to a new password would go."""
    Person.objects.filter(pk=present.head.pk).update(email="thief@kesh.example")
    assert found() == [SAYS.format(f"people {present.head.pk}", "email")]


# ---- What an older version wrote


@pytest.fixture
def older(log_key):
    """A workspace whose log says nothing of releases: as an older version left it."""
    world = build(clock.now())
    world.warning = world.sent()
    world.release = Release.objects.get(kind="warning:warning", record=world.warning.pk)
    append_only.remove(connection)
    kinds = (PLACED.name, stock.STOCK_TAKEN.name)
    with transaction.atomic():
        Body.objects.filter(entry__kind__in=kinds).delete()
        Entry.objects.filter(kind__in=kinds).delete()
    append_only.install(connection)
    return SimpleNamespace(release=world.release, world=world)


def test_what_an_older_version_wrote_is_told_apart_and_held_once_stock_is_taken(older):
    report = check()
    assert [one for one in report.findings if one.part == "grant"] == []
    assert report.older == {"releases": Release.objects.count()}
    assert stock.is_due()
    stock.take_stock(now=clock.now())
    assert not stock.is_due()
    assert check().older == {}
    assert found() == []
    Release.objects.filter(pk=older.release.pk).update(ends=older.release.ends + DAY)
    assert found() == [SAYS.format(f"releases {older.release.pk}", "ends")]


def test_stock_keeps_what_an_entry_says_though_the_database_says_otherwise(older):
    now = clock.now()
    actions.lower_marking(
        by=older.world.analyst, now=now, release=older.release.pk, marking="tlp:green", reason="It is known."
    )
    Release.objects.filter(pk=older.release.pk).update(marking="tlp:clear", rank=0)
    Audience.objects.filter(pk=older.world.audience.pk).update(custodian=older.world.outsider)
    stock.take_stock(now=now)
    assert set(found()) == {
        SAYS.format(f"releases {older.release.pk}", "marking"),
        SAYS.format(f"audiences {older.world.audience.pk}", "custodian"),
    }


def test_stock_is_taken_once(older):
    stock.take_stock(now=clock.now())
    before = Entry.objects.count()
    Release.objects.filter(pk=older.release.pk).update(marking="tlp:clear", rank=0)
    assert stock.take_stock(now=clock.now()) == 0
    assert Entry.objects.count() == before
    assert len(found()) == 1


def test_no_text_that_people_write_is_set_down_for_good(older):
    stock.take_stock(now=clock.now())
    said = b"".join(
        bytes(one) for one in Body.objects.filter(entry__kind=stock.ROWS_SET_DOWN.name).values_list("text", flat=True)
    )
    assert b"@kesh.example" not in said
    assert b"Early-warning readers" not in said


# ---- Offices


def test_an_office_that_nobody_gave_shows(present):
    now = clock.now()
    row = Holding.objects.create(office=present.offices[0], person=present.outsider, starts=now, ends=now + DAY)
    name = f"holdings {row.office_id} {row.person_id} {clock.stamp(row.starts)}"
    assert found() == [f"No entry gave {name}: somebody wrote it into the database."]


def test_a_time_in_office_that_is_made_longer_shows(present):
    row = Holding.objects.get(office=present.offices[0])
    Holding.objects.filter(pk=row.pk).update(ends=row.ends + DAY)
    name = f"holdings {row.office_id} {row.person_id} {clock.stamp(row.starts)}"
    assert found() == [SAYS.format(name, "ends")]


def test_what_the_acts_do_to_an_office_agrees_with_it(present):
    now = clock.now()
    change = {"person": present.head, "leaves": present.offices[0], "successor": present.outsider}
    tracks.change_office(by=present.analyst, now=now, at=now + DAY, **change)
    assert found() == []
    actions.close_account(by=present.administrator, now=now, person=present.envoy, reason="left", orphans_read=True)
    assert found() == []
    Holding.objects.filter(person=present.envoy).update(ends=now + DAY)
    assert len(found()) == 1

"""Nobody carries a record further than it was given, and nobody learns of what he may not read yet."""

from datetime import timedelta

import pytest

from ninefold import clock
from ninefold.access import actions, reads
from ninefold.access.models import Release
from ninefold.errors import NotThereError, RefusedError

from .conftest import SPAN

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(house):
    return [house.person(name) for name in ("keeper", "author", "member")]


@pytest.mark.parametrize(
    ("held", "given"),
    [
        ("tlp:amber tlp:ex:chr", "tlp:amber"),
        ("tlp:amber PAP:RED", "tlp:amber PAP:AMBER"),
        ("tlp:amber PAP:GREEN", "tlp:red"),
    ],
)
def test_no_part_of_a_marking_is_lost_on_the_way(house, people, held, given):
    keeper, author, _ = people
    talks, donors = house.audience("Talks", keeper, author), house.audience("Donors", author)
    ref, _ = house.record(talks, held, author)
    now = clock.now()
    with pytest.raises(RefusedError, match="milder marking"):
        actions.release(by=author, now=now, what=ref, to=donors.pk, marking=given, ends=now + SPAN)
    actions.release(by=author, now=now, what=ref, to=donors.pk, marking=f"{held}", ends=now + SPAN)


def test_who_keeps_an_audience_does_not_open_what_was_given_to_it_as_red(house, people):
    keeper, author, _ = people
    talks = house.audience("Talks", keeper, author)
    _, row = house.record(talks, "tlp:red", author)
    for marking in ("tlp:clear", "tlp:amber"):
        with pytest.raises(RefusedError, match="lowered only by who released it"):
            actions.lower_marking(by=keeper, now=clock.now(), release=row.pk, marking=marking, reason="It is time.")
    actions.lower_marking(by=author, now=clock.now(), release=row.pk, marking="tlp:amber", reason="It is time.")


def test_who_reads_a_record_no_more_opens_it_to_nobody(house, people):
    """Who left may still take back what he gave; widening it is for readers."""
    keeper, author, _ = people
    talks = house.audience("Talks", keeper, author)
    _, row = house.record(talks, "tlp:amber", author)
    actions.end_membership(by=keeper, now=clock.now(), membership=talks.memberships.get(person=author))
    with pytest.raises(NotThereError):
        actions.lower_marking(by=author, now=clock.now(), release=row.pk, marking="tlp:clear", reason="Out of spite.")
    assert Release.objects.get(pk=row.pk).rank == 2
    actions.end_release(by=author, now=clock.now(), release=row.pk)


def test_an_embargo_is_kept_by_the_ledger_too(house, people, visitor):
    """The entry of a release names its record, so before the time its coming readers do not find it."""
    keeper, author, member = people
    talks, donors = house.audience("Talks", keeper, author), house.audience("Donors", author, member)
    ref, _ = house.record(talks, "tlp:amber", author)
    now = clock.now()
    later = now + timedelta(days=2)
    actions.release(
        by=author, now=now, what=ref, to=donors.pk, marking="tlp:amber", ends=now + SPAN, embargo_until=later
    )
    told = reads.entries_visible_to(member, now).filter(kind="access.released")
    assert not told.exists()
    assert str(ref.id) not in visitor(member).get("/ledger/").text
    (entry,) = reads.entries_visible_to(author, now).filter(kind="access.released")
    assert not reads.readers_of_entry(entry, now).include(member.pk)
    assert reads.entries_visible_to(member, later).filter(kind="access.released").exists()
    assert reads.readers_of_entry(entry, later).include(member.pk)

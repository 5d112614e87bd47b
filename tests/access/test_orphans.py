"""The law of the list: what it says before a departure is what is without a holder after it, in any world.

What is really without a holder is asked here of each room in its own way, not of the posts that the list is made of.
"""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ninefold.access import actions, reads
from ninefold.access.models import Audience, Membership, Person, Release, Vault, VaultCustodian
from ninefold.access.orphans import Holder, Post, away, is_held, lost, office_left, person_gone
from ninefold.decisions.models import Right
from ninefold.decisions.reads import bodies_of
from ninefold.decisions.rules import may_confirm_opening
from ninefold.tracks.models import Absence, Actor, Holding, Office
from ninefold.tracks.seats import holders
from ninefold.warning.models import EarlyWarning, Passage, Vintage
from ninefold.warning.reads import waiting_for
from ninefold.words.text import in_one

from .conftest import NOW, YEAR

ADA, BERO, CLIO = (UUID(int=n) for n in range(1, 4))
OFFICE, OTHER = UUID(int=11), UUID(int=12)
PEOPLE, BODIES, OFFICES = 4, 2, 3


def seat(*holders):
    return frozenset(holders)


def test_a_post_is_held_while_enough_seats_have_somebody_who_stays():
    vault = Post("vault", uuid4(), 2, (seat(Holder(ADA)), seat(Holder(BERO)), seat(Holder(CLIO))))
    assert is_held(vault)
    assert is_held(vault, person_gone(ADA))
    assert not is_held(vault, lambda holder: holder.person in {ADA, BERO})
    assert is_held(vault._replace(outside=1), lambda holder: holder.person in {ADA, BERO})
    assert lost([vault._replace(need=3)], person_gone(CLIO)) == [vault._replace(need=3)]
    assert lost([vault._replace(need=4)], person_gone(CLIO)) == [], "what nobody could open before is not lost"


def test_who_leaves_an_office_keeps_what_is_his_in_person():
    office = Post("office", OFFICE, 1, (seat(Holder(ADA, OFFICE)),))
    other = Post("office", OTHER, 1, (seat(Holder(ADA, OTHER)),))
    mine = Post("audience", uuid4(), 1, (seat(Holder(ADA)),))
    assert lost([office, other, mine], office_left(ADA, OFFICE)) == [office]
    assert lost([office, other, mine], away(ADA)) == [office, other]
    assert lost([office, other, mine], person_gone(ADA)) == [office, other, mine]


def test_a_deputy_answers_as_long_as_the_holder_has_the_office():
    office = Post("office", OFFICE, 1, (seat(Holder(BERO, OFFICE, deputy_of=ADA)),))
    assert lost([office], person_gone(ADA)) == [office]
    assert lost([office], office_left(ADA, OFFICE)) == [office]
    assert lost([office], person_gone(BERO)) == [office]
    assert lost([office], person_gone(CLIO)) == []


people = st.integers(0, PEOPLE - 1)
nobody_or_one = st.none() | people
worlds = st.fixed_dictionaries(
    {
        "audiences": st.lists(st.tuples(people, nobody_or_one), max_size=4),
        "vaults": st.lists(
            st.tuples(st.integers(1, 3), st.lists(st.tuples(nobody_or_one, st.booleans()), min_size=3, max_size=3)),
            max_size=2,
        ),
        "holdings": st.lists(st.tuples(people, st.integers(0, OFFICES - 1)), min_size=1, max_size=6, unique=True),
        "absences": st.lists(st.tuples(people, nobody_or_one), max_size=3, unique_by=lambda pair: pair[0]),
        "rights": st.lists(st.integers(0, OFFICES - 1), max_size=3),
        "warnings": st.lists(st.tuples(people, st.none() | st.integers(0, OFFICES - 1)), max_size=3),
        "readers": st.sets(people),
        "leaves": people,
    }
)


class World:
    """People, bodies and offices; what they hold is drawn."""

    def __init__(self, told):
        self.root = actions.found(now=NOW, email="root@example.org", name=in_one("en", "Root"), invented=True).person
        roles = [["registrar"], ["analyst"], [], []]
        self.people = [person(f"p{n}", roles[n]) for n in range(PEOPLE)]
        self.actors = [Actor.objects.create(name=in_one("en", f"Body {n}")) for n in range(BODIES)]
        self.offices = [
            Office.objects.create(actor=self.actors[n % BODIES], title=in_one("en", f"Office {n}"))
            for n in range(OFFICES)
        ]
        self.leaves = self.people[told["leaves"]]
        self.fill(told)

    def one(self, number):
        return None if number is None else self.people[number]

    def fill(self, told):
        for custodian, successor in told["audiences"]:
            after = self.one(successor) if successor != custodian else None
            self.audience(self.one(custodian), after)
        for k, shares in told["vaults"]:
            self.vault(k, shares)
        term = {"starts": NOW - YEAR, "ends": NOW + YEAR}
        for who, office in told["holdings"]:
            Holding.objects.create(person=self.one(who), office=self.offices[office], **term)
        for who, deputy in told["absences"]:
            stands_in = self.one(deputy) if deputy != who else None
            Absence.objects.create(person=self.one(who), deputy=stands_in, **term)
        for office in told["rights"]:
            Right.objects.create(office=self.offices[office], matter="early-warning", turn=1, **term)
        readers = self.audience(self.root, None)
        for who in told["readers"]:
            Membership.objects.create(audience=readers, person=self.one(who), **term)
        for author, office in told["warnings"]:
            self.warning(self.one(author), None if office is None else self.offices[office], readers)

    def audience(self, custodian, successor):
        told = {"custodian": custodian, "successor": successor, "starts": NOW}
        return Audience.objects.create(name=in_one("en", "Talks"), **told)

    def vault(self, k, shares):
        id_ = uuid4()
        told = {"holds": "items", "recipient": str(id_), "k": k, "n": len(shares), "file": b"x", "digest": b"x"}
        name = in_one("en", "Vault")
        vault = Vault.objects.create(id=id_, name=name, marking="tlp:red", founded_day=NOW.date(), **told)
        for index, (who, destroyed) in enumerate(shares):
            day = NOW.date() if destroyed else None
            told = {"index": index, "label": "x", "recipient": f"{id_}{index}", "confirmed_day": day}
            VaultCustodian.objects.create(vault=vault, person=self.one(who), **told)

    def warning(self, author, office, readers):
        vintage = Vintage.objects.first() or Vintage.objects.create(
            name="x", attribution="x", licence="x", unit="x", vintage="x", digest="x", marking="tlp:clear",
            first="2024-01", last="2024-02", loaded_at=NOW,
        )  # fmt: skip
        told = {"country": "SDN", "first": "2024-01", "last": "2024-02", "forecast": {}, "marking": "tlp:amber"}
        text = {"title": in_one("en", "x"), "summary": in_one("en", "x"), "vintage": vintage}
        warning = EarlyWarning.objects.create(
            raised_by=author, raised_at=NOW, state="sent" if office else "draft", **told, **text
        )
        if office:
            told = {"round": 1, "turn": 1, "sent_at": NOW, "due_at": NOW + YEAR}
            Passage.objects.create(warning=warning, office=office, **told)
        term = {"starts": NOW - YEAR, "ends": NOW + YEAR}
        told = {"marking": "tlp:amber", "rank": 2, "listed": NOW}
        Release.objects.create(kind="warning:warning", record=warning.pk, audience=readers, **told, **term)


def person(name, roles):
    made = Person.objects.joining(
        email=f"{name}@example.org", name=in_one("en", name), language="en", roles=roles, day=NOW.date()
    )
    made.invented = True
    made.save()
    return made


def really_without_holder():
    """By room and in its own words, what nobody can exercise."""
    here = list(Person.objects.filter(is_active=True))
    empty = {office.pk for office in Office.objects.all() if not holders(office.pk, NOW)}
    # Who is on leave may answer from there, but nobody counts on it.
    answered = {row.pk for one in here for row in waiting_for(one, NOW) if one.pk in holders(row.office_id, NOW)}
    found = {("tracks:office", office) for office in empty}
    found |= {("access:audience", row.pk) for row in Audience.objects.filter(custodian__is_active=False)}
    found |= {("decisions:right", right.pk) for right in Right.objects.filter(office__in=empty)}
    waiting = Passage.objects.filter(outcome="waiting").exclude(pk__in=answered)
    found |= {("warning:waiting", row.warning_id) for row in waiting}
    found |= {("warning:author", row.pk) for row in EarlyWarning.objects.filter(raised_by__is_active=False)}
    for vault in Vault.objects.all():
        left = [one for one in vault.custodians.filter(confirmed_day=None) if not one.person or one.person.is_active]
        able = [one for one in left if one.person]
        confirmed = vault.custodians.exclude(confirmed_day=None).count()
        found |= {("access:vault", vault.pk)} if len(left) < vault.k else set()
        found |= {("access:vault-end", vault.pk)} if confirmed + len(able) < vault.n - vault.k + 1 else set()
    for role in ("administrator", "registrar"):
        found |= {(f"access:{role}", None)} if not any(role in one.roles for one in here) else set()
    return found | {("decisions:glass", one.pk) for one in here if bodies_of(one, NOW) and not any_confirmer(one, here)}


def any_confirmer(asks, here):
    return any(
        may_confirm_opening(
            administrator=False,
            same_person=other == asks,
            asking=bodies_of(asks, NOW),
            confirming=bodies_of(other, NOW),
        ).allowed
        for other in here
    )


@pytest.mark.django_db
@settings(
    max_examples=60,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(told=worlds)
def test_what_the_list_says_before_a_departure_is_so_after_it(told):
    with transaction.atomic():
        world = World(told)
        before = {(post.kind, post.id) for post in reads.without_holder(reads.posts_at(NOW))}
        assert before == really_without_holder()
        said = {(post.kind, post.id) for post in reads.would_leave(world.leaves, NOW)}
        actions.close_account(by=world.root, now=NOW, person=world.leaves, reason="He left.", orphans_read=True)
        # Nobody looks for a second person for one who has left.
        expected = {one for one in before | said if one != ("decisions:glass", world.leaves.pk)}
        after = really_without_holder()
        assert after == expected
        assert after == {(post.kind, post.id) for post in reads.without_holder(reads.posts_at(NOW))}
        transaction.set_rollback(True)


@pytest.mark.django_db
@settings(
    max_examples=25,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(told=worlds, stranger=people)
def test_a_thing_is_named_only_to_who_may_see_it(told, stranger):
    with transaction.atomic():
        world = World(told)
        viewer = world.people[stranger]
        listed = reads.would_be_orphaned(viewer, NOW, world.leaves, NOW)
        known = set(reads.audiences_known_to(viewer, NOW).values_list("pk", flat=True))
        assert {row.id for row in listed if row.kind == "access:audience" and row.name} <= known
        if viewer != world.leaves:
            assert all(row.name for row in listed), "of what he may not see he is not told"
        unnamed = [row.kind for row in listed if row.name is None]
        assert len(unnamed) == len(set(unnamed)), "a kind is told once, never a number"
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_the_list_on_a_later_day_asks_that_day(house):
    told = {"audiences": [], "vaults": [], "holdings": [], "absences": [], "rights": [], "warnings": []}
    Person.objects.all().delete()
    world = World(told | {"readers": set(), "leaves": 1})
    term = {"starts": NOW - YEAR, "ends": NOW + timedelta(days=5)}
    Holding.objects.create(person=world.leaves, office=world.offices[0], **term)
    kinds = {post.kind for post in reads.would_leave(world.leaves, NOW)}
    assert "tracks:office" in kinds
    assert "tracks:office" not in {post.kind for post in reads.would_leave(world.leaves, NOW + timedelta(days=6))}

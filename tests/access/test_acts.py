"""Who may change who sees: each success beside its refusal, and exactly one entry for each."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from signing import FileKey

from ninefold.access import actions, reads
from ninefold.access.actions import NewRelease
from ninefold.access.models import Audience, Membership, Person, Release
from ninefold.errors import ConflictError, InvalidError, NotThereError, RefusedError
from ninefold.ledger.models import Entry
from ninefold.ledger.refs import Ref
from ninefold.ledger.signatures import possession_statement
from ninefold.words.text import in_one

from .conftest import NOW, YEAR

LATER = NOW + timedelta(hours=1)


def entries(kind):
    return Entry.objects.filter(kind=f"access.{kind}").count()


class Talks:
    """An audience with a custodian and a member, and a record released to it by `author`."""

    def __init__(self, house, marking="tlp:amber"):
        self.root = house.root
        self.keeper, self.member, self.author = (house.person(name) for name in ("keeper", "member", "author"))
        self.outsider = house.person("outsider")
        self.audience = house.audience("Talks", self.keeper, [self.member, self.author])
        self.record = Ref("test", "record", uuid4())
        with transaction.atomic():
            new = NewRelease(self.audience.pk, marking, NOW, NOW + YEAR)
            (self.release,) = actions.place(record=self.record, releases=[new], now=NOW, by=self.author)


@pytest.fixture
def talks(house):
    return Talks(house)


def test_the_first_person_is_founded_once(house):
    assert house.root.is_administrator
    with pytest.raises(RefusedError, match="first person already"):
        actions.found(now=NOW, email="second@example.org", name=in_one("en", "Second"))


def test_only_an_administrator_invites(house):
    ada = house.person("ada", roles=["analyst"])
    assert ada.roles == ["analyst"]
    assert entries("invited") == 2
    with pytest.raises(RefusedError, match="Only an administrator"):
        actions.invite(by=ada, now=NOW, email="bob@example.org", name=in_one("en", "Bob"))


@pytest.mark.parametrize(
    ("wrong", "error", "reason"),
    [
        ({"email": "ADA@example.org"}, ConflictError, "one person has one account"),
        ({"email": "no address"}, InvalidError, "not an e-mail address"),
        ({"language": "de"}, InvalidError, "not one of the languages"),
        ({"roles": ["emperor"]}, InvalidError, "is not a role, or stands there twice; choose from analyst, registrar"),
        ({"roles": ["analyst", "analyst"]}, InvalidError, "twice"),
        ({"name": in_one("en", "x" * 201)}, InvalidError, "at most 200"),
    ],
)
def test_an_invitation_that_does_not_fit_is_refused(house, wrong, error, reason):
    house.person("ada")
    right = {"email": "bob@example.org", "name": in_one("en", "Bob")}
    with pytest.raises(error, match=reason):
        actions.invite(by=house.root, now=NOW, **right | wrong)
    assert Person.objects.count() == 2


def test_a_link_is_taken_once_and_before_it_ends(house):
    person, secret = actions.invite(by=house.root, now=NOW, email="bob@example.org", name=in_one("en", "Bob"))
    with pytest.raises(NotThereError, match="has been used, has ended, or never was"):
        actions.take_link(secret=secret, purpose="invitation", now=NOW + timedelta(days=4))
    with pytest.raises(NotThereError):
        actions.take_link(secret=secret, purpose="sample", now=NOW)
    assert actions.take_link(secret=secret, purpose="invitation", now=LATER) == person
    with pytest.raises(NotThereError):
        actions.take_link(secret=secret, purpose="invitation", now=LATER)
    assert entries("joined") == 1


def test_nobody_else_opens_an_account_that_is_in_use(house):
    first = actions.invite(by=house.root, now=NOW, email="bob@example.org", name=in_one("en", "Bob"))
    again = actions.invite_again(by=house.root, now=LATER, person=first.person)
    with pytest.raises(NotThereError):
        actions.take_link(secret=first.secret, purpose="invitation", now=LATER)
    actions.take_link(secret=again.secret, purpose="invitation", now=LATER)
    actions.factor_added(person=first.person, now=LATER, factor="totp", secured=True)
    first.person.refresh_from_db()
    with pytest.raises(RefusedError, match="nobody else can open"):
        actions.invite_again(by=house.root, now=LATER, person=first.person)


def test_closing_an_account_ends_all_that_lets_in(house):
    ada = house.person("ada")
    token, _ = actions.issue_token(by=ada, now=NOW, name="laptop", scopes=["read"], ends=NOW + timedelta(days=9))
    with pytest.raises(RefusedError, match="Only an administrator"):
        actions.close_account(by=ada, now=LATER, person=ada, reason="gone")
    with pytest.raises(InvalidError, match="Say why"):
        actions.close_account(by=house.root, now=LATER, person=ada, reason=" ")
    actions.close_account(by=house.root, now=LATER, person=ada, reason="She left.")
    token.refresh_from_db()
    assert token.ends == LATER
    assert not Person.objects.get(pk=ada.pk).is_active
    with pytest.raises(ConflictError, match="closed already"):
        actions.close_account(by=house.root, now=LATER, person=ada, reason="again")


def test_only_an_administrator_opens_an_audience_and_never_keeps_one(house):
    ada = house.person("ada")
    with pytest.raises(RefusedError, match="Only an administrator"):
        actions.open_audience(by=ada, now=NOW, name=in_one("en", "Mine"), custodian=ada)
    with pytest.raises(RefusedError, match="cannot keep an audience"):
        actions.open_audience(by=house.root, now=NOW, name=in_one("en", "Mine"), custodian=house.root)
    house.audience("Talks", ada)
    assert entries("audience-opened") == 1


def test_only_the_custodian_fills_an_audience(talks):
    for other in (talks.root, talks.member):
        with pytest.raises(RefusedError, match="Only the custodian"):
            actions.add_member(by=other, now=NOW, audience=talks.audience, person=talks.outsider, ends=NOW + YEAR)
    with pytest.raises(RefusedError, match="reads no record"):
        actions.add_member(by=talks.keeper, now=NOW, audience=talks.audience, person=talks.root, ends=NOW + YEAR)
    actions.add_member(by=talks.keeper, now=NOW, audience=talks.audience, person=talks.outsider, ends=NOW + YEAR)
    assert entries("member-added") == 3


@pytest.mark.parametrize(
    ("ends", "error", "reason"),
    [
        (NOW, InvalidError, "end before it begins"),
        (NOW + timedelta(days=4000), InvalidError, "longer than ten years"),
        (NOW + timedelta(days=1), ConflictError, "already"),
    ],
)
def test_a_membership_ends_and_does_not_overlap(talks, ends, error, reason):
    with pytest.raises(error, match=reason):
        actions.add_member(by=talks.keeper, now=NOW, audience=talks.audience, person=talks.member, ends=ends)


def test_a_membership_is_ended_by_the_custodian_or_the_member(talks):
    row = Membership.objects.get(person=talks.member)
    for other in (talks.root, talks.author):
        with pytest.raises(RefusedError, match="Only the custodian ends"):
            actions.end_membership(by=other, now=LATER, membership=row)
    actions.end_membership(by=talks.member, now=LATER, membership=row)
    with pytest.raises(ConflictError, match="ended already"):
        actions.end_membership(by=talks.keeper, now=LATER, membership=row)
    assert entries("membership-ended") == 1
    assert not reads.audiences_of(talks.member, LATER).exists()


def seen_by(talks, person, now=LATER):
    return bool(reads.marks_for(person, now, "test:record", [talks.record.id]))


def test_the_author_releases_to_an_audience_that_he_knows(house, talks):
    donors = house.audience("Donors", talks.keeper, [talks.outsider])
    right = {"now": LATER, "what": talks.record, "marking": "tlp:amber", "ends": NOW + YEAR}
    with pytest.raises(NotThereError):
        actions.release(by=talks.author, to=donors.pk, **right)
    with pytest.raises(NotThereError):
        actions.release(by=talks.outsider, to=donors.pk, **right)
    with pytest.raises(RefusedError, match="Only who released"):
        actions.release(by=talks.member, to=talks.audience.pk, **right)
    actions.add_member(by=talks.keeper, now=NOW, audience=donors, person=talks.author, ends=NOW + YEAR)
    with pytest.raises(RefusedError, match="not given on under a milder marking"):
        actions.release(by=talks.author, to=donors.pk, **right | {"marking": "tlp:green"})
    assert not seen_by(talks, talks.outsider)
    actions.release(by=talks.author, to=donors.pk, **right)
    assert seen_by(talks, talks.outsider)
    assert entries("released") == 1


def test_only_clear_goes_to_everybody(talks):
    with pytest.raises(RefusedError, match="milder"):
        actions.release(by=talks.author, now=LATER, what=talks.record, to=None, marking="tlp:clear", ends=NOW + YEAR)
    with pytest.raises(InvalidError, match="Only tlp:clear"):
        NewRelease(None, "tlp:green", NOW, NOW + YEAR)


@pytest.mark.django_db(transaction=True)
def test_a_record_is_released_inside_the_act_of_its_room():
    new = NewRelease(None, "tlp:clear", NOW, NOW + YEAR)
    with pytest.raises(transaction.TransactionManagementError, match="inside the transaction"):
        actions.place(record=Ref("test", "record", uuid4()), releases=[new], now=NOW)
    assert not Release.objects.exists()


def test_a_release_is_ended_by_who_gave_it(talks):
    with pytest.raises(RefusedError, match="Only who released"):
        actions.end_release(by=talks.member, now=LATER, release=talks.release.pk)
    with pytest.raises(NotThereError):
        actions.end_release(by=talks.outsider, now=LATER, release=talks.release.pk)
    actions.end_release(by=talks.keeper, now=LATER, release=talks.release.pk)
    assert not seen_by(talks, talks.member)
    with pytest.raises(ConflictError, match="ended already"):
        actions.end_release(by=talks.author, now=LATER, release=talks.release.pk)
    assert entries("release-ended") == 1


def test_a_marking_is_lowered_by_name_and_with_a_reason(talks):
    change = {"now": LATER, "release": talks.release.pk, "marking": "tlp:clear", "reason": "It was in the papers."}
    with pytest.raises(RefusedError, match="Only who released"):
        actions.lower_marking(by=talks.member, **change)
    with pytest.raises(RefusedError, match="not milder"):
        actions.lower_marking(by=talks.author, **change | {"marking": "tlp:red"})
    with pytest.raises(InvalidError, match="Say why"):
        actions.lower_marking(by=talks.author, **change | {"reason": "  "})
    assert not seen_by(talks, None)
    actions.lower_marking(by=talks.author, **change)
    assert seen_by(talks, None)
    assert entries("marking-lowered") == 1


def test_the_database_holds_rank_and_marking_together(talks):
    for wrong in ({"rank": 0}, {"rank": 3}, {"marking": "tlp:red"}, {"audience": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Release.objects.filter(pk=talks.release.pk).update(**wrong)


def test_a_reader_learns_his_audience_and_no_other(house, talks):
    donors = house.audience("Donors", talks.keeper, [talks.outsider])
    with transaction.atomic():
        actions.place(record=talks.record, releases=[NewRelease(donors.pk, "tlp:clear", NOW, NOW + YEAR)], now=NOW)
    marks = reads.marks_for(talks.member, LATER, "test:record", [talks.record.id])[talks.record.id]
    assert [(str(mark.marking), str(mark.audience)) for mark in marks] == [
        ("tlp:amber", "Talks"),
        ("tlp:clear", "None"),
    ]
    (stranger,) = reads.marks_for(None, LATER, "test:record", [talks.record.id])[talks.record.id]
    assert stranger.audience is None


def test_entries_of_this_room_are_for_those_concerned(talks):
    def kinds(person):
        return set(reads.entries_visible_to(person, LATER).values_list("kind", flat=True))

    assert kinds(None) == kinds(talks.outsider) - {"access.invited"} == set()
    assert kinds(talks.member) == {"access.invited", "access.member-added"}
    assert kinds(talks.keeper) == {"access.invited", "access.audience-opened", "access.member-added"}
    assert kinds(talks.root) == {"access.invited", "access.audience-opened"}


def test_tokens_and_keys_end(house):
    ada, bob = house.person("ada"), house.person("bob")
    for wrong in ({"ends": NOW}, {"ends": NOW + YEAR}, {"name": " "}):
        with pytest.raises(InvalidError, match=r"within 90 days|name of at most"):
            actions.issue_token(**{"by": ada, "now": NOW, "name": "a", "scopes": ["read"], "ends": LATER} | wrong)
    for scopes in ([], ["act", "burn"], ["burn"]):
        with pytest.raises(InvalidError, match="read and act"):
            actions.issue_token(by=ada, now=NOW, name="a", scopes=scopes, ends=LATER)
    token, secret = actions.issue_token(by=ada, now=NOW, name="a", scopes=["act", "read"], ends=LATER)
    assert secret.startswith("nf_")
    assert bytes(token.digest) != secret.encode()
    with pytest.raises(NotThereError):
        actions.revoke_token(by=bob, now=NOW, token=token.pk)
    actions.revoke_token(by=ada, now=NOW, token=token.pk)
    with pytest.raises(ConflictError, match="ended already"):
        actions.revoke_token(by=ada, now=NOW, token=token.pk)
    assert (entries("token-issued"), entries("token-revoked")) == (1, 1)


def test_a_signing_key_belongs_to_one_person(house):
    ada, bob, held = house.person("ada"), house.person("bob"), FileKey()
    public = held.key.public
    proof = actions.Possession(b"drawn", held.private.sign(possession_statement(b"drawn")))
    key = actions.enrol_key(by=ada, now=NOW, name="laptop", public=public, ends=LATER, proof=proof)
    assert key.hex == public.hex()
    with pytest.raises(ConflictError, match="enrolled already"):
        actions.enrol_key(by=bob, now=NOW, name="stolen", public=public, ends=LATER, proof=proof)
    with pytest.raises(InvalidError, match="32 bytes"):
        actions.enrol_key(by=bob, now=NOW, name="short", public=public[:-1], ends=LATER, proof=proof)
    for weak in (bytes(32), b"\x01" + bytes(31), b"\xed" + b"\xff" * 30 + b"\x7f", b"\xff" * 32):
        with pytest.raises(InvalidError, match="is a weak one"):
            actions.enrol_key(by=bob, now=NOW, name="weak", public=weak, ends=LATER, proof=proof)
    with pytest.raises(InvalidError, match="no point of the curve"):
        actions.enrol_key(by=bob, now=NOW, name="none", public=b"\x02" + bytes(31), ends=LATER, proof=proof)
    actions.end_key(by=ada, now=NOW, key=key.pk)
    assert (entries("key-enrolled"), entries("key-ended")) == (1, 1)


def test_an_act_that_fails_leaves_nothing(house):
    ada = house.person("ada")
    before = (Audience.objects.count(), Entry.objects.count())

    @transaction.atomic
    def open_two():
        house.audience("Talks", ada)
        actions.open_audience(by=ada, now=NOW, name=in_one("en", "x"), custodian=ada)

    with pytest.raises(RefusedError):
        open_two()
    assert (Audience.objects.count(), Entry.objects.count()) == before


def test_what_ended_is_forgotten(house):
    ada = house.person("ada")
    actions.issue_token(by=ada, now=NOW, name="a", scopes=["read"], ends=LATER)
    assert actions.forget_what_ended(now=LATER) == 0
    assert actions.forget_what_ended(now=LATER + timedelta(days=31)) == 3

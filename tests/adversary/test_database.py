"""An administrator with the database writes rows that no act wrote: the check of the log names each of them."""

from datetime import timedelta
from hashlib import sha256
from uuid import uuid4

import pytest
from django.db import transaction
from signing import FileKey
from world import build

from ninefold import clock
from ninefold.access import actions
from ninefold.access.actions.by_office import pass_on_by_office
from ninefold.access.models import Audience, DirectoryLink, Key, Membership, Person, Release, Token
from ninefold.decisions.actions import end_right
from ninefold.decisions.models import BreakGlass, Right
from ninefold.errors import ConflictError
from ninefold.keeping import actions as keeping
from ninefold.keeping.models import NodeExport
from ninefold.ledger.check import check
from ninefold.ledger.refs import Ref
from ninefold.ledger.signatures import possession_statement
from ninefold.sealing import age
from ninefold.words.text import in_one

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def present(log_key):
    """The world of now."""
    return build(clock.now())


def grants():
    """What the check says of grants."""
    return [str(finding) for finding in check().findings if finding.part == "grant"]


def test_an_honest_world_has_no_such_finding(present):
    present.sent()
    assert grants() == []


def test_a_membership_of_ones_own_shows(present):
    now = clock.now()
    row = Membership.objects.create(audience=present.audience, person=present.outsider, starts=now, ends=now + DAY)
    assert grants() == [f"No entry gave memberships {row.pk}: somebody wrote it into the database."]


def test_a_membership_that_was_turned_over_or_made_longer_shows(present):
    rows = Membership.objects.filter(audience=present.audience)
    rows.filter(person=present.envoy).update(person=present.administrator)
    longer = rows.get(person=present.head)
    Membership.objects.filter(pk=longer.pk).update(ends=longer.ends + DAY)
    assert len(grants()) == 2
    assert all("says another thing than the database" in told for told in grants())


def end_membership(world):
    row = Membership.objects.get(audience=world.audience, person=world.envoy)
    actions.end_membership(by=world.analyst, now=clock.now(), membership=row)
    return Membership, row.pk


def end_release(world):
    row = Release.objects.get(kind="warning:warning", record=world.sent().pk)
    actions.end_release(by=world.analyst, now=clock.now(), release=row.pk)
    return Release, row.pk


def revoke_token(world):
    now = clock.now()
    made = actions.issue_token(by=world.head, now=now, name="t", scopes=["read"], ends=now + DAY)
    actions.revoke_token(by=world.head, now=clock.now(), token=made.token.pk)
    return Token, made.token.pk


def end_the_right(world):
    end_right(by=world.analyst, now=clock.now(), right=world.rights[0])
    return Right, world.rights[0].pk


@pytest.mark.parametrize(
    "change",
    [
        lambda world: {"person": world.outsider},
        lambda world: {"digest": sha256(b"of the thief").digest()},
        lambda world: {"scopes": ["read", "act"]},
        lambda world: {"ends": clock.now() + 2 * DAY},
    ],
    ids=["whose", "secret", "scopes", "ends"],
)
def test_a_token_that_is_changed_shows(present, change):
    told = {"by": present.head, "now": clock.now(), "name": "t", "scopes": ["read"], "ends": clock.now() + DAY}
    token = actions.issue_token(**told).token
    assert grants() == []
    Token.objects.filter(pk=token.pk).update(**change(present))
    assert grants() == [f"The entry that gave tokens {token.pk} says another thing than the database."]


@pytest.mark.parametrize("end", [end_membership, end_release, revoke_token, end_the_right])
def test_what_ended_and_is_made_living_again_shows(present, end):
    model, pk = end(present)
    assert grants() == []
    model.objects.filter(pk=pk).update(ends=clock.now() + DAY)
    assert len(grants()) == 1
    assert f"{pk}, and it lives" in grants()[0]


def test_a_closed_account_that_is_opened_again_shows(present):
    actions.close_account(by=present.administrator, now=clock.now(), person=present.outsider, reason="left")
    assert grants() == []
    Person.objects.filter(pk=present.outsider.pk).update(is_active=True)
    assert grants() == [
        f"The log ended accounts {present.outsider.pk}, and it lives: somebody wrote it into the database."
    ]


def test_a_key_for_somebody_else_shows(present):
    """In a table that the page of keys reads; the directory of the log does not list it."""
    now = clock.now()
    row = Key.objects.create(person=present.head, name="k", public=b"\1" * 32, starts=now, ends=now + DAY)
    assert f"No entry gave signing_keys {row.pk}: somebody wrote it into the database." in grants()


def test_a_key_that_is_turned_over_to_somebody_else_shows(present):
    held, challenge = FileKey(), b"a challenge"
    proof = actions.Possession(challenge, held.private.sign(possession_statement(challenge)))
    told = {"name": "k", "public": held.key.public, "ends": clock.now() + DAY, "proof": proof}
    row = actions.enrol_key(by=present.head, now=clock.now(), **told)
    assert grants() == []
    Key.objects.filter(pk=row.pk).update(person=present.outsider)
    assert grants() == [f"The entry that gave signing_keys {row.pk} says another thing than the database."]


def test_a_directory_s_sign_in_tied_by_hand_shows(present):
    DirectoryLink.objects.create(
        person=present.head, issuer="https://id.example", subject="thief", linked_day=clock.now().date()
    )
    assert grants() == [f"No entry gave directory_links {present.head.pk}: somebody wrote it into the database."]


def test_glass_that_nobody_confirmed_shows(present):
    now = clock.now()
    told = {"kind": "warning:warning", "record": uuid4(), "reason": "x", "asked_by": present.head, "asked_at": now}
    opened = {"confirmed_by": present.envoy, "opened_at": now, "ends": now + DAY, "lapses_at": now + DAY}
    row = BreakGlass.objects.create(**told, **opened)
    assert grants() == [f"No entry gave broken_glass {row.pk}: somebody wrote it into the database."]


def test_an_audience_of_ones_own_shows(present):
    now = clock.now()
    own = Audience.objects.create(name=in_one("en", "Mine"), custodian=present.outsider, starts=now)
    Membership.objects.create(audience=own, person=present.outsider, starts=now, ends=now + DAY)
    said = "No entry gave {}: somebody wrote it into the database."
    assert grants() == [said.format(f"people_let_in {present.outsider.pk}"), said.format(f"audiences {own.pk}")]


def test_a_change_of_office_that_is_told_before_shows_nothing(present):
    """The membership lives until then, and the entry of its end is there already."""
    now = clock.now()
    row = Membership.objects.get(audience=present.audience, person=present.head)
    Membership.objects.filter(pk=row.pk).update(by_office=str(Ref("tracks", "office", present.offices[0].pk)))
    with transaction.atomic():
        pass_on_by_office(
            office=Ref("tracks", "office", present.offices[0].pk),
            person=present.head,
            successor=present.outsider,
            at=now + DAY,
            now=now,
        )
    assert Membership.objects.filter(audience=present.audience, person=present.outsider).exists()
    assert grants() == []


def test_an_export_that_nobody_confirmed_shows_and_an_old_confirmation_is_not_used_twice(present, tmp_path):
    told = {"recipients": age.recipient_of(age.new_identity()), "need": 1, "reason": "handover"}
    row = keeping.request_node_export(by=present.administrator, now=clock.now(), **told)
    NodeExport.objects.filter(pk=row.pk).update(confirmed_by=present.analyst, confirmed_at=clock.now())
    assert grants() == [f"No entry gave node_exports {row.pk}: somebody wrote it into the database."]
    again = keeping.request_node_export(by=present.administrator, now=clock.now(), **told)
    keeping.confirm_node_export(by=present.analyst, now=clock.now(), export=again.pk)
    with pytest.raises(ConflictError, match="confirmed already"):
        keeping.confirm_node_export(by=present.analyst, now=clock.now(), export=again.pk)

"""What of this room lets somebody in, and which entries gave it."""

from collections.abc import Iterator
from datetime import datetime

from allauth.mfa.models import Authenticator

from ninefold.access.actions.entries import (
    ACCOUNT_CLOSED,
    AUDIENCE_HUSHED,
    AUDIENCE_OPENED,
    CUSTODY_PASSED,
    DIRECTORY_LINKED,
    DIRECTORY_UNLINKED,
    FACTOR_ADDED,
    FACTOR_REMOVED,
    INVITED,
    KEY_ENDED,
    KEY_ENROLLED,
    MARKING_LOWERED,
    MEMBER_ADDED,
    MEMBERSHIP_ENDED,
    MEMBERSHIP_PROLONGED,
    PASSWORD_STORED,
    PLACED,
    RELEASE_ENDED,
    RELEASED,
    SUCCESSOR_NAMED,
    TOKEN_ISSUED,
    TOKEN_REVOKED,
)
from ninefold.access.models import Audience, DirectoryLink, Key, Membership, Person, Release, Token
from ninefold.access.told import (
    listed,
    named,
    password_of,
    told_of_audience,
    told_of_factor,
    told_of_link,
    told_of_release,
    yes_or_no,
)
from ninefold.ledger.grants import Grant, granted
from ninefold.ledger.held import Act, Row, Said, ends, held
from ninefold.ledger.models import Entry


@granted(MEMBER_ADDED, MEMBERSHIP_PROLONGED, ended=MEMBERSHIP_ENDED)
def memberships(now: datetime) -> Iterator[Grant]:
    """Who reads through an audience that somebody opened, and until when."""
    opened = Entry.objects.filter(kind=AUDIENCE_OPENED.name).values("subject_id")
    for row in Membership.objects.filter(ends__gt=now, audience__in=opened).iterator():
        told: dict[str, str | datetime] = {"audience": str(row.audience_id), "person": str(row.person_id)}
        yield Grant(row.pk, told | {"ends": row.ends})


@granted(TOKEN_ISSUED, ended=TOKEN_REVOKED, id_in="token")
def tokens(now: datetime) -> Iterator[Grant]:
    """Who acts by a token, and until when."""
    for row in Token.objects.filter(ends__gt=now).iterator():
        yield Grant(row.pk, {"ends": row.ends})


@granted(KEY_ENROLLED, ended=KEY_ENDED, id_in="key")
def signing_keys(now: datetime) -> Iterator[Grant]:
    """Who signs with which key, and until when."""
    for row in Key.objects.filter(ends__gt=now).iterator():
        yield Grant(row.pk, {"public": bytes(row.public).hex(), "ends": row.ends})


@granted(ended=ACCOUNT_CLOSED)
def accounts(now: datetime) -> Iterator[Grant]:
    """Who may sign in."""
    yield from (Grant(pk, {}) for pk in Person.objects.filter(is_active=True).values_list("pk", flat=True))


# ---- Held to the letter: what the entries say of a row, in their order, and the row


def _placed(act: Act) -> Iterator[Said]:
    """A new record given to its readers."""
    for id_, told in act.body["releases"].items():
        yield Said(id_, told, gives=True)


def _released(act: Act) -> Iterator[Said]:
    """A record given further; entries of older versions do not say from when, nor by whom."""
    names = ("record", "audience", "marking", "starts", "ends", "placed_by")
    told = {name: act.body[name] for name in names if name in act.body}
    yield Said(str(act.subject), told | {"embargo_until": act.body.get("embargo_until", "")}, gives=True)


def _lowered(act: Act) -> Iterator[Said]:
    yield Said(str(act.subject), {"marking": act.body["to"]}, before={"marking": act.body["from"]})


@held({PLACED: _placed, RELEASED: _released, MARKING_LOWERED: _lowered, RELEASE_ENDED: ends}, kept=True)
def releases(now: datetime) -> Iterator[Row]:
    """Which record is open to whom, under which marking, until when."""
    for row in Release.objects.filter(ends__gt=now).iterator():
        yield Row(str(row.pk), told_of_release(row))


def _made(act: Act) -> Iterator[Said]:
    """An audience for one person, made where a record is opened in an emergency."""
    for id_, told in act.body.get("audiences", {}).items():
        yield Said(id_, told, gives=True)


def _opened(act: Act) -> Iterator[Said]:
    told = {"custodian": act.body["custodian"], "members_visible": yes_or_no(act.body["members_visible"])}
    told |= {"successor": "", "notices": "yes"}
    yield Said(str(act.subject), told | named(act.body["name"]), gives=True)


def _passed(act: Act) -> Iterator[Said]:
    keeper = act.body["custodian"]
    before = {"custodian": act.body["from"]} if "from" in act.body else {}
    if before or Person.objects.filter(pk=keeper).exists():  # else a restore had nobody to whom it could pass again
        yield Said(str(act.subject), {"custodian": keeper, "successor": ""}, before)


def _named(act: Act) -> Iterator[Said]:
    yield Said(str(act.subject), {"successor": act.body["successor"]})


def _hushed(act: Act) -> Iterator[Said]:
    yield Said(str(act.subject), {"notices": yes_or_no(act.body["notices"])})


@held(
    {
        PLACED: _made,
        AUDIENCE_OPENED: _opened,
        CUSTODY_PASSED: _passed,
        SUCCESSOR_NAMED: _named,
        AUDIENCE_HUSHED: _hushed,
    },
    kept=True,
)
def audiences(now: datetime) -> Iterator[Row]:
    """Who keeps which audience, and how it is set."""
    for row in Audience.objects.iterator():
        yield Row(str(row.pk), told_of_audience(row), apart=named(row.name.as_value()))


def _invited(act: Act) -> Iterator[Said]:
    yield Said(str(act.subject), {"email": act.body["email"], "roles": listed(act.body["roles"])}, gives=True)


@held({INVITED: _invited}, kept=True)
def people(now: datetime) -> Iterator[Row]:
    """Who has an account, by which address he comes, and what he may do for the machine."""
    for row in Person.objects.iterator():
        yield Row(str(row.pk), {"roles": listed(row.roles)}, apart={"email": row.email})


def _stored(act: Act) -> Iterator[Said]:
    """Another password; none where nobody enters by one any more."""
    new, before = act.body["password"], {"password": act.body["before"]}
    yield Said(str(act.subject), {"password": new}, before, gives=bool(new), ended=not new)


@held({PASSWORD_STORED: _stored})
def passwords(now: datetime) -> Iterator[Row]:
    """By which password a person enters, as it is stored."""
    for row in Person.objects.iterator():
        if stored := password_of(row, row.password):
            yield Row(str(row.pk), {"password": stored})


def _added(act: Act) -> Iterator[Said]:
    """A factor; entries of older versions do not say which one it was."""
    if "id" in act.body:
        told = {name: act.body[name] for name in ("factor", "person", "held")}
        yield Said(act.body["id"], told, gives=True)


def _removed(act: Act) -> Iterator[Said]:
    if "id" in act.body:
        yield Said(act.body["id"], ended=True)


@held({FACTOR_ADDED: _added, FACTOR_REMOVED: _removed})
def factors(now: datetime) -> Iterator[Row]:
    """Passkeys, authenticator apps and recovery codes."""
    for row in Authenticator.objects.select_related("user").iterator():
        yield Row(str(row.pk), told_of_factor(row), about=str(row.user_id))


def _linked(act: Act) -> Iterator[Said]:
    """A directory's sign-in; entries of older versions do not hold its subject."""
    told = {name: act.body[name] for name in ("issuer", "subject") if name in act.body}
    yield Said(str(act.subject), told, gives=True)


@held({DIRECTORY_LINKED: _linked, DIRECTORY_UNLINKED: ends, ACCOUNT_CLOSED: ends})
def directory_links(now: datetime) -> Iterator[Row]:
    """Whose account which directory opens, and for which of its subjects."""
    for row in DirectoryLink.objects.select_related("person").iterator():
        yield Row(str(row.person_id), told_of_link(row))

"""By what a person enters, and which entries say so; they hold it by keyed digests."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from allauth.mfa.models import Authenticator

from ninefold.access.actions.entries import (
    FACTOR_ADDED,
    FACTOR_REMOVED,
    PASSWORD_STORED,
)
from ninefold.access.models import Person
from ninefold.access.told import password_of, told_of_factor
from ninefold.ledger.held import Act, Row, Said, held


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
    if "held" in act.body:
        yield Said(_factor(str(act.subject), act.body), {"held": act.body["held"]}, gives=True)


def _removed(act: Act) -> Iterator[Said]:
    if "held" in act.body:
        yield Said(_factor(str(act.subject), act.body), ended=True)


@held({FACTOR_ADDED: _added, FACTOR_REMOVED: _removed})
def factors(now: datetime) -> Iterator[Row]:
    """Passkeys, authenticator apps and recovery codes."""
    for row in Authenticator.objects.select_related("user").iterator():
        person, told = str(row.user_id), told_of_factor(row)
        yield Row(_factor(person, told), {"held": told["held"]}, about=person)


def _factor(person: str, told: Mapping[str, str]) -> str:
    """A factor by whose it is and what it holds: its own number would tell how many there are."""
    return f"{person} {told['factor']} {told['held'][:32]}"

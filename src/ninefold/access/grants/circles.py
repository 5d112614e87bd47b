"""Who keeps which audience and how it is set, and who has an account; and which entries say so."""

from collections.abc import Iterator
from datetime import datetime

from ninefold.access.actions.entries import (
    AUDIENCE_HUSHED,
    AUDIENCE_OPENED,
    CUSTODY_PASSED,
    INVITED,
    PLACED,
    SUCCESSOR_NAMED,
)
from ninefold.access.models import Audience, Person
from ninefold.access.told import listed, named, told_of_audience, yes_or_no
from ninefold.ledger.held import Act, Row, Said, held


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

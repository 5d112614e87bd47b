"""Who holds which office until when, and which entries say so."""

from collections.abc import Iterator
from datetime import datetime

from ninefold.clock import stamp
from ninefold.ledger.authors import SEALED
from ninefold.ledger.held import Act, Row, Said, held
from ninefold.tracks.actions.offices import OFFICE_GIVEN, OFFICE_LEFT
from ninefold.tracks.models import Holding


def _given(act: Act) -> Iterator[Said]:
    person = act.body["person"].rpartition(":")[2]
    if person == SEALED:  # the Chatham House Rule left out who gave the office to himself
        yield Said(str(act.subject), unsaid=True)
        return
    starts, ends = _spelled(act.body["starts"]), _spelled(act.body["ends"])
    yield Said(_id(act.subject, person, starts), {"ends": ends}, gives=True)


def _left(act: Act) -> Iterator[Said]:
    person, ends = act.body["person"], _spelled(act.body["ends"])
    if person == SEALED:
        yield Said(str(act.body["office"]), unsaid=True)
        return
    for starts in [_spelled(act.body["starts"])] if "starts" in act.body else _meant(act, ends):
        yield Said(_id(act.body["office"], person, starts), {"ends": ends})


def _meant(act: Act, ends: str) -> list[str]:
    """When the time began that ended at this moment; an older version does not say it, nor does a restore."""
    moment = datetime.fromisoformat(ends)
    rows = Holding.objects.filter(office=act.body["office"], person=act.body["person"], ends=moment)
    return [stamp(starts) for starts in rows.values_list("starts", flat=True)]


@held({OFFICE_GIVEN: _given, OFFICE_LEFT: _left})
def holdings(now: datetime) -> Iterator[Row]:
    """Who answers for which office."""
    for row in Holding.objects.filter(ends__gt=now).iterator():
        id_ = _id(row.office_id, str(row.person_id), stamp(row.starts))
        yield Row(id_, {"ends": stamp(row.ends)}, about=str(row.office_id))


def _id(office: object, person: str, starts: str) -> str:
    """The row by what it says: its own number would tell readers of its entry how many there are."""
    return f"{office} {person} {starts}"


def _spelled(text: str) -> str:
    return stamp(datetime.fromisoformat(text))

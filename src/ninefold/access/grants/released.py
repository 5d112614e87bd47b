"""Which record is open to whom, and which entries say so."""

from collections.abc import Iterator
from datetime import datetime

from ninefold.access.actions.entries import MARKING_LOWERED, PLACED, RELEASE_ENDED, RELEASED
from ninefold.access.models import Release
from ninefold.access.told import told_of_release
from ninefold.ledger.held import Act, Row, Said, ends, held


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

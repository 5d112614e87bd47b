"""Load a series: the one that comes with Ninefold, or a file of one's own. Each is a vintage of its own."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.db import IntegrityError, transaction

from ninefold.access.actions import NewRelease, place
from ninefold.access.markings import read
from ninefold.access.models import Person
from ninefold.access.reads import actor_name
from ninefold.errors import InvalidError
from ninefold.ledger.actions import append
from ninefold.ledger.kinds import entry_kind
from ninefold.ledger.refs import Ref
from ninefold.warning.audiences import require_audiences
from ninefold.warning.models import Vintage
from ninefold.warning.panel import Panel
from ninefold.warning.panel_store import pack
from ninefold.warning.rules import may_load
from ninefold.warning.vintages import VintageCard, bundled, own_file

DATA_LOADED = entry_kind("warning.data-loaded", "loaded a series of data")

# A series is read as long as warnings stand on it; ten years is the longest release there is.
RELEASED_FOR = timedelta(days=3_650)
_CLEAR = "tlp:clear"
_MOST = {"name": 200, "attribution": 300, "licence": 200}


@transaction.atomic
def load_bundled(*, now: datetime) -> Vintage:
    """Make the bundled series known to this workspace, once: from now on its signal has a time."""
    panel, card = bundled()
    found = Vintage.objects.filter(digest=card.digest, loaded_by=None).first()
    if found:
        return found
    try:
        with transaction.atomic():
            vintage = Vintage.objects.create(**_columns(card, panel), marking=_CLEAR, loaded_at=now)
    except IntegrityError:
        # Another process was quicker; its entry is the one.
        return Vintage.objects.get(digest=card.digest, loaded_by=None)
    everybody = [NewRelease(None, _CLEAR, now, now + RELEASED_FOR)]
    _record(vintage, actor="node", now=now, releases=everybody, by=None, panel=panel)
    return vintage


@transaction.atomic
def load_own(
    *,
    by: Person,
    now: datetime,
    file: Path,
    name: str,
    attribution: str,
    licence: str,
    marking: str,
    audiences: Sequence[UUID],
) -> Vintage:
    """Load a file in the panel's format for the chosen audiences. `WrongCellsError` names the cells that are wrong."""
    may_load(by.roles).require()
    require_audiences(by, audiences, marking, now)
    panel, card = own_file(file)
    told = {"name": name, "attribution": attribution, "licence": licence}
    for column, value in told.items():
        most = _MOST[column]
        if not value.strip() or len(value) > most:
            raise InvalidError("Write the {column} of the data in 1 to {most} characters.", column=column, most=most)
    columns = _columns(card, panel) | {column: value.strip() for column, value in told.items()}
    vintage = Vintage.objects.create(
        **columns, panel=pack(panel), marking=str(read(marking)), loaded_by=by, loaded_at=now
    )
    releases = [NewRelease(audience, marking, now, now + RELEASED_FOR) for audience in audiences]
    _record(vintage, actor=actor_name(by), now=now, releases=releases, by=by, panel=panel)
    return vintage


def _columns(card: VintageCard, panel: Panel) -> dict[str, str]:
    return {
        "name": card.name,
        "attribution": card.attribution,
        "licence": card.licence,
        "address": card.address,
        "unit": card.unit,
        "vintage": card.vintage,
        "caution": card.caution,
        "digest": card.digest,
        "first": str(panel.first),
        "last": str(panel.last),
    }


def _record(
    vintage: Vintage, *, actor: str, now: datetime, releases: Sequence[NewRelease], by: Person | None, panel: Panel
) -> None:
    ref = Ref("warning", "vintage", vintage.pk)
    place(record=ref, releases=releases, now=now, by=by)
    body = {
        "name": vintage.name,
        "attribution": vintage.attribution,
        "licence": vintage.licence,
        "digest": vintage.digest,
        "first": vintage.first,
        "last": vintage.last,
        "countries": len(panel.units),
    }
    append(kind=DATA_LOADED, actor=actor, subject=ref, now=now, marking=vintage.marking, body=body)

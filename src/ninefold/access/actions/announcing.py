"""What concerns everybody who reads anything here: told to every audience, whoever is in it."""

from datetime import datetime

from ninefold.access.actions.audiences import LONGEST
from ninefold.access.actions.releases import NewRelease, place
from ninefold.access.models import Audience, Release
from ninefold.ledger.refs import Ref

MARK = "tlp:amber"
"""For the members of the audiences, and nobody beyond them."""


def announce(*, record: Ref, now: datetime) -> list[Release]:
    """Release a record of the node itself to every audience, inside its act; its entries bear `MARK` at most."""
    audiences = Audience.objects.order_by("starts", "id").values_list("pk", flat=True)
    releases = [NewRelease(audience, MARK, now, now + LONGEST) for audience in audiences]
    return place(record=record, releases=releases, now=now)

"""The sealed entry of the tour: what the crisis desk alone entered into the circle."""

from uuid import UUID

from ninefold.ledger.models import Entry, Leaf
from ninefold.tracks.actions import CIRCLE_ENTERED

# No other list of the story bears it.
_MARKING = "tlp:amber+strict"


def entry() -> UUID | None:
    """Its id; None where the workspace is empty."""
    lists = Entry.objects.filter(kind=CIRCLE_ENTERED.name, marking=_MARKING).order_by("serial")
    return lists.values_list("id", flat=True).first()


def leaf() -> int | None:
    """The index of its leaf, which the log shows to nobody; None until it is published.

    Only the tour of the sample tells it, so that the seal and what it covers can be seen side by side.
    """
    leaves = Leaf.objects.filter(entry__kind=CIRCLE_ENTERED.name, entry__marking=_MARKING).order_by("entry_id")
    return leaves.values_list("index", flat=True).first()

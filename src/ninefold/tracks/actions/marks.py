"""Under which mark an entry about a record of this room is written."""

from datetime import datetime

from ninefold.access.models import Person
from ninefold.access.reads import marks_for, releases_now
from ninefold.ledger.refs import Ref


def mark_read_by(by: Person, now: datetime, record: Ref) -> str:
    """The strictest mark under which this person reads the record; the strictest of all where he does not."""
    marks = marks_for(by, now, record.room_kind, [record.id]).get(record.id)
    return str(marks[0].marking) if marks else "tlp:red"


def strictest_mark(now: datetime, record: Ref) -> str:
    """The strictest mark under which anybody reads the record, where no person acts."""
    releases = releases_now(now, record.room_kind, record.id)
    strictest = releases.order_by("-rank").first()
    return strictest.marking if strictest else "tlp:red"

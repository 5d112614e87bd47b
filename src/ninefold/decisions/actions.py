"""Every change to the table of rights: one transaction and one entry each."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from ninefold.access.actions import NewRelease, place
from ninefold.access.models import Person
from ninefold.access.reads import actor_name
from ninefold.decisions.models import Right
from ninefold.decisions.rules import EVERYWHERE, MATTERS, may_grant_rights
from ninefold.errors import ConflictError, InvalidError
from ninefold.ledger.actions import append
from ninefold.ledger.kinds import entry_kind
from ninefold.ledger.refs import Ref
from ninefold.tracks.models import Office

RIGHT_GIVEN = entry_kind("decisions.right-given", "gave an office the right to act")
RIGHT_ENDED = entry_kind("decisions.right-ended", "ended an office's right to act")


@transaction.atomic
def give_right(
    *,
    by: Person,
    now: datetime,
    office: Office,
    matter: str,
    turn: int,
    starts: datetime,
    ends: datetime,
    place_of: str = EVERYWHERE,
    releases: Sequence[NewRelease],
    marking: str = "tlp:green",
) -> Right:
    """Let an office act on a matter at a place (ISO 3166 alpha-3, or everywhere), in its turn, for a time that ends."""
    may_grant_rights(by.roles).require()
    if matter not in MATTERS:
        raise InvalidError(
            "{matter} is not a matter that anybody decides here; choose one of the list.", matter=repr(matter)
        )
    if ends <= starts:
        raise InvalidError("The right would end before it starts; choose a later end.")
    if Right.objects.filter(matter=matter, place=place_of, turn=turn, starts__lt=ends, ends__gt=starts).exists():
        raise ConflictError(
            "Turn {turn} is already taken for this matter, place and time; choose another turn.", turn=turn
        )
    right = Right.objects.create(office=office, matter=matter, place=place_of, turn=turn, starts=starts, ends=ends)
    ref = Ref("decisions", "right", right.pk)
    place(record=ref, releases=releases)
    body = {
        "office": str(office.pk),
        "matter": matter,
        "place": place_of,
        "turn": turn,
        "starts": starts.isoformat(),
        "ends": ends.isoformat(),
    }
    append(kind=RIGHT_GIVEN, actor=actor_name(by), subject=ref, now=now, marking=marking, body=body)
    return right


@transaction.atomic
def end_right(*, by: Person, now: datetime, right: Right, marking: str = "tlp:green") -> None:
    """End a right at this moment; what was done under it stays."""
    may_grant_rights(by.roles).require()
    if not Right.objects.filter(pk=right.pk, starts__lt=now, ends__gt=now).update(ends=now):
        raise ConflictError("This right does not hold now, so it cannot be ended; read the table again.")
    ref = Ref("decisions", "right", right.pk)
    append(
        kind=RIGHT_ENDED, actor=actor_name(by), subject=ref, now=now, marking=marking, body={"ends": now.isoformat()}
    )

"""Every change to the table of rights."""

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from django.db import transaction

from ninefold.access.actions import NewRelease, mark_of, place, require_span
from ninefold.access.models import Person
from ninefold.access.reads import actor_name, marks_for
from ninefold.decisions import reads
from ninefold.decisions.models import Right
from ninefold.decisions.rules import EVERYWHERE, LAST_TURN, MATTERS, may_grant_rights
from ninefold.errors import ConflictError, InvalidError
from ninefold.ledger.actions import append
from ninefold.ledger.drafts import Seal
from ninefold.ledger.kinds import entry_kind
from ninefold.ledger.refs import Ref
from ninefold.tracks.models import Office
from ninefold.words.countries import iso2

RIGHT_GIVEN = entry_kind("decisions.right-given", "gave an office the right to act", consequential=True)
RIGHT_ENDED = entry_kind("decisions.right-ended", "ended an office's right to act", consequential=True)


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
    seal: Seal | None = None,
) -> Right:
    """Let an office act on a matter at a place (ISO 3166 alpha-3, or everywhere), in its turn, for a time that ends."""
    may_grant_rights(by.roles).require()
    _require_known(matter, place_of, turn)
    _require_term(starts, ends, now)
    # Among the rights that he sees: a refusal for a hidden one would tell of it. Equal turns keep a fixed order.
    at_the_time = reads.rights(by, now).filter(matter=matter, place=place_of, starts__lt=ends, ends__gt=starts)
    if at_the_time.filter(turn=turn).exists():
        raise ConflictError(
            "Turn {turn} is already taken for this matter, place and time; choose another turn.", turn=turn
        )
    term = {"starts": starts, "ends": ends}
    id_ = seal.draft.record if seal else uuid4()
    right = Right.objects.create(id=id_, office=office, matter=matter, place=place_of, turn=turn, **term)
    ref = Ref("decisions", "right", right.pk)
    place(record=ref, releases=releases, now=now, by=by)
    body = {
        "office": str(office.pk),
        "matter": matter,
        "place": place_of,
        "turn": turn,
        "starts": starts.isoformat(),
        "ends": ends.isoformat(),
    }
    append(
        kind=RIGHT_GIVEN,
        actor=actor_name(by),
        subject=ref,
        now=now,
        marking=mark_of(releases, now),
        body=body,
        seal=seal,
    )
    return right


@transaction.atomic
def end_right(*, by: Person, now: datetime, right: Right, seal: Seal | None = None) -> None:
    """End a right at this moment; what was done under it stays. The entry bears the mark under which he reads it."""
    may_grant_rights(by.roles).require()
    if not Right.objects.filter(pk=right.pk, starts__lt=now, ends__gt=now).update(ends=now):
        raise ConflictError("This right does not hold now, so it cannot be ended; read the table again.")
    marks = marks_for(by, now, "decisions:right", [right.pk]).get(right.pk)
    append(
        kind=RIGHT_ENDED,
        actor=actor_name(by),
        subject=Ref("decisions", "right", right.pk),
        now=now,
        marking=str(marks[0].marking) if marks else "tlp:red",
        body={"ends": now.isoformat()},
        seal=seal,
    )


def _require_known(matter: str, place_of: str, turn: int) -> None:
    if matter not in MATTERS:
        raise InvalidError(
            "{matter} is not a matter that anybody decides here; choose one of the list.", matter=repr(matter)
        )
    if place_of != EVERYWHERE and iso2(place_of) is None:
        raise InvalidError(
            "{place} is not the three-letter code of a country (ISO 3166); leave it empty for everywhere.",
            place=repr(place_of),
        )
    if not 1 <= turn <= LAST_TURN:
        raise InvalidError("A turn is a whole number from 1 to {most}.", most=LAST_TURN)


def _require_term(starts: datetime, ends: datetime, now: datetime) -> None:
    if ends <= starts:
        raise InvalidError("The right would end before it starts; choose a later end.")
    if starts < now:
        raise InvalidError("What begins now cannot have begun before; choose today or a later day.")
    require_span(starts, ends, now)

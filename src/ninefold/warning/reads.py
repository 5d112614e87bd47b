"""Every question to the room's tables; each takes the person who asks (None is a stranger)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from ninefold.access.markings import read
from ninefold.access.models import Person
from ninefold.access.reads import Mark, Place, entries_visible_to, marks_for, newest, readers_of, visible_to
from ninefold.decisions import reads as decisions
from ninefold.errors import InvalidError, NotThereError
from ninefold.ledger.models import Entry
from ninefold.tracks import seats
from ninefold.tracks.models import Office
from ninefold.warning.latency import Latency
from ninefold.warning.models import EarlyWarning, Passage, Vintage
from ninefold.warning.paging import SIZE
from ninefold.warning.panel import Panel
from ninefold.warning.panel_store import unpack
from ninefold.warning.rules import MATTER, OPEN_STATES
from ninefold.warning.vintages import VintageCard, bundled, bundled_card

WARNING, VINTAGE = "warning:warning", "warning:vintage"


@dataclass(frozen=True)
class Series:
    """A panel with its caption; `vintage` is None for the bundled series of a workspace that has not loaded it."""

    panel: Panel
    card: VintageCard
    vintage: Vintage | None


def vintages(person: Person | None, now: datetime) -> QuerySet[Vintage]:
    """The series that this reader may see, the newest first."""
    seen = Vintage.objects.filter(visible_to(person, now, VINTAGE)).defer("panel")
    return seen.order_by("-loaded_at", "-id")


def series_for(person: Person | None, now: datetime, vintage: UUID | None = None) -> Series:
    """One series: the chosen one, or the newest that this reader may see, or the bundled one."""
    if vintage is None:
        # An older version's bundled series is passed over: its figures are no longer here.
        here = Q(panel__isnull=False) | Q(digest=bundled_card().digest)
        latest = vintages(person, now).defer(None).filter(here).first()
        return series(latest) if latest else Series(*bundled(), None)
    chosen = vintages(person, now).defer(None).filter(pk=vintage).first()
    if chosen is None:
        raise NotThereError
    return series(chosen)


def series(vintage: Vintage) -> Series:
    """The figures of a vintage. A bundled series that this version no longer brings raises `InvalidError`."""
    if vintage.panel is not None:
        return Series(unpack(bytes(vintage.panel)), card(vintage), vintage)
    panel, present = bundled()
    if present.digest != vintage.digest:
        raise InvalidError("This version of Ninefold brings a newer series; choose that one.")
    return Series(panel, present, vintage)


def marks_on(person: Person | None, now: datetime, shown: Series) -> list[Mark]:
    """Under which marks he reads a series, the strictest first; whatever is computed from it bears them too."""
    if shown.vintage is None:
        return []
    return marks_for(person, now, VINTAGE, [shown.vintage.pk]).get(shown.vintage.pk, [])


def card(vintage: Vintage) -> VintageCard:
    """The caption of a vintage."""
    return VintageCard(
        vintage.name,
        vintage.attribution,
        vintage.licence,
        vintage.address,
        vintage.unit,
        vintage.vintage,
        vintage.caution,
        vintage.digest,
    )


def warnings(person: Person | None, now: datetime) -> QuerySet[EarlyWarning]:
    """The warnings that this reader may see, the newest first."""
    seen = EarlyWarning.objects.filter(visible_to(person, now, WARNING))
    return seen.select_related("raised_by").order_by("-raised_at", "-id")


def newest_warnings(
    person: Person | None, now: datetime, *, after: Place | None = None, size: int = SIZE
) -> tuple[list[EarlyWarning], Place | None]:
    """One page of the warnings that this reader may see, the newest first, and where the next page begins."""
    page = newest(person, now, WARNING, after=after, size=size)
    found = EarlyWarning.objects.select_related("raised_by", "vintage").in_bulk(page.ids)
    return [found[record] for record in page.ids], page.after


def newest_vintages(
    person: Person | None, now: datetime, *, after: Place | None = None, size: int = SIZE
) -> tuple[list[Vintage], Place | None]:
    """One page of the series that this reader may see, and where the next page begins."""
    page = newest(person, now, VINTAGE, after=after, size=size)
    found = Vintage.objects.defer("panel").in_bulk(page.ids)
    return [found[record] for record in page.ids], page.after


def warning_for(person: Person | None, warning: UUID, now: datetime) -> EarlyWarning:
    """One warning, or `NotThereError`: the same for a hidden one and for none."""
    found = warnings(person, now).select_related("vintage").filter(pk=warning).first()
    if found is None:
        raise NotThereError
    return found


def passages(warning: EarlyWarning) -> list[Passage]:
    """The way of a warning from office to office, in order; for who has got the warning through `warning_for`."""
    return list(warning.passages.select_related("office__actor", "by").order_by("round", "turn"))


def waiting(warning: EarlyWarning) -> Passage | None:
    """The passage whose clock runs, if any."""
    return warning.passages.select_related("office__actor").filter(outcome="waiting").first()


def line_for(person: Person, warning: EarlyWarning, now: datetime) -> list[Office]:
    """The offices that `person` can send the warning to, in turn.

    An office stands in line when it holds the right for this country now, the sender may see that right, and
    somebody who holds the office reads the warning already: sending never widens the circle of readers.
    """
    seen = {right.pk for right in decisions.rights(person, now)}
    turn = [right.office for right in decisions.turn_for(MATTER, warning.country, now) if right.id in seen]
    able = _able(dict.fromkeys(turn), warning, now)
    offices = Office.objects.select_related("actor").in_bulk(able)
    return [offices[office] for office in able]


def still_in_line(warning: EarlyWarning, now: datetime) -> list[UUID]:
    """Of the line as it was sent, the offices that may still act; for the clock, which shows nobody anything."""
    holding = {right.office for right in decisions.turn_for(MATTER, warning.country, now)}
    line = (UUID(office) for office in warning.line)
    return _able({office: None for office in line if office in holding}, warning, now)


def _able(offices: dict[UUID, None], warning: EarlyWarning, now: datetime) -> list[UUID]:
    readers = readers_of(WARNING, warning.pk, now)
    return [office for office in offices if any(map(readers.include, seats.holders(office, now)))]


def waiting_for(person: Person, now: datetime) -> QuerySet[Passage]:
    """The passages that wait for an answer from this person's offices, the first due first."""
    offices = seats.offices_answered(person, now).values("pk")
    mine = Passage.objects.filter(outcome="waiting", office__in=offices, warning__in=warnings(person, now).values("pk"))
    return mine.select_related("warning", "office__actor").order_by("due_at", "id")


def has_no_author(warning: EarlyWarning) -> bool:
    """Whether its author has left before it was at its end."""
    return warning.state in OPEN_STATES and not warning.raised_by.is_active


def left_behind(person: Person, now: datetime) -> QuerySet[EarlyWarning]:
    """The warnings that he reads whose author has left before they were at their end."""
    return warnings(person, now).filter(raised_by__is_active=False, state__in=OPEN_STATES)


def returned_to(person: Person, now: datetime) -> QuerySet[EarlyWarning]:
    """The warnings that he raised and nobody answered."""
    return warnings(person, now).filter(raised_by=person, state="unanswered")


def latency(warning: EarlyWarning) -> Latency:
    """The moments of a warning: signal, raised, first sent, acted."""
    sent = warning.passages.order_by("round", "turn").values_list("sent_at", flat=True).first()
    acted = warning.passages.filter(outcome="acknowledged").values_list("at", flat=True).first()
    return Latency(warning.vintage.loaded_at, warning.raised_at, sent, acted)


def nameless(person: Person | None, now: datetime, found: Iterable[EarlyWarning]) -> set[UUID]:
    """Of which of these warnings he may not know who did what. One query."""
    warnings = list(found)
    marks = marks_for(person, now, WARNING, [one.pk for one in warnings])
    return {one.pk for one in warnings if is_nameless(one, marks.get(one.pk, []))}


def is_nameless(warning: EarlyWarning, marks: Iterable[Mark]) -> bool:
    """Whether it, or all through which he reads it, is under the Chatham House Rule."""
    return read(warning.marking).chatham_house or all(mark.marking.chatham_house for mark in marks)


def entries(person: Person | None, warning: EarlyWarning, now: datetime) -> QuerySet[Entry]:
    """What the ledger says of this warning, as far as this reader may see, in order."""
    about = Q(subject_kind=WARNING, subject_id=warning.pk)
    return entries_visible_to(person, now).filter(about).order_by("serial")


def last_commitment(warning: UUID) -> list[str]:
    """The commitment (hex) of the newest entry about this warning, for the next entry to link to."""
    about = Entry.objects.filter(subject_kind=WARNING, subject_id=warning).order_by("-serial")
    return [bytes(commitment).hex() for commitment in about.values_list("commitment", flat=True)[:1]]

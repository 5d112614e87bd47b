"""What stands beside the circle: what waits for this reader, and what is coming in words of estimate."""

from collections import Counter
from datetime import date, datetime
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.functional import Promise

from ninefold.access.models import Person
from ninefold.access.reads import Mark, marks_for
from ninefold.warning import reads
from ninefold.warning.board import build_board
from ninefold.warning.estimates import SCALE
from ninefold.warning.labels import ESTIMATE_NAMES
from ninefold.words.countries import country_name
from ninefold.words.text import Text

# From here on something is at least as likely as not.
_EVEN = 0.45


class Waiting(NamedTuple):
    """A warning that waits for an answer from one of the reader's offices."""

    place: str
    href: str
    office: Text
    due: datetime
    marks: list[Mark]


class Step(NamedTuple):
    """How many countries bear one word of estimate."""

    words: Promise
    low: float
    high: float
    countries: int


class Coming(NamedTuple):
    """The newest board in figures. `replay`: it tells of a past day, not of today's risk."""

    as_known_on: date
    replay: bool
    threshold: int
    steps: list[Step]
    card: Any
    marks: list[Mark]


def waiting_for(person: Person | None, now: datetime, code: str) -> list[Waiting]:
    """The warnings that wait for this person, the first due first; a stranger has none."""
    if person is None:
        return []
    passages = list(reads.waiting_for(person, now))
    marks = marks_for(person, now, reads.WARNING, [passage.warning_id for passage in passages])
    return [
        Waiting(
            country_name(passage.warning.country, code),
            reverse("warning:warning", args=[passage.warning_id]),
            passage.office.title,
            passage.due_at,
            marks.get(passage.warning_id, []),
        )
        for passage in passages
    ]


def coming(person: Person | None, now: datetime) -> Coming:
    """The newest board that this reader may see, counted by word of estimate from an even chance up."""
    series = reads.series_for(person, now)
    board = build_board(series.panel, series.panel.last)
    counted = Counter(row.estimate.word.slug for row in board.rows if row.estimate)
    steps = [Step(ESTIMATE_NAMES[word.slug], word.least, word.below, counted[word.slug]) for word in reversed(SCALE)]
    return Coming(
        board.as_known_on,
        board.is_replay(now.date()),
        board.threshold,
        [step for step in steps if step.low >= _EVEN],
        series.card,
        reads.marks_on(person, now, series),
    )

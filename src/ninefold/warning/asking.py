"""What a page or a call asks for: the series and the origin, as this reader may see them."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest

from ninefold import clock
from ninefold.access.guards import person_of
from ninefold.access.markings import Marking
from ninefold.access.models import Person
from ninefold.access.reads import Mark
from ninefold.errors import InvalidError, NotThereError
from ninefold.warning import reads
from ninefold.warning.board import Board, CountryForecast, build_board
from ninefold.warning.months import Month


@dataclass(frozen=True)
class Asked:
    """The data and the origin that a page is about, for this reader; `query` repeats them in links."""

    person: Person | None
    now: datetime
    series: reads.Series
    board: Board

    @property
    def query(self) -> str:
        chosen = {"origin": str(self.board.origin)}
        if self.series.vintage:
            chosen["data"] = str(self.series.vintage.pk)
        return "?" + urlencode(chosen)

    def marks(self) -> list[Mark]:
        """Under which marks he reads the data."""
        return reads.marks_on(self.person, self.now, self.series)

    @property
    def marking(self) -> Marking:
        """The highest of them, for files that leave the page behind."""
        return next((mark.marking for mark in self.marks()), Marking("clear"))


def asked_for(request: HttpRequest) -> Asked:
    """Read `?data=` and `?origin=`; without them, the newest series that this reader may see and its last month."""
    person, now = person_of(request), clock.now()
    series = reads.series_for(person, now, _vintage(request.GET.get("data", "")))
    origin = request.GET.get("origin", "")
    return Asked(person, now, series, build_board(series.panel, Month.parse(origin) if origin else series.panel.last))


def row_of(board: Board, iso3: str) -> CountryForecast:
    """The country's row; one that the data do not hold is not there."""
    try:
        return board.row(iso3)
    except InvalidError:
        raise NotThereError from None


def _vintage(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise NotThereError from None

"""The warnings of the sample: exercises on past data, each brought into its state by the acts that lead there."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from ninefold.access.models import Person
from ninefold.sample.cast import Cast
from ninefold.sample.intake import Item, tables
from ninefold.warning import actions, reads
from ninefold.warning.months import Month
from ninefold.words.text import Text

_TIMES = ("raised", "sent", "acknowledged", "passed_on")
_KEYS = frozenset({"country", "origin", "months", "audience", "clock_hours", "title", "summary", *_TIMES})


@dataclass(frozen=True)
class Replay:
    """A warning to raise; `at` tells how long before the sample is made each act happened."""

    key: str
    country: str
    origin: Month
    months: int
    audience: str
    clock: timedelta
    title: Text
    summary: Text
    at: dict[str, timedelta]


def replays() -> tuple[Replay, ...]:
    """The warnings of the sample, the oldest first."""
    return tuple(_replay(key, item.only(_KEYS)) for key, item in tables("warnings.toml").items())


def enter(replay: Replay, cast: Cast, now: datetime) -> UUID:
    """Raise the warning and take it as far as its story goes; `now` is when the sample is made."""
    analyst, audience = cast.custodian(replay.audience), cast.audiences[replay.audience]
    when = {act: now - before for act, before in replay.at.items()}
    draft = actions.Draft(
        country=replay.country,
        origin=replay.origin,
        months=replay.months,
        title=replay.title,
        summary=replay.summary,
        marking=cast.markings[replay.audience],
        audiences=[audience.pk],
    )
    warning = actions.raise_warning(by=analyst, now=when["raised"], draft=draft).pk
    if "sent" in when:
        _send(warning, replay.clock, analyst, when["sent"])
    if "passed_on" in when:
        actions.pass_on(now=when["passed_on"])
    if "acknowledged" in when:
        _acknowledge(warning, cast, when["acknowledged"])
    return warning


def _send(warning: UUID, clock: timedelta, by: Person, now: datetime) -> None:
    """To the first in line."""
    found = reads.warning_for(by, warning, now)
    office = reads.line_for(by, found, now)[0]
    actions.send(by=by, now=now, warning=warning, version=found.version, office=office.pk, clock=clock)


def _acknowledge(warning: UUID, cast: Cast, now: datetime) -> None:
    """By whoever holds the office that is asked."""
    for person in cast.people.values():
        for passage in reads.waiting_for(person, now):
            if passage.warning_id == warning:
                actions.acknowledge(by=person, now=now, warning=warning, version=passage.warning.version)
                return


def _replay(key: str, item: Item) -> Replay:
    return Replay(
        key,
        item.word("country"),
        Month.parse(item.word("origin")),
        item.number("months") or 0,
        item.word("audience"),
        timedelta(hours=item.number("clock_hours") or 0),
        item.text("title"),
        item.text("summary"),
        {act: timedelta(minutes=item.number(act) or 0) for act in _TIMES if act in item.values},
    )

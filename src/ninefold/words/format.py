"""Dates, numbers, shares and durations as a reader of one language writes them. Pure, on CLDR through Babel.

Digits: 0-9 in every language, Arabic included. CLDR gives Arabic 0-9 as its default, the Maghreb prints nothing else,
and the Mashreq reads both. A hash, a proof, a resolution number or a time that is read out over a telephone must
have one spelling in all six languages, on the page, in its PDF and in its CSV. Whoever changes it changes `_DIGITS`.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from math import inf
from typing import Literal

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time, format_timedelta, get_datetime_format
from babel.lists import format_list
from babel.numbers import format_decimal, format_percent

from ninefold.errors import InvalidError
from ninefold.words.languages import language

_DIGITS = "latn"
_UNITS: tuple[tuple[Literal["day", "hour", "minute"], int], ...] = (("day", 86_400), ("hour", 3_600), ("minute", 60))


@lru_cache(maxsize=16)
def _locale(code: str) -> Locale:
    return Locale.parse(language(code).locale)


def number(value: float, code: str, *, places: int | None = None) -> str:
    """A number with the language's separators; `places` fixes the decimals (at most three otherwise)."""
    pattern = None if places is None else "#,##0" + ("." + "0" * places if places else "")
    return format_decimal(value, format=pattern, locale=_locale(code), numbering_system=_DIGITS)


def percent(share: float, code: str, *, places: int = 0) -> str:
    """A share from 0 to 1 as a percentage. A share that would round to nothing or to all is said so (`<1 %`)."""
    step = 10.0 ** -(places + 2)
    if 0 < share < step / 2:
        return "<" + _percent(step, code, places)
    if 1 - step / 2 < share < 1:
        return ">" + _percent(1 - step, code, places)
    return _percent(share, code, places)


def percent_range(low: float, high: float, code: str) -> str:
    """Two shares as one range, the sign once: `55–80 %`."""
    if not 0 <= low <= high <= 1:
        raise InvalidError("A range of shares runs from 0 to 1, its lower end first.")
    if round(low * 100) == round(high * 100):
        return percent(low, code)
    return f"{number(round(low * 100), code)}–{_percent(high, code, 0)}"


def number_range(low: float, high: float, code: str, *, places: int | None = None) -> str:
    """Two numbers as one range: `12–340`."""
    return f"{number(low, code, places=places)}–{number(high, code, places=places)}"


def day(when: date, code: str) -> str:
    """`21 November 2026`."""
    return format_date(when, "long", locale=_locale(code))


def month(when: date, code: str) -> str:
    """`November 2026`."""
    return format_skeleton("yMMMM", datetime(when.year, when.month, 1, tzinfo=UTC), locale=_locale(code))


def short_month(when: date, code: str) -> str:
    """`Nov 2026`, for axes and tables."""
    return format_skeleton("yMMM", datetime(when.year, when.month, 1, tzinfo=UTC), locale=_locale(code))


def clock_time(when: datetime, code: str, *, zone: tzinfo = UTC) -> str:
    """`14:05 UTC`: twenty-four hours in every language, and always the zone."""
    local = _aware(when).astimezone(zone)
    return f"{format_time(local, 'HH:mm', locale=_locale(code))} {_zone_name(local)}"


def moment(when: datetime, code: str, *, zone: tzinfo = UTC) -> str:
    """`21 November 2026, 14:05 UTC`."""
    local = _aware(when).astimezone(zone)
    together = get_datetime_format("long", locale=_locale(code))
    return str(together).replace("{0}", clock_time(when, code, zone=zone)).replace("{1}", day(local.date(), code))


def relative(when: datetime, code: str, *, now: datetime) -> str:
    """`in 3 hours`, `6 weeks ago`: stands beside a date, never instead of it."""
    return format_timedelta(_aware(when) - now, granularity="minute", add_direction=True, locale=_locale(code))


def together(words: Sequence[str], code: str) -> str:
    """Words as one list: `Ukraine, Sudan and Mali`."""
    return format_list(words, locale=_locale(code))


def duration(length: timedelta, code: str) -> str:
    """The two largest of days, hours and minutes: `2 hours and 5 minutes`. Less than a minute counts as one."""
    seconds = max(int(length.total_seconds()), 60)
    parts = []
    for unit, size in _UNITS:
        count, seconds = divmod(seconds, size)
        if count:
            # Not `format_unit`: CLDR's long Arabic day is inherited from its short one, which Babel does not follow.
            whole = timedelta(seconds=count * size)
            parts.append(format_timedelta(whole, granularity=unit, threshold=inf, locale=_locale(code)))
        elif parts:
            break
    return together(parts[:2], code)


def _percent(share: float, code: str, places: int) -> str:
    pattern = None
    if places:
        pattern = _locale(code).percent_formats[None].pattern.replace("0", "0." + "0" * places, 1)
    return format_percent(share, format=pattern, locale=_locale(code), numbering_system=_DIGITS)


def _aware(when: datetime) -> datetime:
    if when.tzinfo is None:
        raise InvalidError("The time {moment} has no time zone; give one, such as Z for UTC.", moment=when.isoformat())
    return when


def _zone_name(local: datetime) -> str:
    """`UTC`, `CET`; a zone without letters is named by its distance from UTC."""
    name = local.tzname() or ""
    return name if name[:1].isalpha() else f"UTC{local:%z}"

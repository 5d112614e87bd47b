"""The front page's circle: the answer in sentences, the picture and the rows of its table. Counts come in filtered."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple
from uuid import UUID

from babel.lists import format_list
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext

from ninefold.papers import circle as drawing
from ninefold.papers.svg import Direction
from ninefold.tracks.circle import Chord, Circle, Point
from ninefold.tracks.labels import LEVEL_NAMES, TRACK_NAMES
from ninefold.tracks.rules import CENTRE, LEVELS
from ninefold.words.format import day, number
from ninefold.words.languages import language


class Row(NamedTuple):
    """One track in the table twin."""

    name: Promise
    href: str
    actors: int
    levels: str
    ties: int
    state: str
    reaches_public: int
    hears_back: int


class Picture(NamedTuple):
    """The circle twice: for a desk and for a phone; only one is shown."""

    wide: str
    compact: str


def answer(circle: Circle, code: str, today: date) -> list[str]:
    """What the circle says, in sentences."""
    sentences = [_presence(circle, code)]
    isolated = [point for point in circle.points if point.isolated]
    hanging = [point for point in circle.points if point.hangs_on_one_tie]
    if isolated:
        said = ngettext(
            "%(names)s stands apart: no tie that you may see leads to another track.",
            "%(names)s stand apart: no tie that you may see leads to another track.",
            len(isolated),
        )
        sentences.append(said % {"names": _names(isolated, code)})
    if hanging:
        said = ngettext("%(names)s hangs on a single tie.", "%(names)s each hang on a single tie.", len(hanging))
        sentences.append(said % {"names": _names(hanging, code)})
    counted = gettext("Counted on %(day)s from what you may see: %(organisations)s, %(ties)s.")
    sentences.append(
        counted
        % {
            "day": day(today, code),
            "organisations": _organisations(circle.actors, code),
            "ties": _ties(circle.ties, code),
        }
    )
    return sentences


def table(circle: Circle, situation: UUID, code: str) -> list[Row]:
    """The same content as the picture, a row a track, in the order of drawing."""
    return [
        Row(
            TRACK_NAMES[point.track],
            _address(situation, point.track),
            point.actors,
            _levels(point, code),
            point.ties,
            _state(point),
            point.reaches_public,
            point.hears_back,
        )
        for point in circle.points
    ]


def picture(circle: Circle, situation: UUID, name: str, code: str) -> Picture:
    """The circle drawn, from right to left where the language runs so."""
    way: Direction = "rtl" if language(code).direction == "rtl" else "ltr"
    points = {point.track: _drawn(point, situation, code) for point in circle.points}
    strongest = max((chord.strength for chord in circle.chords), default=1)
    whole = drawing.Circle(
        title=gettext("Who carries %(name)s") % {"name": name},
        desc=" ".join(_heard(circle, code)),
        points=tuple(points[point.track] for point in circle.points if point.track != CENTRE),
        hub=points[CENTRE],
        chords=tuple(_tied(chord, strongest, code) for chord in circle.chords),
    )
    wide = drawing.draw(whole, direction=way, name="circle")
    return Picture(wide, drawing.draw(whole, direction=way, compact=True, name="circle-small"))


def _presence(circle: Circle, code: str) -> str:
    absent = [point for point in circle.points if point.absent]
    if not absent:
        return gettext("All nine tracks are present.")
    if len(absent) == len(circle.points):
        return gettext("You may see nobody of any track here.")
    said = ngettext(
        "Eight of the nine tracks are present; nobody of %(names)s is, as far as you may see.",
        "%(count)s of the nine tracks are present; nobody of %(names)s is, as far as you may see.",
        len(absent),
    )
    return said % {"count": number(len(circle.points) - len(absent), code), "names": _names(absent, code)}


def _heard(circle: Circle, code: str) -> list[str]:
    """Whom the public hears, and who hears the public."""
    outer = [point for point in circle.points if point.track != CENTRE]
    heard = gettext("%(count)s of the eight tracks round it reach the public through communication.")
    back = gettext("From the public, %(count)s of them hear back.")
    return [
        heard % {"count": number(sum(point.reaches_public > 0 for point in outer), code)},
        back % {"count": number(sum(point.hears_back > 0 for point in outer), code)},
    ]


def _drawn(point: Point, situation: UUID, code: str) -> drawing.TrackPoint:
    label = str(TRACK_NAMES[point.track])
    state = _state(point)
    parts = [label, _organisations(point.actors, code), _levels(point, code), _ties(point.ties, code), state]
    return drawing.TrackPoint(
        slug=point.track,
        label=label,
        note=state or _organisations(point.actors, code),
        summary=" · ".join(part for part in parts if part),
        count=point.actors,
        levels=frozenset(level for level in drawing.LEVELS if level in point.levels),
        isolated=point.isolated,
        absent=point.absent,
        heard=point.reaches_public > 0,
        answered=point.hears_back > 0,
        href=_address(situation, point.track),
    )


def _tied(chord: Chord, strongest: int, code: str) -> drawing.Chord:
    a, b = sorted(chord.tracks)
    summary = gettext("%(names)s: %(ties)s") % {
        "names": format_list([str(TRACK_NAMES[a]), str(TRACK_NAMES[b])], locale=language(code).locale),
        "ties": _ties(chord.ties, code),
    }
    return drawing.Chord(a=a, b=b, strength=chord.strength / strongest, count=chord.ties, summary=summary)


def _state(point: Point) -> str:
    if point.absent:
        return gettext("nobody")
    if point.isolated:
        return gettext("stands apart")
    return gettext("a single tie") if point.hangs_on_one_tie else ""


def _names(points: Iterable[Point], code: str) -> str:
    return format_list([str(TRACK_NAMES[point.track]) for point in points], locale=language(code).locale)


def _levels(point: Point, code: str) -> str:
    names = [str(LEVEL_NAMES[level]) for level in LEVELS if level in point.levels]
    return format_list(names, locale=language(code).locale) if names else ""


def _organisations(count: int, code: str) -> str:
    said = ngettext("%(count)s organisation", "%(count)s organisations", count)
    return said % {"count": number(count, code)}


def _ties(count: int, code: str) -> str:
    return ngettext("%(count)s tie", "%(count)s ties", count) % {"count": number(count, code)}


def _address(situation: UUID, track: str) -> str:
    return reverse("tracks:track", args=[situation, track])

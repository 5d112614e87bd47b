"""The invented process as frozen types, read strictly from the files below `data`; a wrong reference stops it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from ninefold.errors import InvalidError
from ninefold.sample.intake import Item, as_text, files, load, tables
from ninefold.sample.people import SamplePerson, people
from ninefold.tracks.rules import LEVELS, STRENGTHS, TIE_KINDS, TRACKS
from ninefold.words.text import Text

EVERYBODY = "clear"
"""The group of ties, and the reader of actors, that needs no audience."""


@dataclass(frozen=True)
class Situation:
    """What the process is called, since when it runs, its two sides and six communities (which are no sides)."""

    name: Text
    since: date
    sides: tuple[Text, ...]
    communities: tuple[Text, ...]


@dataclass(frozen=True)
class Audience:
    """Who reads together; custodian and members are keys of people."""

    key: str
    name: Text
    purpose: Text
    marking: str
    custodian: str
    members: tuple[str, ...]
    members_visible: bool


@dataclass(frozen=True)
class Actor:
    """An organisation; `seen_by` holds keys of audiences, none for everybody."""

    key: str
    track: str
    level: str
    name: Text
    about: Text
    seen_by: tuple[str, ...]


@dataclass(frozen=True)
class Tie:
    """`source` does something towards `target`; `seen_by` is an audience, or empty for everybody."""

    source: str
    kind: str
    target: str
    strength: int
    since: date
    seen_by: str


@dataclass(frozen=True)
class Office:
    """A post, who holds it, and its turn when a warning is raised (none: no right to act)."""

    key: str
    actor: str
    title: Text
    holder: str
    turn: int | None


@dataclass(frozen=True)
class Story:
    """Everything that the sample tells, apart from its warnings."""

    situation: Situation
    people: tuple[SamplePerson, ...]
    audiences: tuple[Audience, ...]
    actors: tuple[Actor, ...]
    ties: tuple[Tie, ...]
    offices: tuple[Office, ...]


def read() -> Story:
    """The whole story; an unknown key, name, track or language raises `InvalidError` that names the place."""
    persons = people()
    names = {person.key for person in persons}
    audiences = tuple(_audience(key, item, names) for key, item in tables("audiences.toml").items())
    readers = {audience.key for audience in audiences}
    actors = tuple(_actors(readers))
    known = {actor.key for actor in actors}
    offices = tuple(_office(key, item, known, names) for key, item in tables("offices.toml").items())
    return Story(_situation(), persons, audiences, actors, tuple(_ties(known, readers)), offices)


def _situation() -> Situation:
    item = Item("situation.toml", load("situation.toml")).only({"name", "since", "sides", "communities"})
    sides, communities = (
        tuple(as_text(f"situation.toml: {key}", one) for one in item.values[key]) for key in ("sides", "communities")
    )
    return Situation(item.text("name"), item.day("since"), sides, communities)


def _audience(key: str, item: Item, people: Collection[str]) -> Audience:
    item.only({"name", "purpose", "marking", "custodian", "members", "members_visible"})
    members, custodian = item.words("members"), item.word("custodian")
    _require_known(item.where, [custodian, *members], people)
    return Audience(
        key,
        item.text("name"),
        item.text("purpose"),
        item.word("marking"),
        custodian,
        members,
        item.flag("members_visible"),
    )


def _actors(readers: Collection[str]) -> Iterable[Actor]:
    for track, name in files("actors"):
        _require_known(name, [track], TRACKS)
        for key, item in tables(name).items():
            item.only({"level", "name", "about", "seen_by"})
            level, seen_by = item.word("level"), item.words("seen_by")
            _require_known(item.where, [level], LEVELS)
            _require_known(item.where, seen_by, readers)
            yield Actor(key, track, level, item.text("name"), item.text("about"), seen_by)


def _ties(actors: Collection[str], readers: Collection[str]) -> Iterable[Tie]:
    for group, name in files("ties"):
        _require_known(name, [group], {*readers, EVERYBODY})
        for number, row in enumerate(load(name)["ties"], start=1):
            yield tie_from(f"{name}, tie {number}", row, actors, "" if group == EVERYBODY else group)


def tie_from(where: str, row: object, actors: Collection[str], seen_by: str) -> Tie:
    """One line of a file of ties between known actors; anything else raises `InvalidError`."""
    match row:
        case [str(source), str(kind), str(target), int(strength), date() as since]:
            _require_known(where, [source, target], actors)
            _require_known(where, [kind], TIE_KINDS)
            _require_known(where, [strength], STRENGTHS)
            return Tie(source, kind, target, strength, since, seen_by)
    raise InvalidError("{where} is not [who, does what, towards whom, strength, since].", where=where)


def _office(key: str, item: Item, actors: Collection[str], people: Collection[str]) -> Office:
    item.only({"actor", "holder", "turn", "title"})
    actor, holder = item.word("actor"), item.word("holder")
    _require_known(item.where, [actor], actors)
    _require_known(item.where, [holder], people)
    return Office(key, actor, item.text("title"), holder, item.number("turn"))


def _require_known(where: str, named: Iterable[object], known: Collection[object]) -> None:
    if stray := [one for one in named if one not in known]:
        raise InvalidError("{where} names {name}, which is not there.", where=where, name=repr(stray[0]))

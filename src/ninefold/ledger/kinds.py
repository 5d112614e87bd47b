"""The types of entries. A room names its own at the top of its actions; nothing else can be written."""

import re
from dataclasses import dataclass

from ninefold.errors import InvalidError

_NAME = re.compile(r"[a-z]+\.[a-z]+(?:-[a-z]+)*")
_kinds: dict[str, "Kind"] = {}


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of entry, such as `warning.raised`, and what a page says of it: "raised a warning".

    Whoever has a signing key of his own signs a consequential act with it, or it is not done. What a lasting one says
    is never erased: it holds ids, markings and moments, and rows of the database are held against it.
    """

    name: str
    words: str
    consequential: bool = False
    lasting: bool = False

    @property
    def room(self) -> str:
        """The room that writes entries of this kind."""
        return self.name.partition(".")[0]


def entry_kind(name: str, words: str, *, consequential: bool = False, lasting: bool = False) -> Kind:
    """Put a type of entry on the list. The same name with other words raises `InvalidError`."""
    if not _NAME.fullmatch(name):
        raise InvalidError("{name} is no type of entry; write it as room.act.", name=name)
    kind = _kinds.setdefault(name, Kind(name, words, consequential, lasting))
    if kind.words != words:
        raise InvalidError("The type of entry {name} already says “{words}”.", name=name, words=kind.words)
    return kind


def kind_named(name: str) -> Kind:
    """The kind of this name, or `InvalidError` when no room has named it."""
    if name not in _kinds:
        raise InvalidError("No room writes entries of the type {name}.", name=name)
    return _kinds[name]


def is_lasting(name: str) -> bool:
    """Whether an entry of this type is never erased."""
    return name in _kinds and _kinds[name].lasting


def words_for(name: str) -> str:
    """What a page says of an entry of this type; the bare name when its room is no longer installed."""
    return _kinds[name].words if name in _kinds else name

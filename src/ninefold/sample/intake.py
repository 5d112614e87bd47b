"""Reads the sample's files: every key known, every text in English and Arabic, or `InvalidError` naming the place."""

import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from ninefold.errors import InvalidError
from ninefold.words.languages import LANGUAGES
from ninefold.words.text import Text, written

DATA = Path(__file__).parent / "data"
_T = TypeVar("_T")
COMPLETE = ("en", "ar")
"""The languages in which every text of the sample is complete; others may follow one text at a time."""


@dataclass(frozen=True)
class Item:
    """One table of a file; `where` names it in the words of an error."""

    where: str
    values: Mapping[str, Any]

    def only(self, keys: Collection[str]) -> "Item":
        """Itself, when it has no other key than these."""
        if stray := sorted(self.values.keys() - set(keys)):
            raise InvalidError("{where} has an unknown key {key}; delete it.", where=self.where, key=stray[0])
        return self

    def word(self, key: str) -> str:
        """A string that must be there."""
        return _of_type(self, key, str)

    def number(self, key: str, otherwise: int | None = None) -> int | None:
        """A whole number, or `otherwise` where the key is missing."""
        return _of_type(self, key, int) if key in self.values else otherwise

    def flag(self, key: str) -> bool:
        """True or false, which must be there."""
        return _of_type(self, key, bool)

    def day(self, key: str) -> date:
        """A date that must be there."""
        return _of_type(self, key, date)

    def words(self, key: str) -> tuple[str, ...]:
        """A list of strings; empty where the key is missing."""
        given = self.values.get(key, [])
        if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
            raise InvalidError("{where}: {key} is not a list of strings.", where=self.where, key=key)
        return tuple(given)

    def text(self, key: str) -> Text:
        """A text, complete in English and Arabic; English is the authoritative one."""
        return as_text(f"{self.where}: {key}", self.values.get(key))


def tables(name: str) -> dict[str, Item]:
    """The tables of one file below `data`, by their keys."""
    return {key: Item(f"{name} [{key}]", value) for key, value in load(name).items()}


def files(folder: str) -> Iterator[tuple[str, str]]:
    """The files of a folder below `data` as (stem, name), in the order of their names."""
    for path in sorted((DATA / folder).glob("*.toml")):
        yield path.stem, f"{folder}/{path.name}"


def load(name: str) -> dict[str, Any]:
    """One file as TOML gives it."""
    return tomllib.loads((DATA / name).read_text(encoding="utf-8"))


def as_text(where: str, value: object) -> Text:
    """`{language: words}` as a text; without English or Arabic, or with an unknown language, `InvalidError`."""
    if not isinstance(value, dict) or not all(isinstance(words, str) and words.strip() for words in value.values()):
        raise InvalidError("{where} is not a table of language and text.", where=where)
    if missing := [code for code in COMPLETE if code not in value]:
        raise InvalidError("{where} has no words in {code}; write them.", where=where, code=missing[0])
    if stray := sorted(value.keys() - set(LANGUAGES)):
        raise InvalidError("{where} is in {code}, which is no language here.", where=where, code=stray[0])
    return written(value, authoritative="en")


def _of_type(item: Item, key: str, kind: type[_T]) -> _T:
    value = item.values.get(key)
    if type(value) is not kind:
        raise InvalidError("{where}: {key} is missing or of the wrong type.", where=item.where, key=key)
    return value

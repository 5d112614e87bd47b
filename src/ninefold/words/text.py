"""A text that people wrote in one or several languages: which is authoritative, who translated, what a machine made.

Pure. Its value in JSON is `{"texts": {language: text}, "authoritative": language, "translated_by": {language: who},
"machine_made": [language, ...]}`; the last two may be left out when they are empty.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from ninefold.errors import InvalidError
from ninefold.words.languages import LANGUAGES, direction, fallback_order, language

LONGEST = 20_000
"""Characters in one language: some forty pages. A longer text is a file."""

_LONGEST_NAME = 200
_KEYS = frozenset({"texts", "authoritative", "translated_by", "machine_made"})
# Unicode marks that reorder what follows them show a reader other words than were written; isolation by the page
# does their honest work (Unicode Standard Annex 9, section 6.1; CVE-2021-42574).
_REORDERING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True)
class Version:
    """The text in one language. `translated_by` is empty for an original and names a person or a machine otherwise."""

    language: str
    text: str
    translated_by: str = ""
    machine_made: bool = False


class Shown(NamedTuple):
    """What one reader gets: a version, and how it stands to his language."""

    text: str
    language: str
    direction: str
    fallback: bool
    authoritative: bool
    translated_by: str
    machine_made: bool


@dataclass(frozen=True)
class Text:
    """Versions in the order of `LANGUAGES`, one a language; the authoritative one is among them, no translation."""

    authoritative: str
    versions: tuple[Version, ...]

    def __post_init__(self) -> None:
        ordered = tuple(sorted(self.versions, key=lambda version: LANGUAGES.index(language(version.language).code)))
        object.__setattr__(self, "versions", tuple(_checked(version) for version in ordered))
        codes = [version.language for version in ordered]
        if len(set(codes)) != len(codes):
            raise InvalidError("The text has a language twice; give each language once.")
        if self.authoritative not in codes:
            raise InvalidError(
                "The text names {code} as its authoritative language but has no words in it; write them.",
                code=self.authoritative,
            )
        if self.version(self.authoritative).translated_by:
            raise InvalidError("The authoritative text cannot be a translation; name no translator for it.")

    def __str__(self) -> str:
        return self.version(self.authoritative).text

    def version(self, code: str) -> Version:
        """The version in exactly this language; `InvalidError` where there is none."""
        for version in self.versions:
            if version.language == code:
                return version
        raise InvalidError("The text has no words in {code}.", code=code)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages it has words in."""
        return tuple(version.language for version in self.versions)

    def shown_to(self, code: str) -> Shown:
        """The version for a reader of this language: his own, else the first of his fallback order.

        What a person wrote or answers for goes before what a machine made, except in the reader's own language.
        """
        order = fallback_order(code)
        version = min(self.versions, key=lambda v: (v.language != code, v.machine_made, order.index(v.language)))
        return Shown(
            version.text,
            version.language,
            direction(version.language),
            version.language != code,
            version.language == self.authoritative,
            version.translated_by,
            version.machine_made,
        )

    def as_value(self) -> dict[str, Any]:
        """The JSON value, every key present, that `parse` reads back to an equal text."""
        return {
            "texts": {version.language: version.text for version in self.versions},
            "authoritative": self.authoritative,
            "translated_by": {v.language: v.translated_by for v in self.versions if v.translated_by},
            "machine_made": [version.language for version in self.versions if version.machine_made],
        }

    def revised(self, texts: Mapping[str, str], *, authoritative: str, by: str) -> "Text":
        """The text after somebody's edit. What he changed is his: his translation, and no longer machine-made."""
        before = {version.language: version for version in self.versions}
        versions = []
        for code, words in _present(texts).items():
            old = before.get(code)
            kept = old is not None and old.text == _normal(words)
            version = old if old is not None and kept else Version(code, words, translated_by=by)
            versions.append(replace(version, translated_by="") if code == authoritative else version)
        return Text(authoritative, tuple(versions))

    def taken_over(self, code: str, *, by: str) -> "Text":
        """A person answers from now on for a version that a machine made, its words unchanged."""
        old = self.version(code)
        mine = replace(old, machine_made=False, translated_by="" if code == self.authoritative else by)
        return replace(self, versions=tuple(mine if version is old else version for version in self.versions))


def written(texts: Mapping[str, str], *, authoritative: str, by: str = "") -> Text:
    """A new text from a person; languages left empty are left out. `by` is named for every version but the original."""
    versions = (
        Version(code, words, translated_by="" if code == authoritative else by)
        for code, words in _present(texts).items()
    )
    return Text(authoritative, tuple(versions))


def in_one(code: str, words: str) -> Text:
    """A text in one language."""
    return Text(code, (Version(code, words),))


def parse(value: object) -> Text:
    """The text of a JSON value; an unknown key, a wrong type or a language twice raises `InvalidError`."""
    if not isinstance(value, dict) or not _KEYS >= value.keys() >= {"texts", "authoritative"}:
        raise InvalidError(
            "A text is an object with texts and authoritative; translated_by and machine_made may follow."
        )
    texts = _strings(value["texts"], "texts")
    translated_by = _strings(value.get("translated_by", {}), "translated_by")
    machine_made = value.get("machine_made", [])
    if not isinstance(machine_made, list) or not all(isinstance(code, str) for code in machine_made):
        raise InvalidError("machine_made is a list of languages.")
    if not isinstance(value["authoritative"], str):
        raise InvalidError("authoritative is one language, such as en.")
    _require_known({*translated_by, *machine_made}, texts)
    versions = (
        Version(code, words, translated_by.get(code, ""), code in machine_made) for code, words in texts.items()
    )
    return Text(value["authoritative"], tuple(versions))


def plain(words: str) -> str:
    """Words in whatever language their author chose, such as a reason, in one spelling; none may be hidden."""
    normal = _normal(words)
    if hidden := next((char for char in normal if _is_hidden(char)), None):
        raise InvalidError("The text holds the hidden character {char}; delete it.", char=f"U+{ord(hidden):04X}")
    return normal


def best_of(offered: Iterable[str], code: str) -> str | None:
    """Of several single-language things (files, pages), the one for a reader of this language."""
    there = set(offered)
    return next((candidate for candidate in fallback_order(code) if candidate in there), None)


def _checked(version: Version) -> Version:
    words = _normal(version.text)
    if not words:
        raise InvalidError("The text in {code} is empty; write it or leave the language out.", code=version.language)
    if len(words) > LONGEST:
        raise InvalidError(
            "The text in {code} has {count} characters; shorten it to {most}.",
            code=version.language,
            count=len(words),
            most=LONGEST,
        )
    if hidden := next((char for char in words if _is_hidden(char)), None):
        raise InvalidError(
            "The text in {code} holds the hidden character {char}; delete it.",
            code=version.language,
            char=f"U+{ord(hidden):04X}",
        )
    if len(version.translated_by) > _LONGEST_NAME:
        raise InvalidError("The translator of the {code} text has too long a name.", code=version.language)
    return replace(version, text=words)


def _normal(words: str) -> str:
    """One spelling per text: composed characters, one kind of line end, no blank ends."""
    return unicodedata.normalize("NFC", words.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _is_hidden(char: str) -> bool:
    return char in _REORDERING or (unicodedata.category(char) in {"Cc", "Cs", "Cn"} and char not in "\n\t")


def _present(texts: Mapping[str, str]) -> dict[str, str]:
    return {code: words for code, words in texts.items() if words.strip()}


def _strings(value: object, name: str) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(k, str) and isinstance(v, str) for k, v in value.items()):
        raise InvalidError("{name} is an object of language and text.", name=name)
    return value


def _require_known(named: set[str], texts: Mapping[str, str]) -> None:
    if stray := sorted(named - texts.keys()):
        raise InvalidError("The text says something of {code} but has no words in it.", code=stray[0])

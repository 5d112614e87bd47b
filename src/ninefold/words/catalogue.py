"""The catalogue of the pages' words: `python -m ninefold.words.catalogue update | compile | check`.

`update` writes what the source says into each language's `.po` file, `compile` makes the `.mo` files that the
program reads, `check` fails when either is stale, when a translation lost a placeholder, or when a language that
must be complete is not. Pure Python on Babel: GNU gettext is absent on a bare system.
"""

import io
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from ninefold.words import extract
from ninefold.words.languages import COMPLETE, LANGUAGES, SOURCE, language

LOCALE = extract.PACKAGE / "web" / "locale"

# The files say nothing of when they were made: a fresh run gives the same bytes.
_NO_TIME = datetime(2026, 1, 1, tzinfo=UTC)
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}|%%")


def template() -> Catalog:
    """Every message of the source, without translations."""
    catalog = _empty(None)
    for found in _found():
        words = (found.singular, found.plural) if found.plural else found.singular
        catalog.add(words, locations=[(found.file, 0)], context=found.context or None)
    return catalog


def merged(code: str, *, locale: Path = LOCALE) -> Catalog:
    """A language's catalogue as it should be: every message of the source, its known translations, nothing else."""
    catalog = _empty(code)
    for message in _read(code, locale):
        if message.id:
            catalog.add(message.id, message.string, context=message.context)
    catalog.update(template(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    return catalog


def missing(code: str, *, locale: Path = LOCALE) -> list[str]:
    """The messages without a translation into a language, in the source's words."""
    if code == SOURCE:
        return []
    return sorted(_singular(message) for message in merged(code, locale=locale) if message.id and not _done(message))


def update(*, locale: Path = LOCALE) -> None:
    """Write the `.po` file of each language."""
    for code in _translated():
        _file(code, locale, "po").parent.mkdir(parents=True, exist_ok=True)
        _file(code, locale, "po").write_bytes(_po(merged(code, locale=locale)))


def compile_all(*, locale: Path = LOCALE) -> None:
    """Write the `.mo` file of each language."""
    for code in _translated():
        _file(code, locale, "mo").write_bytes(_mo(_read(code, locale)))


def faults(*, locale: Path = LOCALE) -> list[str]:
    """What `check` would fail for, as sentences."""
    found = []
    for code in _translated():
        po, mo = _file(code, locale, "po"), _file(code, locale, "mo")
        if not po.exists() or po.read_bytes() != _po(merged(code, locale=locale)):
            found.append(f"{po.name} of {code} is not what the source says; run update.")
        elif not mo.exists() or mo.read_bytes() != _mo(_read(code, locale)):
            found.append(f"{mo.name} of {code} is not what {po.name} says; run compile.")
        found += [f"{code} lost a placeholder: {words}" for words in _broken(code, locale)]
        if code in COMPLETE:
            found += [f"{code} lacks: {words}" for words in missing(code, locale=locale)]
    return found


def main(arguments: list[str]) -> int:
    """The three verbs; 1 when `check` finds a fault, 2 for an unknown verb."""
    match arguments:
        case ["update"]:
            update()
            _print_missing()
        case ["compile"]:
            compile_all()
        case ["check"]:
            for fault in faults():
                sys.stdout.write(fault + "\n")
            _print_missing()
            return 1 if faults() else 0
        case _:
            sys.stderr.write("Say update, compile or check.\n")
            return 2
    return 0


@cache
def _found() -> list[extract.Message]:
    """The messages of the source as this process found it."""
    return extract.messages()


def _translated() -> Iterator[str]:
    return (code for code in LANGUAGES if code != SOURCE)


def _file(code: str, locale: Path, ending: str) -> Path:
    return locale / language(code).locale / "LC_MESSAGES" / f"django.{ending}"


def _empty(code: str | None) -> Catalog:
    return Catalog(
        locale=language(code).locale if code else None,
        header_comment="# The words of Ninefold's pages. Written by ninefold.words.catalogue.",
        project="Ninefold",
        version="1",
        copyright_holder="Ninefold",
        msgid_bugs_address="none",
        creation_date=_NO_TIME,
        revision_date=_NO_TIME,
        last_translator="none",
        language_team="none",
        fuzzy=False,
    )


def _read(code: str, locale: Path) -> Catalog:
    file = _file(code, locale, "po")
    if not file.exists():
        return _empty(code)
    with file.open("rb") as stream:
        return read_po(stream, locale=language(code).locale)


def _po(catalog: Catalog) -> bytes:
    catalog.creation_date = catalog.revision_date = _NO_TIME
    out = io.BytesIO()
    write_po(out, catalog, width=116, sort_output=True, include_lineno=False, ignore_obsolete=True)
    return out.getvalue()


def _mo(catalog: Catalog) -> bytes:
    out = io.BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def _done(message: Message) -> bool:
    forms = message.string if isinstance(message.string, list | tuple) else [message.string]
    return all(forms) and "fuzzy" not in message.flags


def _singular(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _broken(code: str, locale: Path) -> list[str]:
    """Messages of which a translation has other placeholders than the source (a plural may drop its count)."""
    broken = []
    for message in _read(code, locale):
        if not message.id or not _done(message):
            continue
        known = set(_PLACEHOLDER.findall(" ".join([message.id] if isinstance(message.id, str) else message.id)))
        if isinstance(message.string, str):
            wrong = set(_PLACEHOLDER.findall(message.string)) != known
        else:
            wrong = any(not known >= set(_PLACEHOLDER.findall(form)) for form in message.string or ())
        if wrong:
            broken.append(_singular(message))
    return broken


def _print_missing() -> None:
    total = len([message for message in template() if message.id])
    for code in LANGUAGES:
        sys.stdout.write(f"{code}: {total - len(missing(code))} of {total} messages\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""The ten-minute tour: what to open, as whom, and what to see there."""

from dataclasses import dataclass

from ninefold.errors import InvalidError
from ninefold.sample.intake import Item, load
from ninefold.sample.people import email_of, people


@dataclass(frozen=True)
class Step:
    """One step in the reader's language. `person` is the address of an account of the sample, empty for a stranger."""

    title: str
    text: str
    path: str
    person: str


def steps(language: str, leaf: int | None = None) -> list[Step]:
    """The steps in order; a language without words of its own gets those of its fallback order.

    `leaf` is the index of the sealed entry's leaf (`sealed.leaf()`); without it those steps lead to the whole log.
    """
    known = {person.key for person in people()}
    rows = load("tour.toml")["steps"]
    return [_step(Item(f"tour.toml, step {at}", row), known, language, leaf) for at, row in enumerate(rows, start=1)]


def _step(item: Item, known: set[str], language: str, leaf: int | None) -> Step:
    item.only({"title", "text", "path", "leaf", "person"})
    person = item.word("person") if "person" in item.values else ""
    if person and person not in known:
        raise InvalidError("{where} names {name}, which is not there.", where=item.where, name=repr(person))
    title, text = (item.text(key).shown_to(language).text for key in ("title", "text"))
    to_leaf = leaf is not None and "leaf" in item.values and item.flag("leaf")
    path = f"/ledger/leaf/{leaf}/" if to_leaf else item.word("path")
    return Step(title, text, path, email_of(person) if person else "")

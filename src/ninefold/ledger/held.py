"""Rows held against the log to the letter: what its entries say of a row, replayed in order, is what the row says.

A room declares its own in `grants.py`, beside what it grants:

    @held({PLACED: placed, RELEASED: released, RELEASE_ENDED: ended}, kept=True)
    def releases(now: datetime) -> Iterator[Row]: ...

Each function reads one kind of entry. `stock.py` sets down what stood there before its entries said so much; what is in
no entry and older than that is told apart, as what cannot be held.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple, TypeAlias
from uuid import UUID

from django.utils.module_loading import autodiscover_modules

from ninefold.ledger.kinds import Kind

Told: TypeAlias = Mapping[str, str]


class Row(NamedTuple):
    """A living row: its id, and what the log must say of it; `ends` is a moment as `clock.stamp` spells it.

    `about` is the subject of its entries, where that differs. `apart` is compared where an entry says it, and never set
    down by a stock: texts that people write, which must stay erasable.
    """

    id: str
    told: Told
    about: str = ""
    apart: Told = {}

    @property
    def subject(self) -> str:
        """The id by which entries name it."""
        return self.about or self.id


class Said(NamedTuple):
    """What one entry says of a row: what holds `now`, and how it found the row `before`.

    `gives`: the row begins with it. `ended`: it is over. `unsaid`: what was said of this subject cannot be known.
    """

    id: str
    now: Told = {}
    before: Told = {}
    gives: bool = False
    ended: bool = False
    unsaid: bool = False


class Act(NamedTuple):
    """An entry, as far as it says something of rows."""

    subject: UUID
    body: Mapping[str, Any]


Reader: TypeAlias = Callable[[Act], Iterable[Said]]
Living: TypeAlias = Callable[[datetime], Iterable[Row]]


class Table(NamedTuple):
    """How the rows of one table are held. `kept`: no row of it is ever deleted, so that a missing one shows."""

    name: str
    says: Mapping[str, Reader]
    living: Living
    kept: bool


_tables: dict[str, Table] = {}


def held(says: Mapping[Kind, Reader], *, kept: bool = False) -> Callable[[Living], Living]:
    """Declare which entries say what of the rows that the function gives; findings call the table by its name."""

    def declare(living: Living) -> Living:
        by_name = {kind.name: reader for kind, reader in says.items()}
        _tables[living.__qualname__] = Table(living.__qualname__, by_name, living, kept)
        return living

    return declare


def tables() -> tuple[Table, ...]:
    """Every declaration of every installed room."""
    autodiscover_modules("grants")
    return tuple(_tables.values())


def ends(act: Act) -> Iterator[Said]:
    """The reader of an entry that ends its subject."""
    yield Said(str(act.subject), ended=True)

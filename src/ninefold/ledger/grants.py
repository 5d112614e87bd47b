"""What lets somebody in, held against the log: each living grant was given by an entry, and no entry ended it.

A room declares its own in `grants.py`:

    @granted(MEMBER_ADDED, MEMBERSHIP_PROLONGED, ended=MEMBERSHIP_ENDED)
    def memberships(now: datetime) -> Iterator[Grant]: ...

Who holds the database can write any row; the log he cannot rewrite, so a row of his shows here.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple, TypeAlias
from uuid import UUID

from django.utils.module_loading import autodiscover_modules

from ninefold.ledger.kinds import Kind

Told: TypeAlias = Mapping[str, str | datetime | list[str]]


class Grant(NamedTuple):
    """A living row: its id, and what the entry that gave it says of it.

    Where the entry's body names the row, `whose` is the entry's subject.
    """

    id: UUID
    told: Told


Living: TypeAlias = Callable[[datetime], Iterable[Grant]]


class Declared(NamedTuple):
    """How the grants of one table are held against the log. `given` empty: only that none of them had ended."""

    given: tuple[str, ...]
    ended: str
    id_in: str  # the member of the body that holds the id; empty: the entry's subject
    living: Living


_declared: dict[str, Declared] = {}


def granted(*given: Kind, ended: Kind | None = None, id_in: str = "") -> Callable[[Living], Living]:
    """Declare by which kinds of entry the rows of a table are given, and by which they end."""

    def declare(living: Living) -> Living:
        name = f"{living.__module__}.{living.__qualname__}"
        kinds = tuple(kind.name for kind in given)
        _declared[name] = Declared(kinds, ended.name if ended else "", id_in, living)
        return living

    return declare


def declared() -> tuple[Declared, ...]:
    """Every declaration of every installed room."""
    autodiscover_modules("grants")
    return tuple(_declared.values())


def agrees(told: Told, body: Mapping[str, Any]) -> bool:
    """Whether a body says what is told; what it does not speak of, it does not deny."""
    return all(_same(value, body[name]) for name, value in told.items() if name in body)


def _same(value: str | datetime | list[str], said: Any) -> bool:  # noqa: ANN401
    return datetime.fromisoformat(said) == value if isinstance(value, datetime) else said == value

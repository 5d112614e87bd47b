"""Which directory was agreed to: the one that the last entry names. One that was changed since signs nobody in."""

from typing import Any, NamedTuple

from ninefold.access.directory.file import Directory
from ninefold.access.directory.identity import fingerprint, identity_of
from ninefold.access.models import Person
from ninefold.access.policy import may_run_accounts
from ninefold.access.reads.facts import reader_of
from ninefold.errors import NinefoldError, RefusedError
from ninefold.ledger.models import Entry
from ninefold.ledger.reads import opening_of

NAMED, CHANGED = "access.directory-named", "access.directory-changed"


class Fact(NamedTuple):
    """One key of the file: what was agreed to, and what it says now."""

    key: str
    agreed: list[str]
    now: list[str]

    @property
    def differs(self) -> bool:
        """Whether it was changed."""
        return self.agreed != self.now


def told_last(*kinds: str) -> dict[str, Any] | None:
    """What the last entry of these kinds says of a directory; None where there is none that can be read."""
    entry = Entry.objects.filter(kind__in=kinds).order_by("-serial").first()
    try:
        return opening_of(entry).says() if entry else None
    except NinefoldError:
        return None


def is_agreed(directory: Directory) -> bool:
    """Whether this is the directory that was named, or agreed to, last."""
    try:
        return told_last(NAMED) == identity_of(directory)
    except NinefoldError:
        return False  # its certificates cannot be read, which its own door says better


def require_agreed(directory: Directory) -> None:
    """Raise `RefusedError` where the file was changed and nobody has agreed: ties of accounts would pass to another."""
    if not is_agreed(directory):
        raise RefusedError(
            "What decides about {name} was changed since an administrator agreed to it, so it signs nobody in; tell an "
            "administrator.",
            name=directory.name,
        )


def was_changed(directory: Directory) -> bool:
    """Whether another one was agreed to; before the first start none was."""
    return told_last(NAMED) is not None and not is_agreed(directory)


def waits_for(person: Person | None, directory: Directory | None) -> bool:
    """Whether this person, as an administrator, is to look at a directory that was changed."""
    return bool(person and directory and person.is_administrator and was_changed(directory))


def compared(person: Person, directory: Directory) -> tuple[list[Fact], str]:
    """For an administrator: every fact as it was agreed to and as it is, and the fingerprint of what it is."""
    may_run_accounts(reader_of(person), "agree_directory").require()
    agreed, now = told_last(NAMED) or {}, identity_of(directory)
    facts = [Fact(key, _lines(agreed.get(key, [])), _lines(now.get(key, []))) for key in sorted({*agreed, *now})]
    return facts, fingerprint(now)


def _lines(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value

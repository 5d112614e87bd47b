"""What the world has seen of a log: asked before a restored copy may publish again.

A witness tells the size of the last tree that it signed; a monitor, a reader or a file gives a checkpoint, of which
only one signed by the log's own key counts. Whoever does not answer leaves the question open, and the restore stops.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple, TypeAlias

from ninefold import outward
from ninefold.disk import read_named
from ninefold.errors import InvalidError, UnavailableError
from ninefold.ledger.checkpoints import open_checkpoint
from ninefold.ledger.keys import Verifier
from ninefold.ledger.merkle import TreeHead
from ninefold.ledger.notes import LONGEST_NOTE

_SECONDS = 20.0
_CONFLICT = 409
_LONGEST_SIZE = 19


class Seen(NamedTuple):
    """A tree that somebody has seen: its size, by whom, and its head where he holds the checkpoint itself."""

    size: int
    by: str
    head: TreeHead | None = None
    note: str = ""


Source: TypeAlias = Callable[[Verifier, str], Seen]
"""Takes the log's key, and the newest checkpoint of the copy (empty when it has none)."""


def newest_seen(sources: Iterable[Source], log: Verifier, note: str) -> list[Seen]:
    """What each of the sources has seen, the largest tree first."""
    return largest_first(source(log, note) for source in sources)


def largest_first(seen: Iterable[Seen]) -> list[Seen]:
    """The largest tree first."""
    return sorted(seen, key=lambda one: -one.size)


def checkpoint_file(path: Path) -> Source:
    """A checkpoint that somebody kept, such as `keys/log.head` of the lost machine."""

    def ask(log: Verifier, _note: str) -> Seen:
        text = read_named(path, LONGEST_NOTE)[:LONGEST_NOTE].rstrip(b"\n") + b"\n"
        return seen_in(text, log, by=str(path))

    return ask


def checkpoint_at(address: str) -> Source:
    """A monitor or a reader that serves the log's checkpoint (C2SP tlog-tiles): the address of its folder."""

    def ask(log: Verifier, _note: str) -> Seen:
        _status, told = _asked(address, "GET", "checkpoint")
        return seen_in(told, log, by=address)

    return ask


def witness_at(address: str) -> Source:
    """A witness (C2SP tlog-witness): offered the copy's checkpoint as a first one, it tells how far it has signed."""

    def ask(log: Verifier, note: str) -> Seen:
        if not note:
            return Seen(0, address)
        body = f"old 0\n\n{note}".encode()
        status, told = _asked(address, "POST", "add-checkpoint", _CONFLICT, content=body)
        if status != _CONFLICT:
            # It had not seen this log before, and has signed this very checkpoint now.
            return seen_in(note.encode(), log, by=address)
        told = told.strip()
        if not told.isdigit() or len(told) > _LONGEST_SIZE:
            raise UnavailableError("The witness {address} does not say how far it has signed.", address=address)
        return Seen(int(told), address)

    return ask


def seen_in(text: bytes, log: Verifier, *, by: str) -> Seen:
    """The tree in a checkpoint; one that the log did not sign is refused."""
    checkpoint, note = open_checkpoint(text, log)
    if checkpoint.origin != log.name:
        raise InvalidError("The checkpoint of {by} is of another log.", by=by)
    return Seen(checkpoint.size, by, checkpoint.head, text.decode() if note else "")


def _asked(address: str, method: str, what: str, *also: int, **sent: bytes) -> tuple[int, bytes]:
    url = f"{address.rstrip('/')}/{what}"
    try:
        answer = outward.ask_once(method, url, seconds=_SECONDS, longest=LONGEST_NOTE, **sent)
    except outward.UnreachedError:
        raise UnavailableError(
            "{address} does not answer, so it is not known what it has seen. Try again; nothing was restored.",
            address=address,
        ) from None
    if not 200 <= answer.status < 300 and answer.status not in also:
        raise UnavailableError(
            "{address} answers with {status}, so it is not known what it has seen; nothing was restored.",
            address=address,
            status=answer.status,
        )
    if answer.body is None:
        raise InvalidError("What {url} sends is longer than anything of a log.", url=address)
    return answer.status, answer.body

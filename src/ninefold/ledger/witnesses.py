"""The witnesses of this log: which ones its policy names, and what they have cosigned of what was published.

The policy is a file (C2SP tlog-policy) in the workspace, or wherever NINEFOLD_WITNESS_POLICY says; without one there
are none. A witness with the log's own key is refused, and one whose key lies in this workspace is neither asked nor
counted: a node never witnesses itself.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db.models import Count

from ninefold.errors import InvalidError, NinefoldError, UnavailableError
from ninefold.ledger import keeping, stored
from ninefold.ledger.checkpoints import read_checkpoint
from ninefold.ledger.cosignatures import Cosigner
from ninefold.ledger.keys import Verifier
from ninefold.ledger.models import Checkpoint, Cosignature
from ninefold.ledger.notes import split_note
from ninefold.ledger.questions import require_url
from ninefold.ledger.quorum import LONGEST_POLICY, Policy, read_policy
from ninefold.ledger.witnessed import Witnessed, open_witnessed

# So many checkpoints are looked at, the newest first, for one that a quorum cosigned.
_LOOK_AT = 20
_LONGEST_KEY = 600
_NOBODY = Policy((), (), (), "none")


class Published(NamedTuple):
    """A checkpoint as it is served: its size, and its note with the lines of the witnesses so far."""

    size: int
    note: str


def policy() -> Policy:
    """Whom this log asks; nobody where no policy is set. `InvalidError` or `UnavailableError` where it cannot be."""
    path = settings.WITNESS_POLICY
    try:
        found = path.stat()
    except FileNotFoundError:
        if settings.WITNESS_POLICY_REQUIRED:
            raise UnavailableError("The witness policy {path} is not there.", path=path) from None
        return _NOBODY
    except OSError:
        raise UnavailableError("The witness policy {path} cannot be read.", path=path) from None
    version = (found.st_mtime_ns, found.st_size, found.st_ino)
    own = frozenset(_own_keys(settings.WORKSPACE))
    return _read_policy(path, version, keeping.log_signer().verifier, own)


def served(size: int, note: str) -> str:
    """The note of a checkpoint with every line that witnesses have added to it."""
    lines = Cosignature.objects.filter(checkpoint=size).order_by("pk").values_list("line", flat=True)
    return note + "".join(f"{line}\n" for line in lines)


def newest() -> Published | None:
    """The last published checkpoint, with whatever cosignatures it has; None before the first."""
    last = stored.last_checkpoint()
    return Published(last[0], served(last[0], last[2])) if last else None


def judged(note: str, asked: Policy) -> Witnessed:
    """Who of these witnesses cosigned a note as it is served. Every signature is verified, once a process."""
    size = read_checkpoint(split_note(note).text).size
    return _judged(note, asked, keeping.key_line().at(size))


def best(index: int) -> Published | None:
    """The checkpoint to prove leaf `index` with: the newest that a quorum cosigned, or else the newest of all."""
    last, asked = newest(), policy_or_nobody()
    if last is None or not asked.witnesses or _has_quorum(last, asked):
        return last
    return next((each for each in _cosigned(index, asked) if _has_quorum(each, asked)), last)


def newest_with_quorum() -> Published | None:
    """The newest checkpoint that a quorum of the policy cosigned; None where there is none, or no policy."""
    asked = policy_or_nobody()
    return next((each for each in _cosigned(-1, asked) if _has_quorum(each, asked)), None)


def policy_or_nobody() -> Policy:
    """The policy; nobody where it cannot be read, which the page of the log and the command say apart."""
    try:
        return policy()
    except NinefoldError:
        return _NOBODY


def _has_quorum(published: Published, asked: Policy) -> bool:
    try:
        return judged(published.note, asked).quorum
    except NinefoldError:
        return False


def _cosigned(index: int, asked: Policy) -> Iterator[Published]:
    """Checkpoints beyond a leaf that enough witnesses cosigned to be a quorum, if they are the right ones."""
    keys = [str(witness.key) for witness in asked.witnesses]
    sizes = (
        Cosignature.objects.filter(checkpoint__gt=index, witness__key__in=keys)
        .values("checkpoint")
        .annotate(count=Count("pk"))
        .filter(count__gte=asked.fewest())
        .order_by("-checkpoint")
        .values_list("checkpoint", flat=True)
    )
    for size in sizes[:_LOOK_AT]:
        note = Checkpoint.objects.values_list("note", flat=True).get(size=size)
        yield Published(size, served(size, note))


@lru_cache(maxsize=64)
def _judged(note: str, asked: Policy, logs: tuple[Verifier, ...]) -> Witnessed:
    return open_witnessed(note, asked, logs)


@lru_cache(maxsize=4)
def _read_policy(path: Path, _version: tuple[int, ...], log: Verifier, own: frozenset[bytes]) -> Policy:
    try:
        with path.open("rb") as file:
            asked = read_policy(file.read(LONGEST_POLICY + 1))
    except OSError:
        raise UnavailableError("The witness policy {path} cannot be read.", path=path) from None
    except InvalidError as error:
        raise InvalidError("The witness policy {path} does not hold: {why}", path=path, why=str(error)) from None
    if any(witness.key.public == log.public or witness.key.name == log.name for witness in asked.witnesses):
        raise InvalidError("The witness policy {path} makes this log its own witness; take that line out.", path=path)
    if asked.logs and log not in [each.key for each in asked.logs]:
        raise InvalidError("The witness policy {path} leaves out this log; add the line: log {key}", path=path, key=log)
    for witness in asked.witnesses:
        require_url(witness.url, name=ascii(witness.name))
    others = tuple(witness for witness in asked.witnesses if witness.key.public not in own)
    return replace(asked, witnesses=others)


def _own_keys(workspace: Path) -> Iterator[bytes]:
    """The public keys of the witnesses whose private keys lie in this workspace, however they are kept."""
    for path in (*workspace.glob("keys/*"), *workspace.glob("*/witness.key"), *workspace.glob("*/*/witness.key")):
        with suppress(OSError):
            found = path.stat()
            yield from _public(path, (found.st_mtime_ns, found.st_size, found.st_ino))


@lru_cache(maxsize=64)
def _public(path: Path, _version: tuple[int, ...]) -> tuple[bytes, ...]:
    try:
        with path.open("rb") as file:
            return (Cosigner.parse(file.read(_LONGEST_KEY).decode().strip()).verifier.public,)
    except (NinefoldError, UnicodeDecodeError):
        return ()

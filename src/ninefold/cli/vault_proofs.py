"""What proof files say of a vault's items: each shows that the log holds the entry with which an item was put in."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from ninefold.access.vaults.items import read_id
from ninefold.access.vaults.lists import Listed
from ninefold.errors import InvalidError, NinefoldError
from ninefold.ledger.keys import Verifier
from ninefold.ledger.verify import Report, verify_proof

SUFFIX = ".tlog-proof"
_KIND = "access.vault-item-sealed"


class Proven(NamedTuple):
    """An item as the log holds it, and where."""

    listed: Listed
    where: str


def read_proofs(files: Mapping[str, bytes], vault: UUID, keys: Iterable[str]) -> tuple[dict[UUID, Proven], list[str]]:
    """What each proof file shows, by item; and for each that shows nothing of this vault, a line why not."""
    given = [str(Verifier.parse(key)) for key in keys]
    found: dict[UUID, Proven] = {}
    faults = []
    for name in sorted(files):
        try:
            proven = _proven(verify_proof(files[name], given), vault)
        except NinefoldError as error:
            faults.append(f"{name}: {error}")
            continue
        earlier = found.setdefault(proven.listed.item, proven)
        if earlier.listed != proven.listed:
            faults.append(f"{name}: says something else of the item {proven.listed.item} than another proof file")
    return found, faults


def _proven(report: Report, vault: UUID) -> Proven:
    entry, body = report.entry, report.body
    if entry.get("type") != _KIND or entry.get("subject") != f"access:vault:{vault}":
        raise InvalidError("This proof is of another act than putting an item into this vault.")
    if body is None:
        raise InvalidError("The proof does not say what was put in: the text of its entry was erased or withheld.")
    return Proven(_listed(body), _where(report))


def _listed(body: Mapping[str, Any]) -> Listed:
    return Listed(read_id(body.get("item")), str(body.get("commitment")), str(body.get("sha256")))


def _where(report: Report) -> str:
    where = f"leaf {report.index} of the log {report.origin!r}"
    if report.trusted_key:
        return f"{where}, under a key that you gave"
    return f"{where}, if {report.key!r} is its key: compare it, or give the key with --key"

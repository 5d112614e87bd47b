"""The witnesses that a restore asks by itself: those of the policy in the copy, or of another one that is named.

All of them are asked. One that does not answer may have seen more than the copy holds; but what counts as verified was
cosigned by a quorum, so where the silent ones alone are no quorum, one of those who answered has seen it too. Where
they could be a quorum, or the policy asks for none, nothing is known and the restore stops.
"""

from pathlib import Path
from typing import NamedTuple

from ninefold.disk import read_named
from ninefold.errors import InvalidError, UnavailableError
from ninefold.keeping.manifest import Manifest
from ninefold.keeping.opening import Opened
from ninefold.keeping.sources import Seen, witness_at
from ninefold.ledger.keys import Verifier
from ninefold.ledger.quorum import LONGEST_POLICY, NONE, Policy, read_policy

POLICY = "witness-policy"
"""The file in the workspace's folder; every copy holds it."""


class Answers(NamedTuple):
    """What the witnesses of a policy have seen, and the names of those who did not say."""

    seen: list[Seen]
    silent: tuple[str, ...]


def policy_of(opened: Opened, manifest: Manifest, named: Path | None) -> Policy | None:
    """The named policy, else that of the copy; None where there is neither. One that leaves out the log is refused."""
    kept = next((file for file in manifest.files if file.path == POLICY), None)
    if named:
        text = read_named(named, LONGEST_POLICY)
    elif kept:
        text = b"".join(opened.piece(name) for name in kept.pieces)
    else:
        return None
    policy, log = read_policy(text), Verifier.parse(manifest.key)
    if policy.logs and log not in [each.key for each in policy.logs]:
        raise InvalidError("The policy of witnesses leaves out the log of this copy; add the line: log {key}", key=log)
    return policy


def ask_witnesses(policy: Policy, log: Verifier, note: str) -> Answers:
    """Ask everyone; `UnavailableError` where those who do not answer could be a quorum by themselves."""
    seen, silent = [], []
    for witness in policy.witnesses:
        try:
            seen.append(_asked(witness.url, log, note))
        except UnavailableError:
            silent.append(witness.name)
    if silent and (policy.quorum == NONE or policy.reached(silent)):
        raise UnavailableError(
            "These witnesses do not answer, and could be a quorum by themselves: {names}. What they have seen is not "
            "known. Try again; nothing was restored. If they are gone for good, name another policy with --policy.",
            names=", ".join(map(ascii, silent)),
        )
    return Answers(seen, tuple(silent))


def _asked(url: str, log: Verifier, note: str) -> Seen:
    if not url:
        raise UnavailableError("The policy does not say where this witness is reached.")
    return witness_at(url)(log, note)

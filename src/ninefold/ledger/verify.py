"""Check a proof file offline: no database, no network, no clock. Bytes in, a report out.

What it shows: the entry, as opened, is in the tree that the key signed. Whether the log shows everybody the same tree,
it shows only with a policy whose quorum of witnesses cosigned: then the word is "verified", otherwise "consistent".

What it does not show: anything about signature lines of keys that nobody gave. They are ignored, as the specification
of signed notes asks, so anybody may add, change or remove one unseen. Every other byte of the file is bound.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from ninefold.errors import InvalidError, RefusedError
from ninefold.ledger.keys import Verifier
from ninefold.ledger.merkle import leaf_hash, verify_inclusion
from ninefold.ledger.notes import split_note
from ninefold.ledger.proofs import Claim, Proof, read_claim, read_proof
from ninefold.ledger.quorum import Policy
from ninefold.ledger.signers import Signed, require_signer, verify_signer
from ninefold.ledger.succession import follow, open_link, require_not_ended
from ninefold.ledger.witnessed import Cosigned, open_witnessed

_NOBODY = Policy((), (), (), "none")


@dataclass(frozen=True, slots=True)
class Report:
    """What a proof file was found to prove.

    `entry` holds the members of the envelope; `body` is None when it was erased or withheld. `key` is the key that
    signed; unless `trusted_key`, it is only what the file claims, to be compared with what the log's keeper says.
    `state` is `verified` once a quorum of the policy's witnesses cosigned, and otherwise `consistent`. `cosigned` tells
    who did and when, of as many `witnesses` as the policy has; `unchecked` counts lines that no given key can check.
    `followed` tells that a key which is trusted named it, or one between. `signed` tells of the actor's own signature;
    None when the entry bears none.
    """

    entry: dict[str, Any]
    body: dict[str, Any] | None
    commitment: str
    index: int
    size: int
    root: str
    origin: str
    key: str
    trusted_key: bool
    state: str = "consistent"
    cosigned: tuple[Cosigned, ...] = ()
    witnesses: int = 0
    unchecked: int = 0
    followed: bool = False
    signed: Signed | None = None


def verify_proof(
    data: bytes,
    trusted_keys: Iterable[str] = (),
    policy: Policy | None = None,
    *,
    chain: Iterable[str] = (),
    signer: str = "",
) -> Report:
    """The report on a proof file, or an error that names what is wrong with it.

    `trusted_keys` are key texts from another hand than the file's, and so are the logs of `policy`. Once there is one,
    the file must be signed by one, or by a key to which it leads: over the notes of `chain`, or those in the file, by
    which one key names the next. `signer` is the label or the public key (hex) of who must have signed the entry.
    """
    # 1. The file, every line in its one form.
    proof = read_proof(data)
    # 2. The opening: the body leads to the digest in the envelope (checked as it is read), the envelope to the leaf.
    claim = read_claim(proof.extra)
    links = [open_link(note) for note in (*claim.chain, *chain)]
    given = [Verifier.parse(key) for key in trusted_keys]
    named = [log.key for log in policy.logs if isinstance(log.key, Verifier)] if policy else []
    known = given or named
    trusted = follow(given, links, claim.log)
    if trusted and claim.log not in trusted:
        raise RefusedError("The file is signed by {claimed}, which is not a key that you gave.", claimed=claim.log)
    if policy:
        _require_policy(claim, policy, follow(named, links, claim.log), trusted)
    # 3. The signed checkpoint, then the leaf's way to its root.
    report = _lead_to_checkpoint(proof, claim, trusted, policy)
    require_not_ended(links, claim.log, report.size)
    if signer:
        require_signer(report.signed, signer)
    return replace(report, followed=bool(known) and claim.log not in known)


def _require_policy(claim: Claim, policy: Policy, logs: list[Verifier], trusted: list[Verifier]) -> None:
    """`logs` are those of the policy, and the keys to which they lead."""
    if policy.logs and claim.log not in logs:
        raise RefusedError("The file is signed by {claimed}, which is no log of your policy.", claimed=claim.log)
    if not policy.logs and not trusted:
        raise InvalidError("The policy names no log; add a line log KEY to it, or give the log's key with --key.")


def _lead_to_checkpoint(proof: Proof, claim: Claim, trusted: list[Verifier], policy: Policy | None) -> Report:
    seen = open_witnessed(proof.checkpoint, policy or _NOBODY, {claim.log, *trusted})
    checkpoint, lines = seen.checkpoint, split_note(proof.checkpoint).unverified
    if len(set(lines)) < len(lines):
        raise RefusedError("The checkpoint has a signature line twice; fetch the file again.")
    commitment = claim.opening.commitment()
    verify_inclusion(leaf_hash(commitment), proof.index, proof.hashes, checkpoint.head)
    # 4. The actor's own signature, if the entry bears one.
    signed = verify_signer(claim.opening, claim.signer, checkpoint.head)
    return Report(
        entry=claim.opening.entry(),
        body=claim.opening.says(),
        commitment=commitment.hex(),
        index=proof.index,
        size=checkpoint.size,
        root=checkpoint.root.hex(),
        origin=checkpoint.origin,
        key=str(claim.log),
        trusted_key=bool(trusted or (policy and policy.logs)),
        state="verified" if seen.quorum else "consistent",
        cosigned=seen.cosigned,
        witnesses=seen.witnesses,
        unchecked=len(seen.note.unverified),
        signed=signed,
    )

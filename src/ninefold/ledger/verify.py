"""Check a proof file offline: no database, no network, no clock. Bytes in, a report out.

What it shows: the entry, as opened, is in the tree that the key signed. What it cannot show without witnesses: that
the log shows everybody the same tree. So the word for it is "consistent".
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from ninefold.errors import RefusedError
from ninefold.ledger.checkpoints import open_checkpoint
from ninefold.ledger.keys import Verifier
from ninefold.ledger.merkle import leaf_hash, verify_inclusion
from ninefold.ledger.notes import write_note
from ninefold.ledger.proofs import Claim, Proof, read_claim, read_proof
from ninefold.ledger.signers import Signed, require_signer, verify_signer
from ninefold.ledger.succession import follow, open_link, require_not_ended


@dataclass(frozen=True, slots=True)
class Report:
    """What a proof file was found to prove.

    `entry` holds the members of the envelope; `body` is None when it was erased or withheld. `key` is the key that
    signed; unless `trusted_key`, it is only what the file claims, to be compared with what the log's keeper says.
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
    followed: bool = False
    signed: Signed | None = None


def verify_proof(
    data: bytes, trusted_keys: Iterable[str] = (), chain: Iterable[str] = (), *, signer: str = ""
) -> Report:
    """The report on a proof file, or an error that names what is wrong with it.

    `trusted_keys` are key texts from another hand than the file's. Once there is one, the file must be signed by one,
    or by a key to which it leads: over the notes of `chain`, or those in the file, by which one key names the next.
    `signer` is the label or the public key (hex) of the person who must have signed the entry.
    """
    # 1. The file, every line in its one form.
    proof = read_proof(data)
    # 2. The opening: the body leads to the digest in the envelope (checked as it is read), the envelope to the leaf.
    claim = read_claim(proof.extra)
    links = [open_link(note) for note in (*claim.chain, *chain)]
    given = [Verifier.parse(key) for key in trusted_keys]
    trusted = follow(given, links, claim.log)
    if trusted and claim.log not in trusted:
        raise RefusedError("The file is signed by {claimed}, which is not a key that you gave.", claimed=claim.log)
    # 3. The signed checkpoint, then the leaf's way to its root.
    report = _lead_to_checkpoint(proof, claim, trusted)
    require_not_ended(links, claim.log, report.size)
    if signer:
        require_signer(report.signed, signer)
    return replace(report, followed=bool(trusted) and claim.log not in given)


def _lead_to_checkpoint(proof: Proof, claim: Claim, trusted: list[Verifier]) -> Report:
    checkpoint, note = open_checkpoint(proof.checkpoint, [claim.log, *trusted])
    # A note may carry signatures of unknown keys. In a proof file they would be bytes that anybody may change unseen.
    if write_note(note.text, note.signatures) != proof.checkpoint:
        raise RefusedError("The checkpoint carries a signature that no key here can check; remove it or give its key.")
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
        trusted_key=bool(trusted),
        signed=signed,
    )

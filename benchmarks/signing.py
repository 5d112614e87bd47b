"""The pace of signatures, against the bare arithmetic below them, measured in the same run.

For each kind of key: checking an act's signature (strict parsing included) against the bare verification of the same
algorithm, and closing an act (statement, signature check, canonical envelope) against it too; for a proof file of a
signed act, the whole check against that of an unsigned one. Prints JSON: rates a second, and ratios. Run it as

    .venv/bin/python benchmarks/signing.py
"""

import json
import sys
import time
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.hashes import SHA256

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
from signing import PASSKEYS, FileKey

from ninefold.ledger.canonical import canonical_json
from ninefold.ledger.checkpoints import Checkpoint, sign_checkpoint
from ninefold.ledger.drafts import Closing, Draft, DrawnUp
from ninefold.ledger.keys import Signer
from ninefold.ledger.listings import LISTED, Listing, tag_of
from ninefold.ledger.merkle import inclusion_nodes, leaf_hash
from ninefold.ledger.openings import Opening, seal_body
from ninefold.ledger.proofs import Claim, Proof
from ninefold.ledger.signatures import signed, statement_of
from ninefold.ledger.signers import Signer as SignerOfEntry
from ninefold.ledger.signers import Way
from ninefold.ledger.tree import Tree
from ninefold.ledger.verify import verify_proof

NOW = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
KEY, BODY_KEY, LABEL = bytes(range(32)), bytes(range(32, 64)), bytes(range(1, 33))
ROUNDS, MANY = 200, 20


def main():
    holders = {"ed25519": FileKey(), "passkey ES256": PASSKEYS["ES256"], "passkey EdDSA": PASSKEYS["EdDSA"]}
    told = {name: of_key(holder) for name, holder in holders.items()}
    print(json.dumps(told | {"proof file": of_proof(holders["passkey ES256"])}, indent=1))


def rates(*acts):
    """Acts a second, at best: small rounds that take turns, because other programs only ever slow one down."""
    best = [0.0] * len(acts)
    for _ in range(ROUNDS):
        for at, act in enumerate(acts):
            best[at] = max(best[at], _round(act))
    return best


def _round(act):
    began = time.perf_counter()
    for _ in range(MANY):
        act()
    return MANY / (time.perf_counter() - began)


def of_key(holder):
    text = envelope()
    statement = statement_of(text)
    signature = holder.sign(statement)
    draft = DrawnUp(Draft.new("access:person:ada", NOW), text, b"{}").draft
    closing = Closing(draft, signature, holder.key)
    bare, checked, closed = rates(
        bare_check(holder, signature, statement),
        lambda: holder.key.verify(statement, signature),
        lambda: closing.close(text, b"{}"),
    )
    return {
        "bare checks": round(bare),
        "strict checks": round(checked),
        "of bare": round(checked / bare, 2),
        "closed acts": round(closed),
        "closed of bare": round(closed / bare, 2),
    }


def bare_check(holder, signature, statement):
    public = holder.private.public_key()
    message = statement
    if signature.client_data:
        message = signature.authenticator_data + sha256(signature.client_data).digest()
    if isinstance(public, ed25519.Ed25519PublicKey):
        return lambda: public.verify(signature.value, message)
    return lambda: public.verify(signature.value, message, ec.ECDSA(SHA256()))


def of_proof(holder):
    files = proof(None), proof(holder)
    unsigned, with_signer = rates(*(lambda file=file: verify_proof(file) for file in files))
    milliseconds = round(1_000 / with_signer, 2)
    return {"unsigned": round(unsigned), "signed": round(with_signer), "milliseconds": milliseconds}


def proof(holder):
    """A proof file in a tree of 300 leaves."""
    log = Signer("example.org/log", bytes(range(32)))
    text, listing = envelope(), None
    if holder:
        listing = listing_of(holder)
        text = signed(text, holder.sign(statement_of(text), listing.commitment().hex()))
    opening = Opening(text, KEY, b"{}", BODY_KEY)
    leaves = [sha256(bytes([number % 256, number // 256])).digest() for number in range(300)]
    leaves[7] = opening.commitment()
    leaves[8], leaves[9] = (listing.commitment(), tag_of(LABEL, 0)) if listing else leaves[8:10]
    tree = Tree(map(leaf_hash, leaves))
    ways = [Way(at, tuple(tree.proof(inclusion_nodes(at, 300)))) for at in (7, 8, 9)]
    signer = SignerOfEntry(listing, ways[1], ways[2]) if listing else None
    note = sign_checkpoint(Checkpoint(log.name, 300, tree.head().root), log)
    return Proof(7, ways[0].hashes, note, Claim(log.verifier, opening, signer).canonical()).text()


def listing_of(holder):
    body = canonical_json(Listing(LABEL, 0, holder.key, NOW, NOW + timedelta(days=9)).body())
    return Opening(envelope(type=LISTED, body=seal_body(body, BODY_KEY).hex()), KEY, body, BODY_KEY)


def envelope(**changes):
    members = {
        "actor": "access:person:ada",
        "body": seal_body(b"{}", BODY_KEY).hex(),
        "id": str(uuid4()),
        "links": [],
        "marking": "tlp:amber",
        "room": "warning",
        "subject": f"warning:warning:{uuid4()}",
        "time": "2026-11-21T08:30:00.000000Z",
        "type": "warning.acknowledged",
    }
    return canonical_json(members | changes)


if __name__ == "__main__":
    main()

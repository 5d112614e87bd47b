"""`ninefold sign FILE`: sign what a page or the API drew up, with a key file. Needs no workspace and no network."""

import base64
import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import click

from ninefold.disk import read_named
from ninefold.errors import InvalidError, RefusedError
from ninefold.ledger.hexadecimal import read_hex
from ninefold.ledger.keys import Signer
from ninefold.ledger.openings import seal_body
from ninefold.ledger.signatures import ED25519, Signature, possession_statement, statement_of

_LONGEST = 3 << 20


@click.command("sign")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--key-file",
    required=True,
    type=click.Path(path_type=Path),
    envvar="NINEFOLD_KEY_FILE",
    help="Your private key, mode 0600.",
)
@click.option("--new-key", metavar="NAME", help="First make a key of this name in the key file, which must be new.")
def command(file: Path, key_file: Path, new_key: str | None) -> None:
    """Sign the act in FILE, as a page or the API drew it up, or the challenge for a new key.

    What is signed is shown first, on the error stream; then one line is printed, to be pasted into the page or sent as
    the header Ninefold-Signed.
    """
    told = _read(file)
    if new_key:
        Signer.generate(new_key).to_file(key_file)
    signer = Signer.from_file(key_file)
    answer = _possession(told, signer) if "challenge" in told else _act(told, signer)
    click.echo(base64.b64encode(json.dumps(answer).encode()).decode())


def _possession(told: Mapping[str, Any], signer: Signer) -> dict[str, str]:
    challenge = str(told["challenge"])
    click.echo(f"You prove that you hold the key {signer.verifier}", err=True)
    signature = signer.sign(possession_statement(challenge.encode()))
    return {"challenge": challenge, "public": signer.verifier.public.hex(), "signature": signature.hex()}


def _act(told: Mapping[str, Any], signer: Signer) -> dict[str, Any]:
    return {"draft": str(told.get("draft", "")), "signature": signature_of(told, signer).member()}


def signature_of(told: Mapping[str, Any], signer: Signer) -> Signature:
    """Sign an act that was drawn up, once its parts belong together; it is shown first, on the error stream."""
    try:
        envelope, body = (str(told[name]) for name in ("envelope", "body"))
        body_key = read_hex(told["body_key"], "the key of the body", length=32)
        digest, keys = json.loads(envelope)["body"], list(told["keys"])
    except (KeyError, TypeError, ValueError):
        raise InvalidError("This file holds nothing that was drawn up to be signed; save it again.") from None
    computed = seal_body(body.encode(), body_key).hex(), sha256(envelope.encode()).hexdigest()
    if computed != (digest, told.get("digest")):
        raise RefusedError("The body or the hash in this file does not belong to its envelope. Do not sign it.")
    click.echo(f"You sign this envelope:\n  {envelope}\nand with it this body:\n  {body}", err=True)
    signature = signer.sign(statement_of(envelope.encode()))
    return Signature(_listing(keys, signer), ED25519, signature)


def _listing(keys: list[Any], signer: Signer) -> str:
    """Under which of the person's listed keys this one is."""
    public = signer.verifier.public.hex()
    for key in keys:
        if isinstance(key, dict) and key.get("public") == public:
            return str(key.get("key"))
    raise RefusedError("The key {key} is not one that signs for you here; enrol it first.", key=signer.verifier)


def _read(path: Path) -> Mapping[str, Any]:
    try:
        told = json.loads(read_named(path, _LONGEST))
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise InvalidError("The file {path} holds nothing that was drawn up to be signed; save it again.", path=path)
    return told

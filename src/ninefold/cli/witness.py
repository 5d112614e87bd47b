"""`ninefold ledger witness`: cosign for other logs, in a process of its own. Needs no workspace and no database."""

import ipaddress
import re
import signal
import ssl
import threading
from pathlib import Path

import click

from ninefold.errors import InvalidError, UnavailableError
from ninefold.ledger.cosignatures import ED25519_COSIGNATURE, ML_DSA_44, CosignatureVerifier, read_verifier
from ninefold.ledger.keys import NoteVerifier
from ninefold.ledger.witness.cosigning import Witness
from ninefold.ledger.witness.memory import Memory, key_of
from ninefold.ledger.witness.server import Door

_ADDRESS = re.compile(r"(?:\[([0-9a-fA-F:.]+)\]|([^\[\]:]+)):([0-9]{1,5})")
_ALGORITHMS = {"ed25519": ED25519_COSIGNATURE, "ml-dsa-44": ML_DSA_44}
_PRINT = "\0print"


@click.command("witness")
@click.option(
    "--state", required=True, type=click.Path(path_type=Path), help="The folder of the witness; made if absent."
)
@click.option("--log", "logs", multiple=True, metavar="VKEY", help="The key of a log to cosign for; may be repeated.")
@click.option("--listen", metavar="HOST:PORT", help="Where to take checkpoints, such as 127.0.0.1:8010.")
@click.option("--name", help="The name of a new witness, such as witness.example/ministry.")
@click.option(
    "--algorithm", type=click.Choice(list(_ALGORITHMS)), help="The kind of key of a new one; ed25519 if absent."
)
@click.option("--cert", type=click.Path(path_type=Path), help="The certificate for TLS, with its chain (PEM).")
@click.option(
    "--key",
    is_flag=False,
    flag_value=_PRINT,
    metavar="[FILE]",
    help="Alone: print the key of the witness and end. With --cert: the private key of the certificate (PEM).",
)
def command(
    *,
    state: Path,
    logs: tuple[str, ...],
    listen: str | None,
    name: str | None,
    algorithm: str | None,
    cert: Path | None,
    key: str | None,
) -> None:
    """Run a witness: cosign the checkpoints of other logs, and of none that does not grow from what it cosigned before.

    The first start makes the folder and the key. Hand the key to the keepers of the logs, and never put an old copy of
    the folder back.
    """
    kind = _ALGORITHMS[algorithm] if algorithm else None
    if key == _PRINT:
        click.echo(key_of(state, name=name, algorithm=kind))
        return
    address, tls, verifiers = _address(listen), _tls(cert, key), _logs(logs)
    if tls is None and not _loopback(address[0]):
        raise InvalidError("Beyond this machine a witness needs TLS: give --cert and --key, or listen on 127.0.0.1.")
    memory = Memory(state, name=name, algorithm=kind)
    try:
        _serve(_door(address, Witness(memory, verifiers), tls), memory, tls)
    finally:
        memory.close()


def _address(listen: str | None) -> tuple[str, int]:
    found = _ADDRESS.fullmatch(listen or "")
    if found is None or int(found[3]) > 65_535:
        raise InvalidError("Say where to listen with --listen, such as --listen 127.0.0.1:8010.")
    return found[1] or found[2], int(found[3])


def _loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _tls(cert: Path | None, key: str | None) -> ssl.SSLContext | None:
    if cert is None and key is None:
        return None
    if cert is None or key is None:
        raise InvalidError("TLS needs both --cert and --key.")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(cert, key)
    except (OSError, ssl.SSLError):
        raise InvalidError(
            "The certificate {cert} and the key {key} cannot be read together.", cert=cert, key=key
        ) from None
    return context


def _logs(keys: tuple[str, ...]) -> list[NoteVerifier]:
    if not keys:
        raise InvalidError("Name at least one log to cosign for: --log and its key.")
    found = [read_verifier(key) for key in keys]
    for log in found:
        if isinstance(log, CosignatureVerifier) and log.algorithm != ML_DSA_44:
            raise InvalidError("The key of {name} is that of a witness, not of a log.", name=log.name)
    return found


def _door(address: tuple[str, int], witness: Witness, tls: ssl.SSLContext | None) -> Door:
    try:
        return Door(address, witness, tls)
    except OSError as error:
        raise UnavailableError(
            "The address {host}:{port} cannot be taken: {why}.", host=address[0], port=address[1], why=error.strerror
        ) from None


def _serve(door: Door, memory: Memory, tls: ssl.SSLContext | None) -> None:
    """Answer until told to stop."""
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stopping.set())
    host, port = door.server_address[:2]
    where = f"[{host!s}]" if ":" in str(host) else str(host)
    click.echo(f"The witness {memory.key.name} listens at {'https' if tls else 'http'}://{where}:{port}/")
    click.echo(f"Its key: {memory.key.verifier}")
    serving = threading.Thread(target=door.serve_forever, daemon=True)
    serving.start()
    stopping.wait()
    door.shutdown()
    door.server_close()

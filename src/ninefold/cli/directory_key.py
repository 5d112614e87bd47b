"""`ninefold access directory-key`: this program's own key for a directory that speaks SAML, made, shown, replaced.

None of it opens the database: while the directory's file asks for a key that is not there yet, nothing else starts.
"""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TypeVar

import click
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from ninefold import clock
from ninefold.access.directory.saml.own import add_key, key_path, own_certificates, retire_key
from ninefold.cli.workspace import chosen_workspace

R = TypeVar("R")


@click.group("directory-key")
def command() -> None:
    """The key that signs questions to a directory (SAML) and opens what it encrypts."""


def _beside_workspace(command: Callable[[Path], R]) -> Callable[..., R]:
    @click.option(
        "--workspace",
        "folder",
        type=click.Path(path_type=Path),
        help="The workspace's folder; by default the only one there is, or NINEFOLD_WORKSPACE.",
    )
    @wraps(command)
    def chosen(*, folder: Path | None) -> R:
        return command(chosen_workspace(folder))

    return chosen


@command.command()
@_beside_workspace
def show(workspace: Path) -> None:
    """Name the keys there are, and what each does."""
    there = own_certificates(workspace)
    if not there:
        click.echo("There is no key: questions are not signed, and nothing that is encrypted can be opened.")
    for number, certificate in enumerate(there):
        acts = [
            *(["signs"] if number == 0 else []),
            *(["is encrypted to"] if certificate is there[-1] else []),
            "opens",
        ]
        click.echo(f"{_named(certificate)}: {', '.join(acts)}")


@command.command()
@_beside_workspace
def make(workspace: Path) -> None:
    """Make the first key, or the one that is to follow it; both open until the older one is retired."""
    follows = bool(own_certificates(workspace))
    click.echo(f"{key_path(workspace)} holds a new key, {_named(add_key(workspace, clock.now()))}.")
    click.echo("Hand the description at /sign-in/directory/metadata/ to who runs the directory.")
    if follows:
        click.echo("The older key signs until you retire it: ninefold access directory-key retire")
    click.echo("The next copy of each backup holds it; older copies do not.")


@command.command()
@click.confirmation_option("--yes", prompt="Does the directory know the newer key, and encrypt to it?")
@_beside_workspace
def retire(workspace: Path) -> None:
    """Take the older of two keys away for good."""
    click.echo(
        f"From now on there is one key, {_named(retire_key(workspace))}; what was encrypted to the other is shut."
    )


def _named(certificate: x509.Certificate) -> str:
    """Its fingerprint, as other programs write it, and its end."""
    return f"{certificate.fingerprint(hashes.SHA256()).hex(':')}, until {certificate.not_valid_after_utc:%Y-%m-%d}"

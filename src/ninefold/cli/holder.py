"""As whom a command acts: the holder of the token that is kept for this workspace, and nobody else.

What a command does goes through the same acts and rules as pages and API. An act that its actor signs is signed here
with the key in his file; whoever has no signing key needs none.
"""

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from ninefold.access.models import Person
    from ninefold.ledger.drafts import Seal

R = TypeVar("R")

as_json_option = click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
key_file_option = click.option(
    "--key-file",
    type=click.Path(path_type=Path),
    envvar="NINEFOLD_KEY_FILE",
    help="Your private key, mode 0600, where you have a signing key.",
)
orphans_read_option = click.option(
    "--orphans-read", is_flag=True, help="You have read what would be left without a holder, and go on."
)


class Day(click.ParamType[date]):
    """A day as YYYY-MM-DD."""

    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:  # noqa: ANN401
        """The day; a wrong one is told with the option that bears it."""
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no day; write it as 2026-12-31.", param, ctx)


def holder(*, scope: str = "act") -> "Person":
    """The person as whom a command acts; `RefusedError` says how to sign in."""
    from django.conf import settings

    from ninefold import clock
    from ninefold.access.tokens import person_for
    from ninefold.cli import kept_tokens

    return person_for(kept_tokens.kept(settings.LOG_ORIGIN), clock.now(), scope=scope)


def carry_out(person: "Person", act: Callable[[datetime, "Seal | None"], R], key_file: Path | None) -> R:
    """Do it for this person, signed with the key in his file where he has one."""
    from ninefold.access.signing import Signable, carry_out_here
    from ninefold.cli.sign import signature_of
    from ninefold.ledger.keys import Signer
    from ninefold.ledger.signatures import Signature

    def sign(signable: Signable) -> Signature:
        return signature_of(asdict(signable), signer)

    if key_file is None:
        return carry_out_here(person, act, None)
    signer = Signer.from_file(key_file)
    return carry_out_here(person, act, sign)


def say(line: str, told: object, *, as_json: bool) -> None:
    """What was done: a sentence, or as JSON."""
    click.echo(json.dumps(told, ensure_ascii=False) if as_json else line)

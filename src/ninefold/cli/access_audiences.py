"""`ninefold access` for custodians: into whose hands an audience passes, and what it offers to who was invited."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from ninefold.cli.holder import as_json_option, carry_out, holder, key_file_option, say
from ninefold.cli.workspace import in_workspace
from ninefold.errors import InvalidError

_audience = click.argument("audience", type=click.UUID)


@click.command()
@_audience
@click.option("--email", help="Who keeps it when its custodian's account closes.")
@click.option("--nobody", is_flag=True, help="Take back whom you named.")
@key_file_option
@as_json_option
@in_workspace
def successor(*, audience: UUID, email: str | None, nobody: bool, key_file: Path | None, as_json: bool) -> None:
    """Name who keeps AUDIENCE when you leave; where its custodian left, administrators name him."""
    from ninefold.access import actions, reads

    if bool(email) == nobody:
        raise InvalidError("Name somebody with --email, or take him back with --nobody.")
    by = holder()
    held = reads.audience_in_hands_of(by, audience)
    person = reads.person_at(email) if email else None
    _act(by, actions.name_successor, key_file, audience=held, person=person)
    said = "It is entered." if person else "Nobody is named to keep it next."
    say(said, {"audience": str(audience), "successor": str(person.pk) if person else None}, as_json=as_json)


@click.command(name="pass-on")
@_audience
@click.argument("email")
@key_file_option
@as_json_option
@in_workspace
def pass_on(*, audience: UUID, email: str, key_file: Path | None, as_json: bool) -> None:
    """Give AUDIENCE, which you keep, into the keeping of EMAIL now."""
    from ninefold.access import actions, reads

    by = holder()
    held = reads.audience_kept_by(by, audience)
    person = reads.person_at(email)
    _act(by, actions.pass_custody, key_file, audience=held, person=person)
    say("It is passed on.", {"audience": str(audience), "custodian": str(person.pk)}, as_json=as_json)


@click.command()
@_audience
@key_file_option
@as_json_option
@in_workspace
def take(*, audience: UUID, key_file: Path | None, as_json: bool) -> None:
    """Keep AUDIENCE, whose custodian left, if you were named for it and read through it."""
    from ninefold.access import actions

    by = holder()
    _act(by, actions.take_custody, key_file, audience=audience)
    say("You keep this audience now.", {"audience": str(audience), "custodian": str(by.pk)}, as_json=as_json)


def _act(by: Any, act: Callable[..., object], key_file: Path | None, **told: object) -> None:  # noqa: ANN401 (a Person)
    carry_out(by, lambda now, seal: act(by=by, now=now, seal=seal, **told), key_file)

"""`ninefold access`: what reaches the holder of the token, and the key for a directory that speaks SAML."""

import json
from typing import Any

import click

from ninefold.cli import access_audiences, access_people
from ninefold.cli.directory_key import command as directory_key
from ninefold.cli.holder import holder
from ninefold.cli.workspace import in_workspace


@click.group()
def command() -> None:
    """Who may see?"""


for _verb in (
    access_people.orphans,
    access_people.invite,
    access_people.invite_again,
    access_people.withdraw_invitation,
    access_people.close,
    access_people.stay,
    access_audiences.successor,
    access_audiences.pass_on,
    access_audiences.take,
    access_audiences.offer,
    access_audiences.offers,
    access_audiences.let_in,
    access_audiences.end_offer,
    directory_key,
):
    command.add_command(_verb)


@command.command()
@click.option("--off", is_flag=True, help="Turn every channel off; their addresses are deleted.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
@in_workspace
def notices(*, off: bool, as_json: bool) -> None:
    """By which channels you are told that you have an item, and when not.

    You act as the holder of the token that `ninefold sign-in` keeps. Channels are turned on on your page.
    """
    from ninefold import clock
    from ninefold.access import actions, reads

    person, now = holder(scope="act" if off else "read"), clock.now()
    found = reads.notices_of(person, now)
    channels = [one for one in (found.mail, found.feed, *found.browsers) if one is not None]
    if off:
        for one in channels:
            actions.end_channel(by=person, now=now, channel=one.pk)
        channels = []
    told = [{"kind": one.kind, "on": one.confirmed, "failing": one.failing_since is not None} for one in channels]
    quiet = reads.quiet_of(found.terms)
    hours = f"{quiet.starts:%H:%M} to {quiet.ends:%H:%M}, {quiet.zone}" if quiet else ""
    _print({"channels": told, "language": found.terms.language, "quiet": hours}, as_json=as_json)


def _print(told: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(told))
        return
    for one in told["channels"]:
        state = "on" if one["on"] else "waits for its code"
        click.echo(f"{one['kind']}: {state}{', but nothing could be delivered of late' if one['failing'] else ''}")
    if not told["channels"]:
        click.echo("No channel is on: nothing tells you outside this workspace that you have an item.")
    click.echo(f"language: {told['language']}")
    click.echo(f"quiet: {told['quiet'] or 'never'}")

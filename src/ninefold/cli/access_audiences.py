"""`ninefold access` for custodians: into whose hands an audience passes, and what it offers to who was invited."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from ninefold.cli.holder import Day, as_json_option, carry_out, holder, key_file_option, say
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


@click.command()
@_audience
@click.argument("email")
@click.option("--until", required=True, type=Day(), help="The last day (UTC) of the membership.")
@click.option("--office", default="", help="The name of an office (tracks:office:…), if he is to read as its holder.")
@as_json_option
@in_workspace
def offer(*, audience: UUID, email: str, until: date, office: str, as_json: bool) -> None:
    """Offer AUDIENCE, which you keep, to EMAIL, who was invited and has not enrolled yet. It gives nothing."""
    from ninefold import clock
    from ninefold.access import actions, reads
    from ninefold.access.api_leaving import offer_out
    from ninefold.access.forms import end_of

    by, now = holder(), clock.now()
    held = reads.audience_kept_by(by, audience)
    told: dict[str, Any] = {"person": reads.person_at(email), "ends": end_of(until), "by_office": office}
    made = actions.offer_audience(by=by, now=now, audience=held, **told)
    say(f"The audience is offered: {made.pk}", offer_out(made).model_dump(mode="json"), as_json=as_json)


@click.command()
@click.option("--of", "audience", type=click.UUID, metavar="AUDIENCE", help="To whom this audience is, if you keep it.")
@as_json_option
@in_workspace
def offers(*, audience: UUID | None, as_json: bool) -> None:
    """The audiences that wait for you; or to whom one that you keep is offered, and who has taken up his account."""
    from ninefold import clock
    from ninefold.access import reads
    from ninefold.access.api_leaving import offer_out

    by, now = holder(scope="read"), clock.now()
    if audience is None:
        found = [(one, True) for one in reads.offers_to(by, now)]
    else:
        found = reads.offers_in(reads.audience_kept_by(by, audience), by, now)
    if as_json:
        told = [offer_out(one).model_dump(mode="json") | {"taken_up": taken} for one, taken in found]
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for one, taken in found:
        state = "has taken up the account" if taken else "has not taken up the account"
        who = f"{one.person.name}, who {state}" if audience else str(one.audience.name)
        click.echo(f"{one.pk}  {who}: until {one.ends:%Y-%m-%d %H:%M} UTC")
    if not found:
        click.echo("No audience is offered.")


@click.command(name="let-in")
@click.argument("offer", type=click.UUID)
@as_json_option
@in_workspace
def let_in(*, offer: UUID, as_json: bool) -> None:
    """Let in who has taken up his account, as OFFER said; the custodian's act."""
    from ninefold import clock
    from ninefold.access import actions

    row = actions.keep_offer(by=holder(), now=clock.now(), offer=offer)
    say("The membership has begun.", {"membership": str(row.pk), "audience": str(row.audience_id)}, as_json=as_json)


@click.command(name="end-offer")
@click.argument("offer", type=click.UUID)
@as_json_option
@in_workspace
def end_offer(*, offer: UUID, as_json: bool) -> None:
    """Take OFFER back; the custodian's act."""
    from ninefold import clock
    from ninefold.access import actions

    actions.withdraw_offer(by=holder(), now=clock.now(), offer=offer)
    say("It is taken back.", {"id": str(offer)}, as_json=as_json)


def _act(by: Any, act: Callable[..., object], key_file: Path | None, **told: object) -> None:  # noqa: ANN401 (a Person)
    carry_out(by, lambda now, seal: act(by=by, now=now, seal=seal, **told), key_file)

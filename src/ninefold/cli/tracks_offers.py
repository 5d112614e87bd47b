"""`ninefold tracks`: offices that wait for who was invited."""

import json
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

import click

from ninefold.cli.holder import Day, as_json_option, holder, say
from ninefold.cli.workspace import in_workspace

if TYPE_CHECKING:
    from ninefold.tracks.models import OfficeOffer

_offer = click.argument("offer", type=click.UUID)


@click.command(name="offer-office")
@click.argument("office", type=click.UUID)
@click.argument("email")
@click.option("--from", "day", type=Day(), help="The first day (UTC); without, now.")
@click.option("--until", required=True, type=Day(), help="The last day (UTC).")
@as_json_option
@in_workspace
def offer_office(*, office: UUID, email: str, day: date | None, until: date, as_json: bool) -> None:
    """Offer OFFICE to EMAIL, who was invited and has not enrolled yet, and takes it himself; for registrars."""
    from ninefold import clock
    from ninefold.access.forms import begin_of, end_of
    from ninefold.access.reads import person_at
    from ninefold.tracks import actions, reads
    from ninefold.tracks.rules import may_keep_circle

    by, now = holder(), clock.now()
    may_keep_circle(by.roles).require()
    seen, person = reads.office_for(by, now, office), person_at(email)
    term = {"starts": begin_of(day, now) if day else now, "ends": end_of(until)}
    offer = actions.offer_office(by=by, now=now, office=seen, person=person, **term)
    say(f"The office is offered: {offer.pk}", _told(offer), as_json=as_json)


@click.command()
@click.option("--of", "office", type=click.UUID, metavar="OFFICE", help="To whom this office is; for registrars.")
@as_json_option
@in_workspace
def offers(*, office: UUID | None, as_json: bool) -> None:
    """The offices that are offered to you; for registrars, to whom one is offered."""
    from ninefold import clock
    from ninefold.tracks import reads
    from ninefold.tracks.rules import may_keep_circle

    by, now = holder(scope="read"), clock.now()
    if office is None:
        found = list(reads.offices_offered_to(by, now))
    else:
        may_keep_circle(by.roles).require()
        found = [one for one, _ in reads.office_offers(reads.office_for(by, now, office), now)]
    if as_json:
        click.echo(json.dumps([_told(one) for one in found], ensure_ascii=False))
        return
    for one in found:
        title = one.office.title.shown_to("en").text
        click.echo(f"{one.pk}  {title}: {one.starts:%Y-%m-%d %H:%M} to {one.ends:%Y-%m-%d %H:%M} UTC")
    if not found:
        click.echo("No office is offered.")


@click.command(name="take-office")
@_offer
@as_json_option
@in_workspace
def take_office(*, offer: UUID, as_json: bool) -> None:
    """Take the office of OFFER, which was made to you."""
    from ninefold import clock
    from ninefold.clock import stamp
    from ninefold.tracks import actions

    held = actions.take_office(by=holder(), now=clock.now(), offer=offer)
    told = {"office": str(held.office_id), "starts": stamp(held.starts), "ends": stamp(held.ends)}
    say("You hold this office from its first day on.", told, as_json=as_json)


@click.command(name="end-offer")
@_offer
@as_json_option
@in_workspace
def end_offer(*, offer: UUID, as_json: bool) -> None:
    """Decline OFFER, which was made to you; as a registrar, take it back."""
    from ninefold import clock
    from ninefold.tracks import actions

    actions.end_office_offer(by=holder(), now=clock.now(), offer=offer)
    say("The offer has ended.", {"id": str(offer)}, as_json=as_json)


def _told(one: "OfficeOffer") -> dict[str, object]:
    from ninefold.tracks.api_offers import offer_out

    return offer_out(one).model_dump(mode="json")

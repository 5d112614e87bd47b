"""`ninefold tracks`: who holds which office, who follows, and who is away."""

import json
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

import click

from ninefold.cli import tracks_offers
from ninefold.cli.holder import Day, as_json_option, holder, orphans_read_option, say
from ninefold.cli.orphans import show_before
from ninefold.cli.workspace import in_workspace
from ninefold.clock import stamp
from ninefold.errors import InvalidError, NotThereError

if TYPE_CHECKING:
    from ninefold.access.models import Person
    from ninefold.tracks.models import Absence, Holding, Office
    from ninefold.words.text import Text


@click.group("tracks")
def command() -> None:
    """Who is who, and who can reach whom?"""


for _verb in (tracks_offers.offer_office, tracks_offers.offers, tracks_offers.take_office, tracks_offers.end_offer):
    command.add_command(_verb)


@command.command()
@as_json_option
@in_workspace
def offices(*, as_json: bool) -> None:
    """The offices that you may see; for registrars with who holds each and who will."""
    from ninefold import clock
    from ninefold.tracks import reads
    from ninefold.tracks.rules import may_keep_circle

    by, now = holder(scope="read"), clock.now()
    keeps = may_keep_circle(by.roles).allowed
    found = [(one, list(reads.holdings(one, now)) if keeps else []) for one in reads.offices(by, now)]
    if as_json:
        click.echo(json.dumps([_office(one, held) for one, held in found], ensure_ascii=False))
        return
    for one, held in found:
        click.echo(f"{one.pk}  {_plain(one.title)} · {_plain(one.actor.name)}")
        for term in held:
            click.echo(f"  {term.person_id}  {_plain(term.person.name)}: {_span(term)}")


@command.command(name="change-office")
@click.argument("office", type=click.UUID)
@click.argument("person")
@click.option("--from", "day", type=Day(), help="From this day (UTC) it changes; without, now.")
@click.option("--successor", metavar="PERSON", help="Who follows, until the end that the former holder had.")
@click.option("--takes", type=click.UUID, metavar="OFFICE", help="Which office he takes instead.")
@click.option("--until", type=Day(), help="The last day of his time in that office.")
@orphans_read_option
@as_json_option
@in_workspace
def change_office(
    *,
    office: UUID,
    person: str,
    day: date | None,
    successor: str | None,
    takes: UUID | None,
    until: date | None,
    orphans_read: bool,
    as_json: bool,
) -> None:
    """Let PERSON leave OFFICE, another follow him there, and himself take a further one; for registrars.

    A person is named by his address, or by the id that `ninefold tracks offices` prints.
    Without a successor, what would be left without a holder is listed first.
    """
    from ninefold import clock
    from ninefold.access.forms import begin_of, end_of
    from ninefold.access.orphans import office_left
    from ninefold.access.reads import would_be_orphaned
    from ninefold.tracks import actions, reads
    from ninefold.tracks.rules import may_keep_circle

    if (takes is None) != (until is None):
        raise InvalidError("Every office ends: give --takes and --until together.")
    by, now = holder(), clock.now()
    may_keep_circle(by.roles).require()
    leaves, whom = reads.office_for(by, now, office), _chosen(by, person)
    at = begin_of(day, now) if day else now
    follows = _chosen(by, successor) if successor else None
    if follows is None:
        lost = would_be_orphaned(by, now, whom, at, office_left(whom.pk, leaves.pk))
        show_before(lost, orphans_read=orphans_read)
    term = actions.Term(reads.office_for(by, now, takes), end_of(until)) if takes and until else None
    told: dict[str, Any] = {"successor": follows, "takes": term, "orphans_read": orphans_read}
    actions.change_office(by=by, now=now, person=whom, leaves=leaves, at=at, **told)
    said = {"office": str(leaves.pk), "person": str(whom.pk), "successor": str(follows.pk) if follows else None}
    say("The office has changed hands.", said | {"at": stamp(at)}, as_json=as_json)


@command.command()
@as_json_option
@in_workspace
def leaves(*, as_json: bool) -> None:
    """Your leaves that run or lie ahead, and those in which you stand in; for registrars those of everybody."""
    from ninefold import clock
    from ninefold.access.reads import people_for_registrar
    from ninefold.tracks import seats
    from ninefold.tracks.rules import may_keep_circle

    by, now = holder(scope="read"), clock.now()
    people = people_for_registrar(by) if may_keep_circle(by.roles).allowed else [by]
    found = {one.pk: one for one in [*seats.leaves_entered(by, now, people), *seats.stands_in_for(by, now)]}
    if as_json:
        click.echo(json.dumps([_leave(one) for one in found.values()], ensure_ascii=False))
        return
    for one in found.values():
        deputy = f"; {_plain(one.deputy.name)} stands in" if one.deputy else ""
        click.echo(f"{one.pk}  {_plain(one.person.name)}: {_span(one)}{deputy}")
    if not found:
        click.echo("No leave runs or lies ahead.")


@command.command()
@click.option("--of", "email", metavar="EMAIL", help="Who goes, for registrars; without, you.")
@click.option("--from", "day", type=Day(), help="The first day (UTC); without, now.")
@click.option("--until", required=True, type=Day(), help="The last day (UTC); the leave ends by itself.")
@click.option("--deputy", metavar="EMAIL", help="Who answers for the offices meanwhile; he reads nothing more by it.")
@orphans_read_option
@as_json_option
@in_workspace
def leave(
    *, email: str | None, day: date | None, until: date, deputy: str | None, orphans_read: bool, as_json: bool
) -> None:
    """Enter a leave, yours or as a registrar another's, and who stands in."""
    from ninefold import clock
    from ninefold.access.forms import begin_of, end_of
    from ninefold.access.orphans import away
    from ninefold.access.reads import person_at, would_be_orphaned
    from ninefold.tracks import actions
    from ninefold.tracks.rules import may_keep_circle

    by, now = holder(), clock.now()
    if email:
        may_keep_circle(by.roles).require()
    whom, starts = person_at(email) if email else by, begin_of(day, now) if day else now
    stands_in = person_at(deputy) if deputy else None
    if stands_in is None:
        show_before(would_be_orphaned(by, now, whom, starts, away(whom.pk)), orphans_read=orphans_read)
    told: dict[str, Any] = {"deputy": stands_in, "orphans_read": orphans_read}
    entered = actions.enter_leave(by=by, now=now, person=whom, starts=starts, ends=end_of(until), **told)
    say(f"The leave is entered: {entered.pk}", _leave(entered), as_json=as_json)


@command.command(name="end-leave")
@click.argument("leave", type=click.UUID)
@as_json_option
@in_workspace
def end_leave(*, leave: UUID, as_json: bool) -> None:
    """End LEAVE now: he is back, or does not go."""
    from ninefold import clock
    from ninefold.tracks import actions

    actions.end_leave(by=holder(), now=clock.now(), leave=leave)
    say("The leave has ended.", {"id": str(leave)}, as_json=as_json)


def _office(one: "Office", terms: "list[Holding]") -> dict[str, Any]:
    held = [{"person": str(row.person_id), "name": row.person.name.as_value(), **_term(row)} for row in terms]
    named = {"title": one.title.as_value(), "organisation": one.actor.name.as_value()}
    return {"id": str(one.pk), **named, "holders": held}


def _leave(one: "Absence") -> dict[str, Any]:
    deputy = str(one.deputy_id) if one.deputy_id else None
    return {"id": str(one.pk), "person": str(one.person_id), "deputy": deputy, **_term(one)}


def _term(one: "Absence | Holding") -> dict[str, str]:
    return {"starts": stamp(one.starts), "ends": stamp(one.ends)}


def _span(one: "Absence | Holding") -> str:
    return f"{one.starts:%Y-%m-%d %H:%M} to {one.ends:%Y-%m-%d %H:%M} UTC"


def _plain(text: "Text") -> str:
    return text.shown_to("en").text


def _chosen(by: "Person", who: str) -> "Person":
    """Of the people among whom a registrar chooses, the one with this address or id."""
    from ninefold.access.reads import people_for_registrar

    wanted = who.strip().lower()
    found = next((one for one in people_for_registrar(by) if wanted in {one.email, str(one.pk)}), None)
    if found is None:
        raise NotThereError
    return found

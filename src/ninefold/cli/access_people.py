"""`ninefold access` for administrators: who comes, who goes, and what would be left without a holder."""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ninefold.cli.holder import (
    Day,
    as_json_option,
    carry_out,
    holder,
    key_file_option,
    orphans_read_option,
    say,
)
from ninefold.cli.orphans import show, show_before
from ninefold.cli.workspace import in_workspace
from ninefold.clock import stamp
from ninefold.errors import InvalidError

if TYPE_CHECKING:
    from ninefold.access.actions import Handover
    from ninefold.access.models import Person


@click.command()
@click.option("--if-i-leave", is_flag=True, help="What you would leave without a holder.")
@click.option("--of", "email", metavar="EMAIL", help="What this person would; for administrators.")
@as_json_option
@in_workspace
def orphans(*, if_i_leave: bool, email: str | None, as_json: bool) -> None:
    """What nobody answers for now, of what you may see; or what would be left so by a departure.

    Each thing is named only to who may see it. An administrator, and who leaves, learn of the rest of what kind it is.
    """
    from ninefold import clock
    from ninefold.access import reads

    if if_i_leave and email:
        raise InvalidError("Choose --if-i-leave or --of; the list is of one person.")
    by, now = holder(scope="read"), clock.now()
    if not (if_i_leave or email):
        show(reads.orphans(by, now), as_json=as_json)
        return
    whom = _account(by, email, "close_account") if email else by
    show(reads.would_be_orphaned(by, now, whom, now), as_json=as_json)


@click.command()
@click.argument("email")
@click.option("--reason", required=True, help="Why; it stays in the log.")
@click.option("--on", "day", type=Day(), help="Close it at the end of this day (UTC), by itself; without, at once.")
@orphans_read_option
@key_file_option
@as_json_option
@in_workspace
def close(
    *, email: str, reason: str, day: date | None, orphans_read: bool, key_file: Path | None, as_json: bool
) -> None:
    """Close the account of EMAIL, at once or on a day; for administrators.

    All that lets this person in ends, and all that he holds ends or passes on; what he did stays. What would be left
    without a holder is listed first, and then the account stays open until you say --orphans-read.
    """
    from ninefold import clock
    from ninefold.access import actions, reads
    from ninefold.access.forms import end_of

    by, now = holder(), clock.now()
    whom, at = _account(by, email, "close_account"), end_of(day) if day else None
    show_before(reads.would_be_orphaned(by, now, whom, at or now), orphans_read=orphans_read)
    told: dict[str, Any] = {"by": by, "person": whom, "reason": reason, "orphans_read": orphans_read}

    def close_it(now: datetime, seal: Any) -> None:  # noqa: ANN401 (a Seal, which is only handed on)
        if at is None:
            actions.close_account(now=now, seal=seal, **told)
        else:
            actions.set_departure(now=now, seal=seal, at=at, **told)

    carry_out(by, close_it, key_file)
    when = stamp(at) if at else None
    line = (
        f"The account of {whom.email} closes by itself on {at:%Y-%m-%d %H:%M} UTC." if at else "The account is closed."
    )
    say(line, {"person": str(whom.pk), "closes": when}, as_json=as_json)


@click.command()
@click.argument("email")
@as_json_option
@in_workspace
def stay(*, email: str, as_json: bool) -> None:
    """Withdraw the departure that is set for EMAIL; for administrators."""
    from ninefold import clock
    from ninefold.access import actions

    by = holder()
    whom = _account(by, email, "close_account")
    actions.withdraw_departure(by=by, now=clock.now(), person=whom)
    say("The account stays open.", {"person": str(whom.pk), "closes": None}, as_json=as_json)


@click.command()
@click.argument("email")
@click.option("--name", required=True, help="What he is called, in his language.")
@click.option("--language", default="en", show_default=True, help="The language of his account, by its code.")
@click.option(
    "--role", "roles", multiple=True, help="A role; once for each. Who reads and answers warnings needs none."
)
@as_json_option
@in_workspace
def invite(*, email: str, name: str, language: str, roles: tuple[str, ...], as_json: bool) -> None:
    """Invite a person, for administrators, and print once the address that signs him in to enrol."""
    from ninefold import clock
    from ninefold.access import actions
    from ninefold.words.languages import language as known
    from ninefold.words.text import in_one

    by, called = holder(), in_one(known(language).code, name)
    made = actions.invite(by=by, now=clock.now(), email=email, name=called, language=language, roles=roles)
    _hand_over(made, as_json=as_json)


@click.command(name="invite-again")
@click.argument("email")
@as_json_option
@in_workspace
def invite_again(*, email: str, as_json: bool) -> None:
    """A new address for EMAIL, who has not enrolled yet; the earlier one ends. For administrators."""
    from ninefold import clock
    from ninefold.access import actions

    by = holder()
    whom = _account(by, email, "invite")
    _hand_over(actions.invite_again(by=by, now=clock.now(), person=whom), as_json=as_json)


@click.command(name="withdraw-invitation")
@click.argument("email")
@as_json_option
@in_workspace
def withdraw_invitation(*, email: str, as_json: bool) -> None:
    """End the invitation of EMAIL, who has not taken it up; for administrators."""
    from ninefold import clock
    from ninefold.access import actions

    by = holder()
    whom = _account(by, email, "invite")
    actions.withdraw_invitation(by=by, now=clock.now(), person=whom)
    say("The invitation is withdrawn.", {"person": str(whom.pk)}, as_json=as_json)


def _account(by: "Person", email: str, act: str) -> "Person":
    """An open account, for who may do this to accounts; anybody else is told the rule and nothing of the address."""
    from ninefold.access import reads
    from ninefold.access.policy import may_run_accounts

    may_run_accounts(reads.reader_of(by), act).require()
    return reads.person_at(email)


def _hand_over(made: "Handover", *, as_json: bool) -> None:
    from django.urls import reverse

    path = reverse("access:invitation", args=[made.secret])
    line = f"Hand this over yourself; it is shown once. On the site of this workspace he opens\n  {path}"
    say(line, {"person": str(made.person.pk), "secret": made.secret, "path": path}, as_json=as_json)

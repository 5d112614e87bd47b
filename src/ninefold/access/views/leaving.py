"""Who leaves, and what would be left without a holder: the list at any time, before a departure, and its remedies."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ninefold import clock
from ninefold.access import actions, reads
from ninefold.access.doing import Filled, done, filled, fits
from ninefold.access.forms_leaving import DepartureForm, SuccessorForm
from ninefold.access.guards import MINE, signed_in, the_person
from ninefold.access.models import Audience, Person
from ninefold.access.policy import may_run_accounts
from ninefold.access.signing import carry_out
from ninefold.ledger.drafts import Seal


@signed_in
@require_safe
def orphans(request: HttpRequest) -> HttpResponse:
    """What nobody answers for now, and what this person himself would leave so."""
    person, now = the_person(request), clock.now()
    context = {
        "orphans": reads.orphans(person, now),
        "mine": reads.would_be_orphaned(person, now, person, now),
        "to_take": reads.audiences_to_take(person, now),
        "left": reads.audiences_orphaned(person) if person.is_administrator else [],
        "marks": MINE,
    }
    return render(request, "access/orphans.html", context)


@signed_in
def close(request: HttpRequest, person: UUID) -> HttpResponse:
    """Close an account, at once or on a day, with a reason that stays in the log; the list comes first."""
    by, now = the_person(request), clock.now()
    may_run_accounts(reads.reader_of(by), "close_account").require()
    whom = reads.person_by_id(person)
    form = DepartureForm(request.POST or None)

    def close_it(now: datetime, seal: Seal | None) -> None:
        told = {"reason": form.cleaned_data["reason"], "orphans_read": form.cleaned_data["orphans_read"], "seal": seal}
        at = form.at()
        if at is None:
            actions.close_account(by=by, now=now, person=whom, **told)
        else:
            actions.set_departure(by=by, now=now, person=whom, at=at, **told)

    if request.method == "POST" and fits(form, lambda: carry_out(request, close_it)):
        return HttpResponseRedirect(reverse("access:people"))
    context = {
        "form": form,
        "whom": whom,
        "orphans": reads.would_be_orphaned(by, now, whom, now),
        "departure": reads.departure_of(whom),
        "marks": MINE,
    }
    return render(request, "access/departure.html", context, status=422 if form.errors else 200)


@signed_in
@require_POST
def stay(request: HttpRequest, person: UUID) -> HttpResponse:
    """Withdraw a departure that lies ahead."""
    by = the_person(request)
    may_run_accounts(reads.reader_of(by), "close_account").require()
    whom = reads.person_by_id(person)
    return done(
        request,
        reverse("access:people"),
        lambda: actions.withdraw_departure(by=by, now=clock.now(), person=whom),
        words=_("The account stays open."),
    )


@signed_in
def successor(request: HttpRequest, audience: UUID) -> HttpResponse:
    """The custodian names who keeps the audience when he leaves; where he has left, an administrator does."""
    return _named(request, audience, actions.name_successor, _("Name who keeps it next"), _("Name this person"))


@signed_in
def custody(request: HttpRequest, audience: UUID) -> HttpResponse:
    """The custodian gives the audience into another's keeping at once."""
    return _named(request, audience, actions.pass_custody, _("Pass on the audience"), _("Pass it on now"))


def _named(request: HttpRequest, audience: UUID, act: Callable[..., None], heading: str, button: str) -> HttpResponse:
    by = the_person(request)
    held = reads.audience_in_hands_of(by, audience)
    back = reverse("access:orphans") if by.is_administrator else reverse("access:audience", args=[audience])
    form = SuccessorForm(request.POST or None)

    def name() -> str:
        person = reads.person_at(form.cleaned_data["email"])
        carry_out(request, lambda now, seal: act(by=by, now=now, audience=held, person=person, seal=seal))
        return reverse("access:home") if act is actions.pass_custody else back

    return filled(request, form, name, Filled(heading, button, back), said=_("It is entered."))


@signed_in
@require_POST
def unname(request: HttpRequest, audience: UUID) -> HttpResponse:
    """The custodian takes back whom he named."""
    by = the_person(request)
    held: Audience = reads.audience_kept_by(by, audience)
    return done(
        request,
        reverse("access:audience", args=[audience]),
        lambda: _sign(request, by, actions.name_successor, audience=held, person=None),
        words=_("Nobody is named to keep it next."),
    )


@signed_in
@require_POST
def take(request: HttpRequest, audience: UUID) -> HttpResponse:
    """Keep an audience whose custodian left."""
    by = the_person(request)
    return done(
        request,
        reverse("access:audience", args=[audience]),
        lambda: _sign(request, by, actions.take_custody, audience=audience),
        words=_("You keep this audience now."),
    )


def _sign(request: HttpRequest, by: Person, act: Callable[..., Any], **told: object) -> None:
    carry_out(request, lambda now, seal: act(by=by, now=now, seal=seal, **told))

"""Accounts, for administrators: who is here, invitations, closing. Nothing here shows what anybody reads."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ninefold import clock
from ninefold.access import actions, reads
from ninefold.access.doing import done, fits
from ninefold.access.forms import InviteForm
from ninefold.access.guards import MINE, signed_in, the_person
from ninefold.access.keyset import place_in
from ninefold.access.models import Departure, Person
from ninefold.access.policy import may_run_accounts
from ninefold.access.roles import shown_roles


@signed_in
def people(request: HttpRequest) -> HttpResponse:
    """The accounts, and an invitation for one more."""
    person, now = the_person(request), clock.now()
    may_run_accounts(reads.reader_of(person), "invite").require()
    form = InviteForm(request.POST or None)
    made: list[actions.Handover] = []
    if request.method == "POST" and fits(
        form, lambda: made.append(actions.invite(by=person, now=now, **form.person()))
    ):
        return _handed_over(request, made[0])
    found, after = reads.accounts(person, place_in(request.GET.get("after", "")))
    invited = reads.invitations(person, now, found)
    failing = reads.failing(now)
    rows = [
        {
            "person": one,
            "roles": shown_roles(one.roles),
            "leaves": _leaves(one),
            "invited": invited.get(one.pk),
            "failing": failing.get(one.pk),
        }
        for one in found
    ]
    context = {"people": rows, "after": after, "form": form, "marks": MINE}
    return render(request, "access/people.html", context)


@signed_in
@require_POST
def withdraw_invitation(request: HttpRequest, person: UUID) -> HttpResponse:
    """End an invitation that nobody has taken up."""
    by, now = the_person(request), clock.now()
    may_run_accounts(reads.reader_of(by), "invite").require()
    whom = reads.person_by_id(person)
    return done(
        request,
        reverse("access:people"),
        lambda: actions.withdraw_invitation(by=by, now=now, person=whom),
        words=_("The invitation is withdrawn."),
    )


@signed_in
@require_POST
def invite_again(request: HttpRequest, person: UUID) -> HttpResponse:
    """A new link for somebody who has not enrolled yet."""
    by, now = the_person(request), clock.now()
    may_run_accounts(reads.reader_of(by), "invite").require()
    return _handed_over(request, actions.invite_again(by=by, now=now, person=reads.person_by_id(person)))


def _leaves(person: Person) -> datetime | None:
    """When his account closes by itself, if that is set."""
    departure: Departure | None = getattr(person, "departure", None)
    return departure.at if departure else None


def _handed_over(request: HttpRequest, handover: actions.Handover) -> HttpResponse:
    """The link, once. A page that holds a secret is not kept by the browser."""
    link = request.build_absolute_uri(reverse("access:invitation", args=[handover.secret]))
    response = render(request, "access/invited.html", {"invited": handover.person, "link": link, "marks": MINE})
    response["Cache-Control"] = "no-store"
    return response

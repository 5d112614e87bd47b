"""Accounts, for administrators: who is here, invitations, closing. Nothing here shows what anybody reads."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from ninefold import clock
from ninefold.access import actions, reads
from ninefold.access.doing import fits
from ninefold.access.forms import InviteForm
from ninefold.access.guards import MINE, signed_in, the_person
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
    rows = [{"person": one, "roles": shown_roles(one.roles)} for one in reads.accounts(person)]
    return render(request, "access/people.html", {"people": rows, "form": form, "marks": MINE})


@signed_in
@require_POST
def invite_again(request: HttpRequest, person: UUID) -> HttpResponse:
    """A new link for somebody who has not enrolled yet."""
    by, now = the_person(request), clock.now()
    may_run_accounts(reads.reader_of(by), "invite").require()
    return _handed_over(request, actions.invite_again(by=by, now=now, person=reads.person_by_id(person)))


def _handed_over(request: HttpRequest, handover: actions.Handover) -> HttpResponse:
    """The link, once. A page that holds a secret is not kept by the browser."""
    link = request.build_absolute_uri(reverse("access:invitation", args=[handover.secret]))
    response = render(request, "access/invited.html", {"invited": handover.person, "link": link, "marks": MINE})
    response["Cache-Control"] = "no-store"
    return response

"""Accounts, for administrators: who is here, invitations, closing. Nothing here shows what anybody reads."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ninefold import clock
from ninefold.access import actions, reads
from ninefold.access.doing import fits
from ninefold.access.forms import InviteForm, ReasonForm
from ninefold.access.guards import MINE, signed_in, the_person
from ninefold.access.policy import may_run_accounts
from ninefold.access.roles import shown_roles
from ninefold.access.signing import carry_out
from ninefold.ledger.drafts import Seal


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
    failing = reads.failing(now)
    rows = [
        {"person": one, "roles": shown_roles(one.roles), "failing": failing.get(one.pk)}
        for one in reads.accounts(person)
    ]
    return render(request, "access/people.html", {"people": rows, "form": form, "marks": MINE})


@signed_in
@require_POST
def invite_again(request: HttpRequest, person: UUID) -> HttpResponse:
    """A new link for somebody who has not enrolled yet."""
    by, now = the_person(request), clock.now()
    may_run_accounts(reads.reader_of(by), "invite").require()
    return _handed_over(request, actions.invite_again(by=by, now=now, person=reads.person_by_id(person)))


@signed_in
def close(request: HttpRequest, person: UUID) -> HttpResponse:
    """Close an account, with a reason that stays in the log."""
    by = the_person(request)
    may_run_accounts(reads.reader_of(by), "close_account").require()
    whom = reads.person_by_id(person)
    form = ReasonForm(request.POST or None)

    def close_it(now: datetime, seal: Seal | None) -> None:
        actions.close_account(by=by, now=now, person=whom, reason=form.cleaned_data["reason"], seal=seal)

    if request.method == "POST" and fits(form, lambda: carry_out(request, close_it)):
        return HttpResponseRedirect(reverse("access:people"))
    context = {
        "form": form,
        "heading": _("Close the account of {name}").format(name=whom.name),
        "button": _("Close the account"),
        "back": reverse("access:people"),
        "marks": MINE,
    }
    return render(request, "access/form.html", context)


def _handed_over(request: HttpRequest, handover: actions.Handover) -> HttpResponse:
    """The link, once. A page that holds a secret is not kept by the browser."""
    link = request.build_absolute_uri(reverse("access:invitation", args=[handover.secret]))
    response = render(request, "access/invited.html", {"invited": handover.person, "link": link, "marks": MINE})
    response["Cache-Control"] = "no-store"
    return response

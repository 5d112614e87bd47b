"""An audience for its custodian and its members; everybody else finds nothing there."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ninefold import clock
from ninefold.access import actions, reads
from ninefold.access.doing import done, fits
from ninefold.access.forms import AudienceForm, MemberForm, end_of
from ninefold.access.guards import MINE, signed_in, the_person
from ninefold.access.policy import may_run_accounts
from ninefold.access.signing import carry_out
from ninefold.ledger.drafts import Seal


@signed_in
def audience(request: HttpRequest, audience: UUID) -> HttpResponse:
    """Its name, its custodian, and (for whom it is open) its members, each until when."""
    person, now = the_person(request), clock.now()
    seen = reads.audience_seen_by(person, audience, now)
    keeps = seen.custodian_id == person.pk
    form = MemberForm(request.POST or None, initial={"until": (now + timedelta(days=90)).date()})
    if request.method == "POST":
        kept = reads.audience_kept_by(person, audience)

        def add() -> None:
            member = reads.person_at(form.cleaned_data["email"])
            ends = end_of(form.cleaned_data["until"])
            office = form.cleaned_data["office"].strip()
            act = actions.add_member if reads.has_taken_up(member) else actions.offer_audience
            act(by=person, now=now, audience=kept, person=member, ends=ends, by_office=office)

        if fits(form, add):
            return HttpResponseRedirect(reverse("access:audience", args=[audience]))
    decision, members = reads.members_of(seen, person, now)
    context = {
        "audience": seen,
        "keeps": keeps,
        "decision": decision,
        "members": members,
        "mine": reads.audiences_of(person, now).filter(audience=seen).first(),
        "form": form,
        "offers": reads.offers_in(seen, person, now),
        "groups": reads.proposed_for(seen, person, settings.DIRECTORY, now),
        "now": now,
        "marks": MINE,
    }
    return render(request, "access/audience.html", context)


@signed_in
@require_POST
def end_membership(request: HttpRequest, membership: UUID) -> HttpResponse:
    """End a membership: the custodian's act, or the member's own."""
    person, now = the_person(request), clock.now()
    row = reads.membership_for(person, membership)
    keeps = row.audience.custodian_id == person.pk
    to = reverse("access:audience", args=[row.audience_id]) if keeps else reverse("access:home")
    return done(
        request,
        to,
        lambda: actions.end_membership(by=person, now=now, membership=row),
        words=_("The membership has ended."),
    )


@signed_in
@require_POST
def keep_offer(request: HttpRequest, offer: UUID) -> HttpResponse:
    """Let in who has taken up his account."""
    person, now = the_person(request), clock.now()
    to = reverse("access:audience", args=[reads.offer_kept_by(person, offer).audience_id])
    return done(
        request, to, lambda: actions.keep_offer(by=person, now=now, offer=offer), words=_("The membership has begun.")
    )


@signed_in
@require_POST
def withdraw_offer(request: HttpRequest, offer: UUID) -> HttpResponse:
    """Take an offer back."""
    person, now = the_person(request), clock.now()
    to = reverse("access:audience", args=[reads.offer_kept_by(person, offer).audience_id])
    return done(
        request, to, lambda: actions.withdraw_offer(by=person, now=now, offer=offer), words=_("It is taken back.")
    )


@signed_in
def new_audience(request: HttpRequest) -> HttpResponse:
    """An administrator opens an audience for a custodian."""
    person = the_person(request)
    may_run_accounts(reads.reader_of(person), "invite").require()
    form = AudienceForm(request.POST or None)

    def open_it(now: datetime, seal: Seal | None) -> None:
        data = form.cleaned_data
        actions.open_audience(
            by=person,
            now=now,
            seal=seal,
            name=data["name"],
            custodian=reads.person_at(data["custodian"]),
            members_visible=data["members_visible"],
        )

    if request.method == "POST" and fits(form, lambda: carry_out(request, open_it)):
        return HttpResponseRedirect(reverse("access:people"))
    context = {
        "form": form,
        "heading": _("Open an audience"),
        "button": _("Open the audience"),
        "back": reverse("access:people"),
        "marks": MINE,
    }
    return render(request, "access/form.html", context)

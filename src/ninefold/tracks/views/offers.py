"""Offices that wait for somebody who was invited: he takes or declines them, a registrar takes them back."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ninefold import clock
from ninefold.access.doing import done
from ninefold.access.guards import MINE, signed_in, the_person
from ninefold.tracks import actions, reads
from ninefold.tracks.rules import may_keep_circle


@signed_in
@require_safe
def offered(request: HttpRequest) -> HttpResponse:
    """The offices that are offered to the reader."""
    rows = reads.offices_offered_to(the_person(request), clock.now())
    return render(request, "tracks/offered.html", {"offers": rows, "marks": MINE})


@signed_in
@require_POST
def take(request: HttpRequest, offer_id: UUID) -> HttpResponse:
    """Hold the office that was offered."""
    person, now = the_person(request), clock.now()
    reads.office_offer_for(person, now, offer_id, own=True)
    return done(
        request,
        reverse("tracks:offered"),
        lambda: actions.take_office(by=person, now=now, offer=offer_id),
        words=_("You hold this office from its first day on."),
    )


@signed_in
@require_POST
def decline(request: HttpRequest, offer_id: UUID) -> HttpResponse:
    """Do not take it."""
    person, now = the_person(request), clock.now()
    reads.office_offer_for(person, now, offer_id, own=True)
    return done(
        request,
        reverse("tracks:offered"),
        lambda: actions.end_office_offer(by=person, now=now, offer=offer_id),
        words=_("You declined the office."),
    )


@signed_in
@require_POST
def withdraw(request: HttpRequest, situation_id: UUID, offer_id: UUID) -> HttpResponse:
    """A registrar takes the offer back."""
    person, now = the_person(request), clock.now()
    may_keep_circle(person.roles).require()
    situation = reads.situation_for(person, now, situation_id)
    office = reads.office_offer_for(person, now, offer_id).office
    return done(
        request,
        reverse("tracks:actor", args=[situation.pk, office.actor_id]),
        lambda: actions.end_office_offer(by=person, now=now, offer=offer_id),
        words=_("It is taken back."),
    )

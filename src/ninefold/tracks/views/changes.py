"""Where a registrar corrects and ends what was entered, and where people change offices and go on leave."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ninefold import clock
from ninefold.access.doing import Filled, done, filled, fits
from ninefold.access.forms import shown
from ninefold.access.guards import MINE, signed_in, the_person
from ninefold.access.models import Person
from ninefold.access.orphans import away, office_left
from ninefold.access.reads import people_for_registrar, person_at, would_be_orphaned
from ninefold.errors import NotThereError
from ninefold.tracks import actions, reads, seats
from ninefold.tracks.forms_changes import (
    ChangeForm,
    CorrectActorForm,
    CorrectOfficeForm,
    CorrectTieForm,
    EndForm,
    LeaveForm,
)
from ninefold.tracks.models import Situation
from ninefold.tracks.rules import may_keep_circle
from ninefold.tracks.versions import actor_value, office_value, tie_value, version_of


@signed_in
def correct_actor(request: HttpRequest, situation_id: UUID, actor_id: UUID) -> HttpResponse:
    """Put an organisation right."""
    person, now, situation = _registrar(request, situation_id)
    actor = reads.actor_for(person, now, actor_id)
    value = actor_value(actor, situation)
    initial = {"name": actor.name, "about": actor.about, "stands_in": value["stands_in"], "version": version_of(value)}
    form = CorrectActorForm(request.POST or None, initial=initial)

    def act() -> None:
        actions.correct_actor(by=person, now=now, situation=situation, actor=actor, **form.cleaned_data)

    back = reverse("tracks:actor", args=[situation.pk, actor.pk])
    return _corrected(request, form, act, _("Correct {name}").format(name=shown(actor.name)), back)


@signed_in
def withdraw_actor(request: HttpRequest, situation_id: UUID, actor_id: UUID) -> HttpResponse:
    """Take an organisation out of a situation."""
    person, now, situation = _registrar(request, situation_id)
    actor = reads.actor_for(person, now, actor_id)
    form = EndForm(request.POST or None, initial={"version": version_of(actor_value(actor, situation))})

    def act() -> str:
        actions.withdraw_actor(by=person, now=now, situation=situation, actor=actor, **form.cleaned_data)
        return reverse("tracks:situation", args=[situation.pk])

    heading = _("Take {name} out of the situation").format(name=shown(actor.name))
    page = Filled(heading, _("Take it out"), reverse("tracks:actor", args=[situation.pk, actor.pk]))
    return filled(request, form, act, page, said=_("It no longer stands in this situation."))


@signed_in
def correct_office(request: HttpRequest, situation_id: UUID, office_id: UUID) -> HttpResponse:
    """Put the title of an office right."""
    person, now, situation = _registrar(request, situation_id)
    office = reads.office_for(person, now, office_id)
    initial = {"title": office.title, "version": version_of(office_value(office))}
    form = CorrectOfficeForm(request.POST or None, initial=initial)

    def act() -> None:
        actions.correct_office(by=person, now=now, office=office, **form.cleaned_data)

    back = reverse("tracks:actor", args=[situation.pk, office.actor_id])
    return _corrected(request, form, act, _("Correct {name}").format(name=shown(office.title)), back)


@signed_in
def correct_tie(request: HttpRequest, situation_id: UUID, tie_id: UUID) -> HttpResponse:
    """Put a tie right."""
    person, now, situation = _registrar(request, situation_id)
    tie = reads.tie_for(person, now, situation, tie_id)
    told = {"kind": tie.kind, "strength": tie.strength, "since": tie.since, "version": version_of(tie_value(tie))}
    form = CorrectTieForm(request.POST or None, initial=told)

    def act() -> None:
        actions.correct_tie(by=person, now=now, tie=tie, **form.cleaned_data)

    back = reverse("tracks:actor", args=[situation.pk, tie.source_id])
    return _corrected(request, form, act, _("Correct the tie"), back)


@signed_in
def end_tie(request: HttpRequest, situation_id: UUID, tie_id: UUID) -> HttpResponse:
    """End a tie."""
    person, now, situation = _registrar(request, situation_id)
    tie = reads.tie_for(person, now, situation, tie_id)
    form = EndForm(request.POST or None, initial={"version": version_of(tie_value(tie))})
    back = reverse("tracks:actor", args=[situation.pk, tie.source_id])

    def act() -> str:
        actions.end_tie(by=person, now=now, tie=tie, **form.cleaned_data)
        return back

    return filled(request, form, act, Filled(_("End the tie"), _("End it"), back), said=_("The tie has ended."))


@signed_in
def change_office(request: HttpRequest, situation_id: UUID, office_id: UUID, person_id: UUID) -> HttpResponse:
    """A holder leaves an office, another follows, and he may take a further one; the list comes first."""
    person, now, situation = _registrar(request, situation_id)
    office = reads.office_for(person, now, office_id)
    people = people_for_registrar(person)
    whom = _chosen(people, person_id)
    form = ChangeForm(request.POST or None, initial={"on": now.date()})
    form.among([one for one in people if one != whom], reads.offices(person, now).exclude(pk=office.pk))
    back = reverse("tracks:actor", args=[situation.pk, office.actor_id])

    def change() -> None:
        taken, follows = form.chosen("takes"), form.chosen("successor")
        takes = actions.Term(reads.office_for(person, now, taken), form.ends()) if taken else None
        successor = _chosen(people, follows) if follows else None
        told = {"successor": successor, "takes": takes, "orphans_read": form.cleaned_data["orphans_read"]}
        actions.change_office(by=person, now=now, person=whom, leaves=office, at=form.at(now), **told)

    if request.method == "POST" and fits(form, change):
        return HttpResponseRedirect(back)
    heading = _("{name} leaves the office: {office}").format(name=shown(whom.name), office=shown(office.title))
    listed = would_be_orphaned(person, now, whom, now, office_left(whom.pk, office.pk))
    return _listed(request, form, heading, listed, back)


@signed_in
def leave(request: HttpRequest) -> HttpResponse:
    """One's own leaves, and those in which one stands in; a registrar enters those of others too."""
    person, now = the_person(request), clock.now()
    people = people_for_registrar(person) if may_keep_circle(person.roles).allowed else [person]
    form = LeaveForm(request.POST or None, initial={"starts": now.date(), "person": str(person.pk)})
    form.among(people)

    def enter() -> None:
        told = form.cleaned_data
        deputy = person_at(told["deputy"]) if told["deputy"] else None
        whom = _chosen(people, UUID(told["person"]))
        read = {"deputy": deputy, "orphans_read": told["orphans_read"]}
        actions.enter_leave(by=person, now=now, person=whom, **form.term(now), **read)

    if request.method == "POST" and fits(form, enter):
        return HttpResponseRedirect(reverse("tracks:leave"))
    context = {
        "form": form,
        "leaves": seats.leaves_entered(person, now, people),
        "stands_in": seats.stands_in_for(person, now),
        "orphans": would_be_orphaned(person, now, person, now, away(person.pk)),
        "marks": MINE,
    }
    return render(request, "tracks/leave.html", context, status=422 if form.errors else 200)


@signed_in
@require_POST
def end_leave(request: HttpRequest, leave_id: UUID) -> HttpResponse:
    """He is back, or does not go."""
    person = the_person(request)
    return done(
        request,
        reverse("tracks:leave"),
        lambda: actions.end_leave(by=person, now=clock.now(), leave=leave_id),
        words=_("The leave has ended."),
    )


def _registrar(request: HttpRequest, situation_id: UUID) -> tuple[Person, datetime, Situation]:
    """Who asks, if he may keep the circle, when, and about which situation."""
    person, now = the_person(request), clock.now()
    may_keep_circle(person.roles).require()
    return person, now, reads.situation_for(person, now, situation_id)


def _corrected(request: HttpRequest, form: Form, act: Callable[[], None], heading: str, back: str) -> HttpResponse:
    def go() -> str:
        act()
        return back

    return filled(request, form, go, Filled(heading, _("Correct it"), back), said=_("It is corrected."))


def _listed(request: HttpRequest, form: Form, heading: str, orphans: list[Any], back: str) -> HttpResponse:
    context = {"form": form, "heading": heading, "orphans": orphans, "back": back, "marks": MINE}
    return render(request, "tracks/change_office.html", context, status=422 if form.errors else 200)


def _chosen(people: list[Person], wanted: UUID) -> Person:
    found = next((one for one in people if one.pk == wanted), None)
    if found is None:
        raise NotThereError
    return found

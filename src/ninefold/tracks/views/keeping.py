"""Where a registrar enters what the circle shows: situations, organisations, ties, offices and who holds them."""

from datetime import timedelta
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from ninefold import clock
from ninefold.access.actions import new_releases
from ninefold.access.forms import shown
from ninefold.access.guards import MINE, signed_in, the_person
from ninefold.access.reads import people_for_registrar
from ninefold.access.views.doing import fits
from ninefold.errors import NotThereError
from ninefold.tracks import actions, forms, reads
from ninefold.tracks.rules import may_keep_circle

A_YEAR = timedelta(days=365)


@signed_in
def new_situation(request: HttpRequest) -> HttpResponse:
    """Open a situation."""
    person, now = the_person(request), clock.now()
    may_keep_circle(person.roles).require()
    form = forms.SituationForm(request.POST or None, initial={"since": now.date()})
    form.offer(person, now)

    def open_it() -> None:
        told = form.cleaned_data
        releases = new_releases(by=person, now=now, **form.readership())
        opened = actions.open_situation(by=person, now=now, name=told["name"], since=told["since"], releases=releases)
        form.done = reverse("tracks:situation", args=[opened.pk])

    if request.method == "POST" and fits(form, open_it):
        return _done(request, form.done, _("The situation is open. Enter the organisations next."))
    return _page(request, form, _("Open a situation"), _("Open the situation"), reverse("web:front"))


@signed_in
def new_actor(request: HttpRequest, situation_id: UUID) -> HttpResponse:
    """Enter an organisation into a situation."""
    person, now = the_person(request), clock.now()
    may_keep_circle(person.roles).require()
    situation = reads.situation_for(person, now, situation_id)
    form = forms.ActorForm(request.POST or None)
    form.offer(person, now)
    entered = uuid4()

    def enter() -> None:
        told = form.cleaned_data
        releases = new_releases(by=person, now=now, **form.readership())
        actor = actions.NewActor(entered, told["name"], told["about"], told["stands_in"], releases)
        _enter(request, situation, [actor], [], releases)
"""PLACEHOLDER"""

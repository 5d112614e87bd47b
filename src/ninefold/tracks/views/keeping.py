"""Where a registrar enters what the circle shows: situations, organisations, ties, offices and who holds them."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from ninefold import clock
from ninefold.access.actions import new_releases
from ninefold.access.doing import Filled, filled
from ninefold.access.forms import shown
from ninefold.access.guards import signed_in, the_person
from ninefold.access.models import Person
from ninefold.access.reads import has_taken_up, people_for_registrar
from ninefold.errors import NotThereError
from ninefold.tracks import actions, reads
from ninefold.tracks.forms import ActorForm, HoldingForm, OfficeForm, SituationForm, TieForm
from ninefold.tracks.models import Situation
from ninefold.tracks.rules import may_keep_circle

A_YEAR = timedelta(days=365)


@signed_in
def new_situation(request: HttpRequest) -> HttpResponse:
    """Open a situation."""
    person, now = _registrar(request)
    form = SituationForm(request.POST or None, initial={"since": now.date()})
    form.offer(person, now)

    def act() -> str:
        told = form.cleaned_data
        releases = new_releases(by=person, now=now, **form.readership())
        opened = actions.open_situation(by=person, now=now, name=told["name"], since=told["since"], releases=releases)
        return _of(opened)

    page = Filled(_("Open a situation"), _("Open the situation"), reverse("web:front"))
    return filled(request, form, act, page, said=_("The situation is open. Enter its organisations next."))


@signed_in
def new_actor(request: HttpRequest, situation_id: UUID) -> HttpResponse:
    """Enter an organisation into a situation."""
    person, now = _registrar(request)
    situation = reads.situation_for(person, now, situation_id)
    form = ActorForm(request.POST or None)
    form.offer(person, now)

    def act() -> str:
        told = form.cleaned_data
        releases = new_releases(by=person, now=now, **form.readership())
        actor = actions.NewActor(uuid4(), told["name"], told["about"], told["stands_in"], releases)
        actions.enter(by=person, now=now, situation=situation, actors=[actor], releases=releases)
        return reverse("tracks:actor", args=[situation.pk, actor.id])

    page = Filled(_("Enter an organisation"), _("Enter the organisation"), _of(situation))
    return filled(request, form, act, page, said=_("The organisation is entered."))


@signed_in
def new_tie(request: HttpRequest, situation_id: UUID) -> HttpResponse:
    """Enter a tie between two organisations of a situation."""
    person, now = _registrar(request)
    situation = reads.situation_for(person, now, situation_id)
    form = TieForm(request.POST or None)
    form.offer(person, now)
    form.between(reads.actors(person, now, situation))

    def act() -> str:
        releases = new_releases(by=person, now=now, **form.readership())
        tie = actions.NewTie(**form.tie(), releases=releases)
        actions.enter(by=person, now=now, situation=situation, ties=[tie], releases=releases)
        return _of(situation)

    page = Filled(_("Enter a tie"), _("Enter the tie"), _of(situation))
    return filled(request, form, act, page, said=_("The tie is entered."))


@signed_in
def new_office(request: HttpRequest, situation_id: UUID, actor_id: UUID) -> HttpResponse:
    """Open an office in an organisation."""
    person, now = _registrar(request)
    situation = reads.situation_for(person, now, situation_id)
    actor = reads.actor_for(person, now, actor_id)
    form = OfficeForm(request.POST or None)
    form.offer(person, now)

    def act() -> str:
        releases = new_releases(by=person, now=now, **form.readership())
        actions.open_office(by=person, now=now, actor=actor, title=form.cleaned_data["title"], releases=releases)
        return back

    back = reverse("tracks:actor", args=[situation.pk, actor.pk])
    page = Filled(_("Open an office in {name}").format(name=shown(actor.name)), _("Open the office"), back)
    return filled(request, form, act, page, said=_("The office is open. Say who holds it next."))


@signed_in
def new_holder(request: HttpRequest, situation_id: UUID, office_id: UUID) -> HttpResponse:
    """Let a person hold an office."""
    person, now = _registrar(request)
    situation = reads.situation_for(person, now, situation_id)
    office = reads.office_for(person, now, office_id)
    people = people_for_registrar(person)
    form = HoldingForm(request.POST or None, initial={"starts": now.date(), "ends": (now + A_YEAR).date()})
    form.among(people)

    def act() -> str:
        chosen = next((one for one in people if one.pk == form.whom()), None)
        if chosen is None:
            raise NotThereError
        give = actions.give_office if has_taken_up(chosen) else actions.offer_office
        give(by=person, now=now, office=office, person=chosen, **form.term(now))
        return back

    back = reverse("tracks:actor", args=[situation.pk, office.actor_id])
    page = Filled(_("Who holds the office: {name}").format(name=shown(office.title)), _("Give the office"), back)
    return filled(request, form, act, page, said=_("It is entered."))


def _registrar(request: HttpRequest) -> tuple[Person, datetime]:
    """Who asks, if he may keep the circle, and when."""
    person = the_person(request)
    may_keep_circle(person.roles).require()
    return person, clock.now()


def _of(situation: Situation) -> str:
    return reverse("tracks:situation", args=[situation.pk])

"""Break-glass: ask, confirm, and what was opened."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from ninefold import clock
from ninefold.access.doing import done, fits
from ninefold.access.guards import MINE, signed_in, the_person
from ninefold.access.views.factors import proven
from ninefold.decisions import actions, reads
from ninefold.decisions.forms import GlassForm
from ninefold.decisions.models import BreakGlass
from ninefold.decisions.rules import may_ask_to_open, may_confirm_opening

_MOST = 50


@signed_in
@proven
def glasses(request: HttpRequest) -> HttpResponse:
    """Ask that a record be opened, and everything of this kind that concerns the reader."""
    person, now = the_person(request), clock.now()
    form = GlassForm(request.POST or None)
    made: list[BreakGlass] = []

    def ask() -> None:
        told = form.cleaned_data
        made.append(actions.ask_to_open(by=person, now=now, record=form.what(), reason=told["reason"]))

    if request.method == "POST" and fits(form, ask):
        return HttpResponseRedirect(reverse("decisions:glass", args=[made[0].pk]))
    context = {
        "form": form,
        "asking": may_ask_to_open(administrator=person.is_administrator, bodies=reads.bodies_of(person, now)),
        "to_confirm": reads.glasses_to_confirm(person, now),
        "rows": list(reads.glasses(person, now)[:_MOST]),
        "now": now,
        "marks": MINE,
    }
    return render(request, "decisions/glasses.html", context, status=422 if form.errors else 200)


@signed_in
@proven
def glass(request: HttpRequest, glass_id: UUID) -> HttpResponse:
    """One request: what was asked and why, and the second person's confirmation."""
    person, now = the_person(request), clock.now()
    found = reads.glass_for(person, now, glass_id)
    if request.method == "POST":
        return done(
            request,
            reverse("decisions:glass", args=[glass_id]),
            lambda: actions.confirm_opening(by=person, now=now, asked=found),
            words=_("The record is open to the person who asked, for an hour; its readers are told."),
        )
    confirming = may_confirm_opening(
        administrator=person.is_administrator,
        same_person=person.pk == found.asked_by_id,
        asking=reads.bodies_of(found.asked_by, now),
        confirming=reads.bodies_of(person, now),
    )
    context = {
        "glass": found,
        "confirming": confirming,
        "waits": found.opened_at is None and found.lapses_at > now,
        "address": request.build_absolute_uri(reverse("decisions:glass", args=[glass_id])),
        "now": now,
        "marks": MINE,
    }
    return render(request, "decisions/glass.html", context)

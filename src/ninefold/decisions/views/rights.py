"""Who may decide: the table of rights as this reader may see it, and where a registrar gives and ends them."""

from datetime import datetime, timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ninefold import clock
from ninefold.access.actions import new_releases
from ninefold.access.doing import Filled, done, filled
from ninefold.access.guards import signed_in, the_person
from ninefold.access.keyset import place_in
from ninefold.access.reads import marks_for
from ninefold.access.signing import carry_out
from ninefold.decisions import actions, reads
from ninefold.decisions.forms import RightForm
from ninefold.decisions.labels import MATTER_NAMES
from ninefold.decisions.rules import may_grant_rights
from ninefold.errors import NotThereError
from ninefold.ledger.drafts import Seal
from ninefold.tracks.reads import office_for, offices
from ninefold.words.countries import country_name

A_YEAR = timedelta(days=365)


@signed_in
def rights(request: HttpRequest) -> HttpResponse:
    """The rights in turn, each with its office, place and end."""
    person, now, code = the_person(request), clock.now(), get_language() or "en"
    seen, after = reads.rights_page(person, now, place_in(request.GET.get("after", "")))
    known = reads.offices_of(person, now, seen)
    rows = [
        {
            "right": right,
            "office": known.get(right.office_id),
            "matter": MATTER_NAMES[right.matter],
            "place": country_name(right.place, code) if right.place else "",
            "holds": right.starts <= now < right.ends,
        }
        for right in seen
    ]
    marks = marks_for(person, now, "decisions:right", [right.pk for right in seen])
    context = {
        "rows": rows,
        "after": after,
        "not_there": NotThereError().text,
        "granting": may_grant_rights(person.roles),
        "marks": [mark for each in marks.values() for mark in each],
    }
    return render(request, "decisions/rights.html", context)


@signed_in
def new_right(request: HttpRequest) -> HttpResponse:
    """Give an office a right."""
    person, now = the_person(request), clock.now()
    may_grant_rights(person.roles).require()
    form = RightForm(request.POST or None, initial={"starts": now.date(), "ends": (now + A_YEAR).date()})
    form.offer(person, now)
    form.between(offices(person, now))

    def give(now: datetime, seal: Seal | None) -> None:
        office = office_for(person, now, form.whose())
        releases = new_releases(by=person, now=now, **form.readership())
        actions.give_right(by=person, now=now, office=office, releases=releases, seal=seal, **form.right(now))

    def act() -> str:
        carry_out(request, give)
        return reverse("decisions:rights")

    page = Filled(_("Give an office a right to act"), _("Give the right"), reverse("decisions:rights"))
    return filled(request, form, act, page, said=_("The right is in the table."))


@signed_in
@require_POST
def end_right(request: HttpRequest, right_id: UUID) -> HttpResponse:
    """End a right now."""
    person, now = the_person(request), clock.now()
    right = reads.right_for(person, now, right_id)
    return done(
        request,
        reverse("decisions:rights"),
        lambda: carry_out(request, lambda now, seal: actions.end_right(by=person, now=now, right=right, seal=seal)),
        words=_("The right has ended."),
    )

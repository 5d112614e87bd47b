"""Who may see one record: under what the reader reads it, and, for who released it, to whom else it goes."""

from datetime import datetime, timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ninefold import clock
from ninefold.access import actions, reads
from ninefold.access.doing import done, fits
from ninefold.access.forms import LowerForm, ReleaseForm, end_of
from ninefold.access.guards import MINE, signed_in, the_person
from ninefold.access.signing import carry_out
from ninefold.ledger.drafts import Seal
from ninefold.ledger.refs import Ref


@signed_in
def record(request: HttpRequest, ref: str) -> HttpResponse:
    """The releases that concern this reader, and the form to release it further."""
    person, now, what = the_person(request), clock.now(), Ref.parse(ref)
    decision = reads.may_release(person, now, what)
    marks = reads.marks_for(person, now, what.room_kind, [what.id]).get(what.id, [])
    form = ReleaseForm(request.POST or None, initial={"until": (now + timedelta(days=90)).date(), "tlp": "amber"})
    form.fields["audience"].queryset = reads.audiences_known_to(person, now)  # type: ignore[attr-defined]

    def give() -> None:
        data = form.cleaned_data
        actions.release(
            by=person,
            now=now,
            what=what,
            to=data["audience"].pk if data["audience"] else None,
            marking=form.marking(),
            ends=end_of(data["until"]),
            embargo_until=end_of(data["embargo"]) if data["embargo"] else None,
        )

    if request.method == "POST" and fits(form, give):
        return HttpResponseRedirect(reverse("access:record", args=[ref]))
    context = {
        "what": what,
        "marks": marks,
        "changeable": reads.releases_changeable_by(person, now, what),
        "decision": decision,
        "form": form,
    }
    return render(request, "access/record.html", context)


@signed_in
@require_POST
def end_release(request: HttpRequest, release: UUID) -> HttpResponse:
    """End a release now."""
    person, now = the_person(request), clock.now()
    reads.changeable_release(person, now, release)
    return done(
        request,
        reverse("access:home"),
        lambda: actions.end_release(by=person, now=now, release=release),
        words=_("The release has ended."),
    )


@signed_in
def lower(request: HttpRequest, release: UUID) -> HttpResponse:
    """Set a milder marking, by name and with a reason."""
    person, now = the_person(request), clock.now()
    row = reads.changeable_release(person, now, release)
    form = LowerForm(request.POST or None)

    def lower_it(now: datetime, seal: Seal | None) -> None:
        reason = form.cleaned_data["reason"]
        actions.lower_marking(by=person, now=now, release=release, marking=form.marking(), reason=reason, seal=seal)

    back = reverse("access:record", args=[f"{row.kind}:{row.record}"])
    if request.method == "POST" and fits(form, lambda: carry_out(request, lower_it)):
        return HttpResponseRedirect(back)
    context = {
        "form": form,
        "heading": _("Lower the marking"),
        "button": _("Lower the marking"),
        "back": back,
        "marks": MINE,
    }
    return render(request, "access/form.html", context)

"""Warnings: the list, one warning with all that may be done to it, and each of the acts."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ninefold import clock
from ninefold.access.guards import open_to_all, person_of, signed_in, the_person
from ninefold.access.models import Person
from ninefold.access.reads import marks_for
from ninefold.access.rules import ALLOWED, Decision
from ninefold.access.signing import carry_out
from ninefold.errors import InvalidError
from ninefold.ledger.authors import is_under_rule
from ninefold.ledger.drafts import Seal
from ninefold.ledger.kinds import words_for
from ninefold.ledger.models import Entry
from ninefold.ledger.reads import how_signed
from ninefold.tracks.seats import offices_answered
from ninefold.warning import actions, paging, pictures, reads, showing
from ninefold.warning.asking import Asked, asked_for, row_of
from ninefold.warning.forms import DeclineForm, RaiseForm, SendForm, VersionForm
from ninefold.warning.labels import OUTCOME_NAMES, STATE_NAMES
from ninefold.warning.models import EarlyWarning, Passage
from ninefold.warning.rules import allows, may_answer, may_raise, may_send, may_take_over, may_withdraw
from ninefold.warning.views.board import shared
from ninefold.words.countries import country_name
from ninefold.words.languages import COMPLETE, language


@open_to_all
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The warnings that this reader may see, the newest first, a page at a time."""
    person, now, code = person_of(request), clock.now(), get_language() or "en"
    found, after = reads.newest_warnings(person, now, after=paging.place_of(request.GET.get("after", "")))
    marks = marks_for(person, now, reads.WARNING, [warning.pk for warning in found])
    rows = [
        {
            "warning": warning,
            "country": country_name(warning.country, code),
            "window": showing.window(warning, code),
            "state": STATE_NAMES[warning.state],
            "marks": marks.get(warning.pk, []),
        }
        for warning in found
    ]
    mine = list(reads.waiting_for(person, now)[: paging.SIZE]) if person else []
    back = list(reads.returned_to(person, now)[: paging.SIZE]) if person else []
    left = list(reads.left_behind(person, now)[: paging.SIZE]) if person else []
    context = {
        "rows": rows,
        "after": paging.cursor_of(after),
        "waiting": mine,
        "returned": back,
        "left": left,
        "marks": [mark for seen in marks.values() for mark in seen],
        "now": now,
    }
    return render(request, "warning/warnings.html", context)


@signed_in
def raise_on(request: HttpRequest, iso3: str) -> HttpResponse:
    """The form of a warning on a country; the estimate that will be frozen stands above it."""
    person, asked = the_person(request), asked_for(request)
    row = row_of(asked.board, iso3)
    may_raise(person.roles, estimated=row.estimate is not None).require()
    form = RaiseForm(request.POST or None)
    least = asked.series.vintage.marking if asked.series.vintage else "tlp:clear"
    form.offer(person, asked.now, least=least)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                raised = actions.raise_warning(by=person, now=asked.now, draft=_draft(form, asked, iso3))
            except InvalidError as error:
                form.add_error(None, _(error.text).format(**error.values))
            else:
                messages.success(request, _("The warning is a draft. It reaches nobody until it is sent."))
                return redirect("warning:warning", raised.pk)
    code = get_language() or "en"
    context = shared(asked) | {
        "form": form,
        "iso3": iso3,
        "name": country_name(iso3, code),
        "answer": showing.country_answer(asked.board, row, code),
    }
    return render(request, "warning/raise.html", context, status=status)


@open_to_all
@require_safe
def warning(request: HttpRequest, warning_id: UUID) -> HttpResponse:
    """One warning: its addressee and clock, what may be done, its way, how long it took, its entries."""
    person, now = person_of(request), clock.now()
    return _page(request, reads.warning_for(person, warning_id, now), person, now)


@signed_in
@require_POST
def send(request: HttpRequest, warning_id: UUID) -> HttpResponse:
    """Send it to the chosen office."""
    person, now = the_person(request), clock.now()
    found = reads.warning_for(person, warning_id, now)
    form = SendForm(request.POST)
    line = reads.line_for(person, found, now)
    may_send(raised_by_him=found.raised_by_id == person.pk, line=[office.pk for office in line]).require()
    form.offer(line)
    if not form.is_valid():
        return _page(request, found, person, now, sending=form)
    told = {"version": form.cleaned_data["version"], "office": UUID(form.cleaned_data["office"]), "clock": form.clock()}
    carry_out(request, lambda now, seal: actions.send(by=person, now=now, warning=found.pk, seal=seal, **told))
    messages.success(request, _("The warning is sent, and the clock runs."))
    return redirect("warning:warning", found.pk)


@signed_in
@require_POST
def acknowledge(request: HttpRequest, warning_id: UUID) -> HttpResponse:
    """Take it on."""
    person, version = the_person(request), _version(request)
    found = reads.warning_for(person, warning_id, clock.now())

    def take_on(now: datetime, seal: Seal | None) -> None:
        actions.acknowledge(by=person, now=now, warning=found.pk, version=version, seal=seal)

    carry_out(request, take_on)
    messages.success(request, _("You have acknowledged the warning; its clock has stopped."))
    return redirect("warning:warning", found.pk)


@signed_in
@require_POST
def take_over(request: HttpRequest, warning_id: UUID) -> HttpResponse:
    """Answer for it in place of an author who has left."""
    person, now = the_person(request), clock.now()
    found = reads.warning_for(person, warning_id, now)
    actions.take_over(by=person, now=now, warning=found.pk, version=_version(request))
    without_names = is_under_rule(found.marking)
    said = _("You answer for this warning now; who raised it stays in the ledger.")
    messages.success(request, _("You answer for this warning now.") if without_names else said)
    return redirect("warning:warning", found.pk)


@signed_in
@require_POST
def withdraw(request: HttpRequest, warning_id: UUID) -> HttpResponse:
    """Take it back."""
    person, now = the_person(request), clock.now()
    found = reads.warning_for(person, warning_id, now)
    actions.withdraw(by=person, now=now, warning=found.pk, version=_version(request))
    messages.success(request, _("The warning is withdrawn; it stays readable."))
    return redirect("warning:warning", found.pk)


@signed_in
@require_POST
def decline(request: HttpRequest, warning_id: UUID) -> HttpResponse:
    """Decline with a reason; the next in line is asked."""
    person, now = the_person(request), clock.now()
    found = reads.warning_for(person, warning_id, now)
    form = DeclineForm(request.POST)
    if not form.is_valid():
        return _page(request, found, person, now, declining=form)
    told = {"version": form.cleaned_data["version"], "reason": form.cleaned_data["reason"]}
    carry_out(request, lambda now, seal: actions.decline(by=person, now=now, warning=found.pk, seal=seal, **told))
    messages.success(request, _("You have declined; the next in line is asked, or the warning goes back."))
    return redirect("warning:warning", found.pk)


def _version(request: HttpRequest) -> int:
    """The version of the warning that was read."""
    form = VersionForm(request.POST)
    if not form.is_valid():
        raise InvalidError("The form does not say which state of the warning you read; load the page again.")
    return int(form.cleaned_data["version"])


def _page(
    request: HttpRequest,
    found: EarlyWarning,
    person: Person | None,
    now: datetime,
    *,
    sending: Form | None = None,
    declining: Form | None = None,
) -> HttpResponse:
    """The page of a warning; a form that was not valid comes back with its faults (status 422)."""
    code = get_language() or "en"
    way, estimate = reads.passages(found), showing.frozen(found)
    marks = marks_for(person, now, reads.WARNING, [found.pk]).get(found.pk, [])
    hidden = reads.is_nameless(found, marks)
    running = next((passage for passage in way if passage.outcome == "waiting"), None)
    context = {
        "warning": found,
        "country": country_name(found.country, code),
        "window": showing.window(found, code),
        "estimate": estimate,
        "state": STATE_NAMES[found.state],
        "running": running,
        "on_silence": _on_silence(found, way),
        "way": [
            {"passage": one, "outcome": OUTCOME_NAMES[one.outcome], "named": not hidden or one.by == person}
            for one in way
        ],
        "latency": reads.latency(found),
        "entries": [_entry(entry) for entry in reads.entries(person, found, now).select_related("leaf")[:100]],
        "fan": pictures.country_fan(estimate.subject, code, desc=_("The estimate that the warning carries.")),
        "brief_languages": [language(each) for each in COMPLETE],
        "without_names": is_under_rule(found.marking),
        "ref": f"{reads.WARNING}:{found.pk}",
        "marks": marks,
        "caption": showing.caption(reads.card(found.vintage), code),
        "now": now,
    }
    context |= _acts(found, running, person, now, sending, declining)
    return render(request, "warning/warning.html", context, status=422 if sending or declining else 200)


def _acts(
    found: EarlyWarning,
    running: Passage | None,
    person: Person | None,
    now: datetime,
    sending: Form | None,
    declining: Form | None,
) -> dict[str, Any]:
    """Each act with its decision, so that a button that may not be pressed says why in the words of the refusal."""
    if person is None:
        return {}
    his = found.raised_by_id == person.pk
    line = reads.line_for(person, found, now) if his else []
    held = set(offices_answered(person, now).values_list("pk", flat=True))
    may_reply = may_answer(held, running.office_id if running else None)
    fresh = {"version": found.version}
    form = sending or SendForm(initial=fresh)
    if isinstance(form, SendForm):
        form.offer(line)
    return {
        "sending": first_no(allows(found.state, "send"), may_send(raised_by_him=his, line=[one.pk for one in line])),
        "answering": first_no(allows(found.state, "acknowledge"), may_reply),
        "taking_over": may_take_over(person.roles, author_left=True) if reads.has_no_author(found) else None,
        "withdrawing": first_no(allows(found.state, "withdraw"), may_withdraw(raised_by_him=his)),
        "send_form": form,
        "decline_form": declining or DeclineForm(initial=fresh),
        "his": his,
    }


def _entry(entry: Entry) -> dict[str, Any]:
    """An entry with its words and its leaf, if the log has published it."""
    leaf = getattr(entry, "leaf", None)
    return {
        "entry": entry,
        "words": words_for(entry.kind),
        "leaf": leaf.index if leaf else None,
        "signed": how_signed(entry),
    }


def first_no(*decisions: Decision) -> Decision:
    """The first refusal, or yes."""
    return next((one for one in decisions if not one.allowed), ALLOWED)


def _on_silence(found: EarlyWarning, way: list[Passage]) -> str:
    """What happens when the running clock runs out."""
    asked = {str(passage.office_id) for passage in way if passage.round == found.round}
    if any(office not in asked for office in found.line):
        return _("it passes to the next in line")
    return _("it goes back to the one who raised it")


def _draft(form: RaiseForm, asked: Asked, iso3: str) -> actions.Draft:
    told = form.cleaned_data
    return actions.Draft(
        country=iso3,
        origin=asked.board.origin,
        months=told["months"],
        title=told["title"],
        summary=told["summary"],
        marking=told["marking"],
        audiences=form.readers(),
        vintage=asked.series.vintage.pk if asked.series.vintage else None,
    )

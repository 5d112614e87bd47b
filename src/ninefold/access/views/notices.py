"""My notices: by which channels, in which language, and when not. Everything is off until the person turns it on."""

from uuid import UUID

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ninefold import clock
from ninefold.access import actions, reads
from ninefold.access.doing import Filled, done, fits
from ninefold.access.forms_notices import AddressForm, BrowserForm, CodeForm, TermsForm
from ninefold.access.guards import MINE, signed_in, the_person
from ninefold.access.notices.push_key import push_key
from ninefold.access.notices.webpush import packed, public_of
from ninefold.access.views.factors import proven


@signed_in
def notices(request: HttpRequest) -> HttpResponse:
    """The person's channels, and how he wants to be told."""
    return _page(request)


@signed_in
@require_POST
def ask_by_mail(request: HttpRequest) -> HttpResponse:
    """Have a code sent to an address."""
    person, now, form = the_person(request), clock.now(), AddressForm(request.POST)
    if fits(form, lambda: actions.ask_by_mail(by=person, now=now, address=form.cleaned_data["address"])):
        return HttpResponseRedirect(reverse("access:notices"))
    return _page(request, address=form)


@signed_in
@require_POST
def confirm_mail(request: HttpRequest) -> HttpResponse:
    """Type the code that was sent there."""
    person, now, form = the_person(request), clock.now(), CodeForm(request.POST)
    if fits(form, lambda: actions.confirm_mail(by=person, now=now, code=form.cleaned_data["code"])):
        return HttpResponseRedirect(reverse("access:notices"))
    return _page(request, code=form)


@signed_in
@require_POST
def open_push(request: HttpRequest) -> HttpResponse:
    """Have this browser told; the page's script subscribes it."""
    person, now, form = the_person(request), clock.now(), BrowserForm(request.POST)
    told = form.cleaned_data["subscription"] if form.is_valid() else None
    told = told if isinstance(told, dict) else {}
    return done(
        request,
        reverse("access:notices"),
        lambda: actions.open_push(by=person, now=now, endpoint=told.get("endpoint"), keys=told.get("keys")),
        words=_("This browser is told from now on."),
    )


@signed_in
@proven
def open_feed(request: HttpRequest) -> HttpResponse:
    """A new address for a reader of feeds, shown once. A page that holds a secret is not kept by the browser."""
    if request.method != "POST":
        page = Filled(_("A new address for my feed"), _("Make an address"), reverse("access:notices"))
        return render(request, "access/form.html", {**page._asdict(), "form": forms.Form(), "marks": MINE})
    made = actions.open_feed(by=the_person(request), now=clock.now())
    address = settings.ADDRESS.url + reverse("access:notice_feed", args=[made.secret])
    response = render(request, "access/feed_made.html", {"made": made, "address": address, "marks": MINE})
    response["Cache-Control"] = "no-store"
    return response


@signed_in
@require_POST
def terms(request: HttpRequest) -> HttpResponse:
    """Language and quiet hours."""
    person = the_person(request)
    form = TermsForm.of(reads.terms_of(person), request.POST)
    if fits(form, lambda: actions.set_terms(by=person, **form.cleaned_data)):
        return HttpResponseRedirect(reverse("access:notices"))
    return _page(request, terms=form)


@signed_in
@require_POST
def end_channel(request: HttpRequest, channel: UUID) -> HttpResponse:
    """Turn one channel off."""
    person, now = the_person(request), clock.now()
    return done(
        request,
        reverse("access:notices"),
        lambda: actions.end_channel(by=person, now=now, channel=channel),
        words=_("It is turned off, and its address is deleted."),
    )


@signed_in
@require_POST
def hush(request: HttpRequest, audience: UUID) -> HttpResponse:
    """Whether notices are sent of what an audience reads."""
    person, now = the_person(request), clock.now()
    kept, wanted = reads.audience_kept_by(person, audience), request.POST.get("notices") == "on"
    return done(
        request,
        reverse("access:audience", args=[audience]),
        lambda: actions.hush_audience(by=person, now=now, audience=kept, notices=wanted),
        words=_("It is set."),
    )


def _page(request: HttpRequest, **filled: forms.Form) -> HttpResponse:
    person, now = the_person(request), clock.now()
    found = reads.notices_of(person, now)
    quiet = reads.quiet_of(found.terms)
    context = {
        "found": found,
        "address": filled.get("address") or AddressForm(initial={"address": person.email}),
        "code": filled.get("code") or CodeForm(),
        "terms": filled.get("terms") or TermsForm.of(found.terms),
        "server_key": packed(public_of(push_key(settings.WORKSPACE))) if found.push_offered else "",
        "hushed": quiet is not None and quiet.covers(now),
        "now": now,
        "marks": MINE,
    }
    return render(request, "access/notices.html", context, status=422 if filled else 200)

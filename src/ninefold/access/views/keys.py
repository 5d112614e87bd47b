"""Signing keys: from a file, made in this browser, ended; and those of a correspondent, under his label."""

import json
from datetime import timedelta
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ninefold import clock
from ninefold.access import actions, reads
from ninefold.access.doing import Filled, filled, fits
from ninefold.access.forms import BrowserKeyForm, EndKeyForm, KeyForm, end_of
from ninefold.access.guards import MINE, signed_in, the_person
from ninefold.access.models import Key
from ninefold.access.passkeys import credential_of
from ninefold.access.signing import new_challenge, require_challenge
from ninefold.access.views.factors import proven

_A_YEAR = timedelta(days=365)


@signed_in
@proven
def new_key(request: HttpRequest) -> HttpResponse:
    """Enrol a key from a file that only its owner holds."""
    return _enrol(request, KeyForm, Key.FILE, "access/new_key.html")


@signed_in
@proven
def new_browser_key(request: HttpRequest) -> HttpResponse:
    """Enrol a key that this browser makes and never gives away."""
    return _enrol(request, BrowserKeyForm, Key.BROWSER, "access/browser_key.html")


def _enrol(request: HttpRequest, shape: type[KeyForm], kind: str, template: str) -> HttpResponse:
    person, now = the_person(request), clock.now()
    form = shape(request.POST or None, initial={"until": (now + _A_YEAR).date()})

    def enrol_it() -> None:
        data, told = form.cleaned_data, form.cleaned_data["signed"]
        proof = actions.Possession(require_challenge(request, told["challenge"], now), told["signature"])
        life = {"name": data["name"], "ends": end_of(data["until"])}
        actions.enrol_key(by=person, now=now, public=told["public"], proof=proof, kind=kind, **life)

    if request.method == "POST" and fits(form, enrol_it):
        return HttpResponseRedirect(reverse("access:home"))
    challenge = {"challenge": new_challenge(request, now)}
    context = {"form": form, "challenge": challenge, "by_hand": json.dumps(challenge), "marks": MINE}
    return render(request, template, context, status=422 if form.errors else 200)


@signed_in
@proven
def end_key(request: HttpRequest, key: UUID) -> HttpResponse:
    """End one of his signing keys, and say why. Without a key one acts unsigned, so this too asks who it is."""
    person, now = the_person(request), clock.now()
    row = reads.key_at(person, key, now)
    form = EndKeyForm(request.POST or None)

    def act() -> str:
        reason = form.cleaned_data["reason"]
        actions.end_key(by=person, now=now, key=row.pk, reason=reason)
        return _passkey_page(row) if reason == "lost" and row.kind == Key.PASSKEY else reverse("access:home")

    page = Filled(_("End the key {name}").format(name=row.name), _("End the key"), reverse("access:home"))
    return filled(request, form, act, page, said=_("The key has ended. What it signed before stays signed."))


@signed_in
@require_safe
def correspondent(request: HttpRequest, person: UUID) -> HttpResponse:
    """The label and the keys of somebody with whom the reader shares an audience."""
    found = reads.label_known_to(the_person(request), clock.now(), person)
    context = {
        "who": found,
        "label": bytes(found.label).hex() if found.label else "",
        "keys": [one for one in reads.keys_of(found) if one.listed],
        "now": clock.now(),
        "marks": MINE,
    }
    return render(request, "access/correspondent.html", context)


def _passkey_page(key: Key) -> str:
    """Where a lost passkey is taken away as a way in too."""
    rows = Authenticator.objects.filter(user=key.person, type=Authenticator.Type.WEBAUTHN)
    row = next((one for one in rows if credential_of(one) == bytes(key.credential)), None)
    return reverse("mfa_remove_webauthn", args=[row.pk]) if row else reverse("access:home")

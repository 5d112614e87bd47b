"""Around allauth's pages: the change and its entry together, the password before the app, recovery at one pace."""

import time
from collections.abc import Callable
from functools import wraps

from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.login import record_authentication
from allauth.account.views import password_set
from allauth.mfa.totp import views as totp
from django.db import transaction
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from ninefold.access.guards import the_person
from ninefold.access.reads import has_enrolled
from ninefold.access.sessions import hashed

View = Callable[..., HttpResponseBase]

PACE = 0.1
"""Seconds. Raise it if writing a message comes near it."""


def noted(view: View) -> View:
    """The factor and the entry about it are written together or not at all."""

    @wraps(view)
    def noting(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        first = not has_enrolled(the_person(request))
        with transaction.atomic():
            response = view(request, *args, **kwargs)
            if first:
                _end_other_sign_ins(request)
            if getattr(response, "url", "") == reverse("mfa_view_recovery_codes"):
                # He proved it this moment by enrolling: the codes that follow are not withheld for another proof.
                record_authentication(request, the_person(request), "mfa", reauthenticated=True)
            return response.render() if hasattr(response, "render") else response

    return noting


def _end_other_sign_ins(request: HttpRequest) -> None:
    """Those from before the first factor may be of somebody who held the invitation too."""
    others = the_person(request).sessions.exclude(session_key=hashed(request.session.session_key or ""))
    others.delete()


def proven(view: View) -> View:
    """Before what outlives this sign-in the person proves once more that it is him: a cookie may be stolen."""
    return wraps(view)(reauthentication_required()(view))


set_password = proven(password_set)
"""A first password; one set by a thief would prove him to be the person."""


def at_one_pace(view: View) -> View:
    """An answer to what was sent takes one length of time, whatever was done for it meanwhile.

    A message to a known address costs 2 ms more than one to an unknown address; the pace hides it.
    """

    @wraps(view)
    def paced(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        began = time.monotonic()
        response = view(request, *args, **kwargs)
        if request.method == "POST":
            time.sleep(max(0.0, began + PACE - time.monotonic()))
        return response

    return paced


def app_after_password(request: HttpRequest) -> HttpResponseBase:
    """An authenticator app is the second step after a password, so the password comes first."""
    if not the_person(request).has_usable_password():
        return HttpResponseRedirect(reverse("account_set_password"))
    response: HttpResponseBase = totp.activate_totp(request)
    return response

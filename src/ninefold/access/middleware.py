"""Before anything else a person enrols a passkey or an authenticator app; until then only those pages open."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext

from ninefold.access.arrivals import FRESH, came
from ninefold.access.guards import person_of
from ninefold.access.reads import has_enrolled, is_linked
from ninefold.clock import now

ENROLMENT = frozenset(
    {
        "account_logout",
        "account_reauthenticate",
        "account_set_password",
        "account_change_password",
        "mfa_add_webauthn",
        "mfa_activate_totp",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
        "access:enrol",
        "directory_link",
        "directory_enter",
        "directory_back",
        "web:language",
    }
)
ALWAYS = frozenset({"account_logout", "directory_enter", "directory_back", "web:language"})
LASTING = frozenset(
    {
        "account_set_password",
        "account_change_password",
        "mfa_add_webauthn",
        "mfa_activate_totp",
        "access:new_token",
        "access:new_key",
        "access:open_feed",
    }
)
"""What outlives a sign-in: a cookie may be stolen, so that who has no factor here comes fresh from his directory."""


class SecondFactor:
    """The forced step, as Django's middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponseBase | None:
        """Send a person without a second factor to enrol one, whatever he asked for."""
        person = person_of(request)
        if person is None or has_enrolled(person):
            return None
        name = request.resolver_match.view_name if request.resolver_match else ""
        way = came(request)
        if way is None and name not in ALWAYS and is_linked(person):
            # He has no second factor because his directory is one; a password alone must not enrol another.
            return _out(request)
        if way and way.strong and name in LASTING and now() - way.since > FRESH:
            return _again(request)
        if (way and way.strong) or name in ENROLMENT or getattr(view, "shows_nothing", False):
            return None
        return HttpResponseRedirect(reverse("access:enrol"))


def _out(request: HttpRequest) -> HttpResponse:
    logout(request)
    messages.error(request, gettext("Your directory opens this account: sign in through it."))
    return HttpResponseRedirect(reverse("account_login"))


def _again(request: HttpRequest) -> HttpResponse:
    messages.error(
        request,
        gettext(
            "This matters, and your sign-in is older than five minutes: sign out, and in again through your directory."
        ),
    )
    return HttpResponseRedirect(reverse("access:home"))

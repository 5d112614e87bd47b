"""Before anything else a person enrols a passkey or an authenticator app; until then only those pages open."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from ninefold.access.guards import person_of
from ninefold.access.reads import has_enrolled

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
        "web:language",
    }
)


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
        match = request.resolver_match
        if match and (match.view_name in ENROLMENT or getattr(view, "shows_nothing", False)):
            return None
        return HttpResponseRedirect(reverse("access:enrol"))

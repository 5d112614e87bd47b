"""To a provider of OpenID Connect and back."""

import base64
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from ninefold import clock
from ninefold.access import arrivals
from ninefold.access.directory import provider
from ninefold.access.directory.openid import OpenIdDirectory, secret_of
from ninefold.access.directory.shown import Shown
from ninefold.access.directory.signed import read_token
from ninefold.access.guards import open_to_all
from ninefold.access.views.arriving import arrived, attempt_of, cannot_be_asked, limited
from ninefold.errors import NinefoldError, NotThereError, RefusedError

LONGEST_ANSWER = 4096
_SCOPES = "openid email profile"


def address_there(request: HttpRequest, directory: OpenIdDirectory, *, purpose: str, to: str) -> str:
    """Where the browser is sent, once an attempt has begun in it."""
    at = provider.endpoints(directory)
    attempt = arrivals.begin(request, purpose=purpose, to=to)
    question = {
        "response_type": "code",
        "client_id": directory.client_id,
        "redirect_uri": _address_of_back(),
        "scope": _SCOPES,
        "state": attempt.state,
        "nonce": attempt.nonce,
        "code_challenge": base64.urlsafe_b64encode(attempt.challenge).rstrip(b"=").decode("ascii"),
        "code_challenge_method": "S256",
    }
    if directory.acr:
        question["acr_values"] = " ".join(sorted(directory.acr))
    joint = "&" if "?" in at.authorize else "?"
    return f"{at.authorize}{joint}{urlencode(question)}"


@open_to_all
@require_GET
def back(request: HttpRequest) -> HttpResponse:
    """Hear the provider's answer, in the browser that asked, once."""
    directory = settings.DIRECTORY
    if not isinstance(directory, OpenIdDirectory):
        raise NotThereError
    if page := limited(request):
        return page
    attempt = attempt_of(request, request.GET.get("state", "")[:LONGEST_ANSWER])
    if request.GET.get("iss", directory.issuer) != directory.issuer:
        raise RefusedError("This answer belongs to no sign-in that this browser began, or came too late; start again.")
    code = request.GET.get("code", "")
    if "error" in request.GET or not 0 < len(code) <= LONGEST_ANSWER:
        raise RefusedError("{name} did not sign you in.", name=directory.name)
    return arrived(request, directory, _checked(directory, attempt, code), attempt)


def _checked(directory: OpenIdDirectory, attempt: arrivals.Attempt, code: str) -> Shown:
    at = provider.endpoints(directory)
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": _address_of_back(),
        "client_id": directory.client_id,
        "code_verifier": attempt.verifier,
    }
    token = provider.id_token(directory, at, form, secret=_secret(directory))
    keys = provider.keys(directory, at)
    return read_token(token, keys=keys, directory=directory, nonce=attempt.nonce, now=clock.now())


def _secret(directory: OpenIdDirectory) -> str:
    try:
        return secret_of(directory)
    except NinefoldError:
        raise cannot_be_asked(directory) from None


def _address_of_back() -> str:
    return f"{settings.ADDRESS.url}{reverse('directory_back')}"

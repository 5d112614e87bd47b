"""Around every page: the reader's language, our errors as pages, and headers that keep a page to itself."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

from ninefold.access.guards import person_of
from ninefold.access.signing import ToSign
from ninefold.errors import NinefoldError, answer_to
from ninefold.web import faults
from ninefold.web.sign import sign_page
from ninefold.words.languages import LANGUAGES, language

Answer = Callable[[HttpRequest], HttpResponse]

# Nothing of the browser is needed: no place, no camera, no payment, and no lists of interests for advertisers.
_PERMISSIONS = "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"


class Language:
    """What the reader chose here, else the language of his account, else what his browser asks for."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The page in his language; it says so, and that it depends on him."""
        with translation.override(language_of(request)):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", language(translation.get_language() or "en").tag)
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        return response


def language_of(request: HttpRequest) -> str:
    """One of our languages for this reader."""
    person = person_of(request)
    wishes = [request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME), person.language if person else None]
    chosen = next((wish for wish in wishes if wish in LANGUAGES), None)
    return chosen or translation.get_language_from_request(request)


class Headers:
    """No other site learns where the reader was, and no shared machine keeps the page."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The page with its headers; a view that set one has the last word."""
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", _PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Cache-Control", "no-store" if person_of(request) else "private, no-cache")
        return response


class Refusals:
    """An error that a person may read becomes a page with its sentence and the status of the one table.

    An act that waits for a signature becomes the page on which it is signed.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing to do on the way in or out."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page of our error; anything else is Django's to handle."""
        if isinstance(error, ToSign):
            return sign_page(request, error.signable)
        if not isinstance(error, NinefoldError):
            return None
        return faults.page(request, answer_to(error).status, faults.sentence(error))

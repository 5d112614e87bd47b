"""Error pages: what happened, to which item, what to do next. Hidden and absent things get the very same page."""

import sys
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template import loader
from django.utils.functional import Promise
from django.utils.translation import get_language_from_request, gettext, override
from django.utils.translation import gettext_lazy as _

from ninefold.access.guards import open_to_all
from ninefold.errors import NinefoldError, NotThereError, answer_to
from ninefold.web import outage
from ninefold.words.languages import LANGUAGES


class _Words(NamedTuple):
    title: Promise
    next: Promise


_WORDS = {
    400: _Words(_("This request cannot be read"), _("Go back, load the page again and repeat what you did.")),
    403: _Words(_("Not allowed"), _("Nothing was changed. If you think that you should be allowed, ask who keeps it.")),
    404: _Words(
        _("Not there"),
        _("It does not exist, or you may not see it: the answer is the same. Check the address, or sign in."),
    ),
    409: _Words(_("Somebody was faster"), _("Nothing of yours was saved. Read it again, then decide.")),
    422: _Words(_("Something does not fit"), _("Nothing was saved. Go back, correct it and send it again.")),
    429: _Words(_("Too many tries"), _("Nothing was changed. Wait a few minutes, then try again.")),
    500: _Words(_("A mistake of ours"), _("Nothing was half-saved. Try again; if it stays, tell who runs it.")),
    503: _Words(_("Not available now"), _("Nothing was changed. Try again in a minute.")),
}


def sentence(error: NinefoldError) -> str:
    """The error in the reader's language."""
    return gettext(error.text).format(**error.values)


def page(request: HttpRequest, status: int, what: str = "") -> HttpResponse:
    """The page of a status; `what` is the sentence of the error, already in the reader's language."""
    words = _WORDS[status]
    # Said on every page that is not there, so that it tells nothing of any.
    context = {"title": words.title, "what": what, "next": words.next, "absent": status == 404, "marks": []}
    return render(request, "web/fault.html", context, status=status)


@open_to_all
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: a header or a form that no browser sends."""
    return page(request, 400)


@open_to_all
def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403 from Django itself."""
    return page(request, 403)


@open_to_all
def not_there(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: the words of our own error, so that no address tells more than another."""
    if request.path.startswith("/api/"):
        return JsonResponse({"error": "not-there", "message": sentence(NotThereError())}, status=404)
    return page(request, 404, sentence(NotThereError()))


@open_to_all
def too_many(request: HttpRequest) -> HttpResponse:
    """429, from the limiter of whatever may be tried without being signed in."""
    response = page(request, 429)
    response["Retry-After"] = "60"  # most limits are by the minute
    return response


@open_to_all
def broken(request: HttpRequest) -> HttpResponse:
    """500, or 503 while the database is away: an answer that asks nothing of it, in the language of the browser."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    with override(chosen if chosen in LANGUAGES else get_language_from_request(request)):
        # Django asks for this page while it handles the error.
        if not outage.is_outage(sys.exc_info()[1]):
            return _bare(500)
        response = _away(request)
    response["Retry-After"] = str(outage.RETRY_SECONDS)
    response["Cache-Control"] = "no-store"
    return response


def _away(request: HttpRequest) -> HttpResponse:
    error = outage.answer()
    answer = answer_to(error)
    if request.path.startswith("/api/"):
        return JsonResponse({"error": answer.name, "message": sentence(error)}, status=answer.status)
    return _bare(answer.status, sentence(error))


def _bare(status: int, what: str = "") -> HttpResponse:
    words = _WORDS[status]
    context = {"title": words.title, "next": what or words.next}
    return HttpResponse(loader.render_to_string("web/broken.html", context), status=status)


@open_to_all
def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form's seal is missing or old."""
    return page(request, 403, gettext("The form was open too long, or cookies are off, so it cannot be trusted."))

"""The doors beside the sign-in page: an invitation, and in the sample one-time links and the person switcher."""

from uuid import UUID

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from ninefold import clock
from ninefold.access import actions, reads
from ninefold.access.guards import open_to_all, signed_in, the_person
from ninefold.errors import NotThereError

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@open_to_all
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """Take up an invitation. Opening the page uses nothing up: programs that look at links open them too."""
    if request.method != "POST":
        return render(request, "access/invitation.html")
    person = actions.take_link(secret=secret, purpose="invitation", now=clock.now())
    login(request, person, backend=BACKEND)
    return HttpResponseRedirect(reverse("access:enrol"))


@open_to_all
@require_GET
def once(request: HttpRequest, secret: str) -> HttpResponse:
    """Sign an invented person of the sample in, once. A browser that fetches it ahead is asked to come in earnest."""
    _only_in_sample()
    if "prefetch" in request.headers.get("Sec-Purpose", request.headers.get("Purpose", "")):
        return HttpResponse(status=503)
    person = actions.take_link(secret=secret, purpose="sample", now=clock.now())
    login(request, person, backend=BACKEND)
    return HttpResponseRedirect(resolve_url(settings.LOGIN_REDIRECT_URL))


@signed_in
@require_POST
def act_as(request: HttpRequest) -> HttpResponse:
    """Go on as another of the invented people, on the same page."""
    _only_in_sample()
    here = the_person(request)
    other = reads.invented_person(here, _uuid(request.POST.get("person", "")))
    login(request, other, backend=BACKEND)
    return HttpResponseRedirect(next_of(request))


def _only_in_sample() -> None:
    if not settings.SAMPLE:
        raise NotThereError


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotThereError from None


def next_of(request: HttpRequest) -> str:
    """Where the form wants to go on, if that is a page of this house; else the first page."""
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else resolve_url(settings.LOGIN_REDIRECT_URL)

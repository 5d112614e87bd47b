"""To the directory and back: begin there, check what it signed, then sign in or tie it to one's account."""

import base64
from urllib.parse import urlencode

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ninefold import clock
from ninefold.access import actions, arrivals, reads
from ninefold.access.directory import provider
from ninefold.access.directory.file import Directory, secret_of
from ninefold.access.directory.signed import Shown, read_token
from ninefold.access.doing import done
from ninefold.access.guards import MINE, open_to_all, person_of, signed_in, the_person
from ninefold.access.sessions import hashed
from ninefold.access.views.doors import BACKEND, next_of
from ninefold.access.views.factors import proven
from ninefold.errors import NinefoldError, NotThereError, RefusedError, UnavailableError

LONGEST_ANSWER = 4096
_SCOPES = "openid email profile"


@open_to_all
@require_POST
def enter(request: HttpRequest) -> HttpResponse:
    """Go to the directory to sign in."""
    return _go(request, purpose="enter", to=next_of(request))


@signed_in
@proven
def link(request: HttpRequest) -> HttpResponse:
    """Go to the directory to tie its sign-in to one's account, once one has proven here who one is."""
    directory = _directory()
    if request.method != "POST":
        return render(request, "access/directory_link.html", {"directory": directory, "marks": MINE})
    return _go(request, purpose="link", to=reverse("access:home"))


@signed_in
@proven
def unlink(request: HttpRequest) -> HttpResponse:
    """Untie it again."""
    if request.method != "POST":
        return render(request, "access/directory_unlink.html", {"marks": MINE})
    person = the_person(request)
    return done(
        request,
        reverse("access:home"),
        lambda: actions.unlink_directory(person=person, now=clock.now()),
        words=_("The directory no longer opens your account."),
    )


@open_to_all
@require_GET
def back(request: HttpRequest) -> HttpResponse:
    """Hear the directory's answer, in the browser that asked, once."""
    directory = _directory()
    if limited := _limited(request):
        return limited
    attempt = arrivals.take(request, request.GET.get("state", "")[:LONGEST_ANSWER])
    if attempt is None or request.GET.get("iss", directory.issuer) != directory.issuer:
        raise RefusedError("This answer belongs to no sign-in that this browser began, or came too late; start again.")
    code = request.GET.get("code", "")
    if "error" in request.GET or not 0 < len(code) <= LONGEST_ANSWER:
        raise RefusedError("{name} did not sign you in.", name=directory.name)
    shown = _checked(directory, attempt, code)
    if attempt.purpose == "link":
        return _linked(request, directory, shown)
    return _entered(request, directory, shown, attempt.to)


def _limited(request: HttpRequest) -> HttpResponse | None:
    limited: HttpResponse | None = ratelimit.consume_or_429(request, action="login")
    return limited


def _directory() -> Directory:
    directory: Directory | None = settings.DIRECTORY
    if directory is None:
        raise NotThereError
    return directory


def _go(request: HttpRequest, *, purpose: str, to: str) -> HttpResponse:
    directory = _directory()
    if limited := _limited(request):
        return limited
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
    return HttpResponseRedirect(f"{at.authorize}{joint}{urlencode(question)}")


def _checked(directory: Directory, attempt: arrivals.Attempt, code: str) -> Shown:
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


def _secret(directory: Directory) -> str:
    """The secret as it is now. What is wrong with its file is for the operator (`doctor`), not for a page."""
    try:
        return secret_of(directory)
    except NinefoldError:
        raise UnavailableError(
            "{name} cannot be asked now; tell who runs this workspace.", name=directory.name
        ) from None


def _address_of_back() -> str:
    return f"{settings.ADDRESS.url}{reverse('directory_back')}"


def _entered(request: HttpRequest, directory: Directory, shown: Shown, to: str) -> HttpResponse:
    person = reads.person_of_subject(directory.issuer, shown.subject)
    if person is None:
        raise RefusedError(
            "{name} knows you, but no account here is tied to it. Open your invitation first, or sign in another way "
            "and tie it on your page.",
            name=directory.name,
        )
    if person_of(request):
        logout(request)
    arrivals.show(request, person, _named_groups(directory, shown), strong=shown.strong)
    if shown.strong:
        login(request, person, backend=BACKEND)
        return HttpResponseRedirect(to)
    response: HttpResponse = perform_login(request, Login(user=person, redirect_url=to))
    return response


def _linked(request: HttpRequest, directory: Directory, shown: Shown) -> HttpResponse:
    person = person_of(request)
    if person is None:
        raise RefusedError("Your sign-in here has ended meanwhile; sign in and start again.")
    actions.link_directory(
        person=person, now=clock.now(), directory=directory, subject=shown.subject, email=shown.email
    )
    if not person.secured:
        # Those from before may be of somebody who held the invitation too.
        person.sessions.exclude(session_key=hashed(request.session.session_key or "")).delete()
    if not person.secured or shown.strong:
        arrivals.show(request, person, _named_groups(directory, shown), strong=shown.strong)
        login(request, person, backend=BACKEND)
    messages.success(request, _("From now on you may also sign in with {name}.").format(name=directory.name))
    return HttpResponseRedirect(reverse("access:home"))


def _named_groups(directory: Directory, shown: Shown) -> list[str]:
    """Of the groups shown, those that the operator's file names; of the others nothing is kept."""
    return sorted({each.group for each in directory.mappings} & shown.groups)

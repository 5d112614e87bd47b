"""Who came from the directory: sign him in, or tie it to his account. The same for every way there and back."""

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from ninefold import clock
from ninefold.access import actions, arrivals, reads
from ninefold.access.directory.file import Directory
from ninefold.access.directory.shown import Shown
from ninefold.access.guards import person_of
from ninefold.access.sessions import hashed
from ninefold.access.views.doors import BACKEND
from ninefold.errors import RefusedError, UnavailableError


def limited(request: HttpRequest) -> HttpResponse | None:
    """The page of somebody who tries too often, by whatever method, if he does."""
    page: HttpResponse | None = ratelimit.consume_or_429(request, action="login", limit_get=True)
    return page


def attempt_of(request: HttpRequest, state: str) -> arrivals.Attempt:
    """The sign-in under way in this browser to which an answer belongs, once; `RefusedError` otherwise."""
    attempt = arrivals.take(request, state)
    if attempt is None:
        raise RefusedError("This answer belongs to no sign-in that this browser began, or came too late; start again.")
    return attempt


def cannot_be_asked(directory: Directory) -> UnavailableError:
    """What is wrong with a file of the operator is for him (`doctor`), not for a page."""
    return UnavailableError("{name} cannot be asked now; tell who runs this workspace.", name=directory.name)


def arrived(request: HttpRequest, directory: Directory, shown: Shown, attempt: arrivals.Attempt) -> HttpResponse:
    """Do what the attempt was for, now that everything about the answer holds."""
    reads.require_agreed(directory)
    if attempt.purpose == "link":
        return _linked(request, directory, shown)
    return _entered(request, directory, shown, attempt.to)


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

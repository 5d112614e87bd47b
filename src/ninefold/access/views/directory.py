"""To the directory: to sign in, or to tie it to one's account, or to untie it."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ninefold import clock
from ninefold.access import actions, reads
from ninefold.access.directory.file import Directory
from ninefold.access.directory.saml.file import SamlDirectory
from ninefold.access.doing import done
from ninefold.access.guards import MINE, open_to_all, signed_in, the_person
from ninefold.access.views import openid, saml
from ninefold.access.views.arriving import limited
from ninefold.access.views.doors import next_of
from ninefold.access.views.factors import proven
from ninefold.errors import NotThereError


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


def _directory() -> Directory:
    directory: Directory | None = settings.DIRECTORY
    if directory is None:
        raise NotThereError
    return directory


def _go(request: HttpRequest, *, purpose: str, to: str) -> HttpResponse:
    directory = _directory()
    reads.require_agreed(directory)
    if page := limited(request):
        return page
    if isinstance(directory, SamlDirectory):
        return HttpResponseRedirect(saml.address_there(request, directory, purpose=purpose, to=to))
    return HttpResponseRedirect(openid.address_there(request, directory, purpose=purpose, to=to))

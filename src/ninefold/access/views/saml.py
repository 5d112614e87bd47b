"""To a directory that speaks SAML and back."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from ninefold import clock
from ninefold.access import actions, arrivals
from ninefold.access.directory.saml.file import SamlDirectory, certificates_of
from ninefold.access.directory.saml.own import OwnKey, own_certificates, own_keys, require_key
from ninefold.access.directory.saml.question import Ours, address, description
from ninefold.access.directory.shown import Shown
from ninefold.access.guards import open_to_all
from ninefold.access.views.arriving import arrived, attempt_of, cannot_be_asked, limited
from ninefold.errors import NinefoldError, NotThereError, RefusedError

_LONGEST_RELAY, _LONGEST_FIELD = 80, 1 << 19
_AGAIN = "again"


def address_there(request: HttpRequest, directory: SamlDirectory, *, purpose: str, to: str) -> str:
    """Where the browser is sent, once an attempt has begun in it."""
    key = _own(directory)[0].key if directory.sign_requests else None
    attempt = arrivals.begin(request, purpose=purpose, to=to)
    return address(directory, _ours(), request=_question_of(attempt), relay=attempt.state, now=clock.now(), key=key)


# Another site's page posts here, so it can bear no token of ours. What binds the answer to this browser's own sign-in
# is the session: the state that came back as RelayState, and the question's id under the directory's signature.
@csrf_exempt
@open_to_all
@require_POST
def answer(request: HttpRequest) -> HttpResponse:
    """Hear the directory's answer, in the browser that asked, once.

    A browser keeps the cookie of our session (SameSite=Lax) back when another site posts. Loosening it to None would
    do so for every address here. So the first time a page of ours only posts the same again, and then the cookie comes.
    """
    directory = _directory()
    field, relay = request.POST.get("SAMLResponse", ""), request.POST.get("RelayState", "")[: _LONGEST_RELAY + 1]
    if len(field) > _LONGEST_FIELD:
        raise RefusedError("What the directory answered is too long, so nobody was signed in.")
    if not arrivals.is_under_way(request) and _AGAIN not in request.POST:
        return render(request, "access/directory_again.html", {"field": field, "relay": relay})
    if page := limited(request):
        return page
    attempt = attempt_of(request, relay)
    return arrived(request, directory, _checked(directory, attempt, field), attempt)


@open_to_all
@require_GET
def metadata(request: HttpRequest) -> HttpResponse:
    """Who we are to the directory: what its operator enters there."""
    directory = _directory()
    if page := limited(request):
        return page
    try:
        own = own_certificates(settings.WORKSPACE)
    except NinefoldError:
        raise cannot_be_asked(directory) from None
    said = description(_ours(), own, signs=directory.sign_requests)
    return HttpResponse(said, content_type="application/samlmetadata+xml")


def _directory() -> SamlDirectory:
    directory = settings.DIRECTORY
    if not isinstance(directory, SamlDirectory):
        raise NotThereError
    return directory


def _checked(directory: SamlDirectory, attempt: arrivals.Attempt, field: str) -> Shown:
    # The one place that needs the extra; without it no directory of this kind is named, as the reader of its file says.
    from ninefold.access.directory.saml.answer import Expected, read_answer  # noqa: PLC0415

    try:
        keys = certificates_of(directory)
    except NinefoldError:
        raise cannot_be_asked(directory) from None
    now = clock.now()
    own = [each.key for each in _own(directory)]
    heard = read_answer(field, Expected(directory, keys, _ours(), _question_of(attempt), now, own))
    actions.hear_once(issuer=directory.issuer, assertion=heard.assertion, until=heard.until, now=now)
    return heard.shown


def _own(directory: SamlDirectory) -> tuple[OwnKey, ...]:
    """Our keys; `UnavailableError` where they are gone or not as they should be, which is for the operator to see."""
    try:
        if directory.sign_requests:
            require_key(settings.WORKSPACE)
        return own_keys(settings.WORKSPACE)
    except NinefoldError:
        raise cannot_be_asked(directory) from None


def _question_of(attempt: arrivals.Attempt) -> str:
    """The id of the question: an id of XML begins with no digit."""
    return f"_{attempt.nonce}"


def _ours() -> Ours:
    site = settings.ADDRESS.url
    return Ours(f"{site}{reverse('directory_metadata')}", f"{site}{reverse('directory_answer')}")

"""The private feed (Atom, RFC 4287): that something came, on which day, and nothing else.

Its address is its key. Who fetches it is told nothing of sessions, and nothing is kept of him.
"""

from datetime import datetime

from allauth.core import ratelimit
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from ninefold import clock
from ninefold.access import reads
from ninefold.access.guards import open_to_all
from ninefold.words.languages import language


@open_to_all
@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """What came by this feed; an address that is none, or is none any more, is not there."""
    limited: HttpResponse | None = ratelimit.consume_or_429(request, action="notice_feed", limit_get=True)
    if limited:
        return limited
    channel, messages = reads.feed_at(secret, clock.now())
    code = reads.terms_of(channel.person).language
    with translation.override(code):
        words = gettext("You have an item in Ninefold")
    newest = messages[0].made_at if messages else channel.starts
    context = {
        "feed": channel,
        "tag": language(code).tag,
        "words": words,
        "front": f"{settings.ADDRESS.url}/",
        "updated": _day(newest),
        "entries": [{"id": one.pk, "day": _day(one.made_at)} for one in messages],
    }
    response = HttpResponse(render_to_string("access/feed.xml", context), content_type="application/atom+xml")
    response["Cache-Control"] = "private, no-store"
    return response


def _day(moment: datetime) -> str:
    """The beginning of the day, as Atom writes a moment."""
    return f"{moment:%Y-%m-%d}T00:00:00Z"

"""What every page knows: the reader and his language, the rooms, the situations, the head of the ledger."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from ninefold import clock
from ninefold.access.guards import person_of
from ninefold.access.reads import newest_entries, waits_for
from ninefold.keeping.views_exports import announced
from ninefold.tracks import reads as tracks
from ninefold.web.ledger.head import head
from ninefold.web.rooms import rooms_for
from ninefold.words.languages import COMPLETE, LANGUAGES, SOURCE, language


def house(request: HttpRequest) -> dict[str, Any]:
    """The context of the base page. What asks the database does so only when a template uses it."""
    code = get_language() or SOURCE
    return {
        "language": language(code),
        # A page whose words are mostly English says so to screen readers too, whatever language was chosen.
        "spoken": language(code if code in COMPLETE else SOURCE),
        "languages": [language(each) for each in LANGUAGES],
        "half_translated": code not in COMPLETE,
        "sample": settings.SAMPLE,
        "directory": settings.DIRECTORY,
        "directory_changed": SimpleLazyObject(lambda: waits_for(person_of(request), settings.DIRECTORY)),
        "person": person_of(request),
        "rooms": SimpleLazyObject(lambda: rooms_for(request)),
        "situations": SimpleLazyObject(lambda: list(tracks.situations(person_of(request), clock.now()))),
        "log": SimpleLazyObject(head),
        "announced": SimpleLazyObject(lambda: announced(request)),
        "newest": SimpleLazyObject(lambda: _newest(request)),
    }


def _newest(request: HttpRequest) -> str:
    """The id of the newest entry that this reader may see: from there on a live page listens."""
    rows = newest_entries(person_of(request), clock.now(), size=1)
    return str(rows[0].id) if rows else ""

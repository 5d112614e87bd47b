"""The one-page brief of a warning as PDF."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from ninefold import clock
from ninefold.access.guards import open_to_all, person_of
from ninefold.access.reads import marks_for
from ninefold.errors import InvalidError
from ninefold.warning import briefing, reads
from ninefold.words.languages import COMPLETE


@open_to_all
@require_safe
def brief(request: HttpRequest, warning_id: UUID) -> HttpResponse:
    """The brief in `?language=`, or in the reader's own where its words exist."""
    person, now = person_of(request), clock.now()
    found = reads.warning_for(person, warning_id, now)
    marks = marks_for(person, now, reads.WARNING, [found.pk])[found.pk]
    code = _language(request)
    printed = briefing.Printed(
        found, reads.passages(found), reads.entries(person, found, now).first(), marks[0].marking, now
    )
    headers = {"Content-Disposition": f'inline; filename="warning-{found.country}-{code}.pdf"'}
    return HttpResponse(briefing.brief(printed, code), content_type="application/pdf", headers=headers)


def _language(request: HttpRequest) -> str:
    own = get_language() or "en"
    asked = request.GET.get("language") or (own if own in COMPLETE else "en")
    if asked not in COMPLETE:
        raise InvalidError(
            "The brief is not written in {code} yet; choose {codes}.", code=repr(asked[:20]), codes=", ".join(COMPLETE)
        )
    return asked

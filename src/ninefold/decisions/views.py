"""Who may decide: the table of rights as this reader may see it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from ninefold import clock
from ninefold.access.guards import person_of, signed_in
from ninefold.access.reads import marks_for
from ninefold.decisions import reads

MATTER_NAMES = {"early-warning": _("Act on an early warning")}


@signed_in
def rights(request: HttpRequest) -> HttpResponse:
    """The rights in turn, each with its office, place and end."""
    person, now = person_of(request), clock.now()
    seen = list(reads.rights(person, now))
    rows = [
        {"right": right, "matter": MATTER_NAMES[right.matter], "holds": right.starts <= now < right.ends}
        for right in seen
    ]
    marks = marks_for(person, now, "decisions:right", [right.pk for right in seen])
    return render(
        request, "decisions/rights.html", {"rows": rows, "marks": [mark for each in marks.values() for mark in each]}
    )

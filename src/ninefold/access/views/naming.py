"""The directory whose file was changed, for an administrator to look at and to agree."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from ninefold import clock
from ninefold.access import actions, reads
from ninefold.access.doing import done
from ninefold.access.guards import MINE, signed_in, the_person
from ninefold.access.policy import may_run_accounts
from ninefold.access.views.factors import proven
from ninefold.errors import NotThereError


@signed_in
@proven
def named(request: HttpRequest) -> HttpResponse:
    """What was agreed to beside what the file says now; agreeing lets it sign people in."""
    person, directory = the_person(request), settings.DIRECTORY
    may_run_accounts(reads.reader_of(person), "agree_directory").require()
    if directory is None:
        raise NotThereError
    if request.method == "POST":
        seen = request.POST.get("seen", "")
        return done(
            request,
            reverse("access:directory"),
            lambda: actions.agree_directory(by=person, now=clock.now(), directory=directory, seen=seen),
            words=_("From now on this directory signs people in."),
        )
    facts, seen = reads.compared(person, directory)
    agreed = reads.is_agreed(directory)
    context = {"directory": directory, "facts": facts, "seen": seen, "agreed": agreed, "marks": MINE}
    return render(request, "access/directory.html", context)

"""The custodian lets a directory's group into his audience, or closes it again."""

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ninefold import clock
from ninefold.access import actions, reads
from ninefold.access.doing import done
from ninefold.access.guards import signed_in, the_person
from ninefold.errors import NotThereError


@signed_in
@require_POST
def confirm(request: HttpRequest, audience: UUID) -> HttpResponse:
    """Let in the group that the page showed, for as many days as it showed."""
    person, now = the_person(request), clock.now()
    kept = reads.audience_kept_by(person, audience)
    told = (request.POST.get("group", ""), request.POST.get("days", ""))
    directory = settings.DIRECTORY
    proposed = reads.proposed_for(kept, person, directory, now)
    mapping = next((each.mapping for each in proposed if (each.mapping.group, str(each.mapping.days)) == told), None)
    if mapping is None or directory is None:
        raise NotThereError
    issuer = directory.issuer
    return done(
        request,
        reverse("access:audience", args=[audience]),
        lambda: actions.confirm_group(by=person, now=now, audience=kept, mapping=mapping, issuer=issuer),
        words=_("From their next sign-in on, the people of this group read through the audience."),
    )


@signed_in
@require_POST
def withdraw(request: HttpRequest, consent: UUID) -> HttpResponse:
    """Close the audience to the group."""
    person, now = the_person(request), clock.now()
    row = reads.consent_kept_by(person, consent)
    return done(
        request,
        reverse("access:audience", args=[row.audience_id]),
        lambda: actions.withdraw_group(by=person, now=now, consent=row),
        words=_("The group is closed out; the memberships that it gave have ended."),
    )

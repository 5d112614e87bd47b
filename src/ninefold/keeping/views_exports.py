"""An export of the whole node: ask, confirm, download, and what every reader is told of it."""

from uuid import UUID

from django import forms
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ninefold import clock
from ninefold.access.doing import Filled, filled
from ninefold.access.guards import MINE, person_of, signed_in, the_person
from ninefold.access.views.factors import proven
from ninefold.keeping import actions, reads
from ninefold.keeping.forms import ExportForm
from ninefold.keeping.handing import packed
from ninefold.keeping.models import NodeExport
from ninefold.keeping.rules import may_make, may_request, may_still_confirm

_MOST = 50
_READ = "exports_read"


def announced(request: HttpRequest) -> list[NodeExport]:
    """Of which every page tells this reader: what he has not said that he read, in the state that it has now."""
    person = person_of(request)
    if person is None:
        return []
    read = request.session.get(_READ, {})
    return [row for row in reads.told_of(person, clock.now()) if read.get(str(row.pk)) != row.step]


@signed_in
def exports(request: HttpRequest) -> HttpResponse:
    """Every request of which the reader knows."""
    person, now = the_person(request), clock.now()
    rows = reads.node_exports(person, now).select_related("requested_by", "confirmed_by")
    asking = may_request(administrator=person.is_administrator)
    return render(request, "keeping/exports.html", {"rows": list(rows[:_MOST]), "asking": asking, "marks": MINE})


@signed_in
@proven
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for one."""
    person = the_person(request)
    may_request(administrator=person.is_administrator).require()
    form = ExportForm(request.POST or None)

    def act() -> str:
        row = actions.request_node_export(by=person, now=clock.now(), **form.cleaned_data)
        return reverse("keeping:export", args=[row.pk])

    page = Filled(
        _("Ask for an export of the whole node"), _("Ask, and tell every audience"), reverse("keeping:exports")
    )
    return filled(request, form, act, page, said=_("Another person confirms it within a day. Every audience is told."))


@signed_in
def export(request: HttpRequest, export_id: UUID) -> HttpResponse:
    """One request: by whom, why, to whom it is sealed, what it holds, and the next step for this reader."""
    person, now = the_person(request), clock.now()
    row = reads.node_export_for(person, export_id, now)
    waits = may_still_confirm(now=now, requested=row.requested_at, confirmed=row.confirmed_at)
    ready = may_make(now=now, confirmed=row.confirmed_at, made=row.made_at)
    context = {
        "row": row,
        "waits": waits,
        "confirming": reads.confirming(person, row, now),
        "ready": ready,
        "making": may_request(administrator=person.is_administrator),
        "held": reads.held(),
        "unread": row in announced(request),
        "marks": MINE,
    }
    return render(request, "keeping/export.html", context)


@signed_in
@proven
def confirm(request: HttpRequest, export_id: UUID) -> HttpResponse:
    """The second person's word."""
    person, now = the_person(request), clock.now()
    row = reads.node_export_for(person, export_id, now)
    reads.confirming(person, row, now).require()
    back = reverse("keeping:export", args=[export_id])

    def act() -> str:
        actions.confirm_node_export(by=person, now=now, export=export_id)
        return back

    page = Filled(_("Confirm the export of the whole node"), _("Confirm, and tell every audience"), back)
    said = _("It may be taken out once, within a day. Every audience is told.")
    form = forms.Form(request.POST if request.method == "POST" else None)
    return filled(request, form, act, page, said=said)


@signed_in
@proven
def download(request: HttpRequest, export_id: UUID) -> HttpResponseBase:
    """The sealed copy in one file; it is made once, while the reader waits."""
    person, now = the_person(request), clock.now()
    row = reads.node_export_for(person, export_id, now)
    may_request(administrator=person.is_administrator).require()
    may_make(now=now, confirmed=row.confirmed_at, made=row.made_at).require()
    if request.method != "POST":
        back = reverse("keeping:export", args=[export_id])
        page = Filled(_("Take the whole node out"), _("Make it, and tell every audience"), back)
        return render(request, "access/form.html", {**page._asdict(), "form": forms.Form(), "marks": MINE})
    file = packed(lambda out: actions.make_node_export(by=person, now=now, export=export_id, out=out))
    response = FileResponse(
        file, as_attachment=True, filename=f"ninefold-node-{now:%Y-%m-%d}.zip", content_type="application/zip"
    )
    response["Cache-Control"] = "no-store"
    return response


@signed_in
@require_POST
def have_read(request: HttpRequest, export_id: UUID) -> HttpResponse:
    """No page tells of this step any more, as long as the reader is signed in here."""
    row = reads.node_export_for(the_person(request), export_id, clock.now())
    request.session[_READ] = {**request.session.get(_READ, {}), str(row.pk): row.step}
    return HttpResponseRedirect(reverse("keeping:exports"))

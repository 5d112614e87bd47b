"""Load newer data: a file of one's own becomes a vintage for the chosen readers."""

import tempfile
from pathlib import Path

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ninefold import clock
from ninefold.access.guards import signed_in, the_person
from ninefold.access.models import Person
from ninefold.access.reads import marks_for
from ninefold.errors import InvalidError
from ninefold.warning import actions, intake, paging, reads, showing
from ninefold.warning.forms import LoadForm
from ninefold.warning.models import Vintage
from ninefold.warning.rules import may_load


@signed_in
def data(request: HttpRequest) -> HttpResponse:
    """The series that this person may see, and the form to load another one."""
    person, now, code = the_person(request), clock.now(), get_language() or "en"
    form = LoadForm(request.POST or None, request.FILES or None)
    form.offer(person, now)
    cells: tuple[intake.WrongCell, ...] = ()
    if request.method == "POST":
        may_load(person.roles).require()
        if form.is_valid():
            try:
                vintage = _load(person, form)
            except InvalidError as error:
                cells = error.cells if isinstance(error, intake.WrongCellsError) else ()
                form.add_error("file", _("Some cells cannot be read; they are listed below.") if cells else said(error))
            else:
                messages.success(request, _("The data are loaded. Nothing of what was known before has changed."))
                return redirect(reverse("warning:board") + f"?data={vintage.pk}")
    found, after = reads.newest_vintages(person, now, after=paging.place_of(request.GET.get("after", "")))
    marks = marks_for(person, now, reads.VINTAGE, [vintage.pk for vintage in found])
    context = {
        "form": form,
        "loading": may_load(person.roles),
        "cells": [{"cell": cell, "problem": _(cell.problem)} for cell in cells],
        "rows": [
            {
                "vintage": vintage,
                "months": showing.span(vintage.first, vintage.last, code),
                "marks": marks.get(vintage.pk, []),
            }
            for vintage in found
        ],
        "after": paging.cursor_of(after),
        "most": intake.MOST_BYTES // 2**20,
        "marks": [mark for each in marks.values() for mark in each],
    }
    return render(request, "warning/data.html", context, status=422 if form.errors else 200)


def said(error: InvalidError) -> str:
    """The error in the reader's language."""
    return _(error.text).format(**error.values)


def _load(person: Person, form: LoadForm) -> Vintage:
    """Hand the upload over as a file; it is gone again whatever happens."""
    told = form.cleaned_data
    upload: UploadedFile[bytes] = told["file"]
    if (upload.size or 0) > intake.MOST_BYTES:
        raise InvalidError(
            "The file is larger than {most} MB; give fewer months or countries.", most=intake.MOST_BYTES // 2**20
        )
    with tempfile.NamedTemporaryFile(suffix=".panel") as held:
        for chunk in upload.chunks():
            held.write(chunk)
        held.flush()
        return actions.load_own(
            by=person,
            now=clock.now(),
            file=Path(held.name),
            name=told["name"],
            attribution=told["attribution"],
            licence=told["licence"],
            marking=told["marking"],
            audiences=form.readers(),
        )

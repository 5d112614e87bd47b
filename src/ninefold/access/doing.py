"""How a page does something: the act, then back to the page with a sentence of what happened."""

from collections.abc import Callable
from typing import NamedTuple

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext

from ninefold.access.guards import MINE
from ninefold.errors import ConflictError, InvalidError


def done(request: HttpRequest, to: str, act: Callable[[], object], *, words: str) -> HttpResponse:
    """Do it and go to `to`. What the person can mend is told there; a refusal is a page of its own."""
    try:
        act()
    except (InvalidError, ConflictError) as error:
        messages.error(request, gettext(error.text).format(**error.values))
    else:
        messages.success(request, words)
    return HttpResponseRedirect(to)


def fits(form: forms.Form, act: Callable[[], object]) -> bool:
    """Do it with a form that is well filled; what the person can mend is told on the form."""
    if not form.is_valid():
        return False
    try:
        act()
    except (InvalidError, ConflictError) as error:
        form.add_error(None, gettext(error.text).format(**error.values))
    return not form.errors


class Filled(NamedTuple):
    """A page with one form: its heading, the words of its button, and where "Back" leads."""

    heading: str
    button: str
    back: str


def filled(request: HttpRequest, form: forms.Form, act: Callable[[], str], page: Filled, *, said: str) -> HttpResponse:
    """Show the form; once it is well filled, act, and go to the address that the act returns."""
    went: list[str] = []
    if request.method == "POST" and fits(form, lambda: went.append(act())):
        messages.success(request, said)
        return HttpResponseRedirect(went[0])
    context = {**page._asdict(), "form": form, "marks": MINE}
    return render(request, "access/form.html", context, status=422 if form.errors else 200)

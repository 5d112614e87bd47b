"""How a page does something: the act, then back to the page with a sentence of what happened."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext

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

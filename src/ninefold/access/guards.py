"""Marks on views: every route says whom it is open to, and a test walks all routes for it.

`@open_to_all` is for strangers too; `@signed_in` for a person. What a page shows of a record is decided
by `reads.visible_to`, never here.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from ninefold.access.models import Person
from ninefold.errors import RefusedError

OPEN, SIGNED_IN = "open to all", "signed in"

MINE = ("tlp:red",)
"""The marking of a page about its reader: for his eyes only."""

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def person_of(request: HttpRequest) -> Person | None:
    """The person who asks, or nobody for a stranger."""
    user = getattr(request, "user", None)
    return user if isinstance(user, Person) and user.is_active else None


def the_person(request: HttpRequest) -> Person:
    """The person behind a view that is `@signed_in`."""
    person = person_of(request)
    if person is None:
        raise RefusedError("Sign in first.")
    return person


def open_to_all(view: View[P]) -> View[P]:
    """A stranger may open this page; what it shows is filtered for him."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        return view(request, *args, **kwargs)

    guarded.guard = OPEN  # type: ignore[attr-defined]
    return guarded


def signed_in(view: View[P]) -> View[P]:
    """Only a person may open this page; a stranger is sent to sign in and comes back."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if person_of(request) is None:
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    guarded.guard = SIGNED_IN  # type: ignore[attr-defined]
    return guarded

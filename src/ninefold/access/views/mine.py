"""The person's own page: what he reads through, what lets him in, and what nobody can see or undo."""

from collections.abc import Callable
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ninefold import clock
from ninefold.access import actions, reads
from ninefold.access.doing import done, fits
from ninefold.access.forms import LanguageForm, TokenForm, end_of
from ninefold.access.guards import MINE, open_to_all, person_of, signed_in, the_person
from ninefold.access.leaving import waiting_for
from ninefold.access.models import Person
from ninefold.access.sessions import hashed
from ninefold.access.views.factors import proven
from ninefold.words.languages import language


@open_to_all
def home(request: HttpRequest) -> HttpResponse:
    """Who may see? The rules for everybody; for a person his audiences and everything that lets him in."""
    person = person_of(request)
    return render(request, "access/home.html", _about(request, person) if person else {})


@signed_in
def enrol(request: HttpRequest) -> HttpResponse:
    """The only page of an account without a second factor: choose one."""
    return render(
        request,
        "access/enrol.html",
        {
            "has_password": the_person(request).has_usable_password(),
            "offices": waiting_for(the_person(request), clock.now()),
            "offers": reads.offers_to(the_person(request), clock.now()),
            "directory": None if reads.is_linked(the_person(request)) else settings.DIRECTORY,
            "marks": MINE,
        },
    )


@signed_in
@proven
def new_token(request: HttpRequest) -> HttpResponse:
    """Make a personal token; its secret is shown in the answer, once, and is nowhere kept."""
    person, now = the_person(request), clock.now()
    form = TokenForm(request.POST or None, now=now)
    made: list[actions.NewToken] = []

    def issue() -> None:
        data = form.cleaned_data
        ends = end_of(data["until"])
        made.append(actions.issue_token(by=person, now=now, name=data["name"], scopes=form.scopes(), ends=ends))

    if request.method == "POST" and fits(form, issue):
        return render(request, "access/token_made.html", {"made": made[0], "marks": MINE})
    return render(request, "access/form.html", _form(form, _("A new token"), _("Make the token")))


@signed_in
def change_language(request: HttpRequest) -> HttpResponse:
    """The language of his account. What the switch of this browser said before gives way to it."""
    person = the_person(request)
    form = LanguageForm(request.POST or None, initial={"language": person.language})

    def change() -> None:
        actions.change_language(by=person, now=clock.now(), language=form.cleaned_data["language"])

    if request.method == "POST" and fits(form, change):
        response = HttpResponseRedirect(reverse("access:home"))
        response.delete_cookie(settings.LANGUAGE_COOKIE_NAME, samesite="Lax")
        return response
    return render(request, "access/form.html", _form(form, _("The language of my account"), _("Speak this language")))


@signed_in
@require_POST
def end_token(request: HttpRequest, token: UUID) -> HttpResponse:
    """End one of his tokens."""
    act = _own(request, lambda person: actions.revoke_token(by=person, now=clock.now(), token=token))
    return done(request, reverse("access:home"), act, words=_("The token has ended."))


@signed_in
@require_POST
def end_session(request: HttpRequest, session: str) -> HttpResponse:
    """End one of his other sign-ins."""
    the_person(request).sessions.filter(session_key=session).delete()
    return HttpResponseRedirect(reverse("access:home"))


def _own(request: HttpRequest, act: Callable[[Person], object]) -> Callable[[], object]:
    person = the_person(request)
    return lambda: act(person)


def _form(form: object, title: str, button: str) -> dict[str, object]:
    return {"form": form, "heading": title, "button": button, "back": reverse("access:home"), "marks": MINE}


def _about(request: HttpRequest, person: Person) -> dict[str, object]:
    now = clock.now()
    return {
        "offices": waiting_for(person, now),
        "memberships": reads.audiences_of(person, now),
        "kept": reads.audiences_kept(person),
        "sessions": person.sessions.filter(expire_date__gt=now).order_by("-starts"),
        "this_session": hashed(request.session.session_key or ""),
        "tokens": person.tokens.order_by("-ends"),
        "keys": reads.keys_of(person),
        "label": bytes(person.label).hex() if person.label else "",
        "tlog": request.build_absolute_uri("/tlog/").rstrip("/"),
        "factors": Authenticator.objects.filter(user=person).order_by("type", "pk"),
        "has_password": person.has_usable_password(),
        "linked": reads.is_linked(person),
        "own_language": language(person.language).own_name,
        "session_hours": settings.SESSION_COOKIE_AGE // 3600,
        "now": now,
        "marks": MINE,
    }

"""The first page, the tour, what Ninefold never does, where its data come from, and the choice of a language."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from ninefold import clock
from ninefold.access.guards import open_to_all, person_of
from ninefold.access.reads import invented_people
from ninefold.errors import InvalidError, NotThereError
from ninefold.sample import sealed
from ninefold.sample import tour as sample_tour
from ninefold.tracks import reads as tracks
from ninefold.tracks.models import Situation
from ninefold.tracks.rules import may_keep_circle
from ninefold.warning import reads as warning
from ninefold.warning.showing import caption
from ninefold.web import beside
from ninefold.web import front as circles
from ninefold.words.languages import LANGUAGES, SOURCE

_CHOSEN = "situation"
_A_YEAR = 365 * 24 * 3600


@open_to_all
@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """Who carries the chosen situation: the circle, what waits for the reader, what is coming."""
    person, now = person_of(request), clock.now()
    seen = list(tracks.situations(person, now))
    situation = _chosen(request, seen)
    if situation is None:
        opening = may_keep_circle(person.roles) if person else None
        return render(request, "web/empty.html", {"marks": [], "opening": opening})
    circle = tracks.circle(person, now, situation)
    code = get_language() or SOURCE
    name = situation.name.shown_to(code).text
    coming = beside.coming(person, now)
    context = {
        "situation": situation,
        "situations": seen,
        "answer": circles.answer(circle, code, now.date()),
        "picture": circles.picture(circle, situation.pk, name, code),
        "rows": circles.table(circle, situation.pk, code),
        "marks": [*tracks.markings_of_circle(person, now, situation), *coming.marks],
        "waiting": beside.waiting_for(person, now, code),
        "coming": coming,
        "now": now,
    }
    response = render(request, "web/front.html", context)
    if request.GET.get(_CHOSEN) == str(situation.pk):
        response.set_cookie(_CHOSEN, str(situation.pk), httponly=True, samesite="Lax", secure=request.is_secure())
    return response


@open_to_all
@require_safe
def never(request: HttpRequest) -> HttpResponse:
    """What Ninefold never does, and what its server cannot hide."""
    return render(request, "web/never.html", {"marks": []})


@open_to_all
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Keep the chosen language in a cookie and go back to the page."""
    code = request.POST.get("language", "")
    if code not in LANGUAGES:
        raise InvalidError("{code} is not a language of these pages; choose one from the list.", code=repr(code[:20]))
    response = HttpResponseRedirect(_back(request))
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, code, max_age=_A_YEAR, httponly=True, samesite="Lax", secure=request.is_secure()
    )
    return response


# Somebody who must first enrol a second factor may still read that page in his language.
choose_language.shows_nothing = True  # type: ignore[attr-defined]


@open_to_all
@require_safe
def tour(request: HttpRequest) -> HttpResponse:
    """The tour of the sample, each step with its page and its person; a real workspace has none."""
    if not settings.SAMPLE:
        raise NotThereError
    people = {person.email: person for person in invented_people()}
    steps = [
        {"title": step.title, "text": step.text, "path": step.path, "person": people.get(step.person)}
        for step in sample_tour.steps(get_language() or SOURCE, sealed.leaf())
    ]
    return render(request, "web/tour.html", {"steps": steps, "marks": []})


@open_to_all
@require_safe
def sources(request: HttpRequest) -> HttpResponse:
    """The data behind the pictures that this reader may see."""
    person, now = person_of(request), clock.now()
    series = warning.series_for(person, now)
    context = {"cards": [caption(series.card, get_language() or "en")], "marks": warning.marks_on(person, now, series)}
    return render(request, "web/sources.html", context)


def _chosen(request: HttpRequest, seen: list[Situation]) -> Situation | None:
    """The situation asked for, else the one chosen last, else the first; one that he may not see is not there."""
    by_id = {str(situation.pk): situation for situation in seen}
    if asked := request.GET.get(_CHOSEN):
        if asked not in by_id:
            raise NotThereError
        return by_id[asked]
    return by_id.get(request.COOKIES.get(_CHOSEN, ""), seen[0] if seen else None)


def _back(request: HttpRequest) -> str:
    """The page that the reader came from, on this site only."""
    asked = request.POST.get("next", "")
    return asked if url_has_allowed_host_and_scheme(asked, allowed_hosts=None) else "/"

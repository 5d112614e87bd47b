"""The page on which a person signs what he is about to do: in plain words, then every byte of it, then his keys."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from ninefold import clock
from ninefold.access.forms import shown
from ninefold.access.guards import MINE, the_person
from ninefold.access.models import Person
from ninefold.access.reads import audiences_known_to
from ninefold.access.signing import FIELD, Signable
from ninefold.clock import read_stamp
from ninefold.ledger.kinds import words_for
from ninefold.ledger.refs import Ref
from ninefold.tracks.reads import offices
from ninefold.web.ledger.acts import about, address
from ninefold.web.sign_words import BODY_NAMES
from ninefold.words.text import parse

_LEFT_OUT = (FIELD, "csrfmiddlewaretoken")


def sign_page(request: HttpRequest, signable: Signable) -> HttpResponse:
    """The act as it would be written. Its form sends the same fields again, with what the person signed."""
    entry: dict[str, Any] = json.loads(signable.envelope)
    subject, named = Ref.parse(entry["subject"]), _named(the_person(request))
    fields = [(name, value) for name, values in request.POST.lists() if name not in _LEFT_OUT for value in values]
    context = {
        "act": gettext(words_for(entry["type"])),
        "about": about(subject.room_kind),
        "href": address(subject.room_kind, subject.id),
        "time": read_stamp(entry["time"]),
        "marking": entry["marking"],
        "says": [
            (BODY_NAMES.get(name), name, _told(value, named)) for name, value in json.loads(signable.body).items()
        ],
        "signable": signable,
        "data": {"draft": signable.draft, "keys": signable.keys},
        "by_hand": json.dumps(_for_command(signable), ensure_ascii=False, indent=1),
        "fields": fields,
        "field": FIELD,
        "marks": MINE,
    }
    response = render(request, "web/sign.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _for_command(signable: Signable) -> dict[str, Any]:
    """What `ninefold sign` reads."""
    names = ("draft", "envelope", "body", "body_key", "digest", "keys")
    return {name: getattr(signable, name) for name in names}


def _named(person: Person) -> dict[str, str]:
    """The offices, audiences and custodians that this person sees anyway, by their ids."""
    now = clock.now()
    audiences = list(audiences_known_to(person, now).select_related("custodian"))
    titles = {str(office.pk): shown(office.title) for office in offices(person, now)}
    names = {str(one.pk): shown(one.name) for one in audiences}
    people = {str(one.pk): shown(one.name) for one in [person, *(each.custodian for each in audiences)]}
    return titles | names | people


def _told(value: object, named: dict[str, str]) -> str:
    """A value of the body; behind an id the name of what it stands for."""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, dict) and "authoritative" in value:
        return shown(parse(value))
    if isinstance(value, list):
        return " · ".join(_told(each, named) for each in value)
    if isinstance(value, str):
        return f"{named[value]} ({value})" if value in named else value
    return json.dumps(value, ensure_ascii=False)

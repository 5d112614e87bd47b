"""The page on which a person signs what he is about to do: in plain words, then every byte of it, then his keys."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from ninefold.access.guards import MINE
from ninefold.access.signing import FIELD, Signable
from ninefold.clock import read_stamp
from ninefold.ledger.kinds import words_for
from ninefold.web.ledger.acts import about

_LEFT_OUT = (FIELD, "csrfmiddlewaretoken")


def sign_page(request: HttpRequest, signable: Signable) -> HttpResponse:
    """The act as it would be written. Its form sends the same fields again, with what the person signed."""
    entry: dict[str, Any] = json.loads(signable.envelope)
    fields = [(name, value) for name, values in request.POST.lists() if name not in _LEFT_OUT for value in values]
    context = {
        "act": gettext(words_for(entry["type"])),
        "about": about(entry["subject"].rpartition(":")[0]),
        "time": read_stamp(entry["time"]),
        "marking": entry["marking"],
        "says": [(name, _told(value)) for name, value in json.loads(signable.body).items()],
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


def _told(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

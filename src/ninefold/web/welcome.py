"""What `run` says once pages are served: how to get in, and in the sample what to look at."""

import textwrap
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from ninefold.access.actions import found, invite_again, sample_link
from ninefold.access.models import Person
from ninefold.access.reads import invented_people
from ninefold.errors import UnavailableError
from ninefold.ledger import keeping
from ninefold.sample.people import people
from ninefold.sample.tour import steps
from ninefold.words.text import in_one

_WIDTH = 88


def words(now: datetime, *, email: str, name: str) -> str:
    """What this workspace's operator reads; `email` and `name` are those of a new real workspace's first person."""
    here = settings.ADDRESS.url
    try:
        keeping.require_current()
    except UnavailableError as error:
        return str(error)
    return _sample(here, now) if settings.SAMPLE else _real(here, now, email=email, name=name)


def _sample(here: str, now: datetime) -> str:
    """The one-time links of the invented people, and the tour of ten minutes."""
    who = {person.email: str(person.who) for person in people()}
    lines = ["Everything in it is invented. Sign in as one of five people; each link works once, for 24 hours:"]
    for person in invented_people():
        link = reverse("sign_in_once", args=[sample_link(person=person, now=now)])
        lines += ["", *_wrapped(f"{person.name}: {who.get(person.email, '')}"), f"    {here}{link}"]
    lines += ["", "A tour of ten minutes:"]
    for at, step in enumerate(steps("en"), start=1):
        lines += ["", f"  {at}. {step.title}: {here}{step.path}", *_wrapped(step.text, indent=5)]
    return "\n".join(lines)


def _wrapped(text: str, *, indent: int = 2) -> list[str]:
    margin = " " * indent
    return textwrap.wrap(text, _WIDTH, initial_indent=margin, subsequent_indent=margin)


def _real(here: str, now: datetime, *, email: str, name: str) -> str:
    """The one-time link of the first person, until he has enrolled; then nothing more than the address."""
    first = Person.objects.order_by("joined_day").first()
    if first is None:
        handover = found(now=now, email=email, name=in_one("en", name))
    elif Person.objects.filter(secured=True).exists() or not first.is_administrator:
        return ""
    else:
        handover = invite_again(by=first, now=now, person=first)
    link = reverse("access:invitation", args=[handover.secret])
    return (
        "Nobody can sign in yet. This link works once: whoever opens it sets a passkey or an authenticator app\n"
        f"and is then the first administrator, {handover.person.email}:\n\n  {here}{link}"
    )

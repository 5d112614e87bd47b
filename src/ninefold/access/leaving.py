"""What the rooms say and do when people come and go. This room knows none of those above; each declares its part.

In a file `parting.py` beside its `endings.py` a room declares the posts that people hold in it, and what ends there
with an account:

    post_kind("tracks:office", PostKind(posts=..., seen=..., words=_("..."), remedy=_("...")))

    @at_departure
    def leave_offices(person: Person, now: datetime) -> None: ...
"""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.utils.functional import Promise
from django.utils.module_loading import autodiscover_modules

from ninefold.access.models import Person
from ninefold.access.orphans import Post
from ninefold.errors import InvalidError
from ninefold.words.text import Text


class Named(NamedTuple):
    """How a post is called on a page of who may see it, and where it is shown."""

    name: Text
    href: str = ""


class PostKind(NamedTuple):
    """One kind of post.

    `posts` reads them as they are held at a moment: all, or those in which a person sits. `seen` names those of these
    ids that a reader may see. `words` say what is missing without a holder, `remedy` what to do.
    """

    posts: Callable[[datetime, Person | None], Iterable[Post]]
    seen: Callable[[Person, datetime, Collection[UUID]], dict[UUID, Named]]
    words: Promise
    remedy: Promise


class Waiting(NamedTuple):
    """An office that waits for somebody who was invited: its title, from when, until when."""

    name: Text
    starts: datetime
    ends: datetime


Leaving = Callable[[Person, datetime], None]

Waits = Callable[[Person, datetime], list[Waiting]]

_waits: dict[str, Waits] = {}
_kinds: dict[str, PostKind] = {}
_leaving: dict[str, Leaving] = {}


def post_kind(name: str, kind: PostKind) -> None:
    """Declare a kind of post, once."""
    if name in _kinds:
        raise InvalidError("Two rooms say who holds {name}.", name=name)
    _kinds[name] = kind


def at_departure(leave: Leaving) -> Leaving:
    """Declare what ends in a room when an account closes; it is called inside the transaction."""
    _leaving[f"{leave.__module__}.{leave.__qualname__}"] = leave
    return leave


def waits_for_the_invited(waits: Waits) -> Waits:
    """Declare what a room keeps for somebody until he takes it himself; he reads of it before he has enrolled."""
    _waits[f"{waits.__module__}.{waits.__qualname__}"] = waits
    return waits


def waiting_for(person: Person, now: datetime) -> list[Waiting]:
    """What waits for him in the rooms above."""
    autodiscover_modules("parting")
    return [one for _, waits in sorted(_waits.items()) for one in waits(person, now)]


def kinds() -> dict[str, PostKind]:
    """Every kind that an installed room declares, in one order."""
    autodiscover_modules("parting")
    return dict(sorted(_kinds.items()))


def leave_every_room(person: Person, now: datetime) -> None:
    """End what he holds in the rooms above."""
    autodiscover_modules("parting")
    for _, leave in sorted(_leaving.items()):
        leave(person, now)

"""What is without a holder, and what a departure would leave so. Each thing is named only to who may see it.

An administrator and the person who leaves are also told of which kind the rest is, without name or number: they must
know that something waits to be passed on.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.utils.functional import Promise

from ninefold.access.leaving import Named, PostKind, kinds
from ninefold.access.models import Person
from ninefold.access.orphans import Gone, Post, lost, person_gone, without_holder


class Orphan(NamedTuple):
    """A post on a page. `name` is None for what the reader may not see, or what exists once."""

    kind: str
    words: Promise
    remedy: Promise
    id: UUID | None = None
    name: Named | None = None
    hidden: bool = False


def posts_at(now: datetime, person: Person | None = None) -> list[Post]:
    """Every post as it is held at a moment; or those in which this person sits."""
    return [post for kind in kinds().values() for post in kind.posts(now, person)]


def would_leave(person: Person, at: datetime, gone: Gone | None = None) -> list[Post]:
    """What is held at that moment and would not be once he has left (`gone`: in another way than altogether)."""
    return lost(posts_at(at, person), gone or person_gone(person.pk))


def orphans(viewer: Person, now: datetime) -> list[Orphan]:
    """What nobody can exercise now, as far as this reader may know."""
    return shown_to(viewer, now, without_holder(posts_at(now)))


def would_be_orphaned(
    viewer: Person, now: datetime, person: Person, at: datetime, gone: Gone | None = None
) -> list[Orphan]:
    """The list before a departure, as far as this reader may know."""
    return shown_to(viewer, now, would_leave(person, at, gone), told=viewer.pk == person.pk)


def shown_to(viewer: Person, now: datetime, posts: Iterable[Post], *, told: bool = False) -> list[Orphan]:
    """These posts as this reader may see them. `told`: of what he may not see he learns the kind."""
    by_kind: dict[str, list[Post]] = {}
    for post in posts:
        by_kind.setdefault(post.kind, []).append(post)
    told = told or viewer.is_administrator
    known = kinds()
    return [
        row for kind, rows in sorted(by_kind.items()) for row in _of_kind(kind, known[kind], rows, viewer, now, told)
    ]


def _of_kind(name: str, kind: PostKind, posts: list[Post], viewer: Person, now: datetime, told: bool) -> list[Orphan]:
    ids = {post.id for post in posts if post.id}
    seen = kind.seen(viewer, now, ids)
    rows = [Orphan(name, kind.words, kind.remedy, id_, named) for id_, named in seen.items() if id_ in ids]
    if told and (len(rows) < len(ids) or not ids):
        rows.append(Orphan(name, kind.words, kind.remedy, hidden=bool(ids)))
    return rows

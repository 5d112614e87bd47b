"""What would be without a holder? Posts and who holds them go in, what is lost comes out. Pure: no tables, no clock.

A post is anything that somebody must be able to exercise: an audience needs its custodian, a vault `k` of its shares,
an emergency people of two bodies. It is held while at least `need` of its seats have a holder who stays.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple
from uuid import UUID


class Holder(NamedTuple):
    """A person in a seat; `office` is the office by which he sits there, and None where he does in person.

    `deputy_of` is the holder for whom he answers there: once that one has left the office, he answers no longer.
    """

    person: UUID
    office: UUID | None = None
    deputy_of: UUID | None = None


Gone = Callable[[Holder], bool]


class Post(NamedTuple):
    """`kind` and `id` name what is held. A seat without holders is empty; `outside` seats are held by others for good.

    `id` is None for what exists once, such as the office of an administrator.
    """

    kind: str
    id: UUID | None
    need: int
    seats: tuple[frozenset[Holder], ...]
    outside: int = 0


def is_held(post: Post, gone: Gone = lambda _: False) -> bool:
    """Whether enough seats have a holder once those who are `gone` have left."""
    filled = sum(any(not gone(holder) for holder in seat) for seat in post.seats)
    return filled + post.outside >= post.need


def without_holder(posts: Iterable[Post]) -> list[Post]:
    """The posts that nobody can exercise now."""
    return [post for post in posts if not is_held(post)]


def lost(posts: Iterable[Post], gone: Gone) -> list[Post]:
    """The posts that are held now and are not once these have gone."""
    return [post for post in posts if is_held(post) and not is_held(post, gone)]


def person_gone(person: UUID) -> Gone:
    """He leaves altogether."""
    return lambda holder: person in {holder.person, holder.deputy_of}


def away(person: UUID) -> Gone:
    """He is on leave: what is addressed to his offices does not reach him, what he keeps in person stays his."""
    return lambda holder: holder.person == person and holder.office is not None


def office_left(person: UUID, office: UUID) -> Gone:
    """He leaves one office."""
    return lambda holder: holder.office == office and person in {holder.person, holder.deputy_of}

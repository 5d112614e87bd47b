"""Rights, and the second person of an emergency: who could exercise them."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from ninefold.access.leaving import Named, PostKind, post_kind
from ninefold.access.models import Person
from ninefold.access.orphans import Holder, Post
from ninefold.decisions.labels import MATTER_NAMES
from ninefold.decisions.models import Right
from ninefold.decisions.reads import rights
from ninefold.tracks.seats import held_at, offices_answered, seats
from ninefold.words.countries import country_name
from ninefold.words.languages import COMPLETE
from ninefold.words.text import Text, Version


def right_posts(now: datetime, person: Person | None) -> list[Post]:
    """Each right that holds: who answers for its office."""
    rows = Right.objects.filter(starts__lte=now, ends__gt=now).order_by("pk")
    if person is not None:
        rows = rows.filter(office__in=offices_answered(person, now).values("pk"))
    found = list(rows.values_list("pk", "office_id"))
    held = seats(now, {office for _, office in found})
    return [Post("decisions:right", id_, 1, (held.get(office, frozenset()),)) for id_, office in found]


def emergency_posts(now: datetime, person: Person | None) -> list[Post]:
    """Each person in office: who, of other bodies altogether, could confirm that a record is opened for him."""
    bodies: dict[UUID, set[UUID]] = {}
    offices: dict[UUID, set[UUID]] = {}
    rows = held_at(now).values_list("person_id", "office_id", "office__actor_id")
    administrators = {one.pk for one in Person.objects.filter(is_active=True) if one.is_administrator}
    for who, office, body in rows:
        if who not in administrators:
            bodies.setdefault(who, set()).add(body)
            offices.setdefault(who, set()).add(office)
    return [_confirmers(who, bodies, offices) for who in sorted(bodies)]


def _confirmers(who: UUID, bodies: dict[UUID, set[UUID]], offices: dict[UUID, set[UUID]]) -> Post:
    others = (other for other in bodies if not bodies[other] & bodies[who])
    return Post(
        "decisions:glass", who, 1, (frozenset(Holder(other, office) for other in others for office in offices[other]),)
    )


def _rights_seen(person: Person, now: datetime, ids: Collection[UUID]) -> dict[UUID, Named]:
    seen = rights(person, now).filter(pk__in=ids)
    return {row.pk: Named(_title(row)) for row in seen}


def _title(right: Right) -> Text:
    """The right by its matter, place and turn; the office has its own line, for who may see it."""
    return Text("en", tuple(_titled(right, code) for code in COMPLETE))


def _titled(right: Right, code: str) -> Version:
    with override(code):
        place = country_name(right.place, code) if right.place else gettext("everywhere")
        words = gettext("{matter}, {place}, turn {n}")
        return Version(code, words.format(matter=MATTER_NAMES[right.matter], place=place, n=right.turn))


def _himself(person: Person, now: datetime, ids: Collection[UUID]) -> dict[UUID, Named]:
    return {person.pk: Named(person.name)} if person.pk in ids else {}


post_kind(
    "decisions:right",
    PostKind(
        right_posts,
        _rights_seen,
        _("A right that nobody could exercise."),
        _("The right stays with its office: give the office to a successor, or the right to another office."),
    ),
)
post_kind(
    "decisions:glass",
    PostKind(
        emergency_posts,
        _himself,
        _("Nobody of another body could confirm that a record is opened in an emergency."),
        _("Give an office in another body to somebody."),
    ),
)

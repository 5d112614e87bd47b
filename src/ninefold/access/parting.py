"""What people hold in this room: audiences, shares of vaults, and the roles without which nobody can run accounts."""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ninefold.access.leaving import Named, PostKind, post_kind
from ninefold.access.models import ADMINISTRATOR, Audience, Person, Vault, VaultCustodian
from ninefold.access.orphans import Holder, Post
from ninefold.access.reads import audiences_known_to, vaults_known_to
from ninefold.access.vaults.states import ERASED, OPEN, needed_to_destroy


def audience_posts(now: datetime, person: Person | None) -> list[Post]:
    """Each audience: its custodian, and who keeps it after him."""
    rows = Audience.objects.select_related("custodian", "successor").order_by("pk")
    if person is not None:
        rows = rows.filter(Q(custodian=person) | Q(successor=person))
    return [Post("access:audience", row.pk, 1, (_keepers(row),)) for row in rows]


def _keepers(audience: Audience) -> frozenset[Holder]:
    """A successor counts while the custodian is here to be followed; after that he has yet to take it up."""
    if not audience.custodian.is_active:
        return frozenset()
    named = [audience.custodian, audience.successor]
    return frozenset(Holder(one.pk) for one in named if one is not None and one.is_active)


def vault_posts(now: datetime, person: Person | None) -> list[Post]:
    """Each vault that is not destroyed: so many of its shares open it."""
    return [
        Post("access:vault", vault.pk, vault.k, seats, outside)
        for vault, seats, outside in _vaults(person)
        if vault.state == OPEN
    ]


def destruction_posts(now: datetime, person: Person | None) -> list[Post]:
    """Each vault: so many of its custodians must have confirmed that their keys are destroyed, or be able to."""
    posts = []
    for vault, seats, outside in _vaults(person):
        confirmed = vault.n - len(seats) - outside
        # Nobody without an account confirms anything here, so no seat elsewhere counts.
        posts.append(Post("access:vault-end", vault.pk, needed_to_destroy(vault.k, vault.n) - confirmed, seats))
    return posts


def _vaults(person: Person | None) -> Iterable[tuple[Vault, tuple[frozenset[Holder], ...], int]]:
    """The vaults with the seats that are not destroyed: one for each custodian here, and how many are elsewhere."""
    shares = VaultCustodian.objects.filter(confirmed_day=None).select_related("person").order_by("index")
    vaults = Vault.objects.filter(state__in=[OPEN, ERASED]).order_by("pk")
    if person is not None:
        vaults = vaults.filter(custodians__person=person).distinct()
    by_vault: dict[UUID, list[VaultCustodian]] = {}
    for share in shares.filter(vault__in=vaults.values("pk")):
        by_vault.setdefault(share.vault_id, []).append(share)
    for vault in vaults:
        held = by_vault.get(vault.pk, [])
        seats = tuple(_seat(one.person) for one in held if one.person is not None)
        yield vault, seats, sum(one.person is None for one in held)


def _seat(person: Person) -> frozenset[Holder]:
    return frozenset([Holder(person.pk)] if person.is_active else [])


def role_posts(now: datetime, person: Person | None) -> list[Post]:
    """Somebody must be able to invite and to close; somebody to enter offices and rights."""
    here = [one for one in Person.objects.filter(is_active=True).order_by("pk") if one.roles]
    return [
        Post(f"access:{role}", None, 1, (frozenset(Holder(one.pk) for one in here if role in one.roles),))
        for role in (ADMINISTRATOR, "registrar")
        if person is None or role in person.roles
    ]


def _audiences_seen(person: Person, now: datetime, ids: Collection[UUID]) -> dict[UUID, Named]:
    rows = audiences_known_to(person, now).filter(pk__in=ids)
    return {row.pk: Named(row.name, reverse("access:audience", args=[row.pk])) for row in rows}


def _vaults_seen(person: Person, now: datetime, ids: Collection[UUID]) -> dict[UUID, Named]:
    rows = vaults_known_to(person, now).filter(pk__in=ids)
    return {row.pk: Named(row.name, reverse("access:vault", args=[row.pk])) for row in rows}


def _nothing(person: Person, now: datetime, ids: Collection[UUID]) -> dict[UUID, Named]:
    return {}


post_kind(
    "access:audience",
    PostKind(
        audience_posts,
        _audiences_seen,
        _("An audience without a custodian: nobody could add, prolong or end a membership, and each ends on its day."),
        _("Its custodian names a successor on its page. Where he has left, an administrator names a member of it."),
    ),
)
post_kind(
    "access:vault",
    PostKind(
        vault_posts,
        _vaults_seen,
        _("A vault that too few custodians could open."),
        _("A share cannot be passed on: open it with the custodians who are still here and found a new vault."),
    ),
)
post_kind(
    "access:vault-end",
    PostKind(
        destruction_posts,
        _vaults_seen,
        _("A vault whose destruction too few custodians could confirm."),
        _("Who leaves destroys his key and confirms it before, if the vault is no longer needed."),
    ),
)
post_kind(
    f"access:{ADMINISTRATOR}",
    PostKind(
        lambda now, person: [post for post in role_posts(now, person) if post.kind == f"access:{ADMINISTRATOR}"],
        _nothing,
        _("No administrator: nobody could invite people, open audiences or close accounts."),
        _("Invite another administrator first."),
    ),
)
post_kind(
    "access:registrar",
    PostKind(
        lambda now, person: [post for post in role_posts(now, person) if post.kind == "access:registrar"],
        _nothing,
        _("No registrar: nobody could enter organisations, ties, offices and rights."),
        _("Invite another registrar first."),
    ),
)

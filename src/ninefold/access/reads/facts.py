"""Rows as the policies know them, and a person as the ledger writes him."""

from ninefold.access.markings import read
from ninefold.access.models import Audience, Membership, Person, Release, Vault
from ninefold.access.policy import AudienceFacts, MembershipFacts, Reader, ReleaseFacts, VaultFacts


def actor_name(person: Person) -> str:
    """How the ledger writes this person."""
    return f"access:person:{person.pk}"


def reader_of(person: Person) -> Reader:
    """The person as the policies know him."""
    return Reader(person.pk, person.is_administrator)


def audience_facts(audience: Audience) -> AudienceFacts:
    """The audience as the policies know it."""
    return AudienceFacts(audience.pk, audience.custodian_id, audience.members_visible)


def release_facts(row: Release) -> ReleaseFacts:
    """The release as the policies know it; fetch it with its audience."""
    return ReleaseFacts(
        id=row.pk,
        audience=row.audience_id,
        marking=read(row.marking),
        starts=row.starts,
        ends=row.ends,
        embargo_until=row.embargo_until,
        custodian=row.audience.custodian_id if row.audience else None,
        placed_by=row.placed_by_id,
    )


def membership_facts(row: Membership) -> MembershipFacts:
    """The membership as the policies know it."""
    return MembershipFacts(row.person_id, row.audience_id, row.starts, row.ends)


def vault_facts(vault: Vault) -> VaultFacts:
    """The vault as the policies know it."""
    keepers = vault.custodians.exclude(person=None).values_list("person", flat=True)
    return VaultFacts(vault.pk, frozenset(keepers))

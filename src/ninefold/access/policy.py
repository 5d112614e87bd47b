"""The policy engine: Cedar policies (`policies/*.cedar`) over plain values. Pure: no tables, no clock.

Cedar has no "for any", so reading asks once for each release and membership of its audience. Whatever is not
a clean Allow is a no: a deny, an error in a policy, a request that the schema does not know.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import cedarpy

from ninefold.access.markings import Marking
from ninefold.access.rules import ALLOWED, NOTHING_PERMITS, REFUSALS, Decision

POLICIES = Path(__file__).parent / "policies"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Reader(NamedTuple):
    """Who asks; a stranger is None instead."""

    id: UUID
    administrator: bool


@dataclass(frozen=True)
class MembershipFacts:
    """A person reads through an audience from `starts` until just before `ends`."""

    person: UUID
    audience: UUID
    starts: datetime
    ends: datetime


@dataclass(frozen=True)
class ReleaseFacts:
    """One release; `audience` None is everybody. `custodian` keeps the audience, `placed_by` gave the record to it."""

    id: UUID
    audience: UUID | None
    marking: Marking
    starts: datetime
    ends: datetime
    embargo_until: datetime | None = None
    custodian: UUID | None = None
    placed_by: UUID | None = None


@dataclass(frozen=True)
class AudienceFacts:
    """An audience as the policies know it."""

    id: UUID
    custodian: UUID
    members_visible: bool


@dataclass(frozen=True)
class VaultFacts:
    """A vault as the policies know it: who keeps a share."""

    id: UUID
    custodians: frozenset[UUID]


def read_through(
    reader: Reader | None, releases: Iterable[ReleaseFacts], memberships: Iterable[MembershipFacts], now: datetime
) -> list[ReleaseFacts]:
    """The releases that let this reader read, in the order given; none of them is a no."""
    spans: dict[UUID, list[MembershipFacts]] = {}
    for membership in memberships:
        spans.setdefault(membership.audience, []).append(membership)
    questions = [
        (release, context)
        for release in releases
        for context in _contexts(now, spans.get(release.audience, ()) if release.audience else ())
    ]
    if not questions:
        return []
    entities = _parsed([_person(reader), *(_release(release) for release, _ in questions)])
    who, act = _uid_of(reader), _uid("Action", "read")
    requests = [
        {"principal": who, "action": act, "resource": _uid("Release", release.id), "context": context}
        for release, context in questions
    ]
    answers = cedarpy.is_authorized_batch(requests, _policies(), entities, _schema())
    yes = {release.id for (release, _), answer in zip(questions, answers, strict=True) if _clean(answer)}
    return list({release.id: release for release, _ in questions if release.id in yes}.values())


def may_read(
    reader: Reader | None, releases: Iterable[ReleaseFacts], memberships: Iterable[MembershipFacts], now: datetime
) -> bool:
    """Whether a release lets this reader read. No reason goes with a no: it would tell that there is something."""
    return bool(read_through(reader, releases, memberships, now))


def may_run_accounts(by: Reader, act: str) -> Decision:
    """Whether `by` may `invite`, `close_account` or `agree_directory`."""
    return _decide(by, act, _entity("Node", "node"), {})


def may_open_audience(by: Reader, *, keeper: Reader) -> Decision:
    """Whether `by` may open an audience that `keeper` keeps."""
    return _decide(by, "open_audience", _entity("Node", "node"), {"keeper_administrates": keeper.administrator})


def may_name_successor(by: Reader, audience: AudienceFacts, *, keeper: Reader | None, orphaned: bool) -> Decision:
    """Whether `by` may say that `keeper` (None: nobody) keeps the audience next; `orphaned`: its custodian left."""
    context = {"keeper_administrates": keeper is not None and keeper.administrator, "orphaned": orphaned}
    return _decide(by, "name_successor", _audience(audience), context)


def may_add_member(by: Reader, audience: AudienceFacts, *, member: Reader) -> Decision:
    """Whether `by` may let `member` read through the audience."""
    return _decide(by, "add_member", _audience(audience), {"member_administrates": member.administrator})


def may_confirm_group(by: Reader, audience: AudienceFacts) -> Decision:
    """Whether `by` may let a directory's group into the audience, or take that back."""
    return _decide(by, "confirm_group", _audience(audience), {})


def may_end_member(by: Reader, audience: AudienceFacts, *, member: UUID) -> Decision:
    """Whether `by` may end a membership of `member`."""
    return _decide(by, "end_member", _audience(audience), {"member": _ref("Person", member)})


def may_see_members(by: Reader, audience: AudienceFacts, *, is_member: bool) -> Decision:
    """Whether `by` may know who is in the audience."""
    return _decide(by, "see_members", _audience(audience), {"is_member": is_member})


def may_give(by: Reader, release: ReleaseFacts, *, marking: Marking) -> Decision:
    """Whether `by`, who reads through `release`, may give the record on under `marking`."""
    return _decide(by, "give", _release(release), {"milder": not marking.covers(release.marking)})


def may_lower(by: Reader, release: ReleaseFacts, *, marking: Marking) -> Decision:
    """Whether `by` may set the milder `marking` on the release."""
    return _decide(by, "lower", _release(release), {"rank": marking.rank})


def may_end_release(by: Reader, release: ReleaseFacts) -> Decision:
    """Whether `by` may end the release."""
    return _decide(by, "end_release", _release(release), {})


def may_register_vault(by: Reader, vault: VaultFacts, *, registrar: bool, custodian_administrates: bool) -> Decision:
    """Whether `by` may bring the vault here."""
    context = {"registrar": registrar, "custodian_administrates": custodian_administrates}
    return _decide(by, "register_vault", _vault(vault), context)


def may_take_sealed(by: Reader, vault: VaultFacts) -> Decision:
    """Whether `by` may have the ciphertext of what the vault holds."""
    return _decide(by, "take_sealed", _vault(vault), {})


def may_confirm_destroyed(by: Reader, vault: VaultFacts) -> Decision:
    """Whether `by` may say that his key to the vault is destroyed."""
    return _decide(by, "confirm_destroyed", _vault(vault), {})


def policy_text() -> str:
    """All policies, in the order in which a refusal names them."""
    return "\n".join(file.read_text(encoding="utf-8") for file in sorted(POLICIES.glob("*.cedar")))


def schema_text() -> str:
    """The schema that they are checked against."""
    return (POLICIES / "house.cedarschema").read_text(encoding="utf-8")


def _decide(by: Reader, act: str, resource: Mapping[str, Any], context: Mapping[str, Any]) -> Decision:
    request = {
        "principal": _uid("Person", by.id),
        "action": _uid("Action", act),
        "resource": resource["uid"],
        "context": dict(context),
    }
    answer = cedarpy.is_authorized(request, _policies(), _parsed([_person(by), resource]), _schema())
    if _clean(answer):
        return ALLOWED
    named = set(answer.diagnostics.id_annotations_by_reason.values())
    return next((decision for name, decision in REFUSALS.items() if name in named), NOTHING_PERMITS)


def _clean(answer: cedarpy.AuthzResult) -> bool:
    return answer.decision is cedarpy.Decision.Allow and not answer.diagnostics.errors


def _contexts(now: datetime, memberships: Sequence[MembershipFacts]) -> Iterable[dict[str, Any]]:
    moment = _moment(now)
    yield {"now": moment}
    for one in memberships:
        span = {"starts": _moment(one.starts), "ends": _moment(one.ends)}
        person, audience = _ref("Person", one.person), _ref("Audience", one.audience)
        yield {"now": moment, "membership": {"person": person, "audience": audience, "span": span}}


def _moment(time: datetime) -> int:
    return (time - _EPOCH) // timedelta(microseconds=1)


def _uid(kind: str, name: object) -> dict[str, str]:
    return {"type": kind, "id": str(name)}


def _uid_of(reader: Reader | None) -> dict[str, str]:
    return _uid("Person", reader.id) if reader else _uid("Stranger", "stranger")


def _ref(kind: str, name: object) -> dict[str, Any]:
    return {"__entity": _uid(kind, name)}


def _entity(kind: str, name: object, **attrs: object) -> dict[str, Any]:
    return {
        "uid": _uid(kind, name),
        "attrs": {key: value for key, value in attrs.items() if value is not None},
        "parents": [],
    }


def _person(reader: Reader | None) -> dict[str, Any]:
    if reader is None:
        return _entity("Stranger", "stranger")
    return _entity("Person", reader.id, administrator=reader.administrator)


def _audience(facts: AudienceFacts) -> dict[str, Any]:
    custodian = _ref("Person", facts.custodian)
    return _entity("Audience", facts.id, custodian=custodian, members_visible=facts.members_visible)


def _vault(facts: VaultFacts) -> dict[str, Any]:
    return _entity("Vault", facts.id, custodians=[_ref("Person", one) for one in sorted(facts.custodians)])


def _release(facts: ReleaseFacts) -> dict[str, Any]:
    return _entity(
        "Release",
        facts.id,
        audience=_ref("Audience", facts.audience) if facts.audience else None,
        custodian=_ref("Person", facts.custodian) if facts.custodian else None,
        placed_by=_ref("Person", facts.placed_by) if facts.placed_by else None,
        rank=facts.marking.rank,
        starts=_moment(facts.starts),
        ends=_moment(facts.ends),
        embargo=_moment(facts.embargo_until) if facts.embargo_until else None,
    )


def _parsed(entities: Iterable[Mapping[str, Any]]) -> cedarpy.Entities:
    once = {json.dumps(entity["uid"], sort_keys=True): entity for entity in entities}
    return cedarpy.Entities.from_json_str(json.dumps(list(once.values())), _schema())


@cache
def _policies() -> cedarpy.PolicySet:
    return cedarpy.PolicySet.from_str(policy_text())


@cache
def _schema() -> cedarpy.Schema:
    return cedarpy.Schema.from_str(schema_text())

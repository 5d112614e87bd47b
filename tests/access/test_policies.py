"""The policies themselves: they fit their schema, each is named in plain words, and only a clean Allow is a yes."""

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import cedarpy
import pytest

from ninefold.access import policy, rules
from ninefold.access.markings import read
from ninefold.access.policy import AudienceFacts, MembershipFacts, Reader, ReleaseFacts

NOW = datetime(2026, 3, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
ANNOTATED = re.compile(r'@id\("([^"]+)"\)\s*@reason\("([^"]+)"\)\s*(permit|forbid)|@id\("([^"]+)"\)\s*(permit)')


def facts(marking="tlp:amber", **fields):
    given = {"id": uuid4(), "audience": uuid4(), "marking": read(marking), "starts": NOW, "ends": NOW + HOUR}
    return ReleaseFacts(**given | fields)


def test_the_policies_fit_their_schema():
    result = cedarpy.validate_policies(policy.policy_text(), policy.schema_text())
    assert result.validation_passed, result.errors


def test_every_policy_has_a_name_and_every_refusal_its_words():
    text = policy.policy_text()
    found = ANNOTATED.findall(text)
    assert len(found) == len(re.findall(r"^(?:permit|forbid) \(", text, re.MULTILINE))
    acts = policy.POLICIES.joinpath("acts.cedar").read_text(encoding="utf-8")
    refusals = {name: reason for name, reason, kind, *_ in ANNOTATED.findall(acts) if kind == "forbid"}
    assert refusals == {name: decision.reason for name, decision in rules.REFUSALS.items()}


def test_reading_goes_through_a_membership_of_that_very_audience():
    reader, release = Reader(uuid4(), administrator=False), facts()
    mine = MembershipFacts(reader.id, release.audience, NOW, NOW + HOUR)
    assert policy.may_read(reader, [release], [mine], NOW)
    assert not policy.may_read(reader, [release], [MembershipFacts(uuid4(), release.audience, NOW, NOW + HOUR)], NOW)
    assert not policy.may_read(reader, [release], [MembershipFacts(reader.id, uuid4(), NOW, NOW + HOUR)], NOW)
    assert not policy.may_read(None, [release], [mine], NOW)
    assert not policy.may_read(reader, [], [mine], NOW)


@pytest.mark.parametrize(
    ("fields", "moment", "open_"),
    [
        ({}, NOW, True),
        ({}, NOW - timedelta(microseconds=1), False),
        ({}, NOW + HOUR, False),
        ({"embargo_until": NOW + HOUR / 2}, NOW, False),
        ({"embargo_until": NOW + HOUR / 2}, NOW + HOUR / 2, True),
    ],
)
def test_a_release_is_open_from_its_start_or_embargo_until_its_end(fields, moment, open_):
    assert policy.may_read(None, [facts("tlp:clear", **fields)], [], moment) is open_


def test_a_marking_of_one_release_does_not_open_another():
    reader = Reader(uuid4(), administrator=False)
    red, green = facts("tlp:red"), facts("tlp:green")
    mine = [MembershipFacts(reader.id, green.audience, NOW, NOW + HOUR)]
    assert policy.read_through(reader, [red, green], mine, NOW) == [green]


def test_an_administrator_reads_only_what_everybody_reads():
    administrator, secret, clear = Reader(uuid4(), administrator=True), facts(), facts("tlp:clear")
    mine = [MembershipFacts(administrator.id, secret.audience, NOW, NOW + HOUR)]
    assert policy.read_through(administrator, [secret, clear], mine, NOW) == [clear]


def test_what_the_schema_does_not_know_is_a_no():
    request = {"principal": 'Person::"a"', "action": 'Action::"burn"', "resource": 'Node::"node"', "context": {}}
    person = {"uid": {"type": "Person", "id": "a"}, "attrs": {"administrator": True}, "parents": []}
    answer = cedarpy.is_authorized(request, policy.policy_text(), [person], policy.schema_text())
    assert answer.decision is not cedarpy.Decision.Allow


@pytest.mark.parametrize(
    ("rank", "placed", "keeps", "reason"),
    [
        ("tlp:amber", True, False, ""),
        ("tlp:amber", False, True, ""),
        ("tlp:amber", False, False, "Only who released a record"),
        ("tlp:green", True, True, "not given on under a milder marking"),
        ("tlp:red", False, True, ""),
    ],
)
def test_who_may_give_a_record_on(rank, placed, keeps, reason):
    by = Reader(uuid4(), administrator=False)
    source = facts(placed_by=by.id if placed else None, custodian=by.id if keeps else uuid4())
    decision = policy.may_give(by, source, marking=read(rank))
    assert decision.allowed is (not reason)
    assert reason in decision.reason


def test_red_goes_no_further_than_who_released_it_says():
    keeper = Reader(uuid4(), administrator=False)
    kept = facts("tlp:red", custodian=keeper.id, placed_by=uuid4())
    assert "no further" in policy.may_give(keeper, kept, marking=read("tlp:red")).reason
    assert policy.may_give(keeper, facts("tlp:red", placed_by=keeper.id), marking=read("tlp:red")).allowed


def test_members_see_each_other_only_where_the_audience_says_so():
    keeper, member = Reader(uuid4(), administrator=False), Reader(uuid4(), administrator=False)
    hidden, shown = AudienceFacts(uuid4(), keeper.id, False), AudienceFacts(uuid4(), keeper.id, True)
    assert policy.may_see_members(keeper, hidden, is_member=False).allowed
    assert "only to its custodian" in policy.may_see_members(member, hidden, is_member=True).reason
    assert policy.may_see_members(member, shown, is_member=True).allowed
    assert not policy.may_see_members(member, shown, is_member=False).allowed

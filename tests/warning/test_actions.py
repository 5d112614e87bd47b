"""What becomes of a warning: each act beside its refusal, and what the ledger then says."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from world import CLOCK, NOW, REASON, version

from ninefold.access import actions as access
from ninefold.decisions import actions as decisions
from ninefold.errors import ConflictError, InvalidError, NotThereError, RefusedError
from ninefold.ledger.models import Body, Entry
from ninefold.warning import actions, reads
from ninefold.warning.models import EarlyWarning, Passage, Vintage
from ninefold.warning.months import Month
from ninefold.words.text import in_one

pytestmark = pytest.mark.django_db


def state(warning):
    return EarlyWarning.objects.get(pk=warning.pk).state


def entries(warning):
    rows = Entry.objects.filter(subject_kind="warning:warning", subject_id=warning.pk).order_by("serial")
    return [(row.kind, row.actor, json.loads(bytes(Body.objects.get(entry=row).text))) for row in rows]


def test_a_warning_is_raised_as_a_draft_with_the_estimate_frozen(world):
    warning = world.raised()
    assert (warning.state, warning.country, warning.first, warning.last) == ("draft", "SDN", "2024-05", "2024-07")
    assert warning.forecast["origin"] == "2024-04"
    assert warning.forecast["replay"] is True
    assert warning.forecast["row"]["probability"] == 1.0
    assert warning.forecast["row"]["interval"] == [0.816019, 1.0]
    assert warning.forecast["digest"] == warning.vintage.digest
    ((kind, actor, body),) = entries(warning)
    assert (kind, actor) == ("warning.raised", f"access:person:{world.analyst.pk}")
    assert body["forecast"] == warning.forecast
    assert body["title"]["texts"] == {"en": "Fighting may reach the grain corridor"}


def test_only_an_analyst_raises_one(world):
    assert world.raised().raised_by == world.analyst
    with pytest.raises(RefusedError, match="Only an analyst raises"):
        actions.raise_warning(by=world.head, now=NOW, draft=world.draft())
    assert EarlyWarning.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "error", "reason"),
    [
        ({"country": "XXX"}, InvalidError, "no country"),
        ({"country": "SSD", "origin": Month.parse("2011-12")}, RefusedError, "no estimate"),
        ({"origin": Month.parse("2024-05")}, InvalidError, "lies outside"),
        ({"months": 13}, InvalidError, "1 to 12 months"),
        ({"title": in_one("en", "x" * 201)}, InvalidError, "at most 200"),
        ({"audiences": []}, InvalidError, "nobody would read it"),
        ({"audiences": [uuid4()]}, NotThereError, "nothing here"),
        ({"marking": "tlp:white"}, InvalidError, "tlp:white"),
        ({"vintage": uuid4()}, NotThereError, "nothing here"),
    ],
)
def test_what_does_not_hold_is_refused_and_leaves_nothing(world, changes, error, reason):
    before = Entry.objects.count()
    with pytest.raises(error, match=reason):
        world.raised(**changes)
    assert EarlyWarning.objects.count() == 0
    assert Entry.objects.exclude(kind="warning.data-loaded").count() == before


def test_sending_starts_the_clock_and_keeps_the_line(world):
    warning = world.raised()
    passage = world.send(warning)
    assert state(warning) == "sent"
    assert passage.due_at == NOW + CLOCK
    assert passage.office == world.offices[0]
    kind, _, body = entries(warning)[-1]
    assert kind == "warning.sent"
    assert body["line"] == [str(office.pk) for office in world.offices]
    assert body["clock_seconds"] == 4 * 3600


def test_a_warning_cannot_be_sent_to_nobody(world):
    warning = world.raised()
    for right in world.rights:
        decisions.end_right(by=world.analyst, now=NOW, right=right)
    with pytest.raises(RefusedError, match="Nobody who may act"):
        world.send(warning)
    assert state(warning) == "draft"
    assert Passage.objects.count() == 0


def test_nobody_in_line_is_somebody_who_cannot_read_it(world):
    narrow = access.open_audience(
        by=world.administrator, now=NOW, name=in_one("en", "The cell"), custodian=world.analyst
    )
    access.add_member(by=world.analyst, now=NOW, audience=narrow, person=world.analyst, ends=NOW + timedelta(days=9))
    access.add_member(by=world.analyst, now=NOW, audience=narrow, person=world.envoy, ends=NOW + timedelta(days=9))
    warning = world.raised(audiences=[narrow.pk])
    assert reads.line_for(world.analyst, warning, NOW) == [world.offices[1]]
    with pytest.raises(RefusedError, match="holds no right"):
        world.send(warning)
    assert world.send(warning, office=world.offices[1].pk).office == world.offices[1]


def test_only_the_one_who_raised_it_sends_it(world):
    warning = world.raised()
    with pytest.raises(RefusedError, match="Only the one who raised"):
        actions.send(by=world.head, now=NOW, warning=warning.pk, version=1, office=world.offices[0].pk, clock=CLOCK)
    assert world.send(warning).outcome == "waiting"


@pytest.mark.parametrize("clock", [timedelta(seconds=59), timedelta(days=31), timedelta(0)])
def test_a_clock_that_nobody_can_keep_is_refused(world, clock):
    warning = world.raised()
    with pytest.raises(RefusedError, match="one minute to thirty days"):
        world.send(warning, clock=clock)
    assert world.send(warning, clock=timedelta(minutes=1)).due_at == NOW + timedelta(minutes=1)


def test_the_addressee_acknowledges(world):
    warning = world.sent()
    later = NOW + timedelta(hours=2)
    actions.acknowledge(by=world.head, now=later, warning=warning.pk, version=version(warning))
    assert state(warning) == "acknowledged"
    (passage,) = reads.passages(warning)
    assert (passage.outcome, passage.by, passage.at) == ("acknowledged", world.head, later)
    assert entries(warning)[-1][:2] == ("warning.acknowledged", f"access:person:{world.head.pk}")


@pytest.mark.parametrize("who", ["envoy", "analyst"])
def test_nobody_but_the_holder_of_the_addressed_office_answers(world, who):
    warning = world.sent()
    person, fresh = getattr(world, who), version(warning)
    with pytest.raises(RefusedError, match="Only the holder of the addressed office"):
        actions.acknowledge(by=person, now=NOW, warning=warning.pk, version=fresh)
    with pytest.raises(RefusedError, match="Only the holder of the addressed office"):
        actions.decline(by=person, now=NOW, warning=warning.pk, version=fresh, reason=REASON)
    actions.acknowledge(by=world.head, now=NOW, warning=warning.pk, version=fresh)


def test_who_no_longer_holds_the_office_no_longer_answers(world):
    warning = world.sent()
    world.offices[0].holdings.update(ends=NOW + timedelta(minutes=1))
    with pytest.raises(RefusedError, match="Only the holder of the addressed office"):
        actions.acknowledge(by=world.head, now=NOW + timedelta(minutes=2), warning=warning.pk, version=version(warning))


def test_a_decline_needs_a_reason_and_asks_the_next_in_line(world):
    warning = world.sent()
    later = NOW + timedelta(hours=1)
    with pytest.raises(RefusedError, match="Give the reason"):
        actions.decline(by=world.head, now=later, warning=warning.pk, version=version(warning), reason="no")
    actions.decline(by=world.head, now=later, warning=warning.pk, version=version(warning), reason=REASON)
    first, second = reads.passages(warning)
    assert (first.outcome, first.reason, first.by) == ("declined", REASON, world.head)
    assert (second.office, second.outcome, second.due_at) == (world.offices[1], "waiting", later + CLOCK)
    assert state(warning) == "sent"
    kind, _, body = entries(warning)[-1]
    assert kind == "warning.declined"
    assert body["next"] == str(world.offices[1].pk)
    assert body["reason"] == REASON


def test_when_everybody_declines_it_goes_back_to_who_raised_it(world):
    warning = world.sent()
    for person in (world.head, world.envoy):
        actions.decline(by=person, now=NOW, warning=warning.pk, version=version(warning), reason=REASON)
    assert state(warning) == "unanswered"
    assert list(reads.returned_to(world.analyst, NOW)) == [warning]
    assert list(reads.returned_to(world.head, NOW)) == []
    assert world.send(warning).round == 2


def test_a_withdrawn_warning_asks_nobody_any_more(world):
    warning = world.sent()
    with pytest.raises(RefusedError, match="Only the one who raised the warning withdraws"):
        actions.withdraw(by=world.head, now=NOW, warning=warning.pk, version=version(warning))
    actions.withdraw(by=world.analyst, now=NOW, warning=warning.pk, version=version(warning))
    assert state(warning) == "withdrawn"
    assert list(reads.waiting_for(world.head, NOW)) == []
    with pytest.raises(RefusedError, match="has been withdrawn"):
        actions.acknowledge(by=world.head, now=NOW, warning=warning.pk, version=version(warning))


def test_whoever_read_an_older_page_is_told_so(world):
    warning = world.sent()
    stale = version(warning) - 1
    with pytest.raises(ConflictError, match="Somebody else changed this warning first"):
        actions.acknowledge(by=world.head, now=NOW, warning=warning.pk, version=stale)
    actions.acknowledge(by=world.head, now=NOW, warning=warning.pk, version=stale + 1)
    told = {"by": world.head, "now": NOW, "warning": warning.pk, "version": stale + 1}
    for act, more in ((actions.acknowledge, {}), (actions.decline, {"reason": REASON})):
        with pytest.raises(ConflictError, match="Somebody else changed this warning first"):
            act(**told, **more)
    with pytest.raises(ConflictError, match="Somebody else changed this warning first"):
        actions.withdraw(**told | {"by": world.analyst})


def test_each_entry_links_to_the_one_before(world):
    warning = world.sent()
    actions.acknowledge(by=world.head, now=NOW, warning=warning.pk, version=version(warning))
    rows = list(Entry.objects.filter(subject_id=warning.pk).order_by("serial"))
    links = [json.loads(bytes(row.envelope))["links"] for row in rows]
    assert links == [[], [bytes(rows[0].commitment).hex()], [bytes(rows[1].commitment).hex()]]
    assert {row.marking for row in rows} == {"tlp:amber"}


def test_the_bundled_series_is_loaded_once(world):
    one, other = actions.load_bundled(now=NOW), actions.load_bundled(now=NOW + timedelta(days=1))
    assert one == other
    assert one.loaded_at == NOW
    assert Entry.objects.filter(kind="warning.data-loaded").count() == 1
    assert reads.series_for(None, NOW).vintage == one


def test_the_series_of_an_older_version_is_passed_over_and_says_so(world):
    old = actions.load_bundled(now=NOW)
    Vintage.objects.update(digest="0" * 64)
    assert reads.series_for(None, NOW).vintage is None
    with pytest.raises(InvalidError, match="brings a newer series"):
        reads.series_for(None, NOW, old.pk)
    assert actions.load_bundled(now=NOW) != old


OWN = "unit,month,value\n" + "".join(f"KEN,2026-{month:02},{30 if month > 4 else 0}\n" for month in range(1, 11))
OWN += "KEN,2025-11,0\nKEN,2025-12,0\n"


def load(world, file, **changes):
    told = {
        "by": world.analyst,
        "now": NOW,
        "file": file,
        "name": "Own count",
        "attribution": "Early-warning cell",
        "licence": "internal",
        "marking": "tlp:amber",
        "audiences": [world.audience.pk],
    }
    return actions.load_own(**told | changes)


@pytest.fixture
def own(tmp_path):
    file = tmp_path / "own.csv"
    file.write_text(OWN)
    return file


def test_own_data_are_seen_by_their_audience_only(world, own):
    vintage = load(world, own)
    assert (vintage.first, vintage.last) == ("2025-11", "2026-10")
    mine = reads.series_for(world.head, NOW)
    assert mine.vintage == vintage
    assert mine.panel.values.tolist() == [[0] * 6 + [30] * 6]
    for other in (world.outsider, world.administrator, None):
        assert reads.series_for(other, NOW).vintage is None
        with pytest.raises(NotThereError):
            reads.series_for(other, NOW, vintage.pk)


def test_a_warning_is_marked_at_least_as_high_as_its_data(world, own):
    vintage = load(world, own)
    told = {"country": "KEN", "origin": Month.parse("2026-10"), "vintage": vintage.pk}
    assert world.raised(**told).forecast["replay"] is False
    with pytest.raises(InvalidError, match="marked tlp:amber; mark the warning at least so"):
        world.raised(**told, marking="tlp:green")


def test_own_data_need_an_analyst_a_name_and_right_cells(world, own, tmp_path):
    with pytest.raises(RefusedError, match="Only an analyst loads"):
        load(world, own, by=world.head)
    with pytest.raises(InvalidError, match="Write the licence"):
        load(world, own, licence=" ")
    wrong = tmp_path / "wrong.csv"
    wrong.write_text(OWN.replace("2026-03", "March"))
    with pytest.raises(InvalidError, match="Row 4, column month"):
        load(world, wrong)
    assert Vintage.objects.count() == 0
    assert load(world, own).name == "Own count"

"""The room over the API: the same actions, the same refusals, nothing for those outside."""

from datetime import timedelta

import pytest
from world import REASON, build

from ninefold import clock
from ninefold.access import actions as access
from ninefold.warning.models import EarlyWarning

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/warning"


@pytest.fixture
def present(db):
    """The world an hour ago, so that the API, which asks the clock, finds it running."""
    return build(clock.now())


@pytest.fixture
def call(client, static_files):
    """Ask the API as a person (with a token made for it) or as a stranger."""

    def ask(path, who=None, *, body=None, scopes=("read", "act")):
        headers = {}
        if who is not None:
            ends = clock.now() + timedelta(days=1)
            made = access.issue_token(by=who, now=clock.now(), name="test", scopes=list(scopes), ends=ends)
            headers["Authorization"] = f"Bearer {made.secret}"
        if body is None:
            return client.get(ROOT + path, headers=headers)
        return client.post(ROOT + path, body, content_type="application/json", headers=headers)

    return ask


def draft(world, **changes):
    told = {
        "country": "SDN",
        "origin": "2024-04",
        "months": 3,
        "title": {"texts": {"en": "Fighting may reach the grain corridor"}, "authoritative": "en"},
        "summary": {"texts": {"en": "The harvest begins in six weeks."}, "authoritative": "en"},
        "marking": "tlp:amber",
        "audiences": [str(world.audience.pk)],
    }
    return told | changes


def test_a_stranger_reads_the_board(call):
    told = call("/board?origin=2023-04").json()
    assert told["rows"][0]["iso3"] == "UKR"
    assert told["replay"] is True
    row = call("/countries/SDN?origin=2023-04").json()["row"]
    assert row["outcome"][0] == 1449
    assert call("/countries/XXX").status_code == 404
    assert call("/board?origin=April").status_code == 422


def test_from_the_draft_to_the_act(call, present):
    raised = call("/warnings", present.analyst, body=draft(present))
    assert raised.status_code == 201
    path = f"/warnings/{raised.json()['id']}"
    office = str(present.offices[0].pk)
    sent = call(f"{path}/send", present.analyst, body={"version": 1, "office": office, "clock_seconds": 3600})
    assert sent.json()["state"] == "sent"
    declined = call(f"{path}/decline", present.head, body={"version": 2, "reason": REASON}).json()
    assert [passage["outcome"] for passage in declined["passages"]] == ["declined", "waiting"]
    done = call(f"{path}/acknowledge", present.envoy, body={"version": 3}).json()
    assert done["state"] == "acknowledged"
    assert done["latency"]["total"] >= 0
    assert call("/warnings", present.head).json()["warnings"][0]["version"] == 4


def test_refusals_are_the_same_as_on_the_page(call, present):
    refused = call("/warnings", present.head, body=draft(present))
    assert refused.status_code == 403
    assert refused.json() == {"error": "refused", "message": "Only an analyst raises warnings; ask one of them."}
    warning = present.sent()
    assert call(f"/warnings/{warning.pk}/acknowledge", present.envoy, body={"version": 2}).status_code == 403
    assert call(f"/warnings/{warning.pk}/acknowledge", present.head, body={"version": 1}).status_code == 409
    assert call(f"/warnings/{warning.pk}/withdraw", present.analyst, body={"version": 2}).json()["state"] == "withdrawn"


@pytest.mark.parametrize("who", ["outsider", "administrator", None])
def test_outside_the_audience_there_is_no_warning(call, present, who):
    warning = present.sent()
    person = getattr(present, who) if who else None
    assert call("/warnings", person).json() == {"warnings": [], "after": ""}
    assert call(f"/warnings/{warning.pk}", person).status_code == 404
    if person:
        answer = call(f"/warnings/{warning.pk}/acknowledge", person, body={"version": 2})
        assert answer.status_code == 404
        assert answer.json()["message"] == "There is nothing here that you may see."
    else:
        assert call(f"/warnings/{warning.pk}/acknowledge", body={"version": 2}).status_code == 401
    assert call(f"/warnings/{warning.pk}", present.head).json()["state"] == "sent"


def test_a_token_that_only_reads_does_not_act(call, present):
    assert call("/warnings", present.analyst, scopes=("read",)).status_code == 200
    assert call("/warnings", present.analyst, body=draft(present), scopes=("read",)).status_code == 403
    assert EarlyWarning.objects.count() == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"country": "sdn"},
        {"origin": "2024"},
        {"months": 0},
        {"title": {"texts": {}, "authoritative": "en"}},
        {"title": "a title"},
        {"summary": {"texts": {"en": "x" * 1501}, "authoritative": "en"}},
        {"marking": "secret"},
        {"audiences": []},
    ],
    ids=str,
)
def test_what_does_not_fit_is_refused_with_a_sentence(call, present, wrong):
    answer = call("/warnings", present.analyst, body=draft(present, **wrong))
    assert answer.status_code == 422
    assert answer.json()["error"] == "invalid"
    assert EarlyWarning.objects.count() == 0

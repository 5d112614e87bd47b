"""Words and bodies that no page sends: refused with a sentence, and nothing stays."""

from datetime import date, timedelta

import pytest

from ninefold import clock
from ninefold.access.actions import NewRelease
from ninefold.access.models import Release
from ninefold.ledger.beat import beat
from ninefold.ledger.models import Entry
from ninefold.tracks.actions import open_situation
from ninefold.words.text import in_one

from .enrolling import bearer

pytestmark = pytest.mark.django_db


def test_the_reason_of_a_milder_marking_hides_none_either(house, visitor):
    keeper = house.person("keeper")
    _, row = house.record(house.audience("Talks", keeper), "tlp:amber", keeper)
    told = {"marking": "tlp:green", "reason": "So it is\u202e said."}
    path = f"/api/v1/access/releases/{row.pk}/lower"
    answer = visitor().post(path, told, content_type="application/json", headers=bearer(keeper))
    assert answer.status_code == 422
    assert Release.objects.get(pk=row.pk).marking == "tlp:amber"


@pytest.mark.parametrize("body", [b"\xff", b"{", b'{"email":' + b"[" * 100_000, b'{"email": ' + b"9" * 5_000 + b"}"])
def test_a_body_that_is_no_json_gets_the_words_of_the_house(house, visitor, body):
    path, headers = "/api/v1/access/people", bearer(house.root)
    answer = visitor().post(path, body, content_type="application/json", headers=headers)
    assert answer.status_code == 422
    assert answer.json() == {"error": "invalid", "message": "The body cannot be read; send one JSON object in UTF-8."}


def test_an_embargo_holds_beside_the_log_too(log_key, house, visitor):
    """The opening of a TLP:CLEAR entry is published with the next beat, whatever its record waits for."""
    now = clock.now()
    later = NewRelease(None, "tlp:clear", now, now + timedelta(days=90), embargo_until=now + timedelta(days=2))
    by = house.person("registrar", roles=["registrar"])
    opened = open_situation(by=by, now=now, name=in_one("en", "Not yet"), since=date(2026, 1, 1), releases=[later])
    beat(now)
    entry = Entry.objects.get(subject_id=opened.pk)
    assert visitor().get(f"/tlog/clear/{entry.leaf.index}").status_code == 404
    assert visitor().get(f"/ledger/{entry.id}/").status_code == 404

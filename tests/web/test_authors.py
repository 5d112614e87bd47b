"""Under the Chatham House Rule no page or file tells a reader who acted; an old entry that names him, only he opens."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client

from ninefold import clock
from ninefold.access.actions import NewRelease, issue_token, place
from ninefold.access.models import Audience, Membership
from ninefold.access.reads import actor_name
from ninefold.keeping.exporting import _proofs as proofs
from ninefold.ledger.actions import append
from ninefold.ledger.beat import publish
from ninefold.ledger.kinds import entry_kind
from ninefold.ledger.models import Entry
from ninefold.ledger.proofs import read_proof
from ninefold.ledger.refs import Ref
from ninefold.ledger.writing import NewEntry, write

SAID = entry_kind("warning.said", "said something")
RULE = "tlp:amber tlp:ex:chr"
AUTHOR, READER = "teya-orvane", "daro-helmin"


@pytest.fixture
def said(sample, db):
    """Two acts of one person on a record that another reads with him; the second as an earlier version wrote it."""
    now, author = clock.now(), sample.people[AUTHOR]
    with transaction.atomic():
        ref = Ref("warning", "warning", uuid4())
        shared = [circle_of(sample.people[key], now) for key in (AUTHOR, READER)]
        place(record=ref, releases=[NewRelease(one, RULE, now, now + timedelta(hours=1)) for one in shared], now=now)
        actor = actor_name(author)
        new = append(kind=SAID, actor=actor, subject=ref, now=now, marking=RULE, body={"chair": actor})
        ((serial, *_),) = write([NewEntry(SAID, actor, ref, now, RULE, {"chair": actor})])
        publish(now, leaves=64)
    return new, Entry.objects.get(pk=serial)


def circle_of(person, now):
    return Membership.objects.filter(person=person, starts__lte=now, ends__gt=now)[0].audience_id


def addresses(entry):
    return [f"/ledger/{entry.id}/", f"/ledger/{entry.id}/proof/"]


def test_who_said_it_stands_nowhere(reader, sample, said):
    new, old = said
    author = sample.people[AUTHOR]
    names = [str(author.pk), str(author.name)]
    browser = reader(READER)
    page = browser.get("/ledger/").content.decode()
    assert all(f"/ledger/{entry.id}/" in page for entry in said)
    assert page.count("a person said something") == 2
    # Beside the page itself the sample lists the people whom one can act as.
    told = browser.get(addresses(new)[0]).content.decode().partition("<main")[2].partition("</main>")[0]
    assert str(new.id)[:8] in told
    assert not [name for name in names if name in told]
    file = read_proof(browser.get(addresses(new)[1]).content)
    assert names[0].encode() not in file.extra
    assert b"sealed" in file.extra
    taken = dict(proofs(sample.people[READER], clock.now()))
    assert f"ledger/{new.id}.tlog-proof" in taken
    assert f"ledger/{old.id}.tlog-proof" not in taken
    assert read_proof(taken[f"ledger/{new.id}.tlog-proof"]).extra == file.extra


def test_an_old_entry_that_names_its_author_is_opened_by_him_alone(reader, sample, said):
    _, old = said
    for address in addresses(old):
        refused = reader(READER).get(address)
        assert refused.status_code == 403
        assert "only he can open it" in refused.content.decode()
        assert reader(AUTHOR).get(address).status_code == 200


@pytest.fixture
def given_later(sample, db):
    """An act on a record of the author's circle, which was given to the reader's under the rule only afterwards."""
    now, author = clock.now(), sample.people[AUTHOR]
    ref, ends = Ref("warning", "warning", uuid4()), now + timedelta(hours=1)
    hosts, guests = (Audience.objects.create(name=author.name, custodian=author, starts=now) for _ in range(2))
    for audience, key in ((hosts, AUTHOR), (guests, READER)):
        Membership.objects.create(audience=audience, person=sample.people[key], starts=now, ends=ends)
    with transaction.atomic():
        place(record=ref, releases=[NewRelease(hosts.pk, "tlp:amber", now, ends)], now=now)
        actor = actor_name(author)
        act = append(kind=SAID, actor=actor, subject=ref, now=now, marking="tlp:amber", body={"chair": actor})
        publish(now, leaves=64)
        place(record=ref, releases=[NewRelease(guests.pk, RULE, now, ends)], now=now)
    return act


def test_who_is_given_a_record_under_the_rule_learns_of_no_older_act_who_did_it(reader, sample, given_later):
    author, browser = sample.people[AUTHOR], reader(READER)
    page = browser.get("/ledger/?room=warning").content.decode().partition("<main")[2].partition("</main>")[0]
    row = next(line for line in page.split("<tr") if f"/ledger/{given_later.id}/" in line)
    assert str(author.name) not in row
    token = issue_token(
        by=sample.people[READER], now=clock.now(), name="t", scopes=["read"], ends=clock.now() + timedelta(hours=1)
    )
    bearer = {"authorization": f"Bearer {token.secret}", "accept-language": "en"}
    listed = Client(headers=bearer).get("/api/v1/ledger/entries").json()["acts"]
    assert [act["actor"] for act in listed if act["id"] == str(given_later.id)] == ["a person"]
    api = f"/api/v1/ledger/entries/{given_later.id}"
    asked = [(browser, address) for address in addresses(given_later)]
    for client, address in [*asked, (Client(headers=bearer), api), (Client(headers=bearer), f"{api}/proof")]:
        refused = client.get(address)
        assert refused.status_code == 403, address
        assert "not open it" in refused.content.decode()
        # Beside the page itself the sample lists the people whom one can act as.
        assert str(author.pk) not in refused.content.decode().partition("</header>")[2].partition("<footer")[0]
    now = clock.now()
    assert f"ledger/{given_later.id}.tlog-proof" not in dict(proofs(sample.people[READER], now))
    assert f"ledger/{given_later.id}.tlog-proof" in dict(proofs(author, now))
    assert str(author.name) in reader(AUTHOR).get("/ledger/?room=warning").content.decode()

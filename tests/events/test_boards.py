"""Open boards on a real server process, while this process writes entries."""

import signal
import time
from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import transaction

from ninefold import clock
from ninefold.access import actions
from ninefold.access.models import Person
from ninefold.access.sessions import SessionStore
from ninefold.ledger.actions import append
from ninefold.ledger.kinds import entry_kind
from ninefold.ledger.refs import Ref
from ninefold.words.text import in_one

TOUCHED = entry_kind("boards.touched", "touched a record")
DAY = timedelta(days=1)

pytestmark = pytest.mark.faults


class House:
    """A public record, a record for one audience, a member and somebody else."""

    def __init__(self):
        now = clock.now()
        self.root = actions.found(now=now, email="root@example.org", name=in_one("en", "Root"), invented=True).person
        self.member, self.other = self.person("member"), self.person("other")
        audience = actions.open_audience(by=self.root, now=now, name=in_one("en", "a"), custodian=self.other)
        actions.add_member(by=self.other, now=now, audience=audience, person=self.member, ends=now + DAY)
        self.public, self.confidential = Ref("boards", "record", uuid4()), Ref("boards", "record", uuid4())
        with transaction.atomic():
            new = actions.NewRelease
            actions.place(record=self.public, releases=[new(None, "tlp:clear", starts=now, ends=now + DAY)], now=now)
            actions.place(
                record=self.confidential,
                releases=[new(audience.pk, "tlp:amber", starts=now, ends=now + DAY)],
                now=now,
            )

    def person(self, name):
        return actions.invite(
            by=self.root, now=clock.now(), email=f"{name}@example.org", name=in_one("en", name), invented=True
        ).person

    def touch(self, record, marking="tlp:clear"):
        with transaction.atomic():
            return str(append(kind=TOUCHED, actor="node", subject=record, now=clock.now(), marking=marking, body={}).id)


@pytest.fixture
def house(transactional_db):
    return House()


def cookie(person):
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    return f"sessionid={session.session_key}"


def test_each_board_is_told_what_its_reader_may_see_and_soon(house, board):
    stranger, other, member = board(), board(Cookie=cookie(house.other)), board(Cookie=cookie(house.member))
    for one in (stranger, other, member):
        one.wait(lambda one: one.answer.status == 200)
    hidden = house.touch(house.confidential, "tlp:amber")
    began = time.monotonic()
    member.wait(lambda one: hidden in one.ids())
    assert time.monotonic() - began < 1
    seen = house.touch(house.public)
    for one in (stranger, other, member):
        one.wait(lambda one: seen in one.ids())
    assert [hidden in one.ids() for one in (stranger, other, member)] == [False, False, True]
    assert member.events[-1] == (
        "change",
        seen,
        {"room": "boards", "act": "boards.touched", "kind": "boards:record", "subject": str(house.public)},
    )


def test_what_is_rolled_back_is_told_to_nobody(house, board):
    member = board(Cookie=cookie(house.member))
    with transaction.atomic():
        never = house.touch(house.public)
        transaction.set_rollback(True)
    last = house.touch(house.public)
    member.wait(lambda one: last in one.ids())
    assert never not in member.ids()


def test_a_new_board_is_told_the_newest_that_its_reader_may_see(house, board):
    seen = house.touch(house.public)
    house.touch(house.confidential, "tlp:amber")
    assert board().wait(lambda one: one.events).events[0][:2] == ("newest", seen)


def test_a_board_that_comes_back_is_told_what_it_missed_in_order(house, board):
    known = house.touch(house.public)
    first, hidden, last = (
        house.touch(house.public),
        house.touch(house.confidential, "tlp:amber"),
        house.touch(house.public),
    )
    stranger = board(Last_Event_ID=known).wait(lambda one: len(one.events) == 2)
    assert stranger.events[0][:2] == ("change", first)
    assert stranger.ids() == [first, last]
    member = board(Cookie=cookie(house.member), path=f"/events/?after={known}").wait(lambda one: len(one.events) == 3)
    assert member.ids() == [first, hidden, last]
    live = house.touch(house.public)
    assert stranger.wait(lambda one: live in one.ids()).ids() == [first, last, live]


def test_an_id_that_is_hidden_unknown_or_none_at_all_gets_the_same_answer(house, board):
    newest = house.touch(house.public)
    hidden = house.touch(house.confidential, "tlp:amber")
    boards = [board(Last_Event_ID=last) for last in (hidden, str(uuid4()), "no id")]
    for one in boards:
        assert one.wait(lambda one: len(one.events) == 2).names() == ["newest", "reload"]
        assert one.ids() == [newest]


def test_a_board_that_missed_too_much_is_told_to_reload(house, board):
    known = house.touch(house.public)
    for _ in range(101):
        newest = house.touch(house.public)
    one = board(Last_Event_ID=known).wait(lambda one: len(one.events) == 2)
    assert (one.ids(), one.names()) == ([newest], ["newest", "reload"])


def test_a_session_that_ends_closes_its_boards(house, board):
    ending, closing = cookie(house.member), cookie(house.other)
    first, second, stranger = board(Cookie=ending), board(Cookie=closing), board()
    SessionStore(ending.removeprefix("sessionid=")).delete()
    actions.close_account(by=house.root, now=clock.now(), person=house.other, reason="left", orphans_read=True)
    for one in (first, second):
        assert one.ended.wait(5)
        assert one.names()[-1] == "ended"
    assert not stranger.ended.is_set()
    stranger.wait(lambda one: one.comments >= 2)


def test_a_person_without_a_second_factor_is_told_what_strangers_are(house, board):
    Person.objects.filter(pk=house.member.pk).update(invented=False)
    member = board(Cookie=cookie(house.member))
    hidden, seen = house.touch(house.confidential, "tlp:amber"), house.touch(house.public)
    assert hidden not in member.wait(lambda one: seen in one.ids()).ids()


def test_a_token_opens_a_board_until_it_is_revoked(house, board):
    token = actions.issue_token(by=house.member, now=clock.now(), name="t", scopes=["read"], ends=clock.now() + DAY)
    one = board(Authorization=f"Bearer {token.secret}")
    hidden = house.touch(house.confidential, "tlp:amber")
    one.wait(lambda one: hidden in one.ids())
    actions.revoke_token(by=house.member, now=clock.now(), token=token.token.pk)
    assert one.ended.wait(5)
    assert board(Authorization=f"Bearer {token.secret}").answer.status == 401


def test_what_is_no_board_is_refused(transactional_db, board):
    assert board(Host="elsewhere.example").answer.status == 400
    assert board(Sec_Fetch_Site="cross-site").answer.status == 403
    assert board(path="/events/x").answer.status == 404
    one = board()
    headers = one.answer.headers
    assert headers["Content-Type"] == "text/event-stream; charset=utf-8"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert (headers["X-Content-Type-Options"], headers["Cross-Origin-Resource-Policy"]) == ("nosniff", "same-origin")
    assert headers["Server"] == "ninefold"


def test_a_server_with_open_boards_stops_at_once(another_server, board):
    boards = [board(port=another_server.port) for _ in range(20)]
    another_server.send_signal(signal.SIGTERM)
    assert another_server.wait(timeout=5) == 0
    for one in boards:
        assert one.ended.wait(1)

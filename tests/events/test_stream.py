import asyncio
import json
from uuid import UUID, uuid4

import pytest

from ninefold.web.events.stream import ENDED, HEARTBEAT, RELOAD, Event, Reader, Stream

WARNING = UUID("0d4f9f9e-9b1f-4f3e-8d6c-2f5b5d9a7c11")


def event(serial):
    return Event(serial, uuid4(), "warning.raised", "warning:warning", WARNING)


def told(stream):
    """What the stream sends now; None while it has nothing to say."""

    async def ask():
        try:
            async with asyncio.timeout(0.01):
                return await stream.next()
        except TimeoutError:
            return None

    return asyncio.run(ask())


@pytest.fixture
def stream():
    return Stream(Reader(None), checked=0, floor=10)


def test_an_event_names_the_record_and_never_the_serial():
    one = event(123_456)
    lines = one.wire("change").decode().split("\n")
    assert lines[:2] == [f"id: {one.id}", "event: change"]
    assert json.loads(lines[2].removeprefix("data: ")) == {
        "room": "warning",
        "act": "warning.raised",
        "kind": "warning:warning",
        "subject": f"warning:warning:{WARNING}",
    }
    assert lines[3:] == ["", ""]
    assert "123456" not in "".join(lines)


def test_events_come_in_order_and_once(stream):
    events = [event(11), event(12)]
    for one in events:
        stream.offer(one)
    assert told(stream) == events[0].wire("change") + events[1].wire("change")
    assert told(stream) is None


def test_what_the_opening_told_is_not_told_again(stream):
    stream.offer(event(10))
    assert told(stream) is None


def test_a_board_that_does_not_keep_up_is_told_to_reload_and_then_goes_on(stream):
    for serial in range(11, 300):
        stream.offer(event(serial))
    assert told(stream) == RELOAD
    last = event(300)
    stream.offer(last)
    assert told(stream) == last.wire("change")


def test_heartbeats_do_not_pile_up(stream):
    stream.say(HEARTBEAT)
    stream.say(HEARTBEAT)
    assert told(stream) == HEARTBEAT


def test_a_closed_board_says_its_last_words_and_ends(stream):
    one = event(11)
    stream.offer(one)
    stream.close(ENDED)
    assert told(stream) == one.wire("change") + ENDED
    assert told(stream) == b""

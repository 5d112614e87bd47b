"""What one open board still has to be told, within bounds."""

import asyncio
import json
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

# A board that is this far behind loads its page again instead.
_LONGEST_QUEUE = 100

HEARTBEAT = b": still here\n\n"
RELOAD = b"event: reload\ndata: {}\n\n"
ENDED = b"event: ended\ndata: {}\n\n"


class Event(NamedTuple):
    """One entry as boards are told of it. `serial` orders events in this process and is never sent."""

    serial: int
    id: UUID
    act: str
    kind: str
    record: UUID

    def wire(self, name: str) -> bytes:
        """The event under a name (WHATWG HTML, section 9.2.6)."""
        room, subject = self.act.partition(".")[0], f"{self.kind}:{self.record}"
        data = {"room": room, "act": self.act, "kind": self.kind, "subject": subject}
        return f"id: {self.id}\nevent: {name}\ndata: {json.dumps(data, separators=(',', ':'))}\n\n".encode()


class Reader(NamedTuple):
    """Whose board it is (None: a stranger's), and the session or token by which he came in."""

    person: UUID | None
    session: str = ""
    token: str = ""


@dataclass(eq=False)
class Stream:
    """The waiting events of one board. Events up to `floor` were told when it opened; until then it is None."""

    reader: Reader
    checked: float
    floor: int | None = None
    _waiting: list[Event] = field(default_factory=list)
    _words: bytes = b""
    _overrun: bool = False
    _closed: bool = False
    _wake: asyncio.Event = field(default_factory=asyncio.Event)

    def offer(self, event: Event) -> None:
        """Tell of an entry; a board that does not keep up loses its queue and is told to reload."""
        if len(self._waiting) >= _LONGEST_QUEUE:
            self._overrun = True
            self._waiting.clear()
        if not self._overrun:
            self._waiting.append(event)
        self._wake.set()

    def say(self, words: bytes) -> None:
        """Send a heartbeat, once, however often it is asked for before the board takes it."""
        self._words = words
        self._wake.set()

    def close(self, words: bytes = b"") -> None:
        """Say the last words and end."""
        self._closed = True
        self.say(words)

    async def next(self) -> bytes:
        """What to send now, as soon as there is something; empty when the board is closed."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            told = self._told()
            if told or self._closed:
                if self._closed:
                    self._wake.set()
                return told

    def _told(self) -> bytes:
        if self._overrun:
            events = RELOAD
        else:
            events = b"".join(event.wire("change") for event in self._waiting if event.serial > (self.floor or 0))
        words, self._words = self._words, b""
        self._overrun = False
        self._waiting.clear()
        return events + words

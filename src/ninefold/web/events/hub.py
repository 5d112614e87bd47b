"""The hub of one server process: hears the bell, looks once for all boards, tells each what its reader may know.

The look is one query every 100 ms while boards are open, and at once after a ring; each new entry costs one more
question (who may see it), however many boards are open.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from typing import ParamSpec, TypeAlias, TypeVar
from uuid import UUID

import django.db
from django.db import connection

from ninefold.errors import UnavailableError
from ninefold.jobs import doorbell
from ninefold.jobs.queue import what_happened
from ninefold.web.events import looking
from ninefold.web.events.looking import Told
from ninefold.web.events.stream import ENDED, HEARTBEAT, Reader, Stream

P = ParamSpec("P")
T = TypeVar("T")
Clock: TypeAlias = Callable[[], datetime]

_log = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 15.0
# A session that ended closes its boards within this time.
RECHECK_SECONDS = 30.0
_MOST_STREAMS = 4000
_MOST_STRANGERS = 2000
# Two threads: a long replay does not make the news late.
_THREADS = 2
# Sessions are checked a few at a time, so that a thousand boards opened together do not queue up in front of the news.
_CHECK_EVERY = 1.0
_CHECKS_AT_ONCE = 100
_AFTER_TROUBLE_SECONDS = 1.0


class Hub:
    """Every open board of this process. Lives in one event loop; the database is asked in threads."""

    def __init__(self, *, clock: Clock) -> None:
        self._clock = clock
        self._streams: set[Stream] = set()
        self._by_person: defaultdict[UUID | None, set[Stream]] = defaultdict(set)
        self._serial: int | None = None
        self._ready = asyncio.Lock()
        self._rung = asyncio.Event()
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="events")
        self._tasks: list[asyncio.Task[None]] = []
        self._ear = doorbell.Ear()
        self._stop_listening: Callable[[], None] = lambda: None
        self.closing = False

    def start(self) -> None:
        """Begin to listen; call inside the loop."""
        loop = asyncio.get_running_loop()

        def rung() -> None:
            loop.call_soon_threadsafe(self._rung.set)

        self._stop_listening = doorbell.listen(rung)
        self._ear.start()
        self._tasks = [loop.create_task(_forever(work)) for work in (self._tell_news, self._beat, self._recheck)]

    async def stop(self) -> None:
        """Close every board and let go of the threads; a second call does nothing more."""
        self.closing = True
        self._stop_listening()
        self._ear.stop()
        for stream in tuple(self._streams):
            stream.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def ask(self, question: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Put a question to the database in one of the hub's threads."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, lambda: _asked(question, *args, **kwargs))

    async def open(self, reader: Reader) -> Stream:
        """A new board; from now on it misses nothing. `UnavailableError` when there are too many."""
        strangers = self._by_person[None]
        if len(self._streams) >= _MOST_STREAMS or (reader.person is None and len(strangers) >= _MOST_STRANGERS):
            raise UnavailableError("Too many boards are open on this machine; try again in a minute.")
        stream = Stream(reader, checked=asyncio.get_running_loop().time())
        self._streams.add(stream)
        self._by_person[reader.person].add(stream)
        try:
            async with self._ready:
                if self._serial is None:
                    self._serial = await self.ask(looking.newest_serial)
        except BaseException:
            self.drop(stream)
            raise
        return stream

    def drop(self, stream: Stream) -> None:
        """A board that was left."""
        self._streams.discard(stream)
        same = self._by_person[stream.reader.person]
        same.discard(stream)
        if not same:
            del self._by_person[stream.reader.person]

    async def _tell_news(self) -> None:
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._rung.wait(), doorbell.BACKSTOP_SECONDS)
            self._rung.clear()
            if not self._streams:
                self._serial = None
            elif self._serial is not None:
                await self._look(self._serial)

    async def _look(self, after: int) -> None:
        told = await self.ask(looking.news, after, self._clock())
        for news in told:
            for stream in self._boards_of(news):
                stream.offer(news.event)
        if told:
            self._serial = told[-1].event.serial
        if len(told) == looking.AT_ONCE:
            self._rung.set()

    def _boards_of(self, news: Told) -> Iterable[Stream]:
        if news.readers.everybody:
            return self._streams
        return (stream for person in news.readers.people for stream in self._by_person.get(person, ()))

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            for stream in self._streams:
                stream.say(HEARTBEAT)

    async def _recheck(self) -> None:
        while True:
            await asyncio.sleep(_CHECK_EVERY)
            now = asyncio.get_running_loop().time()
            old = [
                stream for stream in self._streams if stream.reader.person and now - stream.checked > RECHECK_SECONDS
            ]
            await self._check(sorted(old, key=lambda stream: stream.checked), now)

    async def _check(self, streams: list[Stream], now: float) -> None:
        readers = dict.fromkeys(stream.reader for stream in streams)
        asked = list(readers)[:_CHECKS_AT_ONCE]
        gone = set(await self.ask(_gone, asked, self._clock()))
        for stream in streams:
            if stream.reader in gone:
                stream.close(ENDED)
            elif stream.reader in asked:
                stream.checked = now


async def _forever(work: Callable[[], Awaitable[None]]) -> None:
    """A database that is away for a while, or a mistake of ours, must not leave the boards silent for ever."""
    while True:
        try:
            await work()
        except Exception as error:  # noqa: BLE001
            _log.warning("The event stream stumbled and goes on: %s", what_happened(error))
            await asyncio.sleep(_AFTER_TROUBLE_SECONDS)


def _gone(readers: list[Reader], now: datetime) -> list[Reader]:
    return [reader for reader in readers if not looking.still_there(reader, now)]


def _asked(question: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    try:
        return question(*args, **kwargs)
    except django.db.Error:
        connection.close()
        raise

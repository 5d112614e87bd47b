"""1,000 open boards on one machine: how soon they hear of a commit, and what pages cost meanwhile.

A sample workspace, the real server process, and boards over real connections, half of them of a person, half of
strangers. Entries come from another process (SQLite: found by the 100 ms poll; PostgreSQL: told by NOTIFY) and from
the server's own pages (the bell inside the process; there the time runs from the request, so it includes the page).
Prints JSON with times in milliseconds. Run it as

    .venv/bin/python benchmarks/events.py [BOARDS]

on SQLite, or on PostgreSQL with NINEFOLD_DATABASE naming an empty database. The clients run on the same machine and
take part of its processors.
"""

import asyncio
import json
import os
import re
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

WRITER = "write"
ENTRIES, PAGES, POSTS, AT_ONCE = 30, 60, 15, 50
LIMIT_MS = 1000  # what a reader still takes for at once


def main(boards):
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(8192, most), most))
    with tempfile.TemporaryDirectory() as folder:
        cookie = prepare(Path(folder) / "workspace")
        server = subprocess.Popen([sys.executable, "-m", "ninefold.web.server"], stdin=subprocess.PIPE)
        try:
            print(json.dumps(asyncio.run(measure(server.pid, cookie, boards)), indent=1))
        finally:
            server.stdin.close()
            server.wait(10)


def prepare(folder):
    """A filled sample; the cookie of a session of one of its people."""
    from ninefold.web import workspace

    workspace.create(folder, sample=True, address=os.environ.get("NINEFOLD_DATABASE", ""))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        os.environ["NINEFOLD_PORT"] = str(probe.getsockname()[1])
    os.environ["NINEFOLD_WORKSPACE"] = str(folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "ninefold.web.settings"
    import django

    django.setup()
    from ninefold import clock
    from ninefold.access.reads import invented_people
    from ninefold.access.sessions import SessionStore
    from ninefold.web import preparing

    preparing.prepare_database()
    preparing.prepare_assets()
    preparing.fill_sample(clock.now())
    person = next(person for person in invented_people() if not person.is_administrator)
    session = SessionStore()
    session["_auth_user_id"] = str(person.pk)
    session["_auth_user_backend"] = "allauth.account.auth_backends.AuthenticationBackend"
    session["_auth_user_hash"] = person.get_session_auth_hash()
    session.save()
    from django.db import connection

    connection.close()
    return f"sessionid={session.session_key}"


async def measure(server, cookie, boards):
    port = int(os.environ["NINEFOLD_PORT"])
    await answering(port)
    await pages(port, 10)
    alone, empty = await pages(port, PAGES), memory(server)
    began = time.monotonic()
    room = Boards(port, cookie)
    await room.open(boards)
    opened = time.monotonic() - began
    outside = await room.hear(write(ENTRIES, pause=0.25))
    inside = await room.hear(post(port, cookie, POSTS))
    writing = asyncio.create_task(exhaust(write(PAGES, pause=0.1)))
    loaded = await pages(port, PAGES)
    await writing
    held = memory(server)
    lost = await room.close()
    # Before and after, because the rest of the machine is not always as idle.
    unloaded, loaded = spread(alone + await pages(port, PAGES)), spread(loaded)
    from django.db import connection

    return {
        "engine": connection.vendor,
        "boards": boards,
        "opened_per_second": round(boards / opened),
        "lost_boards": lost,
        "from_another_process": outside | {"p99_of_limit": round(outside["p99"] / LIMIT_MS, 3)},
        "from_a_page": inside | {"p99_of_limit": round(inside["p99"] / LIMIT_MS, 3)},
        "page": {"unloaded": unloaded, "loaded": loaded, "ratio": round(loaded["p50"] / unloaded["p50"], 2)},
        "server_mb": {"without_boards": round(empty), "with_boards": round(held)},
        "kb_per_board": round((held - empty) * 1024 / boards, 1),
    }


class Boards:
    """Connections that stay, and when each heard of what. Half of them are the person's."""

    def __init__(self, port, cookie):
        self.port, self.cookie = port, cookie
        self.heard, self.tasks, self.writers = {}, [], []

    async def open(self, count):
        for first in range(0, count, AT_ONCE):
            await asyncio.gather(*(self._open(number) for number in range(first, min(count, first + AT_ONCE))))

    async def _open(self, number):
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, limit=4096)
        cookie = f"Cookie: {self.cookie}\r\n" if number % 2 else ""
        writer.write(f"GET /events/ HTTP/1.1\r\nHost: localhost\r\n{cookie}\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        await reader.readuntil(b"retry: ")
        self.writers.append(writer)
        self.tasks.append(asyncio.create_task(self._listen(reader)))

    async def _listen(self, reader):
        while line := await reader.readline():
            if line.startswith(b"id: "):
                self.heard.setdefault(line[4:40].decode(), []).append(time.monotonic())

    async def hear(self, told):
        """Delivery times of what comes; every board that may hear must hear each."""
        began = [one async for one in told]
        await asyncio.sleep(1.5)
        if began[0][0] is None:  # a page tells no id: its entries are the newest that were heard, in order
            latest = sorted(self.heard.values(), key=max)[-len(began) :]
            times = [one - start for (_, start), heard in zip(began, latest, strict=True) for one in heard]
            expected = len(self.tasks) // 2 * len(began)
        else:
            times = [one - start for entry, start in began for one in self.heard.get(entry, [])]
            expected = len(self.tasks) * len(began)
        cuts = statistics.quantiles(times, n=100)
        return {
            "deliveries": len(times),
            "expected": expected,
            "p50": round(cuts[49] * 1000, 1),
            "p99": round(cuts[98] * 1000, 1),
            "max": round(max(times) * 1000, 1),
        }

    async def close(self):
        """How many boards had been lost before."""
        lost = sum(task.done() for task in self.tasks)
        for writer in self.writers:
            writer.close()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        return lost


async def write(count, *, pause):
    """Entries for everybody, by another process; each with the moment right after its commit."""
    script = [sys.executable, __file__, WRITER, str(count), str(pause)]
    writer = await asyncio.create_subprocess_exec(*script, stdout=subprocess.PIPE)
    async for line in writer.stdout:
        entry, moment = line.split()
        yield entry.decode(), float(moment)
    await writer.wait()


async def post(port, cookie, count):
    """Acts through a page that one person sees: a token is made. The moment is that of the request."""
    path = "/access/tokens/new/"
    head, page = await request(port, "GET", path, cookie)
    assert head.startswith(b"HTTP/1.1 200"), head
    seal = re.search(rb'name="csrfmiddlewaretoken" value="(\w+)"', page).group(1).decode()
    cookies = f"{cookie}; {re.search(rb'set-cookie: (csrftoken=[^;]+)', head, re.IGNORECASE).group(1).decode()}"
    until = time.strftime("%Y-%m-%d", time.gmtime(time.time() + timedelta(days=5).total_seconds()))
    for number in range(count):
        form = urlencode({"csrfmiddlewaretoken": seal, "name": f"t{number}", "scope": "read", "until": until})
        began = time.monotonic()
        head, _ = await request(port, "POST", path, cookies, form)
        assert head.startswith(b"HTTP/1.1 200"), head
        yield None, began
        await asyncio.sleep(0.3)


async def exhaust(told):
    async for _ in told:
        pass


async def pages(port, count):
    """The front page, one after the other."""
    times = []
    for _ in range(count):
        began = time.monotonic()
        head, _ = await request(port, "GET", "/")
        assert head.startswith(b"HTTP/1.1 200"), head
        times.append((time.monotonic() - began) * 1000)
        await asyncio.sleep(0.05)
    return times


def spread(times):
    cuts = statistics.quantiles(times, n=20)
    return {"p50": round(cuts[9], 1), "p95": round(cuts[18], 1)}


async def request(port, method, path, cookie="", form=""):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = [f"{method} {path} HTTP/1.1", f"Host: localhost:{port}", "Connection: close", f"Content-Length: {len(form)}"]
    head += ["Content-Type: application/x-www-form-urlencoded", f"Origin: http://localhost:{port}"] if form else []
    head += [f"Cookie: {cookie}"] if cookie else []
    writer.write(("\r\n".join(head) + "\r\n\r\n" + form).encode())
    answer = await reader.read()
    writer.close()
    head, _, body = answer.partition(b"\r\n\r\n")
    return head, body


async def answering(port):
    while True:
        try:
            await request(port, "GET", "/")
        except OSError:
            await asyncio.sleep(0.05)
        else:
            return


def memory(process):
    status = Path(f"/proc/{process}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+) kB", status).group(1)) / 1024


def be_writer(count, pause):
    """The other process: entries on a record that everybody may read."""
    import django

    django.setup()
    from django.db import transaction

    from ninefold import clock
    from ninefold.access.models import Release
    from ninefold.ledger.actions import append
    from ninefold.ledger.kinds import entry_kind
    from ninefold.ledger.refs import Ref

    kind = entry_kind("benchmark.touched", "touched a record")
    now = clock.now()
    seen = Release.objects.filter(rank=0, audience=None, starts__lte=now, ends__gt=now, embargo_until=None).first()
    subject = Ref(*seen.kind.split(":"), seen.record)
    for _ in range(count):
        with transaction.atomic():
            entry = append(kind=kind, actor="node", subject=subject, now=clock.now(), marking="tlp:clear", body={})
        print(entry.id, time.monotonic(), flush=True)
        time.sleep(pause)


if __name__ == "__main__":
    if WRITER in sys.argv:
        be_writer(int(sys.argv[2]), float(sys.argv[3]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)

"""An open board as a browser holds it: a request that stays, and the events that came so far."""

import http.client
import json
import threading
import time
from contextlib import suppress


class Board:
    def __init__(self, port, path="/events/", **headers):
        self.connection = http.client.HTTPConnection("localhost", port, timeout=30)
        self.connection.request("GET", path, headers={name.replace("_", "-"): told for name, told in headers.items()})
        self.answer = self.connection.getresponse()
        self.events = []
        self.comments = 0
        self.ended = threading.Event()
        if self.answer.status == 200:
            threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        with suppress(OSError, http.client.HTTPException, ValueError, AttributeError):
            fields = {}
            while line := self.answer.readline().decode():
                name, _, value = line.rstrip("\n").partition(": ")
                if name == "":
                    self.comments += bool(value)
                    if "event" in fields:
                        self.events.append((fields["event"], fields.get("id"), json.loads(fields["data"])))
                    fields = {}
                else:
                    fields[name] = value
        self.ended.set()

    def names(self):
        return [name for name, _, _ in self.events]

    def ids(self):
        return [entry for name, entry, _ in self.events if name != "reload"]

    def wait(self, condition, seconds=20):
        end = time.monotonic() + seconds
        while not condition(self):
            assert time.monotonic() < end, f"it did not come; so far {self.events}"
            time.sleep(0.005)
        return self

    def close(self):
        if self.connection.sock:
            self.connection.sock.close()
        self.connection.close()

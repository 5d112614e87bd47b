"""`ninefold run` as a person starts it: a real process with its children."""

import http.client
import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

COMMAND = [sys.executable, "-m", "ninefold", "run"]


def environment():
    """Ours without the settings that tests name: whoever runs the command for the first time has none."""
    return {name: told for name, told in os.environ.items() if not name.startswith(("NINEFOLD_", "DJANGO_"))}


def run_and_end(*arguments):
    """A run that is refused."""
    return subprocess.run(
        [*COMMAND, *map(str, arguments)], env=environment(), capture_output=True, text=True, timeout=60
    )


def interrupt_while_preparing(*arguments):
    process = subprocess.Popen([*COMMAND, *map(str, arguments)], env=environment(), stderr=subprocess.PIPE, text=True)
    with process.stderr:
        assert process.stderr.readline().startswith("Preparing the ")
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        assert process.stderr.read() == "Stopping ...\n"
    assert process.wait(timeout=15) == 0


class Run:
    def __init__(self, folder, *arguments, port=0, stderr=subprocess.PIPE, **settings):
        self.process = subprocess.Popen(
            [*COMMAND, "--workspace", str(folder), "--port", str(port), *arguments],
            env=environment() | settings,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        )
        self.said, self.complaints = [], []
        heard = (self.process.stdout, self.said), (self.process.stderr, self.complaints)
        self.readers = [self._read(stream, lines) for stream, lines in heard if stream]
        until(lambda: "Ctrl-C stops everything." in self.text or self.process.poll() is not None, 90)
        assert self.process.poll() is None, self.complaints
        self.port = int(re.search(r"https?://[a-z.]+(?::(\d+))?/", self.text).group(1) or port)

    @property
    def text(self):
        return "".join(self.said)

    def children(self):
        """Process ids by the module that each runs."""
        found = {}
        for directory in Path("/proc").glob("[0-9]*"):
            try:
                parent = int((directory / "stat").read_text().rpartition(")")[2].split()[1])
                words = (directory / "cmdline").read_text().split("\0")
            except (FileNotFoundError, ProcessLookupError):
                continue
            if parent == self.process.pid and "-m" in words:
                found[words[words.index("-m") + 1]] = int(directory.name)
        return found

    def page(self, path="/"):
        connection = http.client.HTTPConnection("localhost", self.port, timeout=20)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read().decode()
        finally:
            connection.close()

    def enter_by(self, path):
        """Open a one-time link as a browser does, and press its button; the status of that and where it leads."""
        _, headers, page = self.page(path)
        seal = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page).group(1)
        connection = http.client.HTTPConnection("localhost", self.port, timeout=20)
        try:
            told = {
                "Cookie": headers["Set-Cookie"].partition(";")[0],
                "Content-Type": "application/x-www-form-urlencoded",
                "Origin": f"http://localhost:{self.port}",
            }
            connection.request("POST", path, f"csrfmiddlewaretoken={seal}", told)
            answer = connection.getresponse()
            return answer.status, answer.headers.get("Location")
        finally:
            connection.close()

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        return self.ended()

    def ended(self):
        code = self.process.wait(timeout=15)
        for reader in self.readers:
            reader.join(10)
        return code

    @staticmethod
    def _read(stream, lines):
        def read():
            with stream:
                lines.extend(stream)

        reader = threading.Thread(target=read, daemon=True)
        reader.start()
        return reader


def lives(process):
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def until(condition, seconds=15):
    last = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < last, "it did not happen in time"
        time.sleep(0.05)

"""The program as a process of its own: its address, its workspace, and what it printed."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time

_LINK = re.compile(r"^  (\w+) [^\n]*?: I [^\0]*?(http://\S+/sign-in/once/\S+)", re.MULTILINE)
_STARTED = 60  # seconds until the address must have been printed


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


class House:
    """A running program: its address, its workspace, and what it printed."""

    def __init__(self, folder, *words, port=None, **settings):
        self.port = port or free_port()
        self.workspace = folder / "workspace"
        # A short beat, so that a journey need not wait a minute for a proof.
        env = {k: v for k, v in os.environ.items() if not k.startswith(("NINEFOLD_WORKSPACE", "DJANGO"))}
        env |= {"NINEFOLD_BEAT_SECONDS": "2", "PYTHONUNBUFFERED": "1", "HOME": str(folder)} | settings
        command = [
            sys.executable,
            "-m",
            "ninefold",
            "run",
            "--workspace",
            str(self.workspace),
            "--port",
            str(self.port),
        ]
        self.process = subprocess.Popen(
            [*command, *words],
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.said = []
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        self._wait_until_it_answers()

    @property
    def address(self):
        return f"http://localhost:{self.port}"

    @property
    def links(self):
        """The one-time sign-in links, by first name in lower case."""
        return {name.lower(): link for name, link in _LINK.findall("".join(self.said))}

    def sign_in(self, browser):
        """For each of the five people, by first name, the cookies after his one-time link was opened."""
        states = {}
        for name, link in self.links.items():
            context = browser.new_context(base_url=self.address)
            context.new_page().goto(link)
            states[name] = context.storage_state()
            context.close()
        return states

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)
        self._listener.join(5)
        self.process.stdout.close()

    def _listen(self):
        for line in self.process.stdout:
            self.said.append(line)

    def _wait_until_it_answers(self):
        until = time.monotonic() + _STARTED
        while time.monotonic() < until:
            if self.process.poll() is not None:
                break
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                time.sleep(0.1)
            else:
                if any("Ctrl-C" in line for line in self.said):
                    return
        raise AssertionError("the program did not start:\n" + "".join(self.said))

"""Real server processes for these tests."""

import socket
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent


def a_free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(script, *arguments):
    """Start a script with the arguments and a free port; it is `process.port`. Closing `stdin` ends it."""
    port = a_free_port()
    process = subprocess.Popen([sys.executable, str(HERE / script), *arguments, str(port)], stdin=subprocess.PIPE)
    process.port = port
    _wait_for(process)
    return process


def end(process):
    process.stdin.close()
    assert process.wait(timeout=10) == 0


def _wait_for(process, seconds=30):
    last = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection(("127.0.0.1", process.port), timeout=1).close()
        except OSError:
            assert process.poll() is None, "the server ended"
            assert time.monotonic() < last, "the server does not answer"
            time.sleep(0.02)
        else:
            return

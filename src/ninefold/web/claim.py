"""What one `run` takes for itself: the workspace, and a port of this machine. Needs no Django."""

import fcntl
import os
import socket
from pathlib import Path

from ninefold.errors import RefusedError, UnavailableError

_LOCK = "run.lock"
_LONGEST_NOTE = 200


class Claim:
    """The right to run a workspace: one process at a time. The system takes it back when the process ends."""

    def __init__(self, folder: Path) -> None:
        self._handle = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            where = os.read(self._handle, _LONGEST_NOTE).decode("utf-8", "replace")
            os.close(self._handle)
            raise UnavailableError(
                "The workspace {folder} runs already, at {where}. Open that, or stop it first.",
                folder=str(folder),
                where=where or "an address that it has not said yet",
            ) from None
        os.truncate(self._handle, 0)

    def say(self, address: str) -> None:
        """Note where it runs, for whoever tries next."""
        os.pwrite(self._handle, address.encode(), 0)

    def release(self) -> None:
        """Let others run it."""
        os.close(self._handle)


def free_port(wanted: int, host: str = "127.0.0.1") -> int:
    """The port if nobody listens on it, any free one for 0; `UnavailableError` says what to do otherwise."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, wanted))
        except PermissionError:
            raise RefusedError(
                "The port {port} needs a right that this account lacks; choose one above 1023, or give the service "
                "CAP_NET_BIND_SERVICE.",
                port=wanted,
            ) from None
        except OSError:
            raise UnavailableError(
                "The port {port} is taken on this machine; choose another one, such as --port {next}.",
                port=wanted,
                next=wanted + 1 if wanted < 65_535 else 8009,
            ) from None
        return int(probe.getsockname()[1])

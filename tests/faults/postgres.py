"""A PostgreSQL server of its own, in a folder that goes with it, reached by a socket only; a test may crash it."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

_BINARIES = Path("/usr/lib/postgresql")


class Postgres:
    """One server; `restart("immediate")` is a crash: nothing is said to whoever is connected, the log is replayed."""

    def __init__(self):
        self._programs = max(_BINARIES.glob("*/bin"), default=None)
        if self._programs is None:
            pytest.skip("no PostgreSQL server is installed here")
        # A short path: that of a socket has 107 bytes at most. Its owner is the user that may run the server.
        self.folder = Path(tempfile.mkdtemp(prefix="ninefold-pg-"))
        self.folder.chmod(0o755)
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres")
        self._run("initdb", "-D", self._data, "-A", "trust", "-U", "ninefold", "-E", "UTF8", "--locale=C.UTF-8")
        self.start()
        self.address = self.new("ninefold")

    def new(self, name):
        """An empty database; its address."""
        self._run("createdb", "-h", self.folder, "-U", "ninefold", name)
        return f"postgresql://ninefold@/{name}?host={self.folder}"

    def restart(self, mode):
        self._control("restart", "-m", mode)

    def stop(self, mode="fast"):
        self._control("stop", "-m", mode)

    def start(self):
        self._control("start", "-o", f"-c listen_addresses='' -c max_connections=60 -k {self.folder}")

    def end(self):
        self._run("pg_ctl", "-D", self._data, "-m", "immediate", "stop", check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def _data(self):
        return self.folder / "data"

    def _control(self, *words):
        self._run("pg_ctl", "-D", self._data, "-w", "-s", "-l", self.folder / "log", *words)

    def _run(self, program, *words, check=True):
        as_owner = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        # Not to a pipe: the server would hold it open.
        with (self.folder / "said").open("ab") as said:
            done = subprocess.run(
                [*as_owner, self._programs / program, *map(str, words)], stdout=said, stderr=said, cwd=self.folder
            )
        assert not check or done.returncode == 0, (self.folder / "said").read_text()

"""Keep the sample as this version makes it, so that every later version is tested on it: one folder a version.

    .venv/bin/python tools/release/keep.py

Writes tests/upgrades/VERSION/workspace.tar.xz (SQLite; keys of an invented workspace and nobody's secrets), and with
NINEFOLD_DATABASE naming an empty database on PostgreSQL also postgresql.sql.xz, by `pg_dump`. Run it for a release.
"""

import lzma
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Long enough for a few publications after the founding one.
SECONDS = 15


def main():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    kept = ROOT / "tests" / "upgrades" / version
    kept.mkdir(parents=True, exist_ok=True)
    address = os.environ.pop("NINEFOLD_DATABASE", "")
    with tempfile.TemporaryDirectory() as folder:
        made = live(Path(folder) / "workspace", "")
        with tarfile.open(kept / "workspace.tar.xz", "w:xz", preset=9) as archive:
            archive.add(made, arcname="workspace")
    if address:
        with tempfile.TemporaryDirectory() as folder:
            made = live(Path(folder) / "workspace", address)
            with tarfile.open(kept / "postgresql.tar.xz", "w:xz", preset=9) as archive:
                archive.add(made, arcname="workspace")
        words = ["pg_dump", "--inserts", "--no-owner", "--no-privileges", address]
        said = subprocess.run(words, check=True, capture_output=True).stdout
        (kept / "postgresql.sql.xz").write_bytes(lzma.compress(said, preset=9))


def live(folder, address):
    """A sample that lived for a while, without what is made anew at each start."""
    told = {**os.environ, "NINEFOLD_BEAT_SECONDS": "2", **({"NINEFOLD_DATABASE": address} if address else {})}
    words = [sys.executable, "-m", "ninefold", "run", "--port", "0", "--workspace", str(folder)]
    with subprocess.Popen(words, env=told, stdout=subprocess.PIPE, text=True) as run:
        for line in run.stdout:
            if line.startswith("Ctrl-C"):
                break
        time.sleep(SECONDS)
        run.send_signal(signal.SIGINT)
    if run.returncode:
        sys.exit(f"The sample did not live: {run.returncode}")
    for name in ("static", "outbox"):
        shutil.rmtree(folder / name, ignore_errors=True)
    (folder / "run.lock").unlink(missing_ok=True)
    return folder


if __name__ == "__main__":
    main()

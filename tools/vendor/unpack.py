"""Fetch the pinned npm packages into a folder. Nothing of them is run; a wrong hash stops everything."""

import base64
import hashlib
import json
import subprocess
import tarfile
from pathlib import Path

HERE = Path(__file__).parent
PINS: dict[str, dict[str, str]] = json.loads((HERE / "packages.json").read_text())


def fetch(name: str, into: Path) -> Path:
    """The folder of the unpacked package `name` under `into`; fetched once."""
    folder = into / name.replace("/", "+")
    if not folder.exists():
        packed = _pack(name, into)
        _check(packed, PINS[name]["integrity"])
        with tarfile.open(packed) as archive:
            archive.extractall(folder, filter="data")
    return folder / "package"


def evaluate(expression: str) -> str:
    """What Node prints for a JavaScript expression: the atlases are written as JavaScript, not as JSON."""
    return subprocess.run(["node", "-p", expression], check=True, capture_output=True, text=True).stdout


def _pack(name: str, into: Path) -> Path:
    wanted = f"{name}@{PINS[name]['version']}"
    into.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        ["npm", "pack", "--json", "--ignore-scripts", wanted], cwd=into, check=True, capture_output=True
    )
    return into / str(json.loads(done.stdout)[0]["filename"])


def _check(packed: Path, integrity: str) -> None:
    kind, digest = integrity.split("-", 1)
    if hashlib.new(kind, packed.read_bytes()).digest() != base64.b64decode(digest):
        raise SystemExit(f"{packed.name} is not what packages.json pins. Do not use it.")

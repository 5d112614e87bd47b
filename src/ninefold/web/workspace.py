"""The workspace on disk: one folder with the database, and the keys. Its removal removes the installation."""

import secrets
import tomllib
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from ninefold import disk
from ninefold.errors import ConflictError, InvalidError, UnavailableError

_ABOUT = "workspace.toml"
# Every commit waits for the disk, in the write-ahead log. What it gathers is moved into the database every 4,000 pages
# (16 MB); SQLite's own 1,000 would wait for the disk four times as often.
_SQLITE_START = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=4000; PRAGMA foreign_keys=ON;"
    "PRAGMA recursive_triggers=ON;"
)
# What is planned once a connection, is planned for all values alike (`access/reads/prepared.py`): what a plan for one
# reader could gain, planning it again costs many times over.
_POSTGRESQL_START = "-c plan_cache_mode=force_generic_plan"


@dataclass(frozen=True)
class About:
    """What the workspace says of itself: invented or real, the name of its log, the key of its sessions, and whether
    its records lie in its own folder (`sqlite`) or on a server (`postgresql`); empty before it is made.
    """

    sample: bool
    origin: str
    secret_key: str
    engine: str


def create(folder: Path, *, sample: bool, address: str) -> None:
    """Make the folder with its own secret and log origin; a folder that holds something is refused.

    `address` is that of the database, empty for one in the folder; which of the two is remembered, never the address.
    """
    if folder.exists() and any(folder.iterdir()):
        raise ConflictError("The folder {folder} is not empty; name another one.", folder=str(folder))
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    (folder / "keys").mkdir(mode=0o700)
    secret = folder / "keys" / "session.key"
    secret.touch(mode=0o600)
    secret.write_text(secrets.token_urlsafe(48), encoding="ascii")
    name = "sample" if sample else "node"
    origin = f"ninefold.{name}/{secrets.token_hex(8)}"
    _say(folder, kind="sample" if sample else "real", origin=origin, database=_engine(address))


def lies_in(folder: Path, engine: str) -> None:
    """From now on the records lie in this engine; the word is changed whole or not at all."""
    about = tomllib.loads((folder / _ABOUT).read_text(encoding="utf-8"))
    _say(folder, **about | {"database": engine})


def _say(folder: Path, **about: str) -> None:
    disk.replace_whole(folder / _ABOUT, "".join(f'{name} = "{value}"\n' for name, value in about.items()).encode())


def exists(folder: Path) -> bool:
    """Whether `create` made this folder."""
    return (folder / _ABOUT).is_file()


def read(folder: Path) -> About:
    """What the folder says of itself; without one, values that can sign nobody in and name no log."""
    if not exists(folder):
        return About(sample=False, origin="ninefold.node/none", secret_key=secrets.token_urlsafe(48), engine="")
    about = tomllib.loads((folder / _ABOUT).read_text(encoding="utf-8"))
    secret_key = (folder / "keys" / "session.key").read_text(encoding="ascii").strip()
    return About(about["kind"] == "sample", about["origin"], secret_key, about["database"])


def database(address: str, folder: Path, *, engine: str) -> dict[str, Any]:
    """Django's database settings for an address; empty means SQLite in the workspace, each commit on disk.

    `InvalidError` where the workspace was made with the other `engine`: its records would not be there.
    """
    if engine and engine != _engine(address):
        raise InvalidError(
            "The workspace {folder} keeps its records in {engine}; set NINEFOLD_DATABASE as it was when it was made.",
            folder=str(folder),
            engine=engine,
        )
    if not address:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(folder / "ninefold.sqlite3"),
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": _SQLITE_START},
            "TEST": {"NAME": str(folder / "test.sqlite3")},
        }
    parts = urlsplit(address)
    if parts.scheme != "postgresql" or not parts.path.strip("/"):
        raise InvalidError("NINEFOLD_DATABASE is not a postgresql:// address that names a database.")
    if find_spec("psycopg") is None:
        raise UnavailableError(
            "PostgreSQL needs the package psycopg, which is not installed; run `./ninefold install` with "
            "NINEFOLD_DATABASE set."
        )
    asked = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": asked.get("host") or unquote(parts.hostname or ""),
        "PORT": asked.get("port") or str(parts.port or ""),
        "OPTIONS": {"options": _POSTGRESQL_START},
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def _engine(address: str) -> str:
    return "postgresql" if address else "sqlite"

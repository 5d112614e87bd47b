"""The workspace on disk: one folder with the database, and the keys. Its removal removes the installation."""

import secrets
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from ninefold.errors import ConflictError, InvalidError

_ABOUT = "workspace.toml"
_SQLITE_START = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA recursive_triggers=ON;"
)


@dataclass(frozen=True)
class About:
    """What the workspace says of itself: invented or real, the name of its log, the key of its sessions."""

    sample: bool
    origin: str
    secret_key: str


def create(folder: Path, *, sample: bool) -> None:
    """Make the folder with its own secret and log origin; a folder that holds something is refused."""
    if folder.exists() and any(folder.iterdir()):
        raise ConflictError("The folder {folder} is not empty; name another one.", folder=str(folder))
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    (folder / "keys").mkdir(mode=0o700)
    secret = folder / "keys" / "session.key"
    secret.touch(mode=0o600)
    secret.write_text(secrets.token_urlsafe(48), encoding="ascii")
    name = "sample" if sample else "node"
    origin = f"ninefold.{name}/{secrets.token_hex(8)}"
    about = f'kind = "{"sample" if sample else "real"}"\norigin = "{origin}"\n'
    (folder / _ABOUT).write_text(about, encoding="utf-8")


def exists(folder: Path) -> bool:
    """Whether `create` made this folder."""
    return (folder / _ABOUT).is_file()


def read(folder: Path) -> About:
    """What the folder says of itself; without one, values that can sign nobody in and name no log."""
    if not exists(folder):
        return About(sample=False, origin="ninefold.node/none", secret_key=secrets.token_urlsafe(48))
    about = tomllib.loads((folder / _ABOUT).read_text(encoding="utf-8"))
    secret_key = (folder / "keys" / "session.key").read_text(encoding="ascii").strip()
    return About(sample=about["kind"] == "sample", origin=about["origin"], secret_key=secret_key)


def database(address: str, folder: Path) -> dict[str, Any]:
    """Django's database settings for an address; empty means SQLite in the workspace, each commit on disk."""
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
    asked = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": asked.get("host") or unquote(parts.hostname or ""),
        "PORT": asked.get("port") or str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }

"""Where the commands keep a person's tokens: one file a workspace, in his own configuration folder, readable by him."""

import hashlib
import os
from pathlib import Path

from ninefold.errors import RefusedError


def keep(origin: str, secret: str) -> Path:
    """Write the token for the workspace of this log origin (mode 0600), in place of an earlier one."""
    path = _path(origin)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secret + "\n")
    fresh.replace(path)
    return path


def kept(origin: str) -> str:
    """The token kept for this workspace; without one, or where others could read it, `RefusedError` says what to do."""
    path = _path(origin)
    if not path.is_file():
        raise RefusedError("You are not signed in to this workspace; run `ninefold sign-in` first.")
    if path.stat().st_mode & 0o077:
        raise RefusedError("Others could read {path}; end that token on your page and sign in again.", path=str(path))
    return path.read_text(encoding="ascii").strip()


def forget(origin: str) -> None:
    """Delete the token kept for this workspace, if there is one."""
    _path(origin).unlink(missing_ok=True)


def _path(origin: str) -> Path:
    base = os.environ.get("XDG_CONFIG_HOME") or "~/.config"
    name = hashlib.sha256(origin.encode("utf-8")).hexdigest()[:16]
    return Path(base).expanduser() / "ninefold" / "tokens" / name

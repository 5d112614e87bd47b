"""What can be seen without opening the database: the folder, its modes and owner, the keys, the disk, the address."""

import os
import shutil
import stat
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from ninefold.access.directory.file import from_file
from ninefold.access.directory.saml.file import SamlDirectory, certificates_of
from ninefold.access.directory.saml.own import MOST, key_path, own_certificates
from ninefold.errors import NinefoldError
from ninefold.ledger.keys import Signer
from ninefold.web import config, workspace
from ninefold.web.address import SOON_DAYS, from_settings, require_certificate
from ninefold.web.doctor.fault import Fault

# What a busy year of acts takes, with the copies that a move or a backup makes meanwhile.
LEAST_FREE = 1 << 30
# Somebody else has to take the next key in.
_TIME_TO_HAND_ON = timedelta(days=30)
_SECRET = ("log.key", "session.key")
_OPENED = "{path} can be opened by others on this machine (mode {mode:o})"


def look_at_place(folder: Path, now: datetime) -> Iterator[Fault]:
    """Every fault of a workspace's folder and of what it is started with."""
    yield from _owner(folder)
    yield from _modes(folder)
    yield from _keys(folder)
    yield from _disk(folder)
    yield from _address(now)
    yield from _directory(folder, now)


def _owner(folder: Path) -> Iterator[Fault]:
    strangers = [path for path in _files(folder) if path.lstat().st_uid != os.geteuid()]
    if strangers:
        wrong = f"{strangers[0]} belongs to another account, and so do {len(strangers) - 1} more"
        yield Fault("folder", wrong, "give them back: chown -R to the account that runs the workspace")


def _modes(folder: Path) -> Iterator[Fault]:
    wanted = {folder: 0o700, folder / "keys": 0o700}
    wanted |= {folder / name: 0o600 for name in ("ninefold.sqlite3", "ninefold.sqlite3-wal", "ninefold.sqlite3-shm")}
    wanted |= {folder / "keys" / name: 0o600 for name in (*_SECRET, "directory.key", "push.key")}
    for path, mode in wanted.items():
        if path.exists() and (found := stat.S_IMODE(path.stat().st_mode)) & ~mode:
            yield Fault("folder", _OPENED.format(path=path, mode=found), f"chmod {mode:o} {path}")


def _keys(folder: Path) -> Iterator[Fault]:
    for name in _SECRET:
        path = folder / "keys" / name
        if not path.exists():
            yield Fault("keys", f"{path} is missing", "take it from the backup; without it the log cannot go on")
    try:
        signer = Signer.from_file(folder / "keys" / "log.key")
    except NinefoldError as error:
        if (folder / "keys" / "log.key").exists():
            yield Fault("keys", str(error), "take the key from the backup")
        return
    origin = workspace.read(folder).origin
    if signer.name != origin:
        wrong = f"the key is that of the log {signer.name}, and this workspace's log is {origin}"
        yield Fault("keys", wrong, "put back the key that belongs to this folder")


def _disk(folder: Path) -> Iterator[Fault]:
    free = shutil.disk_usage(folder).free
    if free < LEAST_FREE:
        wrong = f"the disk of {folder} has {free >> 20} MB left"
        yield Fault("disk", wrong, f"free at least {LEAST_FREE >> 20} MB; once it is full nothing can be written")


def _address(now: datetime) -> Iterator[Fault]:
    try:
        address = from_settings()
        ends = require_certificate(address, now) if address.cert else None
    except NinefoldError as error:
        yield Fault("address", str(error), "set the address as the manual's page on servers says")
        return
    if ends and ends - now < timedelta(days=SOON_DAYS):
        yield Fault("address", f"the certificate ends on {ends:%Y-%m-%d}", "renew it and start again")


def _directory(folder: Path, now: datetime) -> Iterator[Fault]:
    try:
        directory = from_file(config.text("NINEFOLD_DIRECTORY"), folder)
    except NinefoldError as error:
        yield Fault(
            "directory", str(error), "mend the file as the manual's page on operating says; nothing starts before"
        )
        return
    if not isinstance(directory, SamlDirectory):
        return
    # One that ended may stay in the file beside its successor.
    ends = max(each.not_valid_after_utc for each in certificates_of(directory))
    if ends - now < timedelta(days=SOON_DAYS):
        wrong = f"the last certificate of {directory.name} ends on {ends:%Y-%m-%d}; then nobody gets in through it"
        yield Fault("directory", wrong, f"add the next one, from who runs it, to {directory.certificates}")
    yield from _own_key(folder, now)


def _own_key(folder: Path, now: datetime) -> Iterator[Fault]:
    """Some directories refuse what is signed, and encrypt nothing, under a certificate that has ended."""
    there = own_certificates(folder)
    if not there or there[-1].not_valid_after_utc - now >= _TIME_TO_HAND_ON:
        return
    wrong = f"the certificate of {key_path(folder)} ends on {there[-1].not_valid_after_utc:%Y-%m-%d}"
    retire = "retire the older key and " if len(there) == MOST else ""
    yield Fault("directory", wrong, f"{retire}make the next: ninefold access directory-key make; the manual says how")


def _files(folder: Path) -> list[Path]:
    return [folder, *(path for path in folder.rglob("*") if folder / "static" not in path.parents)]

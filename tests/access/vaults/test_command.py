"""`ninefold vault`: from keys to a destroyed vault, with real files and no workspace."""

import os
import re
import subprocess
import sys
import zipfile
from uuid import uuid4

import pytest

from ninefold.access.vaults import items, lists
from ninefold.access.vaults.vault_file import VaultFile


class Desk:
    """A folder in which custodians run the command."""

    def __init__(self, folder):
        self.folder = folder

    def run(self, *words, code=0):
        command = [sys.executable, "-m", "ninefold", "vault", *map(str, words)]
        env = {"PATH": os.environ["PATH"]}
        done = subprocess.run(command, cwd=self.folder, env=env, capture_output=True, text=True)
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout if code == 0 else done.stdout + done.stderr

    def found(self, *names, k=2):
        keys = {name: self.run("key", "--out", f"{name}.txt").strip() for name in names}
        given = [word for name, key in keys.items() for word in ("--custodian", f"{name}={key}")]
        self.run("found", "--name", "Talks", "--open-with", k, *given, "--out", "talks.vault")
        return keys

    @property
    def vault(self):
        return VaultFile.from_file(self.folder / "talks.vault")

    def put(self, *contents):
        """A zip file as a custodian takes it from the server."""
        held = [items.Item(self.vault.id, uuid4(), f"note {at}", "text/plain", one) for at, one in enumerate(contents)]
        sealed = [(one.id, items.seal(one, self.vault.recipient)) for one in held]
        rows = [lists.Listed(item, one.commitment.hex(), one.digest.hex()) for item, one in sealed]
        with zipfile.ZipFile(self.folder / "items.zip", "w") as packed:
            packed.writestr("items.json", lists.text_of(self.vault.id, rows))
            for item, one in sealed:
                packed.writestr(f"{item}.age", one.age)
        return sealed


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


def test_two_custodians_open_a_vault_off_the_server(desk):
    keys = desk.found("Ada", "Bero", "Dana")
    desk.put(b"what was said", b"what was left unsaid")
    assert "share, that of Bero, is whole" in desk.run("check", "talks.vault", "--identity", "Bero.txt")
    desk.run("share", "talks.vault", "--identity", "Bero.txt", "--to", keys["Ada"], "--out", "bero.share")
    opening = ("open", "talks.vault", "--identity", "Ada.txt", "--items", "items.zip")
    assert "opens with 2 different shares; here are 1" in desk.run(*opening, "--out", "alone", code=3)
    told = desk.run(*opening, "--share", "bero.share", "--out", "opened")
    assert told.count("as the list says") == 2
    opened = desk.folder / "opened"
    assert {path.read_bytes() for path in opened.iterdir()} == {b"what was said", b"what was left unsaid"}
    assert opened.stat().st_mode & 0o077 == 0
    assert all(path.stat().st_mode & 0o077 == 0 for path in opened.iterdir())


def test_what_is_sealed_here_opens_there(desk):
    desk.found("Ada", "Bero", k=1)
    (desk.folder / "note.txt").write_text("what was said")
    told = ("--vault", desk.vault.id, "--to", desk.vault.recipient)
    said = desk.run("seal", "note.txt", *told, "--out", "note.age")
    (desk.folder / "held").mkdir()
    (desk.folder / "note.age").rename(desk.folder / "held" / "note.age")
    opened = desk.run("open", "talks.vault", "--identity", "Ada.txt", "--items", "held", "--out", "opened")
    assert re.search(r"commitment +(\S+)", said)[1] in opened
    assert "no list to hold it against" in opened


def test_what_was_exchanged_added_or_taken_away_is_named(desk):
    desk.found("Ada", "Bero", k=1)
    (first, _), (second, other) = desk.put(b"one", b"two")
    forged = items.seal(items.Item(desk.vault.id, first, "note 0", "text/plain", b"lie"), desk.vault.recipient)
    added = items.seal(items.Item(desk.vault.id, uuid4(), "more", "text/plain", b"lie"), desk.vault.recipient)
    held = desk.folder / "held"
    with zipfile.ZipFile(desk.folder / "items.zip") as packed:
        packed.extractall(held)
    (held / f"{first}.age").write_bytes(forged.age)
    (held / "added.age").write_bytes(added.age)
    (held / f"{second}.age").unlink()
    (held / "broken.age").write_bytes(other.age[:-1])
    told = desk.run("open", "talks.vault", "--identity", "Ada.txt", "--items", "held", "--out", "opened", code=4)
    assert "NOT what its entry says" in told
    assert "NOT in the list" in told
    assert f"{second}: stands in the list and did not open" in told
    assert "broken.age: This is not encrypted to this key, or it is damaged" in told


def test_a_destroyed_key_opens_no_more(desk):
    desk.found("Ada", "Bero")
    desk.put(b"one")
    told = desk.run("destroy-share", "talks.vault", "--identity", "Ada.txt", "--yes")
    assert "opens no more" in told
    assert not (desk.folder / "Ada.txt").exists()
    assert "no key file Ada.txt" in desk.run("check", "talks.vault", "--identity", "Ada.txt", code=3)


def test_keys_and_files_are_guarded(desk):
    desk.found("Ada", "Bero")
    assert (desk.folder / "Ada.txt").stat().st_mode & 0o777 == 0o600
    assert "already a file" in desk.run("key", "--out", "Ada.txt", code=4)
    (desk.folder / "Ada.txt").chmod(0o644)
    assert "run chmod 600" in desk.run("check", "talks.vault", "--identity", "Ada.txt", code=3)
    assert "no file nothing" in desk.run("check", "nothing", "--identity", "Ada.txt", code=3)
    wrong = ("found", "--name", "x", "--open-with", "1", "--custodian", "Ada", "--out", "x")
    assert "LABEL=age1" in desk.run(*wrong, code=2)


def test_the_help_answers_without_a_database():
    words = [sys.executable, "-X", "importtime", "-m", "ninefold", "vault", "open", "--help"]
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.returncode == 0
    assert "django" not in done.stderr

"""Custodians with their keys in files, databases of their own, and a workspace that was backed up."""

import shutil
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.db import connection

from ninefold.sealing import age
from ninefold.web import config

from .node import Node


@pytest.fixture(scope="session")
def custodians(tmp_path_factory):
    """Three people, of whom two can open: a file of recipients, and a file of each one's identity."""
    folder = tmp_path_factory.mktemp("custodians")
    identities = [age.new_identity() for _ in range(3)]
    keys = folder / "recipients.txt"
    keys.write_text("".join(f"{age.recipient_of(one)}\n" for one in identities))
    files = [folder / f"{number}.txt" for number in range(3)]
    for file, identity in zip(files, identities, strict=True):
        file.write_text(f"# a custodian\n{identity}\n")
        file.chmod(0o600)
    return keys, files


@pytest.fixture(scope="session")
def opening(custodians):
    """The words that open a backup."""
    return ["--identity", str(custodians[1][0]), "--identity", str(custodians[1][2])]


@pytest.fixture(scope="session")
def new_database(django_db_setup, django_db_blocker):
    """Makes empty PostgreSQL databases beside the one of the tests."""
    address, names = config.text("NINEFOLD_DATABASE"), []

    def make():
        if not address:
            pytest.skip("NINEFOLD_DATABASE names no database")
        names.append(f"keeping_{uuid4().hex}")
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {names[-1]}")
        return urlsplit(address)._replace(path=f"/{names[-1]}").geturl()

    yield make
    for name in names:
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def backed_up(tmp_path_factory, custodians, new_database):
    """A workspace with grants and texts, backed up, in which everything ended afterwards. Its machine is lost."""
    folder = tmp_path_factory.mktemp("lost")
    node = Node(folder / "workspace", new_database() if config.text("NINEFOLD_DATABASE") else "")
    node.step("begin")
    node.ninefold("access", "directory-key", "make")
    node.ninefold("backup", "--to", folder / "backup", "--keys", custodians[0])
    old_head = (node.folder / "keys" / "log.head").read_bytes()
    shutil.copytree(folder / "backup", folder / "without-list")
    assert node.step("end") == {"unwritten": []}
    (folder / "newest").write_bytes((node.folder / "keys" / "log.head").read_bytes())
    (folder / "oldest").write_bytes(old_head)
    shutil.rmtree(node.folder)
    return folder

"""What an older version made is served by this one, on both databases, with its ledger as it was written.

Each folder here bears the name of a released version and holds its sample, as `tools/release/keep.py` kept it.
"""

import json
import lzma
import os
import sqlite3
import subprocess
import sys
import tarfile
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from run.running import Run, environment

HERE = Path(__file__).parent
VERSIONS = sorted(path.name for path in HERE.iterdir() if path.is_dir() and path.name[0].isdigit())
# Rows of these tables are never touched; tiles grow wider, and the check recomputes them from the leaves.
TABLES = ("ledger_entry", "ledger_body", "ledger_tombstone", "ledger_leaf", "ledger_checkpoint")
pytestmark = pytest.mark.faults
on_file = pytest.mark.skipif("NINEFOLD_DATABASE" in os.environ, reason="this one keeps its records in a file")


def test_the_first_version_is_among_them():
    assert "0.1.0" in VERSIONS


@on_file
@pytest.mark.parametrize("version", VERSIONS)
def test_a_file_of_an_older_version(version, tmp_path):
    folder = unpack(version, "workspace", tmp_path)
    before = on_sqlite(folder)
    serve_and_check(folder, before, lambda: on_sqlite(folder))


@pytest.mark.parametrize("version", VERSIONS)
def test_a_postgresql_database_of_an_older_version(version, tmp_path, django_db_setup, django_db_blocker):
    address = os.environ.get("NINEFOLD_DATABASE")
    if not address:
        pytest.skip("NINEFOLD_DATABASE names no database")
    from django.db import connection

    folder = unpack(version, "postgresql", tmp_path)
    name = f"upgrade_{uuid4().hex}"
    mine = urlsplit(address)._replace(path=f"/{name}").geturl()
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
        load(mine, HERE / version / "postgresql.sql.xz")
        before = on_postgresql(mine)
        serve_and_check(folder, before, lambda: on_postgresql(mine), NINEFOLD_DATABASE=mine)
        cursor.execute(f"DROP DATABASE {name}")


def unpack(version, name, folder):
    with tarfile.open(HERE / version / f"{name}.tar.xz") as archive:
        archive.extractall(folder, filter="data")
    for path in (folder / "workspace", folder / "workspace" / "keys"):
        path.chmod(0o700)
    return folder / "workspace"


def serve_and_check(folder, before, again, **settings):
    """Start it as its operator does, which brings its tables up; then compare, and read everything again."""
    assert before["ledger_entry"]
    run = Run(folder, **settings)
    try:
        assert run.page("/")[0] == run.page("/ledger/")[0] == run.page("/warning/")[0] == 200
    finally:
        assert run.stop() == 0
    after = again()
    for table, rows in before.items():
        assert rows.items() <= after[table].items(), table
    words = [sys.executable, "-m", "ninefold", "ledger", "check", "--json", "--workspace", folder]
    done = subprocess.run(words, env=environment() | settings, capture_output=True, text=True)
    assert json.loads(done.stdout)["findings"] == []


def on_sqlite(folder):
    with sqlite3.connect(folder / "ninefold.sqlite3") as database:
        found = {table: rows(database, table) for table in TABLES}
    database.close()
    return found


def on_postgresql(address):
    import psycopg

    with psycopg.connect(address) as database:
        return {table: rows(database, table) for table in TABLES}


def rows(database, table):
    """Each cell by its row's first column and its own name: a later version may add rows and columns."""
    found = database.execute(f"SELECT * FROM {table}")
    names = [column[0] for column in found.description]
    return {(row[0], name): value for row in found for name, value in zip(names, row, strict=True)}


def load(address, file):
    """What `pg_dump --inserts` wrote, without the words that only its own client knows."""
    import psycopg

    lines = lzma.decompress(file.read_bytes()).decode().splitlines()
    with psycopg.connect(address) as database:
        database.execute("\n".join(line for line in lines if not line.startswith("\\")))

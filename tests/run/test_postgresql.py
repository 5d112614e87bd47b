"""`ninefold run` on a PostgreSQL database of its own; the other tests of this folder keep their records in a file."""

import contextlib
import re
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.db import connection

from ninefold.web import config

from .running import Run

pytestmark = pytest.mark.faults


@pytest.fixture
def database(django_db_setup, django_db_blocker):
    """The address of a new, empty database beside the one of the tests."""
    address = config.text("NINEFOLD_DATABASE")
    if not address:
        pytest.skip("NINEFOLD_DATABASE names no database")
    name = f"run_{uuid4().hex}"
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
        yield urlsplit(address)._replace(path=f"/{name}").geturl()
        # Refused while anybody is connected: a run that stopped has let go of everything.
        cursor.execute(f"DROP DATABASE {name}")


def the_way_in(run):
    return re.search(r"http://localhost:\d+(/access/invitation/\S+)", run.text).group(1)


@contextlib.contextmanager
def running(*arguments, **settings):
    run = Run(*arguments, **settings)
    try:
        yield run
    finally:
        assert run.stop() == 0


def test_it_runs_and_stops_and_goes_on_with_what_it_had(database, tmp_path):
    with running(tmp_path / "w", "--empty", NINEFOLD_DATABASE=database) as first:
        assert first.page()[0] == 200
    with running(tmp_path / "w", NINEFOLD_DATABASE=database) as second:
        # The same first person: his earlier link has ended, the new one is for him.
        assert second.enter_by(the_way_in(first))[0] == 404
        assert second.enter_by(the_way_in(second))[0] == 302
    assert not (tmp_path / "w" / "ninefold.sqlite3").exists()

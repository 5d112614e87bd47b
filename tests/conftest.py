"""A workspace of its own for each test run, made as `ninefold run` makes one."""

import os
import shutil
import sys
import tempfile
from pathlib import Path

import django
import pytest
from django.conf import global_settings
from hypothesis import HealthCheck
from hypothesis import settings as examples

from ninefold.web import workspace

# The world of `world.py` is made by the real acts of every room, and every room's tests may live in it.
sys.path.insert(0, str(Path(__file__).parent))

_FOLDER = Path(tempfile.mkdtemp(prefix="ninefold-tests-"))
os.environ["NINEFOLD_WORKSPACE"] = str(_FOLDER / "workspace")
os.environ["DJANGO_SETTINGS_MODULE"] = "ninefold.web.settings"
workspace.create(_FOLDER / "workspace", sample=True, address=os.environ.get("NINEFOLD_DATABASE", ""))
# pytest-django looks for the settings before this file can name them.
django.setup()


# A machine that does other work too makes an example slow, which says nothing about the program.
examples.register_profile("ninefold", deadline=None, suppress_health_check=[HealthCheck.too_slow])
examples.load_profile("ninefold")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes():
    """Each further process reads this file before the settings, and so makes a workspace of its own."""
    del os.environ["DJANGO_SETTINGS_MODULE"]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Journeys come last: a browser's event loop goes on in their process, which no other test would bear."""
    items.sort(key=lambda item: "journeys" in item.path.parts)


def pytest_unconfigure():
    shutil.rmtree(_FOLDER, ignore_errors=True)


@pytest.fixture(scope="session")
def static_files():
    """The assets under their versioned names, as the running program has them."""
    from django.core.management import call_command

    call_command("collectstatic", interactive=False, verbosity=0)


@pytest.fixture(scope="session")
def field_data():
    """The folder of large optional data; tests that need it say so by skipping where it is absent."""
    folder = os.environ.get("NINEFOLD_FIELD_DATA")
    if not folder or not Path(folder).is_dir():
        pytest.skip("NINEFOLD_FIELD_DATA names no folder with field data")
    return Path(folder)


@pytest.fixture(autouse=True, scope="session")
def _quick_passwords():
    """A password is a third of a second of work by design; the journeys do it, here it is only a way in."""
    from django.test import override_settings

    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture
def slow_passwords(settings):
    """Passwords as the program stores them, where a test is about that."""
    settings.PASSWORD_HASHERS = global_settings.PASSWORD_HASHERS


@pytest.fixture
def _ledger_triggers_again(django_db_blocker):
    """After a test that commits, the tables are emptied; then the ledger must be closed again."""
    opened = []
    yield opened
    if opened:
        from django.db import connection

        from ninefold.ledger import append_only

        with django_db_blocker.unblock():
            append_only.install(connection)


@pytest.fixture
def _django_db_helper(_ledger_triggers_again, _django_db_helper, django_db_blocker):
    """Tests that commit end by emptying every table, which the ledger's triggers would refuse."""
    yield
    from django.conf import settings
    from django.db import connection

    from ninefold.ledger import append_only

    if not connection.in_atomic_block:
        with django_db_blocker.unblock():
            append_only.remove(connection)
        (settings.WORKSPACE / "keys" / "log.head").unlink(missing_ok=True)
        _ledger_triggers_again.append(True)


@pytest.fixture
def world(db):
    """The world of `world.py`, in the test's own transaction."""
    from world import build

    return build()

"""People, audiences and records of this room, made through its own acts."""

from datetime import UTC, datetime, timedelta

import pytest

from ninefold.access import actions
from ninefold.ledger import keeping
from ninefold.words.text import in_one

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
YEAR = timedelta(days=365)


class House:
    """Makes people and audiences with few words: `house.person("ada")`, `house.audience("talks", keeper)`."""

    def __init__(self) -> None:
        self.root = actions.found(now=NOW, email="root@example.org", name=in_one("en", "Root"), invented=True).person

    def person(self, name, *, roles=(), invented=True):
        return actions.invite(
            by=self.root,
            now=NOW,
            email=f"{name}@example.org",
            name=in_one("en", name.title()),
            roles=roles,
            invented=invented,
        ).person

    def audience(self, name, keeper, members=(), *, members_visible=False, ends=NOW + YEAR):
        made = actions.open_audience(
            by=self.root, now=NOW, name=in_one("en", name), custodian=keeper, members_visible=members_visible
        )
        for member in members:
            actions.add_member(by=keeper, now=NOW, audience=made, person=member, ends=ends)
        return made


@pytest.fixture
def log_key(settings):
    """The log of this workspace has a key, and remembers nothing of the test afterwards."""
    if not (settings.WORKSPACE / "keys" / "log.key").exists():
        keeping.create_log_key(settings.WORKSPACE, settings.LOG_ORIGIN)
    yield
    (settings.WORKSPACE / "keys" / "log.head").unlink(missing_ok=True)


@pytest.fixture
def now():
    return NOW


@pytest.fixture
def house(db):
    return House()

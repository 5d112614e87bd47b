"""A vault of five custodians, three of whom open it, founded as its custodians found it."""

from datetime import date
from uuid import uuid4

import pytest

from ninefold.access.vaults import ceremony, items
from ninefold.access.vaults.age_keys import Identity

DAY = date(2026, 3, 1)
NAMES = ("Ada", "Bero", "Chloé", "دانا", "Emre")


class Kept:
    """A vault's file and the identities of its custodians, in their order."""

    def __init__(self, k=3, n=5):
        self.identities = [Identity.new() for _ in range(n)]
        invited = [ceremony.Invited(NAMES[at % 5], one.recipient) for at, one in enumerate(self.identities)]
        self.file = ceremony.found(name="Talks", k=k, custodians=invited, day=DAY)

    def shares(self, *indexes):
        """The shares of these custodians, each as its own."""
        return [ceremony.own_share(self.file, self.identities[index - 1]) for index in indexes]

    def item(self, content=b"What was said.", **more):
        told = {"vault": self.file.id, "id": uuid4(), "name": "Note", "media": "text/plain", "content": content}
        return items.Item(**told | more)


@pytest.fixture(scope="session")
def kept():
    return Kept()

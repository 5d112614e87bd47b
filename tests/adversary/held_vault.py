"""A vault of two custodians, with something in it that a browser sealed and something that the server sealed."""

from datetime import date
from uuid import uuid4

from ninefold.access import actions
from ninefold.access.vaults import ceremony, items
from ninefold.access.vaults.age_keys import Identity
from ninefold.words.text import in_one

CANARY = b"the-canary-of-the-red-lines-7f3a"


class Held:
    """A vault of the analyst and the head, with something in it that a browser sealed and something of the server's."""

    def __init__(self, world):
        self.identities = [Identity.new(), Identity.new()]
        keepers = [world.analyst, world.head]
        for person, one in zip(keepers, self.identities, strict=True):
            actions.publish_custodian_key(by=person, now=world.now, name="key", recipient=one.recipient)
        invited = [ceremony.Invited(str(at), one.recipient) for at, one in enumerate(self.identities)]
        self.file = ceremony.found(name="Red lines", k=2, custodians=invited, day=date(2026, 11, 21))
        self.vault = actions.register_vault(
            by=world.analyst,
            now=world.now,
            file=self.file.text(),
            marking="tlp:amber",
            audiences=[world.audience.pk],
            purpose=in_one("en", "What must not leak"),
        )
        self.key = ceremony.key_from(self.file, [ceremony.own_share(self.file, one) for one in self.identities])
        item = items.Item(self.vault.pk, uuid4(), CANARY.decode(), "text/plain", CANARY)
        self.sealed = items.seal(item, self.file.recipient)
        told = {"item": item.id, "sealed": self.sealed.age, "commitment": self.sealed.commitment}
        self.row = actions.deposit(by=world.envoy, now=world.now, vault=self.vault.pk, **told)
        server = {"vault": self.vault.pk, "name": CANARY.decode(), "content": CANARY}
        actions.seal_into(by=None, now=world.now, **server)

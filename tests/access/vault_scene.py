"""A vault in a house: three custodians with keys of their own, an audience that knows of it, others who do not."""

from datetime import timedelta
from uuid import uuid4

from ninefold.access import actions
from ninefold.access.vaults import ceremony, items
from ninefold.access.vaults.age_keys import Identity
from ninefold.words.text import in_one

from .conftest import NOW, YEAR

NAMES = ("ada", "bero", "dana")
DAY = timedelta(days=1)


class Scene:
    """`scene.vault` is kept by ada, bero and dana, two of whom open it; `scene.member` may put something in."""

    def __init__(self, house, *, k=2, now=NOW, **terms):
        self.house, self.now, self.root = house, now, house.root
        self.people = [house.person(name) for name in NAMES]
        self.member, self.outsider = house.person("member"), house.person("outsider")
        self.registrar = house.person("registrar", roles=["registrar"])
        inside = [self.member, self.registrar]
        self.audience = house.audience("Talks", self.registrar, inside, ends=now + YEAR)
        self.identities = [Identity.new() for _ in NAMES]
        for person, identity in zip(self.people, self.identities, strict=True):
            actions.publish_custodian_key(by=person, now=now, name="laptop", recipient=identity.recipient)
        self.file = self.founded(k=k)
        self.vault = self.registered(**terms)

    def founded(self, *, k=2):
        invited = [
            ceremony.Invited(name.title(), one.recipient) for name, one in zip(NAMES, self.identities, strict=True)
        ]
        return ceremony.found(name="Red lines", k=k, custodians=invited, day=self.now.date())

    def registered(self, *, by=None, file=None, **terms):
        given = {"marking": "tlp:amber", "audiences": [self.audience.pk], "purpose": in_one("en", "What must not leak")}
        told = given | terms
        text = (file or self.file).text()
        return actions.register_vault(by=by or self.registrar, now=self.now, file=text, **told)

    def sealed(self, content=b"what was said", *, vault=None, recipient=None):
        item = items.Item((vault or self.vault).pk, uuid4(), "Note", "text/plain", content)
        return item, items.seal(item, recipient or self.file.recipient)

    def put(self, content=b"what was said", *, by=None, now=None):
        item, sealed = self.sealed(content)
        told = {"vault": self.vault.pk, "item": item.id, "sealed": sealed.age, "commitment": sealed.commitment}
        return actions.deposit(by=by or self.member, now=now or self.now, **told)

    def key(self, file=None):
        """The vault's key from ada's share and the one that bero passed to her."""
        held = file or self.file
        ada, bero, _ = self.identities
        passed = ceremony.passed_share(held, ceremony.pass_on(held, bero, to=ada.recipient), ada)
        return ceremony.key_from(held, [ceremony.own_share(held, ada), passed])

"""A house, a running provider (of OpenID Connect and of SAML), and people who come through it."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from provider.running import Provider
from provider.saml.running import SamlProvider

from ninefold import clock
from ninefold.access import actions
from ninefold.access.directory.file import from_file
from ninefold.access.directory.identity import fingerprint, identity_of
from ninefold.access.models import Audience, Membership, Person
from ninefold.ledger.models import Entry
from ninefold.words.text import in_one

from .test_signing_in import enrolled

SITE = "http://localhost:8009"
BACK = f"{SITE}/sign-in/directory/back/"
ANSWER = "/sign-in/directory/answer/"
ENTER, TIE, HOME, ENROL = "/sign-in/directory/", "/sign-in/directory/tie/", "/access/", "/access/enrol/"
MFA = {"amr": ["pwd", "mfa"]}


class Scene:
    """What the tests do again and again: invite, tie, enter."""

    def __init__(self, provider, settings, folder):
        self.provider, self.settings, self.folder = provider, settings, folder
        self.named()

    def named(self, **more):
        """The operator names the provider, with further keys of his file."""
        path = self.provider.directory_file(self.folder, **more)
        self.settings.DIRECTORY = from_file(str(path), self.settings.WORKSPACE)
        self.agreed()
        return self.settings.DIRECTORY

    def agreed(self):
        """An administrator agrees to the directory as it is now, where it was changed."""
        directory = self.settings.DIRECTORY
        if not actions.note_directory(now=clock.now(), directory=directory):
            seen = fingerprint(identity_of(directory))
            actions.agree_directory(by=self.root(), now=clock.now(), directory=directory, seen=seen)

    def root(self):
        """The administrator of this workspace."""
        found = Person.objects.filter(roles=["administrator"]).first()
        return found or actions.found(now=clock.now(), email="root@example.org", name=in_one("en", "Root")).person

    def begun(self, client, at=ENTER, **form):
        """The address of the provider to which the browser is sent."""
        answer = client.post(at, form)
        assert answer.status_code == 302, answer.text
        return answer.url

    def comes(self, client, name, at=ENTER, **form):
        """Through the provider and back, as one go."""
        return self.heard(client, self.provider.answers(self.begun(client, at, **form), name))

    def heard(self, client, answer):
        """The answer as the browser brings it: in the address, or as the fields of a form."""
        if isinstance(answer, str):
            return client.get(answer)
        page = client.post(ANSWER, answer)
        # A browser that had nothing under way is asked to bring the same from a page of the house.
        return client.post(ANSWER, answer | {"again": "1"}) if "data-go-on" in page.text else page

    def invited(self, name="ada"):
        root, now = self.root(), clock.now()
        return actions.invite(by=root, now=now, email=f"{name}@example.org", name=in_one("en", name.title()))

    def in_by_invitation(self, name="ada"):
        """A browser in which the invitation was taken up, and nothing enrolled yet."""
        person, secret = self.invited(name)
        client = Client()
        assert client.post(f"/access/invitation/{secret}/").url == ENROL
        return client, person

    def tied(self, name="ada"):
        """A browser whose person tied the provider to his account, and came in by two factors."""
        client, person = self.in_by_invitation(name)
        answer = self.comes(client, name, TIE)
        assert answer.status_code == 302, answer.text
        return client, person

    def audience(self, keeper, group="desk", days=30):
        """An audience whose group the operator proposes; nobody confirmed it yet."""
        root = Person.objects.get(email="root@example.org")
        made = actions.open_audience(by=root, now=clock.now(), name=in_one("en", "Talks"), custodian=keeper)
        self.named(amr=["mfa"], group=[{"group": group, "audience": str(made.pk), "days": days}])
        return made

    def confirm(self, audience: Audience):
        directory = self.settings.DIRECTORY
        mapping = next(each for each in directory.mappings if each.audience == audience.pk)
        return actions.confirm_group(
            by=audience.custodian, now=clock.now(), audience=audience, mapping=mapping, issuer=directory.issuer
        )

    def keeper(self):
        """Somebody who enrolled here, to keep an audience."""
        client = Client()
        person, _ = enrolled(client, "keeper@example.org")
        person.refresh_from_db()
        return client, person


def reads_through(person, audience):
    now = clock.now()
    return Membership.objects.filter(person=person, audience=audience, starts__lte=now, ends__gt=now).first()


def acts(kind):
    return Entry.objects.filter(kind=f"access.{kind}").count()


def who(client):
    return client.get(HOME).context["person"]


def later(membership, days):
    """As if the membership had been given days ago."""
    Membership.objects.filter(pk=membership.pk).update(
        starts=membership.starts - timedelta(days=days), ends=membership.ends - timedelta(days=days)
    )


@pytest.fixture(scope="module", params=["openid", "saml"])
def provider(request, tmp_path_factory):
    """Either kind, so that whatever is asked of one is asked of the other."""
    yield from running(request.param, tmp_path_factory.mktemp("provider"))


def running(kind, folder):
    """A provider of this kind, until the tests of a module are done."""
    provider = Provider(folder, BACK) if kind == "openid" else SamlProvider(folder, SITE)
    yield provider
    provider.stop()


@pytest.fixture
def scene(db, static_files, provider, settings, tmp_path):
    cache.clear()
    provider.honest()
    provider.says(**dict.fromkeys(("ada", "bero", "eve", "root"), MFA))
    settings.ACCOUNT_RATE_LIMITS = False
    made = Scene(provider, settings, tmp_path)
    made.named(amr=["mfa", "hwk", "otp"])
    return made

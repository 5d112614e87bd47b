"""Two real connections at once: one subject opens one account, and whom the custodian puts out stays out."""

from datetime import timedelta
from pathlib import Path

import pytest
from at_once import at_once

from ninefold.access import actions
from ninefold.access.directory.fields import GroupMapping
from ninefold.access.directory.openid import OpenIdDirectory
from ninefold.access.models import DirectoryLink, HeardAnswer, Membership
from ninefold.errors import ConflictError, RefusedError

from .conftest import NOW, House
from .test_vault_races import count

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOW + timedelta(days=3)


class Talks:
    """An audience whose custodian let the group in, and a member of the group."""

    def __init__(self):
        self.house = house = House()
        self.keeper, self.ada, self.bero = (house.person(name) for name in ("keeper", "ada", "bero"))
        self.audience = house.audience("talks", self.keeper)
        mapping = GroupMapping("desk", self.audience.pk, 30)
        told = {"issuer": "https://login.example", "client_id": "c", "secret": Path("s"), "name": "Login"}
        self.directory = OpenIdDirectory(**told, mappings=(mapping,))
        self.consent = actions.confirm_group(
            by=self.keeper, now=NOW, audience=self.audience, mapping=mapping, issuer=self.directory.issuer
        )

    def seen(self, now):
        return lambda: actions.seen_in_directory(person=self.ada, now=now, directory=self.directory, groups=["desk"])

    def linking(self, person, subject="s"):
        told = {"directory": self.directory, "subject": subject, "email": person.email}
        return lambda: actions.link_directory(person=person, now=NOW, **told)


@pytest.mark.parametrize("attempt", range(3))
def test_two_sign_ins_make_one_membership(attempt):
    talks = Talks()
    assert at_once(talks.seen(NOW), talks.seen(NOW)) == [None, None]
    assert Membership.objects.count() == count("member-added") == 1
    assert at_once(talks.seen(LATER), talks.seen(LATER)) == [None, None]
    assert count("membership-prolonged") == 1


@pytest.mark.parametrize("attempt", range(3))
def test_whom_the_custodian_puts_out_at_the_moment_of_a_sign_in_is_out(attempt):
    talks = Talks()
    talks.seen(NOW)()
    row = Membership.objects.get()
    at_once(
        talks.seen(LATER), lambda: actions.end_membership(by=talks.keeper, now=LATER, membership=row), talks.seen(LATER)
    )
    assert not Membership.objects.filter(ends__gt=LATER).exists()
    talks.seen(LATER + timedelta(hours=1))()
    assert not Membership.objects.filter(ends__gt=LATER).exists()


@pytest.mark.parametrize("attempt", range(3))
def test_whoever_comes_while_the_custodian_withdraws_is_out(attempt):
    talks = Talks()
    at_once(talks.seen(NOW), lambda: actions.withdraw_group(by=talks.keeper, now=NOW, consent=talks.consent))
    assert not Membership.objects.filter(ends__gt=NOW).exists()


def test_one_subject_opens_one_account():
    talks = Talks()
    done = at_once(talks.linking(talks.ada), talks.linking(talks.bero), talks.linking(talks.ada, "another"))
    assert sum(isinstance(each, ConflictError) for each in done) == len(done) - DirectoryLink.objects.count()
    assert DirectoryLink.objects.filter(subject="s").count() <= 1
    assert DirectoryLink.objects.filter(person=talks.ada).count() <= 1
    assert count("directory-linked") == DirectoryLink.objects.count() >= 1


@pytest.mark.parametrize("attempt", range(3))
def test_one_answer_signs_in_once_whichever_process_hears_it(attempt):
    told = {"issuer": "https://login.example", "assertion": "_a", "until": NOW + timedelta(minutes=5), "now": NOW}
    done = at_once(*[lambda: actions.hear_once(**told)] * 4)
    assert [type(each) for each in done if each is not None] == [RefusedError] * 3
    assert HeardAnswer.objects.count() == 1

"""Two real connections at once: a departure comes before another act or after it, never in the middle."""

from datetime import timedelta

import pytest
from at_once import at_once
from django.conf import settings
from django.test import Client
from django.urls import reverse
from world import build, version

from ninefold import clock
from ninefold.access import actions
from ninefold.access.models import Audience, Membership, Person
from ninefold.errors import ConflictError
from ninefold.ledger.models import Entry
from ninefold.warning.models import EarlyWarning

from .conftest import NOW, YEAR, House
from .test_directory_races import Talks
from .test_vault_races import count

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("static_files")]
LATER = NOW + timedelta(hours=1)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def closing(house, person, **told):
    return lambda: actions.close_account(
        by=house.root, now=LATER, person=person, reason="Left.", orphans_read=True, **told
    )


@pytest.mark.parametrize("attempt", range(3))
def test_who_acts_while_his_account_closes_is_done_before_or_not_at_all(attempt):
    world = build(clock.now() - timedelta(minutes=5))
    warning = world.sent()
    browser = Client()
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    browser.force_login(world.head, backend=BACKEND)

    def acknowledge():
        return browser.post(
            reverse("warning:acknowledge", args=[warning.pk]), {"version": version(warning)}
        ).status_code

    def close():
        told = {"reason": "Left.", "orphans_read": True}
        actions.close_account(by=world.administrator, now=clock.now(), person=world.head, **told)

    answered, closed = at_once(acknowledge, close)
    assert closed is None
    assert not Person.objects.get(pk=world.head.pk).is_active
    state = EarlyWarning.objects.get(pk=warning.pk).state
    kinds = list(Entry.objects.order_by("serial").values_list("kind", flat=True))
    if state == "acknowledged":
        assert kinds.index("warning.acknowledged") < kinds.index("access.account-closed")
    else:
        assert answered in {302, 403, 404, 409}
        assert (state, "warning.acknowledged" in kinds) == ("sent", False)


@pytest.mark.parametrize("attempt", range(3))
def test_two_administrators_close_it_once(attempt):
    house = House()
    ada = house.person("ada")
    done = at_once(closing(house, ada), closing(house, ada))
    assert sorted(map(str, done)) == ["None", "This account is closed already."]
    assert count("account-closed") == 1


@pytest.mark.parametrize("attempt", range(3))
def test_custody_never_passes_to_who_is_leaving_at_that_moment(attempt):
    house = House()
    keeper, ada = house.person("keeper"), house.person("ada")
    audience = house.audience("talks", keeper)
    at_once(
        closing(house, ada),
        lambda: actions.pass_custody(by=keeper, now=LATER, audience=audience, person=ada),
    )
    held = Audience.objects.select_related("custodian").get()
    # Either she had it before she left, and the list said so, or it stayed where it was.
    passed = list(Entry.objects.order_by("serial").values_list("kind", flat=True))
    if held.custodian == ada:
        assert passed.index("access.custody-passed") < passed.index("access.account-closed")
    else:
        assert held.custodian == keeper


@pytest.mark.parametrize("attempt", range(3))
def test_nobody_joins_an_audience_after_he_left(attempt):
    house = House()
    keeper, ada = house.person("keeper"), house.person("ada")
    audience = house.audience("talks", keeper)
    added, closed = at_once(
        lambda: actions.add_member(by=keeper, now=LATER, audience=audience, person=ada, ends=LATER + YEAR),
        closing(house, ada),
    )
    assert closed is None
    assert isinstance(added, Membership | ConflictError)
    assert not Membership.objects.filter(person=ada, ends__gt=LATER).exists()


@pytest.mark.parametrize("attempt", range(3))
def test_no_sign_in_lets_in_who_is_leaving_at_that_moment(attempt):
    talks = Talks()
    talks.seen(NOW)()
    again = talks.seen(LATER + timedelta(days=2))
    done = at_once(again, closing(talks.house, talks.ada), again)
    assert done[1] is None
    assert {type(one) for one in done} <= {type(None), ConflictError}
    assert not Membership.objects.filter(person=talks.ada, ends__gt=LATER).exists()
    assert count("membership-ended") == 1


@pytest.mark.parametrize("attempt", range(5))
def test_nobody_waits_for_each_other_over_several_audiences(attempt):
    """Who leaves, whoever lets him in or puts him out, and a sign-in, in no order: all of them come to an end."""
    talks = Talks()
    house, ada = talks.house, talks.ada
    others = [house.audience(f"circle {number}", talks.keeper) for number in range(4)]
    term = {"by": talks.keeper, "person": ada}
    inside = [actions.add_member(now=NOW, audience=one, ends=NOW + YEAR, **term) for one in others[:2]]
    adding = [
        lambda one=one: actions.add_member(now=LATER, audience=one, ends=LATER + YEAR, **term) for one in others[2:]
    ]
    ending = [
        lambda row=row: actions.end_membership(by=talks.keeper, now=LATER, membership=row) for row in reversed(inside)
    ]
    done = at_once(*adding, talks.seen(LATER), closing(house, ada), *ending)
    assert done[3] is None
    assert all(isinstance(one, Membership | ConflictError | None) for one in done)
    assert not Membership.objects.filter(person=ada, ends__gt=LATER).exists()
    assert count("member-added") == count("membership-ended") == Membership.objects.count()

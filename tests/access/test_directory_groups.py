"""Groups of a directory let people into an audience only as far as its custodian agreed, and only for a while."""

from datetime import timedelta

import pytest
from django.test import Client

from ninefold import clock
from ninefold.access import actions
from ninefold.access.models import Membership, Person
from ninefold.errors import ConflictError, RefusedError

from .directory_scene import MFA, acts, later, provider, reads_through, scene

__all__ = ["provider", "scene"]
IN_DESK = MFA | {"groups": ["desk", "lunch"]}


@pytest.fixture
def set_up(scene):
    keeper_client, keeper = scene.keeper()
    client, ada = scene.tied()
    audience = scene.audience(keeper)
    scene.provider.says(ada=IN_DESK, bero=MFA, root=IN_DESK)
    return scene, keeper_client, keeper, client, ada, audience


def again(scene, name="ada"):
    return scene.comes(Client(), name)


def test_a_group_lets_nobody_in_before_the_custodian_agreed(set_up):
    scene, _, _, _, ada, audience = set_up
    again(scene)
    assert reads_through(ada, audience) is None
    scene.confirm(audience)
    assert reads_through(ada, audience) is None
    again(scene)
    row = reads_through(ada, audience)
    assert timedelta(days=30) <= row.ends - clock.now() <= timedelta(days=31)
    assert (acts("group-confirmed"), acts("member-added")) == (1, 1)


def test_the_custodian_agrees_on_the_page_and_takes_it_back(set_up):
    scene, keeper_client, _, client, ada, audience = set_up
    page = f"/access/audiences/{audience.pk}/"
    assert "Let in desk" in keeper_client.get(page).text
    assert keeper_client.post(f"{page}groups/", {"group": "desk", "days": "31"}).status_code == 404
    keeper_client.post(f"{page}groups/", {"group": "desk", "days": "30"})
    again(scene)
    assert "Close the audience to desk" in keeper_client.get(page).text
    assert "Let in desk" not in client.get(page).text
    consent = reads_through(ada, audience).consent
    assert client.post(f"/access/groups/{consent.pk}/withdraw/").status_code == 404
    keeper_client.post(f"/access/groups/{consent.pk}/withdraw/")
    assert reads_through(ada, audience) is None
    assert (acts("group-withdrawn"), acts("membership-ended")) == (1, 1)


def test_nobody_but_the_custodian_agrees(set_up):
    scene, _, keeper, client, ada, audience = set_up
    mapping = scene.settings.DIRECTORY.mappings[0]
    for person in (ada, Person.objects.get(email="root@example.org")):
        with pytest.raises(RefusedError, match="Only the custodian"):
            actions.confirm_group(by=person, now=clock.now(), audience=audience, mapping=mapping, issuer="x")
    assert client.post(f"/access/audiences/{audience.pk}/groups/", {"group": "desk", "days": "30"}).status_code == 404
    assert keeper.pk == audience.custodian_id


def test_consent_is_to_the_very_words(set_up):
    scene, _, _, _, ada, audience = set_up
    scene.confirm(audience)
    with pytest.raises(ConflictError, match="already"):
        scene.confirm(audience)
    for change in ({"days": 3000}, {"group": "lunch"}):
        table = {"group": "desk", "audience": str(audience.pk), "days": 30} | change
        scene.named(amr=["mfa"], group=[table])
        again(scene)
        assert reads_through(ada, audience) is None, change


def test_each_sign_in_prolongs_and_one_day_has_one_entry(set_up):
    scene, _, _, _, ada, audience = set_up
    scene.confirm(audience)
    for _ in range(3):
        again(scene)
    assert (acts("member-added"), acts("membership-prolonged")) == (1, 0)
    row = reads_through(ada, audience)
    later(row, 5)
    again(scene)
    again(scene)
    assert reads_through(ada, audience).ends == row.ends
    assert Membership.objects.count() == acts("membership-prolonged") == 1


def test_a_group_that_is_shown_no_more_ends_its_membership_now(set_up):
    scene, _, _, _, ada, audience = set_up
    scene.confirm(audience)
    again(scene)
    scene.provider.says(ada=MFA | {"groups": ["lunch"]})
    again(scene)
    assert reads_through(ada, audience) is None
    assert acts("membership-ended") == 1
    again(scene)
    assert acts("membership-ended") == 1


@pytest.mark.parametrize("claim", ["desk", ["desk"], {"desk": True}, None, [["desk"]], 7], ids=str)
def test_a_strange_claim_names_no_group(set_up, claim):
    scene, _, _, _, ada, audience = set_up
    scene.confirm(audience)
    scene.provider.says(ada=MFA | {"groups": claim})
    again(scene)
    assert (reads_through(ada, audience) is not None) is (claim in ("desk", ["desk"]))


def test_without_a_sign_in_it_ends_by_itself(set_up):
    scene, _, _, _, ada, audience = set_up
    scene.confirm(audience)
    again(scene)
    later(reads_through(ada, audience), 32)
    assert reads_through(ada, audience) is None


def test_an_administrator_never_joins(set_up):
    scene, _, _, _, _, audience = set_up
    root = Person.objects.get(email="root@example.org")
    directory = scene.settings.DIRECTORY
    scene.confirm(audience)
    Person.objects.filter(pk=root.pk).update(secured=True)
    told = {"directory": directory, "subject": "subject of root", "email": "root@example.org"}
    actions.link_directory(person=root, now=clock.now(), **told)
    assert again(scene, "root").url == "/"
    assert not Membership.objects.exists()


@pytest.mark.parametrize("given_by", ["group", "hand"])
def test_whom_the_custodian_puts_out_stays_out(set_up, given_by):
    scene, _, keeper, _, ada, audience = set_up
    scene.confirm(audience)
    if given_by == "hand":
        ends = clock.now() + timedelta(days=9)
        actions.add_member(by=keeper, now=clock.now(), audience=audience, person=ada, ends=ends)
    else:
        again(scene)
    actions.end_membership(by=keeper, now=clock.now(), membership=reads_through(ada, audience))
    again(scene)
    assert reads_through(ada, audience) is None


def test_what_the_custodian_gave_by_hand_is_left_alone(set_up):
    scene, _, keeper, _, ada, audience = set_up
    scene.confirm(audience)
    ends = clock.now() + timedelta(days=2)
    mine = actions.add_member(by=keeper, now=clock.now(), audience=audience, person=ada, ends=ends)
    again(scene)
    scene.provider.says(ada=MFA)
    again(scene)
    assert reads_through(ada, audience) == mine
    assert reads_through(ada, audience).ends == ends


def test_with_a_closed_custodian_nobody_new_comes_in(set_up):
    scene, _, keeper, _, ada, audience = set_up
    scene.confirm(audience)
    root = Person.objects.get(email="root@example.org")
    actions.close_account(by=root, now=clock.now(), person=keeper, reason="He left.", orphans_read=True)
    again(scene)
    assert reads_through(ada, audience) is None


def test_half_a_sign_in_gives_nothing(set_up):
    scene, _, _, _, ada, audience = set_up
    scene.confirm(audience)
    scene.provider.says(ada={"groups": ["desk"], "amr": ["pwd"]})
    again(scene)
    assert reads_through(ada, audience) is None


def test_consent_ends_after_a_year(set_up):
    scene, _, _, _, ada, audience = set_up
    consent = scene.confirm(audience)
    type(consent).objects.update(starts=consent.starts - timedelta(days=367), ends=consent.ends - timedelta(days=367))
    again(scene)
    assert reads_through(ada, audience) is None

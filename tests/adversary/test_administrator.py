"""The administrator invites people; none of his doors leads into an account that reads."""

import pytest

from ninefold import clock
from ninefold.access import actions
from ninefold.access.models import Link, Person
from ninefold.errors import InvalidError, NotThereError, RefusedError

from .enrolling import ENROL, HOME, PASSWORD, enrol, set_password, take_up

pytestmark = pytest.mark.django_db


def again(house, person):
    return actions.invite_again(by=house.root, now=clock.now(), person=person)


def test_a_link_dies_when_its_person_enrols(house, visitor):
    """The administrator makes a second link while the invited person stands before the second factor."""
    bob, client = house.invited("bob"), visitor()
    take_up(client, bob.secret)
    set_password(client)
    kept = again(house, bob.person)
    enrol(client)
    assert client.get(HOME).status_code == 200
    with pytest.raises(NotThereError):
        actions.take_link(secret=kept.secret, purpose="invitation", now=clock.now())
    assert visitor().post(f"/access/invitation/{kept.secret}/").status_code == 404
    assert not Link.objects.filter(person=bob.person, ends__gt=clock.now()).exists()


def test_sign_ins_from_before_the_first_factor_end_with_it(house, visitor):
    """The administrator signs in by a second link and waits for the person to enrol."""
    bob, client, waiting = house.invited("bob"), visitor(), visitor()
    take_up(client, bob.secret)
    set_password(client)
    take_up(waiting, again(house, bob.person).secret)
    assert waiting.get(HOME).url == ENROL
    enrol(client)
    assert client.get(HOME).context["person"] == bob.person
    assert waiting.get(HOME).context["person"] is None


def test_an_account_that_nobody_has_secured_is_given_nothing_to_read(house):
    """Who holds its link could enter it, and the administrator held it first."""
    keeper, bob = house.person("keeper"), house.invited("bob").person
    talks = house.audience("Talks", keeper)
    now = clock.now()
    with pytest.raises(InvalidError, match="has not added a passkey"):
        actions.add_member(by=keeper, now=now, audience=talks, person=bob, ends=now.replace(year=now.year + 1))
    with pytest.raises(InvalidError, match="has not added a passkey"):
        house.audience("Donors", bob)


def test_an_account_that_was_used_is_opened_by_no_new_link(house, visitor):
    """Also after its person has removed his only factor, and in the sample for people who have none."""
    bob, client = house.invited("bob"), visitor()
    take_up(client, bob.secret)
    set_password(client)
    enrol(client)
    client.post("/sign-in/again/", {"password": PASSWORD})
    client.post("/sign-in/app/remove/")
    left = Person.objects.get(pk=bob.person.pk)
    assert not left.secured
    with pytest.raises(RefusedError, match="nobody else can open"):
        again(house, left)
    member = house.person("member")
    house.audience("Talks", house.person("keeper"), member)
    page = visitor(house.root).post(f"/access/people/{member.pk}/invite/")
    assert page.status_code == 403
    assert "/access/invitation/" not in page.text


@pytest.mark.parametrize("role", ["Administrator", "ADMINISTRATOR", "x1"])
def test_roles_are_spelled_in_one_way(house, visitor, role):
    new = {"email": "eve@example.org", "name": "Eve", "language": "en", "roles": role}
    assert "is not one of the available choices" in visitor(house.root).post("/access/people/", new).text
    assert not Person.objects.filter(email="eve@example.org").exists()

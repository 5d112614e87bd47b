"""The language of an account, and lists that are read a page at a time."""

import pytest
from django.conf import settings
from django.urls import reverse

from ninefold.access import actions
from ninefold.access.keyset import page_of, place_in
from ninefold.access.models import Person
from ninefold.errors import ConflictError, InvalidError, NotThereError
from ninefold.ledger.models import Entry

from .conftest import NOW

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
pytestmark = pytest.mark.django_db


def test_a_person_sets_the_language_of_his_account(house):
    ada = house.person("ada")
    actions.change_language(by=ada, now=NOW, language="ar")
    assert Person.objects.get(pk=ada.pk).language == "ar"
    assert Entry.objects.filter(kind="access.language-changed").count() == 1
    with pytest.raises(ConflictError, match="already"):
        actions.change_language(by=ada, now=NOW, language="ar")
    with pytest.raises(InvalidError, match="not one of the languages"):
        actions.change_language(by=ada, now=NOW, language="de")


@pytest.mark.usefixtures("static_files")
def test_his_pages_speak_it_and_the_switch_still_has_its_way(house, client):
    client.force_login(house.person("ada"), backend=BACKEND)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert client.get(reverse("access:language")).status_code == 200
    assert client.post(reverse("access:language"), {"language": "ar"}).status_code == 302
    assert client.get(reverse("access:home"))["Content-Language"] == "ar"
    client.post(reverse("web:language"), {"language": "en", "next": "/access/"})
    assert client.get(reverse("access:home"))["Content-Language"] == "en"


def test_pages_of_a_list_join_to_the_whole_of_it_without_a_gap(house):
    people = [house.person(f"p{n}") for n in range(7)]
    Person.objects.filter(pk__in=[one.pk for one in people[:3]]).update(is_active=False)
    rows, seen, after = Person.objects.all(), [], None
    while True:
        page, after = page_of(rows, "-is_active", "joined_day", "email", after=after, size=3)
        seen += page
        if after is None:
            break
    assert seen == list(rows.order_by("-is_active", "joined_day", "email"))
    with pytest.raises(NotThereError):
        page_of(rows.none(), "email", after=people[0].pk)
    with pytest.raises(InvalidError, match="begin at its first page"):
        place_in("2")


@pytest.mark.usefixtures("static_files")
def test_the_page_of_people_has_an_end(house, client):
    Person.objects.bulk_create(
        Person(email=f"p{n:02}@example.org", name=house.root.name, joined_day=NOW.date()) for n in range(60)
    )
    client.force_login(house.root, backend=BACKEND)
    first = client.get(reverse("access:people"))
    assert len(first.context["people"]) == 50
    after = first.context["after"]
    assert f"?after={after}" in first.content.decode()
    second = client.get(reverse("access:people"), {"after": str(after)})
    assert (len(second.context["people"]), second.context["after"]) == (11, None)

"""My notices: everything is off until one turns it on; pages, API and command say and refuse the same."""

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.conf import settings as django_settings
from django.urls import reverse

from ninefold import clock
from ninefold.access import actions
from ninefold.access.models import Channel
from ninefold.cli import kept_tokens
from ninefold.cli.access import command

from .notice_scene import NOWHERE, mail_of, reached

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("static_files")]
PAGE = "/access/notices/"


@pytest.fixture
def ada(house):
    return house.person("ada")


@pytest.fixture
def page(client, ada):
    client.force_login(ada)
    return client


def token(person):
    ends = clock.now() + timedelta(days=1)
    return actions.issue_token(by=person, now=clock.now(), name="t", scopes=["read", "act"], ends=ends).secret


@pytest.mark.parametrize("language", ["en", "ar"])
def test_everything_is_off_at_first(page, language):
    answer = page.get(PAGE, headers={"accept-language": language})
    assert answer.status_code == 200
    assert f'lang="{language}"' in answer.text
    assert "style=" not in answer.text
    assert not Channel.objects.exists()


def test_without_a_mail_server_the_page_says_so(page, settings):
    assert "names no mail server" in page.get(PAGE).text
    settings.POST = NOWHERE
    assert "Send a code to this address" in page.get(PAGE).text


def test_an_address_is_confirmed_and_turned_off(page, ada, settings):
    settings.POST = NOWHERE
    assert page.post(PAGE + "mail/", {"address": "nonsense"}).status_code == 422
    assert page.post(PAGE + "mail/", {"address": "ada@home.example"}).url == PAGE
    assert "A code was sent" in page.get(PAGE).text
    wrong = page.post(PAGE + "mail/confirm/", {"code": "AAAAAAAA"})
    assert (wrong.status_code, "not the code" in wrong.text) == (422, True)
    page.post(PAGE + "mail/confirm/", {"code": actions.code_of(mail_of(ada))})
    assert "ada@home.example" in page.get(PAGE).text
    Channel.objects.update(failing_since=clock.now().date())
    assert "Nothing could be delivered since" in page.get(PAGE).text
    page.post(f"{PAGE}{mail_of(ada).pk}/end/")
    assert "ada@home.example" not in page.get(PAGE).text
    assert not Channel.objects.exists()


def test_quiet_hours_are_kept_and_shown(page, ada):
    told = {"language": "ar", "zone": "Africa/Nairobi", "quiet_from": "00:00", "quiet_until": "23:59", "wakes": "on"}
    assert page.post(PAGE + "terms/", told).url == PAGE
    text = page.get(PAGE).text
    assert "It is quiet for you now" in text
    assert 'value="23:59"' in text
    refused = page.post(PAGE + "terms/", told | {"quiet_until": ""})
    assert (refused.status_code, "neither" in refused.text) == (422, True)


def test_another_persons_channel_is_not_there(page, house, settings):
    other = reached(settings, house.person("bo"), clock.now())
    assert page.post(f"{PAGE}{other.pk}/end/").status_code == 404
    assert Channel.objects.exists()


def test_a_custodian_hushes_his_audience_and_nobody_else(page, house, ada, client):
    kept = house.audience("talks", ada, [house.person("bo")], ends=clock.now() + timedelta(days=9))
    path = reverse("access:hush_audience", args=[kept.pk])
    assert "Send no notices" in page.get(reverse("access:audience", args=[kept.pk])).text
    assert page.post(path).status_code == 302
    kept.refresh_from_db()
    assert not kept.notices
    assert "none, of anything that it reads" in page.get(reverse("access:audience", args=[kept.pk])).text
    client.force_login(house.person("cy"))
    assert client.post(path, {"notices": "on"}).status_code == 404


def test_an_administrator_sees_that_a_channel_fails_and_not_where_it_leads(client, house, ada, settings):
    reached(settings, ada, clock.now(), address="ada@home.example")
    client.force_login(house.root)
    assert "cannot be delivered" not in client.get("/access/people/").text
    Channel.objects.update(failing_since=clock.now().date())
    text = client.get("/access/people/").text
    assert "cannot be delivered" in text
    assert "ada@home.example" not in text


def test_the_api_does_the_same(client, ada, settings):
    settings.POST = NOWHERE
    headers = {"authorization": f"Bearer {token(ada)}"}

    def ask(path="", body=None):
        where = f"/api/v1/access/notices{path}"
        if body is None:
            return client.get(where, headers=headers)
        return client.post(where, json.dumps(body), content_type="application/json", headers=headers)

    assert ask().json()["channels"] == []
    assert ask("/mail", {"address": "nonsense"}).status_code == 422
    assert not ask("/mail", {"address": "ada@home.example"}).json()["confirmed"]
    assert ask("/mail/confirm", {"code": "AAAAAAAA"}).status_code == 422
    made = ask("/mail/confirm", {"code": actions.code_of(mail_of(ada))}).json()
    assert (made["confirmed"], made["address"]) == (True, "ada@home.example")
    terms = {"language": "fr", "zone": "Asia/Beirut", "quiet_from": "22:00", "quiet_until": "06:30", "wakes": True}
    assert ask("/terms", terms).json()["zone"] == "Asia/Beirut"
    assert ask("/terms", terms | {"zone": "x"}).status_code == 422
    assert ask().json()["terms"]["quiet_until"] == "06:30:00"
    assert ask(f"/{made['id']}/end", {}).json() == {"done": True}
    assert ask().json()["channels"] == []
    assert ask(f"/{made['id']}/end", {}).status_code == 404


def test_the_command_says_what_is_on_and_turns_it_off(ada, settings, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    reached(settings, ada, clock.now())
    kept_tokens.keep(django_settings.LOG_ORIGIN, token(ada))
    where = ["notices", "--workspace", str(django_settings.WORKSPACE)]
    assert "mail: on" in CliRunner().invoke(command, where).output
    told = json.loads(CliRunner().invoke(command, [*where, "--json"]).output)
    assert told == {"channels": [{"kind": "mail", "on": True, "failing": False}], "language": "en", "quiet": ""}
    assert "No channel is on" in CliRunner().invoke(command, [*where, "--off"]).output
    assert not Channel.objects.exists()

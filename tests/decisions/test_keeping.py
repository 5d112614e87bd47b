"""A registrar gives and ends rights on the page and by the API; everybody else is told why not."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from world import build

from ninefold import clock
from ninefold.access.actions import NewRelease, issue_token
from ninefold.decisions.actions import give_right
from ninefold.decisions.models import Right
from ninefold.errors import ConflictError
from ninefold.ledger.models import Entry
from ninefold.tracks.actions import open_office
from ninefold.words.text import in_one

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
REASON = "Only a registrar enters rights into the table; ask one of them."
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("static_files")]


@pytest.fixture
def present():
    """The world of now, because pages ask the clock."""
    return build(clock.now())


@pytest.fixture
def office(present):
    """An office that the audience sees."""
    now, actor = clock.now(), present.offices[0].actor
    releases = [NewRelease(present.audience.pk, "tlp:amber", now, now + timedelta(days=900))]
    return open_office(by=present.analyst, now=now, actor=actor, title=in_one("en", "Grain envoy"), releases=releases)


def visitor(person):
    client = Client(headers={"accept-language": "en"})
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(person, backend=BACKEND)
    return client


def told(world, office, **changes):
    day = clock.now().date()
    return {
        "office": str(office.pk),
        "matter": "early-warning",
        "place": "SDN",
        "turn": "1",
        "starts": str(day),
        "ends": str(day + timedelta(days=30)),
        "marking": "tlp:amber",
        "audiences": [str(world.audience.pk)],
    } | changes


def test_a_right_is_given_shown_to_its_readers_and_ended(present, office):
    registrar = visitor(present.analyst)
    before = Entry.objects.count()
    assert registrar.post("/decisions/new/", told(present, office))["location"] == "/decisions/"
    right = Right.objects.get(office=office)
    assert (right.place, right.turn) == ("SDN", 1)
    given = Entry.objects.latest("serial")
    assert (given.kind, given.marking, given.subject_id) == ("decisions.right-given", "tlp:amber", right.pk)
    assert "Sudan" in visitor(present.head).get("/decisions/").content.decode()
    assert "Grain envoy" not in visitor(present.outsider).get("/decisions/").content.decode()
    assert registrar.post(f"/decisions/{right.pk}/end/").status_code == 302
    right.refresh_from_db()
    assert right.ends <= clock.now()
    ended = Entry.objects.latest("serial")
    assert (ended.kind, ended.marking) == ("decisions.right-ended", "tlp:amber")
    assert Entry.objects.count() == before + 3  # one tells whom it was released to
    assert "does not hold now" in registrar.post(f"/decisions/{right.pk}/end/", follow=True).content.decode()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"place": "", "turn": "1"}, "Turn 1 is already taken"),
        ({"turn": "0"}, "Write 1 or more."),
        ({"place": "XXX"}, "XXX is not one of the available choices"),
        ({"ends": "2020-01-01"}, "choose a later end"),
        ({"starts": "2020-01-01"}, "choose today or a later day"),
        ({"marking": "tlp:red", "audiences": ["everybody"]}, "Only tlp:clear is released to everybody"),
    ],
    ids=["taken", "no turn", "no country", "end", "past", "everybody"],
)
def test_what_does_not_fit_is_said_and_what_was_typed_stays(present, office, changes, words):
    before = (Right.objects.count(), Entry.objects.count())
    answer = visitor(present.analyst).post("/decisions/new/", told(present, office, **changes))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert f'value="{office.pk}" selected' in page
    assert (Right.objects.count(), Entry.objects.count()) == before


def test_who_is_no_registrar_reads_why_beside_the_button(present, office):
    head = visitor(present.head)
    page = head.get("/decisions/").content.decode()
    assert REASON in page
    assert "<button disabled" in page
    right = present.rights[0].pk
    for answer in (
        head.get("/decisions/new/"),
        head.post("/decisions/new/", told(present, office)),
        head.post(f"/decisions/{right}/end/"),
    ):
        assert answer.status_code == 403
        assert REASON in answer.content.decode()
    assert visitor(present.outsider).post(f"/decisions/{right}/end/").status_code == 404
    assert Client().post(f"/decisions/{right}/end/").status_code == 302
    assert Right.objects.get(pk=right).ends > clock.now()


def test_the_same_acts_by_the_api(present, office):
    now = clock.now()
    made = issue_token(by=present.analyst, now=now, name="t", scopes=("read", "act"), ends=now + timedelta(days=1))
    client = Client(headers={"authorization": f"Bearer {made.secret}", "accept-language": "en"})
    body = {
        "office_id": str(office.pk),
        "matter": "early-warning",
        "place": "SDN",
        "turn": 1,
        "ends": (now + timedelta(days=30)).isoformat(),
        "marking": "tlp:amber",
        "audiences": [str(present.audience.pk)],
    }

    def give(**changes):
        return client.post("/api/v1/decisions/rights", body | changes, content_type="application/json")

    given = give()
    assert (given.status_code, given.json()["office_id"]) == (201, str(office.pk))
    assert str(office.pk) in {one["office_id"] for one in client.get("/api/v1/decisions/rights").json()}
    assert give().status_code == 409
    assert "three-letter code" in give(place="XQX").json()["message"]
    assert "time zone" in give(turn=2, ends="2030-01-01T00:00:00").json()["message"]
    assert give(stray=1).status_code == 422
    end = f"/api/v1/decisions/rights/{given.json()['id']}/end"
    assert client.post(end, content_type="application/json").status_code == 200
    assert client.post(end, content_type="application/json").status_code == 409


def test_a_turn_taken_by_a_hidden_right_is_not_refused(present):
    """A registrar must not learn of a right that is hidden from him by being refused its turn."""
    now = clock.now()
    present.outsider.roles = ["registrar"]
    present.outsider.save()
    told = {"now": now, "office": present.offices[0], "matter": "early-warning", "turn": 1, "starts": now}
    releases = [NewRelease(None, "tlp:clear", now, now + timedelta(days=30))]
    give_right(by=present.outsider, ends=now + timedelta(days=30), releases=releases, **told)
    for by in (present.outsider, present.analyst):
        with pytest.raises(ConflictError, match="Turn 1 is already taken"):
            give_right(by=by, ends=now + timedelta(days=30), releases=releases, **told)


def test_a_right_does_not_tell_the_office_to_who_may_not_see_it(present, office):
    """The rights of the world belong to offices that are shown to nobody; the right given here to one that is seen."""
    visitor(present.analyst).post("/decisions/new/", told(present, office, turn=9))
    page = visitor(present.head).get("/decisions/").content.decode()
    assert "Grain envoy" in page
    assert "Head of the Crisis Desk" not in page
    assert "There is nothing here that you may see." in page
    ends = clock.now() + timedelta(days=1)
    secret = issue_token(by=present.head, now=clock.now(), name="t", scopes=["read"], ends=ends).secret
    rows = Client(headers={"authorization": f"Bearer {secret}"}).get("/api/v1/decisions/rights").json()
    assert {(row["turn"], bool(row["office"]), bool(row["office_id"])) for row in rows} == {
        (1, False, False),
        (2, False, False),
        (9, True, True),
    }


def test_rights_are_read_a_page_at_a_time(present):
    now = clock.now()
    for turn in range(3, 60):
        give_right(
            by=present.analyst,
            now=now,
            office=present.offices[0],
            matter="early-warning",
            turn=turn,
            starts=now,
            ends=now + timedelta(days=9),
            releases=[NewRelease(present.audience.pk, "tlp:green", now, now + timedelta(days=9))],
        )
    first = visitor(present.head).get("/decisions/")
    turns = [row["right"].turn for row in first.context["rows"]]
    second = visitor(present.head).get("/decisions/", {"after": str(first.context["after"])})
    turns += [row["right"].turn for row in second.context["rows"]]
    assert turns == list(range(1, 60))

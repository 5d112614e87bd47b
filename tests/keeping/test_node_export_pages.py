"""The pages of an export of the whole node: ask, confirm, download, and what every reader is told meanwhile."""

import io
import zipfile

import pytest
from django.conf import settings
from django.test import Client
from world import YEARS, build

from ninefold import clock
from ninefold.errors import RefusedError
from ninefold.keeping import actions
from ninefold.keeping.models import NodeExport
from ninefold.keeping.opening import open_backup
from ninefold.keeping.rules import TOLD
from ninefold.ledger import keeping
from ninefold.sealing import age
from ninefold.tracks import actions as tracks

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
EXPORTS, ASK = "/keeping/exports/", "/keeping/exports/ask/"
IDENTITY = age.new_identity()
FORM = {"recipients": age.recipient_of(IDENTITY), "need": "1", "reason": "Handover to the archive"}
TOLD_OF = {
    "asked": "Nothing has left it.",
    "confirmed": "have agreed to an export of the whole node",
    "made": "The whole node was taken out, sealed",
}
pytestmark = [pytest.mark.usefixtures("static_files")]


@pytest.fixture
def present(db):
    """The world of now, because pages ask the clock."""
    if not (settings.WORKSPACE / "keys" / "log.key").exists():
        keeping.create_log_key(settings.WORKSPACE, settings.LOG_ORIGIN)
    return build(clock.now())


def visitor(person):
    client = Client(headers={"accept-language": "en"})
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(person, backend=BACKEND)
    return client


def told_on_a_page(client):
    """The steps of which the first page tells."""
    page = client.get("/ledger/").content.decode()
    return [step for step, words in TOLD_OF.items() if words in page]


def asked(world):
    told = {"recipients": FORM["recipients"], "need": 1, "reason": FORM["reason"]}
    return actions.request_node_export(by=world.administrator, now=clock.now(), **told)


def test_every_reader_is_told_of_each_step_until_he_has_read_it(present):
    administrator, second, reader = map(visitor, (present.administrator, present.analyst, present.envoy))
    assert told_on_a_page(reader) == []
    page = administrator.post(ASK, FORM)["location"]
    assert told_on_a_page(reader) == ["asked"]
    assert "Handover to the archive" in reader.get(page).content.decode()
    reader.post(f"{page}read/")
    assert told_on_a_page(reader) == []
    assert told_on_a_page(second) == ["asked"]
    assert second.post(f"{page}confirm/")["location"] == page
    # A new step is told anew.
    assert told_on_a_page(reader) == ["confirmed"]
    assert told_on_a_page(visitor(present.outsider)) == told_on_a_page(Client()) == []
    assert visitor(present.outsider).get(page).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_what_is_downloaded_is_sealed_and_whole_and_tells_no_time(tmp_path):
    if not (settings.WORKSPACE / "keys" / "log.key").exists():
        keeping.create_log_key(settings.WORKSPACE, settings.LOG_ORIGIN)
    present = build(clock.now())
    present.sent()
    page = visitor(present.administrator).post(ASK, FORM)["location"]
    assert visitor(present.administrator).post(f"{page}download/").status_code == 403
    visitor(present.analyst).post(f"{page}confirm/")
    assert visitor(present.analyst).post(f"{page}download/").status_code == 403
    answer = visitor(present.administrator).post(f"{page}download/")
    assert answer.status_code == 200, answer.content.decode()
    content = b"".join(answer.streaming_content)
    assert answer["Content-Disposition"] == f'attachment; filename="ninefold-node-{clock.now():%Y-%m-%d}.zip"'
    assert b"Fighting may reach" not in content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        archive.extractall(tmp_path / "out")
    opened = open_backup(tmp_path / "out", [IDENTITY])
    pieces = b"".join(opened.piece(name) for name in opened.manifest().pieces())
    assert b"Fighting may reach" in pieces
    assert b"PRIVATE+KEY" not in pieces
    # Once only, and everybody is told.
    assert visitor(present.administrator).post(f"{page}download/").status_code == 403
    assert told_on_a_page(visitor(present.envoy)) == ["made"]


def test_a_second_person_of_the_same_body_is_refused(present):
    row = asked(present)
    now = clock.now()
    present.administrator.refresh_from_db()  # who has enrolled since he was founded
    told = {"by": present.analyst, "now": now, "starts": now, "ends": now + YEARS}
    for office, person in zip(present.offices, (present.administrator, present.analyst), strict=True):
        tracks.give_office(**told, office=office, person=person)
    with pytest.raises(RefusedError, match="Both of you belong to one body"):
        actions.confirm_node_export(by=present.analyst, now=now, export=row.pk)
    page = visitor(present.analyst).get(f"{EXPORTS}{row.pk}/").content.decode()
    assert "Both of you belong to one body" in page
    assert "Confirm as the second person" not in page


def test_who_may_not_ask_sees_why_and_old_steps_are_told_no_longer(present):
    assert "Only an administrator asks" in visitor(present.envoy).get(EXPORTS).content.decode()
    assert visitor(present.envoy).get(ASK).status_code == 403
    row = asked(present)
    assert told_on_a_page(visitor(present.envoy)) == ["asked"]
    NodeExport.objects.filter(pk=row.pk).update(requested_at=clock.now() - TOLD)
    assert told_on_a_page(visitor(present.envoy)) == []
    assert "It lapsed" in visitor(present.envoy).get(f"{EXPORTS}{row.pk}/").content.decode()


def test_what_does_not_fit_is_told_on_the_form(present):
    page = visitor(present.administrator).post(ASK, FORM | {"recipients": "age1wrong"})
    assert page.status_code == 422
    assert b"Handover to the archive" in page.content
    assert not NodeExport.objects.exists()

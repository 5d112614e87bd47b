"""Who has a signing key signs what matters, on pages and through the API; nobody else signs for him."""

import base64
import html
import json
import re
from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.urls import reverse
from signing import PASSKEYS, FileKey
from world import build

from ninefold import clock
from ninefold.access import actions
from ninefold.access.models import Key, Person
from ninefold.cli.sign import command
from ninefold.errors import ConflictError, InvalidError, NotThereError, RefusedError
from ninefold.ledger import reads
from ninefold.ledger.beat import beat
from ninefold.ledger.check import check
from ninefold.ledger.models import Entry, Listed
from ninefold.ledger.signatures import possession_statement, statement_of
from ninefold.ledger.verify import verify_proof
from ninefold.tracks.actions import open_office
from ninefold.warning.models import EarlyWarning
from ninefold.words.text import in_one

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("static_files")]
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
YEAR = timedelta(days=300)


class Enrolled:
    """A person with a signing key in his hand."""

    def __init__(self, person, kind="file"):
        self.person, self.held = person, FileKey()
        now = clock.now()
        challenge = b"a challenge"
        signature = self.held.private.sign(possession_statement(challenge))
        self.row = actions.enrol_key(
            by=person,
            now=now,
            name="My key",
            public=self.held.key.public,
            ends=now + YEAR,
            proof=actions.Possession(challenge, signature),
            kind=kind,
        )
        self.listing = bytes(self.row.listed.entry.commitment).hex()

    def signed(self, told):
        """What the page or the API drew up, signed as `ninefold sign` prints it."""
        signature = self.held.sign(statement_of(told["envelope"].encode()), self.listing)
        return packed({"draft": told["draft"], "signature": signature.member()})


def packed(value):
    return base64.b64encode(json.dumps(value).encode()).decode()


def drawn_up(page):
    """What the page shows to be signed, as the person copies it."""
    return json.loads(
        html.unescape(re.search(r'<textarea id="by-hand"[^>]*>(.*?)</textarea>', page.text, re.DOTALL)[1])
    )


@pytest.fixture
def world(db, log_key):
    return build(clock.now())


@pytest.fixture
def head(world):
    """The holder of the office that is asked, with a key."""
    return Enrolled(world.head)


@pytest.fixture
def sent(world):
    return world.sent()


@pytest.fixture
def at_work(client, world):
    client.force_login(world.head, backend=BACKEND)
    return client


def path(warning, act="acknowledge"):
    return reverse(f"warning:{act}", args=[warning.pk])


def state(warning):
    return EarlyWarning.objects.get(pk=warning.pk).state


def test_the_page_shows_what_is_signed_and_does_it_with_the_signature(head, sent, at_work):
    page = at_work.post(path(sent), {"version": 2})
    assert page.status_code == 200
    assert state(sent) == "sent"
    assert "acknowledged a warning" in page.text
    told = drawn_up(page)
    assert json.loads(told["envelope"])["type"] == "warning.acknowledged"
    done = at_work.post(path(sent), {"version": 2, "ninefold-signed": head.signed(told)})
    assert done.status_code == 302
    assert state(sent) == "acknowledged"
    entry = Entry.objects.get(kind="warning.acknowledged")
    beat(clock.now())
    report = verify_proof(reads.proof_of(entry).text(), signer=bytes(Person.objects.get(pk=head.person.pk).label).hex())
    assert report.signed.public == head.row.hex
    assert check().findings == []


def test_who_has_no_key_acts_at_once(sent, at_work):
    assert at_work.post(path(sent), {"version": 2}).status_code == 302
    assert state(sent) == "acknowledged"


def test_one_signature_does_one_act_once(head, sent, world, at_work):
    other = world.sent()
    signed = head.signed(drawn_up(at_work.post(path(sent), {"version": 2})))
    page = at_work.post(path(other), {"version": 2, "ninefold-signed": signed})
    assert (page.status_code, state(other)) == (409, "sent")
    assert "look at it again" in page.text
    declined = at_work.post(path(sent, "decline"), {"version": 2, "reason": "x" * 30, "ninefold-signed": signed})
    assert (declined.status_code, state(sent)) == (409, "sent")
    at_work.post(path(sent), {"version": 2, "ninefold-signed": signed})
    assert at_work.post(path(sent), {"version": 2, "ninefold-signed": signed}).status_code in (403, 409)


def test_what_was_signed_elsewhere_or_by_another_is_refused(head, sent, world, at_work, client):
    told = drawn_up(at_work.post(path(sent), {"version": 2}))
    signed = head.signed(told)
    eve = Enrolled(world.envoy)
    page = at_work.post(path(sent), {"version": 2, "ninefold-signed": eve.signed(told)})
    assert page.status_code == 403
    assert "not yours" in page.text
    at_work.logout()
    at_work.force_login(world.head, backend=BACKEND)
    page = at_work.post(path(sent), {"version": 2, "ninefold-signed": signed})
    assert page.status_code == 403
    assert "another sign-in" in page.text
    for nonsense in ("x", packed({}), packed([]), packed({"draft": "x", "signature": {}}), signed[:-8]):
        page = at_work.post(path(sent), {"version": 2, "ninefold-signed": nonsense})
        assert page.status_code == 422, nonsense
    assert state(sent) == "sent"


def test_a_key_that_ended_meanwhile_signs_nothing(head, sent, at_work):
    signed = head.signed(drawn_up(at_work.post(path(sent), {"version": 2})))
    Enrolled(head.person)
    actions.end_key(by=head.person, now=clock.now(), key=head.row.pk, reason="lost")
    page = at_work.post(path(sent), {"version": 2, "ninefold-signed": signed})
    assert page.status_code == 403
    assert "has ended" in page.text
    assert state(sent) == "sent"


def test_whether_he_may_is_asked_again_when_the_signature_comes(head, sent, world, at_work):
    signed = head.signed(drawn_up(at_work.post(path(sent), {"version": 2})))
    world.audience.memberships.filter(person=world.head).update(ends=clock.now())
    assert at_work.post(path(sent), {"version": 2, "ninefold-signed": signed}).status_code == 404
    assert state(sent) == "sent"


@pytest.fixture
def api(client, world):
    now = clock.now()
    token = actions.issue_token(by=world.head, now=now, name="x", scopes=["read", "act"], ends=now + timedelta(days=9))

    def call(address, body, **headers):
        headers["Authorization"] = f"Bearer {token.secret}"
        return client.post(f"/api/v1{address}", body, content_type="application/json", headers=headers)

    return call


def test_a_token_alone_does_nothing_that_matters_and_with_a_key_file_it_does(head, sent, api, tmp_path):
    address = f"/warning/warnings/{sent.pk}/acknowledge"
    refused = api(address, {"version": 2})
    assert refused.status_code == 403
    assert "needs your signature" in refused.json()["message"]
    told = api(f"{address}?prepare=1", {"version": 2})
    assert told.status_code == 202
    assert state(sent) == "sent"
    draft, key_file = tmp_path / "draft.json", tmp_path / "my.key"
    draft.write_text(told.text)
    write_key(key_file, head.held)
    line = CliRunner().invoke(command, [str(draft), "--key-file", str(key_file)], catch_exceptions=False)
    assert "warning.acknowledged" in line.stderr
    answer = api(address, {"version": 2}, **{"Ninefold-Signed": line.stdout.strip()})
    assert answer.json()["state"] == "acknowledged"


def write_key(path, held):
    from ninefold.ledger.keys import Signer

    Signer("ada.example", held.private.private_bytes_raw()).to_file(path)


def test_the_command_signs_nothing_that_does_not_fit_together(head, sent, api, tmp_path):
    told = api(f"/warning/warnings/{sent.pk}/acknowledge?prepare=1", {"version": 2}).json()
    write_key(tmp_path / "my.key", head.held)
    other = FileKey()
    write_key(tmp_path / "other.key", other)

    def sign(changes, key="my.key"):
        (tmp_path / "d.json").write_text(json.dumps(told | changes))
        words = [str(tmp_path / "d.json"), "--key-file", str(tmp_path / key)]
        return CliRunner().invoke(command, words, catch_exceptions=False)

    assert sign({}).exit_code == 0
    for changes, reason in [
        ({"body": "{}"}, "does not belong"),
        ({"digest": "00" * 32}, "does not belong"),
        ({"envelope": told["envelope"].replace("acknowledged", "declined")}, "does not belong"),
    ]:
        with pytest.raises(RefusedError, match=reason):
            sign(changes)
    with pytest.raises(RefusedError, match="enrol it first"):
        sign({}, "other.key")
    with pytest.raises(InvalidError, match="nothing that was drawn up"):
        sign({"keys": None})


# ---- Every act that matters


def test_every_consequential_act_goes_through_a_signature(world, client):
    """Given by the administrator and the registrar: each page first shows what is signed, then does it."""
    root, keeper = Enrolled(world.administrator), Enrolled(world.analyst)
    warning, office = world.raised(), grain_office(world)
    day = clock.now().date() + timedelta(days=90)
    acts = [
        (
            root,
            reverse("access:new_audience"),
            {"name_en": "Donors", "name_authoritative": "en", "custodian": world.analyst.email},
            "access.audience-opened",
        ),
        (root, reverse("access:close", args=[world.outsider.pk]), {"reason": "He left."}, "access.account-closed"),
        (
            keeper,
            reverse("decisions:new_right"),
            {
                "office": office.pk,
                "matter": "early-warning",
                "place": "SDN",
                "turn": 7,
                "starts": clock.now().date(),
                "ends": day,
                "marking": "tlp:green",
                "audiences": [world.audience.pk],
            },
            "decisions.right-given",
        ),
        (keeper, path(warning, "send"), {"version": 1, "office": world.offices[0].pk, "hours": 24}, "warning.sent"),
        (keeper, reverse("decisions:end_right", args=[world.rights[1].pk]), {}, "decisions.right-ended"),
        (
            keeper,
            reverse("access:lower", args=[warning_release(warning).pk]),
            {"tlp": "green", "pap": "", "reason": "It is known."},
            "access.marking-lowered",
        ),
    ]
    for holder, address, fields, kind in acts:
        client.force_login(holder.person, backend=BACKEND)
        before = Entry.objects.filter(kind=kind).count()
        page = client.post(address, fields)
        assert page.status_code == 200, (kind, re.findall(r"errorlist.{200}", page.text, re.DOTALL))
        told = drawn_up(page)
        assert ("Grain envoy (" in page.text) == (kind == "decisions.right-given")
        assert json.loads(told["envelope"])["type"] == kind
        assert Entry.objects.filter(kind=kind).count() == before
        done = client.post(address, {**fields, "ninefold-signed": holder.signed(told)})
        assert done.status_code == 302, (kind, done.text[-3000:])
        entry = Entry.objects.filter(kind=kind).order_by("-serial").first()
        assert reads.signature_of(entry).key == holder.listing


def grain_office(world):
    now = clock.now()
    releases = [actions.NewRelease(world.audience.pk, "tlp:green", now, now + YEAR)]
    title = in_one("en", "Grain envoy")
    return open_office(by=world.analyst, now=now, actor=world.offices[0].actor, title=title, releases=releases)


def warning_release(warning):
    from ninefold.access.models import Release

    return Release.objects.get(record=warning.pk)


# ---- Keys


def test_a_new_key_proves_that_he_holds_it(world):
    held, now = FileKey(), clock.now()
    told = {"by": world.head, "now": now, "name": "k", "public": held.key.public, "ends": now + YEAR}
    for proof in (
        actions.Possession(b"a", held.private.sign(possession_statement(b"b"))),
        actions.Possession(b"a", FileKey().private.sign(possession_statement(b"a"))),
        actions.Possession(b"a", b""),
    ):
        with pytest.raises(RefusedError, match="did not sign the challenge"):
            actions.enrol_key(**told, proof=proof)
    assert not Listed.objects.exists()
    for weak in (bytes(32), (2**255 - 19).to_bytes(32, "little")):
        with pytest.raises(InvalidError, match="weak"):
            actions.enrol_key(**told | {"public": weak}, proof=proof)


def test_a_key_file_is_enrolled_on_the_page(world, at_work, tmp_path):
    page = at_work.get(reverse("access:new_key"))
    (tmp_path / "challenge.json").write_text(html.unescape(re.search(r'id="by-hand"[^>]*>(.*?)<', page.text)[1]))
    words = [str(tmp_path / "challenge.json"), "--key-file", str(tmp_path / "my.key"), "--new-key", "head.example"]
    line = CliRunner().invoke(command, words, catch_exceptions=False).stdout.strip()
    form = {"name": "File", "until": clock.now().date() + timedelta(days=90), "signed": line}
    client_elsewhere = json.loads(base64.b64decode(line)) | {"challenge": "gAAAA"}
    assert at_work.post(reverse("access:new_key"), form | {"signed": packed(client_elsewhere)}).status_code == 422
    assert at_work.post(reverse("access:new_key"), form | {"signed": "nonsense"}).status_code == 422
    assert at_work.post(reverse("access:new_key"), form).status_code == 302
    row = Key.objects.get(person=world.head)
    assert row.kind == "file"
    assert row.listed.number == 0
    mine = at_work.get(reverse("access:home"))
    assert bytes(Person.objects.get(pk=world.head.pk).label).hex() in mine.text
    assert "waits for the next publication" in mine.text


def test_an_end_says_why_and_is_listed(head, at_work):
    address = reverse("access:end_key", args=[head.row.pk])
    assert at_work.get(address).status_code == 200
    assert at_work.post(address, {"reason": "closed"}).status_code == 422
    assert at_work.post(address, {"reason": "lost"}).status_code == 302
    head.row.refresh_from_db()
    assert head.row.reason == "lost"
    end = Listed.objects.get(ended=head.row.listed)
    assert end.number == 1
    assert '"reason":"lost"' in bytes(end.entry.body.text).decode()
    assert at_work.get(address).status_code == 404
    with pytest.raises(NotThereError):
        actions.end_key(by=Person.objects.exclude(pk=head.person.pk).first(), now=clock.now(), key=head.row.pk)
    with pytest.raises(ConflictError, match="ended already"):
        actions.end_key(by=head.person, now=clock.now(), key=head.row.pk)


def test_a_closed_account_ends_its_keys(head, world):
    actions.close_account(
        by=world.administrator, now=clock.now(), person=world.head, reason="He left.", orphans_read=True
    )
    assert Listed.objects.get(ended=head.row.listed)
    assert Key.objects.get(pk=head.row.pk).reason == "closed"


def test_a_passkey_signs_until_it_is_removed(world):
    passkey, now = PASSKEYS["ES256"], clock.now()
    told = {"name": "Phone", "key": passkey.key, "credential": b"id"}
    row = actions.enrol_passkey(by=world.head, now=now, **told)
    assert (row.kind, row.rp) == ("passkey", "kesh.example")
    actions.passkey_removed(by=world.head, now=clock.now(), credential=b"another")
    assert not Listed.objects.exclude(ended=None).exists()
    actions.passkey_removed(by=world.head, now=clock.now(), credential=b"id")
    assert Listed.objects.get(ended=row.listed)


def test_only_correspondents_see_a_label(head, world, client):
    address = reverse("access:correspondent", args=[world.head.pk])
    label = bytes(Person.objects.get(pk=world.head.pk).label).hex()
    for person, status in [(world.analyst, 200), (world.outsider, 404), (world.administrator, 404), (world.envoy, 404)]:
        client.force_login(person, backend=BACKEND)
        page = client.get(address)
        assert page.status_code == status, person.email
        assert (label in page.text) == (status == 200)
    world.audience.members_visible = True
    world.audience.save()
    client.force_login(world.envoy, backend=BACKEND)
    assert label in client.get(address).text


def test_an_older_key_without_a_listing_binds_nobody(world, sent, at_work):
    now = clock.now()
    Key.objects.create(person=world.head, name="old", public=bytes(range(32)), starts=now, ends=now + YEAR)
    assert at_work.post(path(sent), {"version": 2}).status_code == 302
    assert "enrol it again" in at_work.get(reverse("access:home")).text

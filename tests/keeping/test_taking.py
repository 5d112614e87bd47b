"""What a person takes along: what he may read and nothing else; and it comes in as it went out."""

import io
import json
import re
import zipfile

import pytest
from django.conf import settings

from ninefold.access.reads import visible_to
from ninefold.decisions.models import Right
from ninefold.errors import ConflictError, InvalidError
from ninefold.keeping.exporting import ROOMS, export, names
from ninefold.keeping.importing import import_
from ninefold.keeping.plain import read, written
from ninefold.ledger import keeping
from ninefold.ledger.verify import verify_proof
from ninefold.tracks.models import Actor, Office, Situation, Tie
from ninefold.warning.models import EarlyWarning
from ninefold.web import config

from .node import Node

TITLE = b"Fighting may reach the grain corridor"
FINER_THAN_A_DAY = re.compile(rb"\d\d:\d\d")


def unzip(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {entry.filename: archive.read(entry) for entry in archive.infolist()}


@pytest.fixture
def told(world):
    if not (settings.WORKSPACE / "keys" / "log.key").exists():
        keeping.create_log_key(settings.WORKSPACE, settings.LOG_ORIGIN)
    world.sent()
    return world


@pytest.fixture
def signed_in(client, told, static_files):
    """The analyst's browser."""
    client.force_login(told.analyst, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


# ---- What goes out


def test_who_may_not_read_it_does_not_take_it(told):
    assert TITLE in unzip(export(told.analyst, told.now))["warning/EarlyWarning.ndjson"]
    for person in (told.outsider, told.administrator):
        files = unzip(export(person, told.now))
        assert "warning/EarlyWarning.ndjson" not in files
        assert all(TITLE not in content for content in files.values())
        assert "decisions/Right.ndjson" not in files


@pytest.mark.parametrize("who", ["analyst", "head", "outsider", "administrator"])
def test_every_record_in_it_is_one_that_he_sees(told, who):
    person = getattr(told, who)
    files = unzip(export(person, told.now))
    kinds = {Situation: "tracks:situation", Actor: "tracks:actor", Office: "tracks:office", Tie: "tracks:tie"}
    kinds |= {Right: "decisions:right", EarlyWarning: "warning:warning"}
    for model, kind in kinds.items():
        content = files.get(f"{model._meta.app_label}/{model.__name__}.ndjson", b"")
        taken = {row["id"] for row in read(content, model)}
        seen = set(model.objects.filter(visible_to(person, told.now, kind)).values_list("pk", flat=True))
        # An office that only stands in a right's or a passage's line comes with its title, as on the page.
        named = {right.office_id for right in Right.objects.all()} if model is Office else set()
        named |= {office.actor_id for office in Office.objects.all()} if model is Actor else set()
        assert seen <= taken <= seen | named, model


def test_nobody_takes_a_secret_or_other_peoples_addresses(told):
    told.analyst.set_password("a very long password")
    told.analyst.save()
    files = unzip(export(told.analyst, told.now))
    people = [json.loads(line) for line in files["access/Person.ndjson"].splitlines()]
    assert {key for person in people for key in person} == {
        "id", "email", "name", "language", "roles", "joined_day",
    }  # fmt: skip
    assert [person["email"] for person in people if "email" in person] == ["analyst@kesh.example"]
    assert all(told.analyst.password.encode() not in content for content in files.values())
    assert "access/Token.ndjson" not in files


def test_only_the_rooms_that_are_asked_for(told):
    files = unzip(export(told.analyst, told.now, ["decisions"]))
    assert {name.partition("/")[0] for name in files} == {"manifest.json", "access", "tracks", "decisions"}
    with pytest.raises(InvalidError, match="There is no room cellar; choose among access, tracks"):
        export(told.analyst, told.now, ["cellar"])
    assert names() == [*ROOMS, "ledger"]


# ---- What the file says of itself


def test_the_file_tells_no_time_finer_than_a_day_and_no_author(told):
    content = export(told.analyst, told.now)
    assert export(told.analyst, told.now) == content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for entry in archive.infolist():
            assert entry.date_time == (1980, 1, 1, 0, 0, 0)
            assert (entry.create_system, entry.external_attr, entry.extra, entry.comment) == (0, 0o600 << 16, b"", b"")
        assert archive.comment == b""
    manifest = unzip(content)["manifest.json"]
    assert not FINER_THAN_A_DAY.search(manifest)
    assert json.loads(manifest)["day"] == f"{told.now:%Y-%m-%d}"
    assert {"author", "company", "producer"}.isdisjoint(json.loads(manifest))


def test_a_brief_names_no_author_and_no_time_finer_than_a_day(signed_in):
    answer = signed_in.get(f"/warning/warnings/{EarlyWarning.objects.get().pk}/brief.pdf")
    content = answer.content
    assert content.startswith(b"%PDF")
    assert not re.search(rb"/(Author|Company)\b", content)
    assert b"<dc:creator>" not in content
    assert set(re.findall(rb"/(?:Creation|Mod)Date ?\(D:\d{8}(\d*)", content)) <= {b"000000", b""}
    assert set(re.findall(rb"T(\d\d:\d\d:\d\d)", content)) <= {b"00:00:00"}


# ---- What comes in


@pytest.fixture(scope="module")
def moved(tmp_path_factory, new_database):
    """A person's export, brought into a workspace of his own, and taken along from there again."""
    folder = tmp_path_factory.mktemp("moved")
    old = Node(folder / "old")
    old.step("begin", STORY_SOON="3600")
    old.step("take")
    new = Node(folder / "new", new_database() if config.text("NINEFOLD_DATABASE") else "")
    said = new.ninefold("import", folder / "old-analyst.zip", "--workspace", new.folder)
    new.step("take_again")
    return folder, said


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_comes_in_as_it_went_out(moved, room):
    folder, _ = moved
    before = unzip((folder / "old-analyst.zip").read_bytes())
    after = unzip((folder / "new-again.zip").read_bytes())
    mine = {name: content for name, content in before.items() if name.startswith(f"{room}/")}
    assert len(mine) >= 1
    for name, content in mine.items():
        assert after[name].decode() == content.decode(), name


def test_the_proofs_come_in_as_they_went_out_and_hold(moved):
    folder, said = moved
    before = unzip((folder / "old-analyst.zip").read_bytes())
    key = json.loads(before["manifest.json"])["key"]
    proofs = {name.removeprefix("ledger/"): text for name, text in before.items() if name.endswith(".tlog-proof")}
    assert len(proofs) > 5
    (kept,) = (folder / "new" / "files" / "imported").iterdir()
    assert {name: (kept / name).read_bytes() for name in proofs} == proofs
    assert {verify_proof(text, [key]).origin for text in proofs.values()} == {(kept / "log").read_text().strip()}
    assert "/access/invitation/" in said


def test_a_workspace_in_use_and_a_foreign_file_are_refused(told, moved):
    folder, _ = moved
    with pytest.raises(ConflictError, match="bring it into an empty one"):
        import_((folder / "old-analyst.zip").read_bytes(), now=told.now)
    with pytest.raises(InvalidError, match="not a file that"):
        import_(b"nonsense", now=told.now)


@pytest.mark.parametrize("line", [b"[]", b"{", b'{"id":1,"planted":2}', b'{"id":"x"}', b'{"name":"bare"}'])
def test_a_line_that_does_not_fit_is_named(line):
    good = b'{"id":"8b9d2f0e-0c6a-4b7e-9a51-3c1d2e4f5a6b"}\n'
    with pytest.raises(InvalidError, match=r"Line 2 of the table tracks\.Situation does not fit"):
        read(good + line, Situation)


def test_rows_are_written_in_one_order():
    rows = [{"id": number} for number in range(20)]
    assert written(rows) == written(rows[::-1])


def test_the_command_takes_what_its_holder_may_read(moved, tmp_path):
    folder, _ = moved
    node = Node(folder / "old")
    node.ninefold("export", "--out", tmp_path / "out.zip", "--room", "warning", config=folder / "head")
    assert TITLE in unzip((tmp_path / "out.zip").read_bytes())["warning/EarlyWarning.ndjson"]
    said = node.ninefold("export", "--out", tmp_path / "out.zip", config=folder / "nobody", status=3)
    assert "not signed in" in said


def test_the_page_offers_it(signed_in):
    client = signed_in
    assert "/keeping/take/" in client.get("/access/").content.decode()
    assert client.get("/keeping/take/").status_code == 405
    answer = client.post("/keeping/take/")
    assert answer["Content-Type"] == "application/zip"
    assert re.fullmatch(r'attachment; filename="ninefold-\d{4}-\d\d-\d\d\.zip"', answer["Content-Disposition"])
    assert "warning/EarlyWarning.ndjson" in unzip(answer.content)
    client.logout()
    assert client.post("/keeping/take/").status_code == 302


def test_a_file_longer_than_any_is_not_read_to_its_end(tmp_path):
    long = tmp_path / "long.zip"
    with long.open("wb") as file:
        file.truncate((1 << 28) + 1)
    said = Node(tmp_path / "new").ninefold("import", long, "--workspace", tmp_path / "new", status=2)
    assert f"The file {long} is longer than" in said
    assert not (tmp_path / "new").exists()


def test_a_file_of_too_many_files_is_refused_before_its_list_is_read():
    """A list of half a million entries, all of the same few bytes: small on the wire, and large once it is read."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("manifest.json", b"{}")
    content = packed.getvalue()
    start, end = content.index(b"PK\x01\x02"), content.index(b"PK\x05\x06")
    one = content[start:end]
    for most, why in [(500_000, "not a file that"), (500_001, "holds more than 500000 files")]:
        with pytest.raises(InvalidError, match=why):
            import_(content[:start] + one * most + content[end:], now=None)

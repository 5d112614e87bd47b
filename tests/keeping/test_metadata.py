"""What a file that leaves the house says of itself: no author, no company, no time finer than a day.

What an act was, with its time, is the content of a proof; nothing is said here of contents.
"""

import io
import re
import zipfile
from pathlib import Path

import pypdfium2
import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from world import build

import ninefold
from ninefold import clock
from ninefold.ledger import keeping

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
FINER_THAN_A_DAY = re.compile(rb"\d\d:\d\d")

# Every module that gives a file, and by which test here it is held.
DOORS = {
    "access/views/vault_items.py": "tests/access/test_vault_pages.py",
    "keeping/views.py": "test_what_a_person_takes_along",
    "keeping/views_exports.py": "tests/keeping/test_node_export_pages.py",
    "warning/views/board.py": "test_a_board_as_a_table",
    "warning/views/brief.py": "test_a_brief",
    "web/ledger/views.py": "test_a_proof",
}
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("static_files")]


@pytest.fixture
def present():
    if not (settings.WORKSPACE / "keys" / "log.key").exists():
        keeping.create_log_key(settings.WORKSPACE, settings.LOG_ORIGIN)
    return build(clock.now())


@pytest.fixture
def reader(present):
    client = Client(headers={"accept-language": "en"})
    client.force_login(present.head, backend=BACKEND)
    return client


def test_every_door_that_gives_a_file_is_held():
    root = Path(ninefold.__file__).parent
    giving = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        if re.search(r'filename="|as_attachment', path.read_text())
    }
    assert giving == set(DOORS)


def silent(answer):
    """Nor do the headers: whoever keeps them knows when he asked."""
    assert answer.status_code == 200
    assert not {"Last-Modified", "ETag", "X-Author"} & set(answer.headers)
    return answer.getvalue()


def of_nothing(info):
    """An entry of a ZIP without time, machine or further fields."""
    return (info.date_time, info.create_system, info.extra, info.comment) == ((1980, 1, 1, 0, 0, 0), 0, b"", b"")


def test_a_brief(present, reader):
    document = pypdfium2.PdfDocument(silent(reader.get(reverse("warning:brief", args=[present.sent().pk]))))
    about = document.get_metadata_dict()
    assert about["Author"] == ""
    assert about["Creator"].split(" ")[0] in {"", "Typst"}
    for name in ("CreationDate", "ModDate"):
        assert re.fullmatch(r"(D:\d{8}(000000)?(Z|\+00'00'?)?)?", about[name]), about


def test_what_a_person_takes_along(present, reader):
    present.sent()
    content = silent(reader.post("/keeping/take/"))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.comment == b""
        assert {of_nothing(info) for info in archive.infolist()} == {True}
        assert not FINER_THAN_A_DAY.search(archive.read("manifest.json"))


def test_a_board_as_a_table(present, reader):
    content = silent(reader.get(reverse("warning:board_csv")))
    assert not FINER_THAN_A_DAY.search(content)


def test_a_proof(present, reader):
    """It holds the entry and what proves it, line by line of a known format, and no line besides."""
    from ninefold.access.reads import entries_visible_to
    from ninefold.ledger.beat import beat
    from ninefold.ledger.verify import verify_proof

    present.sent()
    beat(clock.now())
    entry = entries_visible_to(present.head, clock.now()).filter(leaf__isnull=False).first()
    text = silent(reader.get(f"/ledger/{entry.id}/proof/"))
    verify_proof(text, [str(keeping.log_signer().verifier)])

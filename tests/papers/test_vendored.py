"""What is shipped of other people's work is what the manifest says, with its licence, and small."""

import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest

import ninefold.web

VENDOR = Path(ninefold.web.__file__).parent / "static" / "vendor"
ROWS = json.loads((VENDOR / "MANIFEST.json").read_text())
FONTS = (VENDOR / "fonts.css").read_text()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["file"])
def test_a_file_is_what_the_manifest_says(row):
    content = (VENDOR / row["file"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == row["sha256"]
    assert len(content) == row["bytes"]
    assert row["licence"] == "OFL-1.1"
    assert row["integrity"].startswith("sha512-")
    name = row["package"].rsplit("/", 1)[1]
    assert "SIL OPEN FONT LICENSE" in (VENDOR / "fonts" / f"{name}.LICENSE.txt").read_text()


def test_no_file_without_a_row_and_no_face_without_a_file():
    shipped = {f"fonts/{one.name}" for one in (VENDOR / "fonts").glob("*.woff2")}
    assert shipped == {row["file"] for row in ROWS} == set(re.findall(r'url\("([^"]+)"\)', FONTS))


def loaded(families, text):
    """The font files that a browser loads for a text, and their bytes; a letter may be in one file of a family only."""
    needed = {}
    faces = re.findall(r'font-family: "([^"]+)".*?url\("([^"]+)"\).*?unicode-range: ([^;]+);', FONTS, re.DOTALL)
    for family in families:
        for letter in set(text):
            found = [file for name, file, ranges in faces if name == family and holds(ranges, ord(letter))]
            assert len(found) <= 1
            needed |= {file: (VENDOR / file).stat().st_size for file in found}
    return needed


def holds(ranges, point):
    spans = (part.partition("-") for part in ranges.replace("U+", "").split(","))
    return any(int(low, 16) <= point <= int(high or low, 16) for low, _, high in spans)


@pytest.mark.parametrize(
    ("families", "text"),
    [
        (("Noto Sans", "Noto Serif"), "What is coming in the Sahel? 55–80 % “likely” · Kesh"),
        (("Noto Sans", "Noto Serif"), "Où en est l’accord ? Événement, œuvre, ñandú, 55 %"),
        (("Noto Sans", "Noto Sans Arabic", "Noto Naskh Arabic"), "ما الذي ينتظر منطقة الساحل؟ 55 % جدًا، لؤلؤة ٢٠٢٤ NF"),
        (("Noto Sans", "Noto Serif"), "Что ожидает Сахель? 55–80 %"),
    ],
    ids=["en", "fr", "ar", "ru"],
)
def test_the_fonts_of_a_first_page_leave_room_for_the_page(families, text):
    """150 KB is the whole budget of a first page."""
    files = loaded(families, text)
    assert sum(files.values()) < 120_000
    assert not [file for file in files if file.endswith(("rest.woff2", "ext.woff2"))]


def test_the_font_style_sheet_is_small():
    assert len(gzip.compress(FONTS.encode())) < 1500

# /// script
# requires-python = ">=3.11"
# dependencies = ["fonttools==4.68.0", "brotli==1.2.1", "uharfbuzz==0.57.0"]
# ///
"""Make the table of letter widths that labels are measured with: `uv run tools/vendor/widths.py [SCRATCH]`.

Widths are those of Noto Sans at weight 600, in thousandths of the font size: a bound for text at 400.
An Arabic letter has four: alone, and joined to the next, to both, to the one before.
"""

import io
import json
import sys
import tempfile
from pathlib import Path

import uharfbuzz
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont
from unpack import fetch

TARGET = Path(__file__).parents[2] / "src" / "ninefold" / "papers" / "widths.json"
FILES = [("noto-sans", "latin"), ("noto-sans", "latin-ext"), ("noto-sans", "cyrillic"), ("noto-sans-arabic", "arabic")]
RANGES = [(0x20, 0x17F), (0x400, 0x45F), (0x60C, 0x6D5), (0x2010, 0x203A)]
JOINER = "\u200d"
FORMS = {"alone": ("", ""), "first": ("", JOINER), "middle": (JOINER, JOINER), "last": (JOINER, "")}
LETTERS = range(0x620, 0x6D4)


def main(scratch: Path) -> None:
    """Write `widths.json`: {form: {width: characters}}."""
    tables: dict[str, dict[int, int]] = {form: {} for form in FORMS}
    for family, subset in FILES:
        name = f"{family}-{subset}-wght-normal.woff2"
        _read(fetch(f"@fontsource-variable/{family}", scratch) / "files" / name, tables)
    written = {form: _by_width(table) for form, table in tables.items()}
    TARGET.write_text(json.dumps(written, ensure_ascii=False, separators=(",", ":")) + "\n")


def _read(path: Path, tables: dict[str, dict[int, int]]) -> None:
    font = instantiateVariableFont(TTFont(path), {"wght": 600})
    font.flavor = None
    plain = io.BytesIO()
    font.save(plain)
    shaper = uharfbuzz.Font(uharfbuzz.Face(plain.getvalue()))
    scale = 1000 / font["head"].unitsPerEm
    for point in font.getBestCmap():
        if not any(low <= point <= high for low, high in RANGES):
            continue
        for form in FORMS if point in LETTERS else ("alone",):
            before, after = FORMS[form]
            width = _shaped(shaper, before + chr(point) + after) * scale
            tables[form].setdefault(point, round(width / 5) * 5)


def _shaped(shaper: uharfbuzz.Font, text: str) -> int:
    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    uharfbuzz.shape(shaper, buffer)
    return sum(position.x_advance for position in buffer.glyph_positions)


def _by_width(table: dict[int, int]) -> dict[int, str]:
    rows: dict[int, str] = {}
    for point in sorted(table):
        rows[table[point]] = rows.get(table[point], "") + chr(point)
    return dict(sorted(rows.items()))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        main(Path(sys.argv[1] if len(sys.argv) > 1 else folder).resolve())

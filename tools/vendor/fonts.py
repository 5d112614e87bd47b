# /// script
# requires-python = ">=3.11"
# dependencies = ["fonttools==4.68.0", "brotli==1.2.1"]
# ///
"""Make `web/static/vendor/`: `uv run tools/vendor/fonts.py [SCRATCH]`. Two runs give the same bytes.

Latin and Cyrillic files are copied as their package ships them. Arabic files are cut in two: the
letters of Arabic, Persian, Urdu, Pashto and Kurdish (what a page needs at once), and everything else.
The Open Font License allows it: the fonts reserve no name.
"""

import hashlib
import json
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fontTools import subset
from unpack import PINS, fetch

TARGET = Path(__file__).parents[2] / "src" / "ninefold" / "web" / "static" / "vendor"
LETTERS = (
    "U+060C,U+061B-061C,U+061F,U+0621-063A,U+0640-0656,U+0660-066C,U+0670-0671,U+0679,U+067C,U+067E,U+0681,U+0685-0686,"
    "U+0688-0689,U+0691,U+0693,U+0695-0696,U+0698,U+069A,U+06A9,U+06AB,U+06AF,U+06B5,U+06BA,U+06BC,U+06BE,U+06C0-06C3,"
    "U+06C6,U+06CC-06CE,U+06D0,U+06D2-06D5,U+06F0-06F9,U+200C-200F,U+2010-2011"
)


@dataclass(frozen=True)
class Face:
    """A family as pages name it, and the subsets that are shipped."""

    family: str
    package: str
    weights: str
    subsets: tuple[str, ...]  # the most used first
    cut: bool = False

    @property
    def npm(self) -> str:
        """The package that the files come from."""
        return f"@fontsource-variable/{self.package}"


FACES = (
    Face("Noto Sans", "noto-sans", "100 900", ("latin", "cyrillic", "latin-ext")),
    Face("Noto Serif", "noto-serif", "100 900", ("latin", "cyrillic", "latin-ext")),
    Face("Noto Sans Arabic", "noto-sans-arabic", "100 900", ("arabic",), cut=True),
    Face("Noto Naskh Arabic", "noto-naskh-arabic", "400 700", ("arabic",), cut=True),
)


def main(scratch: Path) -> None:
    """Write the fonts, `fonts.css` and `MANIFEST.json`."""
    folder = TARGET / "fonts"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    made = [row for face in FACES for row in _face(face, fetch(face.npm, scratch), folder)]
    (TARGET / "fonts.css").write_text(_HEAD + "".join(rule for rule, _ in made))
    (TARGET / "MANIFEST.json").write_text(json.dumps([row for _, row in made], indent=1) + "\n")


def _face(face: Face, source: Path, folder: Path) -> Iterator[tuple[str, dict[str, str | int]]]:
    """A rule and a row for each file. A letter belongs to the first file that has it, so that one is loaded."""
    shutil.copyfile(source / "LICENSE", folder / f"{face.package}.LICENSE.txt")
    ranges = _ranges((source / "wght.css").read_text())
    taken: set[int] = set()
    for name in face.subsets:
        original = source / "files" / f"{face.package}-{name}-wght-normal.woff2"
        points = _points(ranges[f"{face.package}-{name}"])
        if face.cut:
            letters = folder / f"{face.package}-letters.woff2"
            # Without HarfBuzz, so that the bytes do not depend on what else is installed.
            how = ["--flavor=woff2", "--no-harfbuzz-repacker", f"--output-file={letters}"]
            subset.main([str(original), f"--unicodes={LETTERS}", *how])
            taken = _points(LETTERS)
            yield _rule(face, letters.name, taken), _row(letters, face.npm, "subset of the shipped file")
        file = folder / f"{face.package}-{'rest' if face.cut else name}.woff2"
        shutil.copyfile(original, file)
        yield _rule(face, file.name, points - taken), _row(file, face.npm, "")
        taken |= points


_HEAD = """\
/* Noto, SIL Open Font License 1.1 (fonts/*.LICENSE.txt). Written by tools/vendor/fonts.py. */
"""


def _ranges(css: str) -> dict[str, str]:
    found = re.findall(r"/\* (\S+)-wght-normal \*/.*?unicode-range: ([^;]+);", css, re.DOTALL)
    return dict(found)


def _points(ranges: str) -> set[int]:
    found: set[int] = set()
    for part in ranges.replace("U+", "").split(","):
        low, _, high = part.partition("-")
        found.update(range(int(low, 16), int(high or low, 16) + 1))
    return found


def _rule(face: Face, file: str, points: set[int]) -> str:
    return (
        f'@font-face {{\n  font-family: "{face.family}";\n  font-style: normal;\n  font-weight: {face.weights};\n'
        f'  font-display: swap;\n  src: url("fonts/{file}") format("woff2");\n  unicode-range: {_spans(points)};\n}}\n'
    )


def _spans(points: set[int]) -> str:
    spans: list[list[int]] = []
    for point in sorted(points):
        if spans and spans[-1][1] == point - 1:
            spans[-1][1] = point
        else:
            spans.append([point, point])
    return ",".join(f"U+{low:04X}" if low == high else f"U+{low:04X}-{high:04X}" for low, high in spans)


def _row(file: Path, package: str, change: str) -> dict[str, str | int]:
    pin = PINS[package]
    row: dict[str, str | int] = {
        "file": f"fonts/{file.name}",
        "package": package,
        "version": pin["version"],
        "integrity": pin["integrity"],
        "licence": pin["licence"],
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "bytes": file.stat().st_size,
    }
    return {**row, "change": change} if change else row


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        main(Path(sys.argv[1] if len(sys.argv) > 1 else temporary).resolve())

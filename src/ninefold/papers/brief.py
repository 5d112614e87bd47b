"""The one-page brief of a warning, as a PDF that can be read aloud (PDF/UA-1). The same brief gives the same bytes."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from xml.etree import ElementTree as ET

import typst

from ninefold.errors import InvalidError
from ninefold.papers.svg import Direction

_SVG = "{http://www.w3.org/2000/svg}"
_TEMPLATE = Path(__file__).with_name("brief.typ")
# Base sizes in points, tried in turn until everything stands on one page.
_SIZES = (10.8, 10.0, 9.2, 8.5, 7.8)
# FIRST, Traffic Light Protocol 2.0: the colour of each label on black.
TLP_COLOURS: Mapping[str, str] = {
    "TLP:RED": "#ff2b2b",
    "TLP:AMBER+STRICT": "#ffc000",
    "TLP:AMBER": "#ffc000",
    "TLP:GREEN": "#33ff00",
    "TLP:CLEAR": "#ffffff",
}


@dataclass(frozen=True)
class Estimate:
    """What is expected: `question` ("At least 25 deaths in May 2024"), number, interval and word of estimate."""

    question: str
    number: str
    interval: str
    word: str


@dataclass(frozen=True)
class Brief:
    """All that the page says, in one language. Empty `invented` means that the data are real.

    `tlp` is a label of TLP 2.0 and is never translated; `marking` says in words whom it limits the page to.
    `facts` are rows of two under the headings `columns`. `chart` is an SVG, `chart_alt` what it shows.
    """

    language: str
    direction: Direction
    tlp: str
    marking: str
    invented: str
    kicker: str
    day: date
    dated: str
    title: str
    answer: str
    estimate: Estimate
    chart: str
    chart_alt: str
    chart_caption: str
    facts_head: str
    columns: tuple[str, str]
    facts: tuple[tuple[str, str], ...]
    addressee_head: str
    addressee: str
    clock: str
    sources_head: str
    sources: tuple[str, ...]
    ledger: str


def pdf(brief: Brief) -> bytes:
    """The brief as PDF. Raises `InvalidError` when its words do not fit on one page at a readable size."""
    if brief.tlp not in TLP_COLOURS:
        known = ", ".join(TLP_COLOURS)
        raise InvalidError("{label} is not a label of TLP 2.0; use one of {known}.", label=brief.tlp, known=known)
    data = json.dumps(_data(brief), ensure_ascii=False)
    for size in _SIZES:
        compiler = typst.Compiler(
            _TEMPLATE, root=_TEMPLATE.parent, font_paths=_fonts(), sys_inputs={"data": data, "size": str(size)}
        )
        if json.loads(compiler.query("<pages>", field="value", one=True)) == 1:
            return _printed(compiler, brief.day)
    raise InvalidError("The brief does not fit on one page; shorten its answer, its facts or its sources.")


def _printed(compiler: typst.Compiler, day: date) -> bytes:
    """The bytes. A letter that no font here has becomes an empty box, and then the page cannot promise PDF/UA-1."""
    try:
        written = compiler.compile(format="pdf", pdf_standards="ua-1", timestamp=_midnight(day))
    except typst.TypstError as error:
        if "could not be displayed" not in str(error):
            raise
        written = compiler.compile(format="pdf", timestamp=_midnight(day))
    return written if isinstance(written, bytes) else b""


@cache
def _fonts() -> typst.Fonts:
    """Noto for text, Chinese included, Libertinus (in typst itself) for titles; never what the machine has by chance.

    People write names in any script, so Noto's other scripts come along.
    """
    folders = [str(files(package)) for package in ("manimgx_fonts", "manimgx_fonts_cjk")]
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=folders)


def _data(brief: Brief) -> dict[str, object]:
    plain = {**asdict(brief), "day": [brief.day.year, brief.day.month, brief.day.day]}
    return {**plain, "tlp_colour": TLP_COLOURS[brief.tlp], **_taken_apart(brief.chart)}


def _taken_apart(chart: str) -> dict[str, object]:
    """The chart without its words, and the words with their places: the page sets them like its own text.

    Typst cannot say in a tagged PDF which letters the glyphs of an Arabic word inside an SVG stand for.
    """
    root = ET.fromstring(chart)  # noqa: S314  our own picture, never a stranger's file
    lettering = []
    for parent in list(root.iter()):
        for text in parent.findall(f"{_SVG}text"):
            lettering.append(
                [
                    float(text.get("x", "0")),
                    float(text.get("y", "0")),
                    float(text.get("font-size", "13")),
                    text.get("text-anchor", "start"),
                    int(text.get("font-weight", "400")),
                    text.get("fill", "#000000"),
                    "".join(text.itertext()),
                ]
            )
            parent.remove(text)
    box = [float(part) for part in root.get("viewBox", "0 0 720 380").split()]
    return {"chart": ET.tostring(root, encoding="unicode"), "box": box, "lettering": lettering}


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)

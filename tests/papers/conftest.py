"""Sample words for the pictures, in scripts that run both ways; and one reader of what was drawn."""

from dataclasses import dataclass
from datetime import date
from itertools import combinations
from xml.etree import ElementTree as ET

import pytest

from ninefold.papers.brief import Brief, Estimate
from ninefold.papers.charts import fan
from ninefold.papers.circle import LEVELS, Chord, Circle, TrackPoint

SVG = "{http://www.w3.org/2000/svg}"
SLUGS = (
    "government", "conflict-resolution", "business", "private-citizens",
    "research-education", "activism", "religion", "funding",
)  # fmt: skip
LABELS = {
    "en": (
        "Government", "Conflict resolution", "Business", "Private citizens",
        "Research, training and education", "Activism", "Religion", "Funding", "Communication",
    ),
    "ar": (
        "الحكومة", "تسوية النزاعات المهنية", "قطاع الأعمال", "المواطنون",
        "البحث والتدريب والتعليم", "النشاط المدني", "الدين", "التمويل", "الإعلام والتواصل",
    ),
    "ru": (
        "Правительство", "Урегулирование конфликтов", "Предпринимательство", "Частные граждане",
        "Исследования, обучение и образование", "Общественная активность", "Религия", "Финансирование", "Коммуникации",
    ),
}  # fmt: skip
NOTES = {"en": "12 organisations", "ar": "12 منظمة · معزولة", "ru": "12 организаций · в изоляции"}
WAYS = {"en": "ltr", "ru": "ltr", "ar": "rtl"}
HOSTILE = "</title><script>alert(1)</script>\" onload='x' &lt; \x00\x0b\ufffe ]]> <!-- \u202e"


@dataclass(frozen=True)
class Drawn:
    """A picture taken apart: raises unless it is well-formed XML."""

    root: ET.Element

    def all(self, tag: str, kind: str = "") -> list[ET.Element]:
        """Elements by tag, and by class if one is given."""
        return [one for one in self.root.iter(SVG + tag) if not kind or kind in one.get("class", "").split()]

    def words(self) -> list[str]:
        return ["".join(one.itertext()) for one in self.all("text")]


@pytest.fixture
def read():
    return lambda text: Drawn(ET.fromstring(text))


@pytest.fixture
def circle():
    """A circle with every tie that there can be: the hardest one to keep apart from its labels."""

    def make(language="en", **changes):
        *labels, hub = LABELS[language]
        points = tuple(
            TrackPoint(slug, label, NOTES[language], f"{label}: 12", 12, frozenset(LEVELS), heard=True, answered=True,
                       href=f"/tracks/{slug}/")
            for slug, label in zip(SLUGS, labels, strict=True)
        )  # fmt: skip
        middle = TrackPoint("communication", hub, "7 / 8", hub, 3, frozenset(LEVELS), href="/tracks/communication/")
        ties = tuple(Chord(a, b, 1.0, 9, f"{a} {b}") for a, b in combinations((*SLUGS, "communication"), 2))
        fields = {"title": "Kesh", "desc": "Nine tracks", "points": points, "hub": middle, "chords": ties}
        return Circle(**{**fields, **changes})

    return make


@pytest.fixture
def chart():
    def make(**changes):
        words = fan.FanWords(
            "Mali", "Deaths a month", "deaths a month", "as known on 30 April 2024", "middle", "what happened",
            ("95 of 100", "80 of 100", "50 of 100"),
        )  # fmt: skip
        spread = fan.Spread(40, (20, 80), (8, 150), (2, 300))
        fields = {
            "words": words,
            "history": [float(at * 7 % 53) for at in range(36)],
            "forecast": [spread] * 12,
            "ticks": [(at, f"M{at}") for at in range(-36, 13, 6)],
            "happened": (3.0, None, 410.0),
            "threshold": (25.0, "25 deaths"),
        }
        return fan.Fan(**{**fields, **changes})

    return make


@pytest.fixture
def brief(chart):
    def make(**changes):
        fields = {
            "language": "en", "direction": "ltr", "tlp": "TLP:AMBER", "marking": "Limited to this audience",
            "invented": "INVENTED sample", "kicker": "Warning brief", "day": date(2026, 11, 21),
            "dated": "21 November 2026", "title": "What is coming in Mali", "answer": "Deaths are very likely.",
            "estimate": Estimate("25 deaths or more", "92 %", "67-98 %", "very likely"),
            "chart": fan.draw(chart(), direction="ltr"), "chart_alt": "Fan chart", "chart_caption": "UCDP, CC BY 4.0",
            "facts_head": "What is known", "columns": ("Fact", "Value"), "facts": (("Last month", "97 deaths"),) * 4,
            "addressee_head": "Who must act", "addressee": "Duty envoy", "clock": "By 22 November 2026, 14:00 UTC.",
            "sources_head": "Sources", "sources": ("UCDP GED 24.",), "ledger": "entry 4f1c",
        }  # fmt: skip
        return Brief(**{**fields, **changes})

    return make

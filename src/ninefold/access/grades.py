"""Grades of what is reported: the Admiralty scale, and the analyst's words of likelihood and confidence (ICD 203).

Names and words are those of the MISP taxonomies, read once from the files beside this one.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ninefold.errors import InvalidError

_TAXONOMIES = Path(__file__).parent / "taxonomies"
_ADMIRALTY, _ESTIMATIVE = "admiralty-scale", "estimative-language"


@dataclass(frozen=True)
class Grade:
    """How reliable the source is (`a` to `g`), and apart from it how credible what it says is (`1` to `6`)."""

    source: str
    information: str

    def __post_init__(self) -> None:
        if self.source not in _entries(_ADMIRALTY, "source-reliability") or self.information not in _entries(
            _ADMIRALTY, "information-credibility"
        ):
            raise InvalidError("{grade} is not an Admiralty grade; write one such as B2.", grade=repr(str(self)))

    def __str__(self) -> str:
        return f"{self.source.upper()}{self.information}"

    @property
    def tags(self) -> tuple[str, str]:
        """The two machine tags, as other programs write them."""
        return (
            f'{_ADMIRALTY}:source-reliability="{self.source}"',
            f'{_ADMIRALTY}:information-credibility="{self.information}"',
        )

    @property
    def words(self) -> tuple[str, str]:
        """In English: "Usually reliable", "Probably true"."""
        return (
            _entries(_ADMIRALTY, "source-reliability")[self.source],
            _entries(_ADMIRALTY, "information-credibility")[self.information],
        )


def read_grade(text: str) -> Grade:
    """The grade that `str` wrote, such as `B2`; anything else raises `InvalidError`."""
    if len(text) == 2 and text[0].isupper():
        return Grade(text[0].lower(), text[1])
    raise InvalidError("{grade} is not an Admiralty grade; write one such as B2.", grade=repr(text[:20]))


def likelihoods() -> dict[str, str]:
    """Words of likelihood by their names, from the least likely to the most."""
    return dict(_entries(_ESTIMATIVE, "likelihood-probability"))


def confidences() -> dict[str, str]:
    """How sure the analyst is of his own judgement: low, moderate, high."""
    return dict(_entries(_ESTIMATIVE, "confidence-in-analytic-judgment"))


@cache
def _entries(taxonomy: str, predicate: str) -> dict[str, str]:
    table = json.loads((_TAXONOMIES / f"{taxonomy}.json").read_text(encoding="utf-8"))
    return next(
        {entry["value"]: entry["expanded"] for entry in row["entry"]}
        for row in table["values"]
        if row["predicate"] == predicate
    )

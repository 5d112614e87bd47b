"""Markings: how far a record may travel (TLP 2.0, FIRST 2022), what may be done with it (PAP), and whether its
source may be named (`tlp:ex:chr`, the Chatham House Rule). Names and colours are those of the MISP taxonomies.

A marking prints as its tags in one order: `tlp:amber+strict tlp:ex:chr PAP:AMBER`. Any other spelling is refused.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ninefold.errors import InvalidError

TLP = ("clear", "green", "amber", "amber+strict", "red")
"""From the mildest to the strictest; the place in this row is the rank of a marking."""

PAP = ("CLEAR", "GREEN", "AMBER", "RED")
CHATHAM_HOUSE = "tlp:ex:chr"

_TAXONOMIES = Path(__file__).parent / "taxonomies"
# Ours, because the taxonomy's sentences are too long for a chip; each is the first sentence of FIRST's definition.
_REACH_WORDS = {
    "clear": "For everybody.",
    "green": "For the readers' community, not for public channels.",
    "amber": "For the readers' own organisations and those they serve, where they need to know.",
    "amber+strict": "For the readers' own organisations only, where they need to know.",
    "red": "For the eyes and ears of its readers only.",
}
_USE_WORDS = {
    "CLEAR": "It may be used without limits.",
    "GREEN": "It may be acted upon in the open.",
    "AMBER": "It may be checked quietly, without touching whom it is about.",
    "RED": "Nothing may be done with it that others could notice.",
}
_CHATHAM_WORDS = "What was said may be used, not who said it."


@dataclass(frozen=True)
class Marking:
    """One marking. `pap` is empty where nothing is said about use."""

    tlp: str
    chatham_house: bool = False
    pap: str = ""

    def __post_init__(self) -> None:
        if self.tlp not in TLP or (self.pap and self.pap not in PAP):
            raise _not_a_marking(str(self))

    def __str__(self) -> str:
        rule = f" {CHATHAM_HOUSE}" if self.chatham_house else ""
        use = f" PAP:{self.pap}" if self.pap else ""
        return f"tlp:{self.tlp}{rule}{use}"

    @property
    def rank(self) -> int:
        """0 for TLP:CLEAR up to 4 for TLP:RED."""
        return TLP.index(self.tlp)

    def covers(self, other: "Marking") -> bool:
        """Whether no part of it is milder than that of the other."""
        reach, use = self.rank >= other.rank, _use(self) >= _use(other)
        return reach and use and (self.chatham_house or not other.chatham_house)

    @property
    def name(self) -> str:
        """As a reader sees it: `TLP:AMBER+STRICT`."""
        return f"TLP:{self.tlp.upper()}"

    @property
    def colour(self) -> str:
        """The colour of the TLP label, `#RRGGBB`, meant on black; never shown without the words."""
        return _colours()[self.tlp]

    @property
    def words(self) -> tuple[str, ...]:
        """Plain sentences for each part, in English; a page translates each."""
        use = (_USE_WORDS[self.pap],) if self.pap else ()
        rule = (_CHATHAM_WORDS,) if self.chatham_house else ()
        return (_REACH_WORDS[self.tlp], *rule, *use)


def read(text: str) -> Marking:
    """The marking that `str` wrote; anything else raises `InvalidError` with what to write."""
    tags = text.split(" ") if len(text) <= 60 else []
    tlp = tags[0].removeprefix("tlp:") if tags and tags[0].startswith("tlp:") else ""
    if tlp == "white":
        raise InvalidError("tlp:white is the old name; write tlp:clear.")
    pap = tags[-1].removeprefix("PAP:") if tags and tags[-1].startswith("PAP:") else ""
    if tlp in TLP and (not pap or pap in PAP):
        marking = Marking(tlp, CHATHAM_HOUSE in tags[1:], pap)
        if str(marking) == text:
            return marking
    raise _not_a_marking(text)


def highest(markings: Iterable[Marking]) -> Marking:
    """What a record derived from these bears: the strictest of each part. No marking at all raises `InvalidError`."""
    given = list(markings)
    if not given:
        raise InvalidError("A derived record needs at least one marked source.")
    use = max(map(_use, given))
    return Marking(
        max(given, key=lambda one: one.rank).tlp,
        any(one.chatham_house for one in given),
        PAP[use] if use >= 0 else "",
    )


def texts_of(rank: int) -> list[str]:
    """Every marking of a rank as text: for a database that compares texts."""
    return [str(Marking(TLP[rank], rule, use)) for rule in (False, True) for use in ("", *PAP)]


def _use(marking: Marking) -> int:
    """How strict it is about use; -1 where it says nothing."""
    return PAP.index(marking.pap) if marking.pap else -1


def _not_a_marking(text: str) -> InvalidError:
    return InvalidError("{marking} is not a marking; write one such as tlp:amber+strict.", marking=repr(text[:60]))


@cache
def _colours() -> dict[str, str]:
    taxonomy = json.loads((_TAXONOMIES / "tlp.json").read_text(encoding="utf-8"))
    return {row["value"]: row["colour"].upper() for row in taxonomy["predicates"]}

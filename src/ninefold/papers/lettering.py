"""Words in a picture: how wide they are, where a line may break, and which way they run."""

import json
import re
import unicodedata
from functools import cache
from importlib.resources import files
from itertools import pairwise

from ninefold.papers.svg import Direction, Mark, el, paint, words

# A reader without our fonts gets others, some of them wider.
_MARGIN = 1.08
# Arabic letters that join only the one before them, and those that join none (Unicode, ArabicShaping: types R, U).
_JOIN_BACK = frozenset("آأؤإاةدذرزوٱڈڑژۀۃەۇۆۈۉۋ")
_JOIN_NONE = frozenset("ء")
_FORMS = {(False, False): "alone", (False, True): "first", (True, True): "middle", (True, False): "last"}
_RIGHT_TO_LEFT = {"R", "AL"}
_ISOLATE = {"ltr": "\u2066", "rtl": "\u2067"}
_POP = "\u2069"
_NUMBERS = re.compile(r"\d{2}:\d{2}(?:\s?UTC)?|[<>≤≥±−-]?\d[\d.,\u202f\u00a0]*(?:\s?[–-]\s?\d[\d.,]*)?(?:\s?%)?")


@cache
def _widths() -> dict[str, dict[str, int]]:
    """Widths by form and letter, in thousandths of the font size (`tools/vendor/widths.py`)."""
    table = json.loads((files("ninefold.papers") / "widths.json").read_text("utf-8"))
    return {form: {letter: int(w) for w, row in rows.items() for letter in row} for form, rows in table.items()}


def width(text: str, size: float) -> float:
    """An upper bound for the width of `text` at font size `size`, in the same unit."""
    letters = [letter for letter in text if not unicodedata.combining(letter)]
    joins = [_joins(one, after) for one, after in pairwise([" ", *letters, " "])]
    table = _widths()
    total = sum(
        table[_FORMS[sides]].get(letter, table["alone"].get(letter, _guess(letter)))
        for letter, sides in zip(letters, pairwise(joins), strict=True)
    )
    return total * size * _MARGIN / 1000


def _joins(one: str, after: str) -> bool:
    """Whether two neighbours are written joined."""
    return _arabic(one) and _arabic(after) and one not in _JOIN_BACK | _JOIN_NONE and after not in _JOIN_NONE


def _arabic(letter: str) -> bool:
    return "\u0620" <= letter <= "\u06d3" and letter.isalpha()


def _guess(letter: str) -> int:
    if unicodedata.category(letter) == "Cf":
        return 0
    return 1000 if unicodedata.east_asian_width(letter) in "WF" else 700


def lines(text: str, size: float, room: float, most: int = 2) -> list[str]:
    """`text` on at most `most` lines no wider than `room`; two lines are made as even as they go.

    What does not fit ends in an ellipsis.
    """
    rows = _filled(text.split(), size, room)
    if len(rows) == 2:
        rows = _even(text.split(), size)
    if len(rows) > most:
        rows = [*rows[: most - 1], " ".join(rows[most - 1 :])]
    return [shorten(row, size, room) for row in rows]


def fitted(text: str, size: float, room: float, *, most: int, least: float) -> tuple[list[str], float]:
    """Lines and their size: a long word is first set smaller, down to `least` of `size`, before it is cut."""
    longest = max((width(word, size) for word in text.split()), default=0.0)
    size *= max(min(1, room / longest), least) if longest else 1
    return lines(text, size, room, most), size


def _filled(parts: list[str], size: float, room: float) -> list[str]:
    rows: list[str] = []
    for part in parts:
        longer = f"{rows[-1]} {part}" if rows else part
        if rows and width(longer, size) <= room:
            rows[-1] = longer
        else:
            rows.append(part)
    return rows


def _even(parts: list[str], size: float) -> list[str]:
    breaks = [(" ".join(parts[:at]), " ".join(parts[at:])) for at in range(1, len(parts))]
    return list(min(breaks, key=lambda pair: max(width(side, size) for side in pair)))


def shorten(text: str, size: float, room: float) -> str:
    """`text`, or as much of it as fits before an ellipsis."""
    if width(text, size) <= room:
        return text
    while text and width(text + "…", size) > room:
        text = text[:-1]
    return text.rstrip() + "…"


def isolate(text: str, direction: Direction) -> str:
    """`text` with its own base direction, whatever stands around it.

    Pictures are laid out in physical directions; only words turn. Numbers and ranges inside words that
    run from the right keep reading from the left: "5-10 %", never "10-5 %".
    """
    if direction == "ltr" and not any(unicodedata.bidirectional(letter) in _RIGHT_TO_LEFT for letter in text):
        return text
    inside = _NUMBERS.sub(lambda found: _ISOLATE["ltr"] + found[0] + _POP, text) if direction == "rtl" else text
    return _ISOLATE[direction] + inside + _POP


def lettered(
    text: str,
    *,
    x: float,
    y: float,
    size: float,
    direction: Direction,
    anchor: str = "start",
    tone: str = "ink",
    bold: bool = False,
    also: str = "",
) -> Mark:
    """A line of text, its baseline at `y`. `anchor` is physical: "start" is always the left end."""
    return el(
        "text",
        words(isolate(text, direction)),
        x=x,
        y=y,
        font_size=size,
        font_weight="600" if bold else None,
        text_anchor=anchor,
        **paint(tone, also=also),
    )

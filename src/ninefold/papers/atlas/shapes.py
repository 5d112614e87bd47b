"""The country shapes that ship with Ninefold, in two views.

`un` draws boundaries as the United Nations does and is the default; `natural-earth` draws who holds
the ground. Both were prepared by `tools/vendor/atlas.py`; each file names its source and licence.
"""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

View = Literal["un", "natural-earth"]

# Territories whose status is open. In both views they are hatched unless a value is given for them.
# ESH is Western Sahara; codes in X are not in ISO 3166-1: XJK Jammu and Kashmir, XAC Aksai Chin, XAP
# Arunachal Pradesh, XHT Hala'ib Triangle, XBT Bir Tawil, XIT Ilemi Triangle, XNC northern Cyprus,
# XSO Somaliland, XSG Siachen Glacier, XKX Kosovo.
_OPEN = {"ESH"}


@dataclass(frozen=True)
class Shape:
    """One unit: an SVG path in sheet units, a point well inside its largest part, its area in square units."""

    code: str
    path: str
    at: tuple[float, float]
    area: float
    box: tuple[float, float, float, float]  # left, top, right, bottom

    def within(self, window: tuple[float, float, float, float]) -> bool:
        """Whether any of the shape's box lies in the window (x, y, width, height)."""
        x, y, wide, tall = window
        x0, y0, x1, y1 = self.box
        return x0 < x + wide and x1 > x and y0 < y + tall and y1 > y

    @property
    def disputed(self) -> bool:
        """Whether the status of the territory is open."""
        return self.code in _OPEN or self.code.startswith("X")


@dataclass(frozen=True)
class Atlas:
    """All shapes of a view, by code, and what must be said about where they come from."""

    view: View
    size: tuple[int, int]
    attribution: str
    source: str
    licence: str
    shapes: dict[str, Shape]

    def missing(self, codes: set[str]) -> list[str]:
        """Codes that this view draws no shape for: a page lists them in words, so that none is lost."""
        return sorted(codes - self.shapes.keys())


@cache
def atlas(view: View = "un") -> Atlas:
    """The shapes of a view, read once."""
    data = json.loads((files("ninefold.papers.atlas") / f"{view}.json").read_text("utf-8"))
    shapes = {code: _shape(code, unit) for code, unit in data["units"].items()}
    return Atlas(
        view, (data["sheet"][0], data["sheet"][1]), data["attribution"], data["source"], data["licence"], shapes
    )


def _shape(code: str, unit: dict[str, Any]) -> Shape:
    at, box = unit["at"], unit["box"]
    return Shape(code, unit["path"], (at[0], at[1]), unit["area"], (box[0], box[1], box[2], box[3]))

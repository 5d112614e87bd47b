"""Countries as shapes filled by class, hatched where there is nothing to show, linked where there is more to read."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ninefold.errors import InvalidError
from ninefold.papers.atlas.shapes import Shape
from ninefold.papers.palette import RISK_CLASSES
from ninefold.papers.svg import Mark, Value, el, group, link, number, paint, words

# Below this area, in square sheet units (about 18,000 square kilometres), a country is drawn as a circle too.
SMALL = 240.0
_DOT = 11.0
_LINE = 2.6  # about half a pixel where the map is 800 wide; a page's style sheet sets it in pixels


@dataclass(frozen=True)
class Band:
    """The class of one country, 0 (lowest) to 5, and the whole sentence that its shape bears."""

    level: int
    words: str

    def __post_init__(self) -> None:
        if not 0 <= self.level < RISK_CLASSES:
            raise InvalidError("{level} is not a class of risk; classes run from 0 to 5.", level=self.level)


@dataclass(frozen=True)
class Filled:
    """What the map says, by code. `unnamed` holds a sentence for countries without a value; `name` is the picture's."""

    values: Mapping[str, Band]
    links: Mapping[str, str]
    unnamed: Mapping[str, str]
    name: str


def hatches(name: str, unit: float = 1) -> Mark:
    """Two hatchings on the ground tone: no data leans one way, disputed territory the other way and is denser.

    `unit` is the size of the picture against the whole sheet.
    """
    none = _hatch(f"{name}-no-data", 24 * unit, 0.11, rising=True)
    return el("defs", none, _hatch(f"{name}-disputed", 15 * unit, 0.22, rising=False))


def hatched(name: str, *, disputed: bool) -> dict[str, Value]:
    """The attributes of something filled with one of the hatchings of picture `name`."""
    return {**paint(stroke="border"), "fill": f"url(#{name}-{'disputed' if disputed else 'no-data'})"}


def _hatch(key: str, step: float, thick: float, *, rising: bool) -> Mark:
    """A tile crossed by three lines, so that they run on across the corners into the next tile."""
    begin, run = (2 * step, -2 * step) if rising else (-step, 2 * step)
    starts = (-1.5 * step, -0.5 * step, 0.5 * step) if rising else (-step, 0.0, step)
    line = "".join(f"M{number(x)} {number(begin)}l{number(2 * step)} {number(run)}" for x in starts)
    return el(
        "pattern",
        el("rect", width=step, height=step, **paint("surface")),
        el("path", d=line, stroke_width=step * thick, **paint(stroke="hatch")),
        id=key,
        width=step,
        height=step,
        patternUnits="userSpaceOnUse",
    )


def land(shapes: Collection[Shape], filled: Filled, unit: float = 1) -> Mark:
    """The shapes, lowest class first, then a circle for each small country that has a value."""
    values = filled.values

    def rank(shape: Shape) -> tuple[int, str]:
        return (values[shape.code].level if shape.code in values else -1, shape.code)

    ordered = sorted(shapes, key=rank)
    small = [shape for shape in ordered if shape.code in values and shape.area < SMALL * unit**2]
    codes = {shape.code for shape in small}
    areas = [_area(shape, filled, named=shape.code not in codes) for shape in ordered]
    dots = [_dot(shape, filled, unit) for shape in small]
    return group(*areas, *dots, stroke_width=_LINE * unit, stroke_linejoin="round")


def _area(shape: Shape, filled: Filled, *, named: bool) -> Mark:
    band = filled.values.get(shape.code)
    tones = _toned(band) if band else {**hatched(filled.name, disputed=shape.disputed), "class_": "s-border mapped"}
    title = band.words if band else filled.unnamed.get(shape.code, "")
    path = el("path", d=shape.path, **tones)
    return _named(path, filled.links.get(shape.code, ""), title) if named else path


def _dot(shape: Shape, filled: Filled, unit: float) -> Mark:
    band = filled.values[shape.code]
    circle = el("circle", cx=shape.at[0], cy=shape.at[1], r=_DOT * unit, **_toned(band))
    return _named(circle, filled.links.get(shape.code, ""), band.words)


def _toned(band: Band) -> dict[str, Value]:
    """Fill by class; the outline is dark on the light classes and light on the dark ones."""
    return paint(f"risk-{band.level}", "border" if band.level < 3 else "paper", also="mapped")


def _named(shape: Mark, href: str, title: str) -> Mark:
    if href:
        return link(href, shape, title=title)
    return el("g", el("title", words(title)), shape) if title else shape

"""Maps of the world by classes of risk, and the key that goes with them.

A map holds shapes and no words: the key, the disclaimer and the attribution stand beside it at a
size that a phone can read. `sheet` puts all of them into one picture, for a file or a printed page.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ninefold.errors import InvalidError
from ninefold.papers.atlas.key import Key, key_marks, written
from ninefold.papers.atlas.land import Band, Filled, hatches, land
from ninefold.papers.atlas.projection import WIDTH
from ninefold.papers.atlas.shapes import Shape, View, atlas
from ninefold.papers.lettering import lines
from ninefold.papers.svg import Direction, drawing, el

__all__ = ["Band", "Key", "Notes", "around", "key", "sheet", "world_map"]

_MARGIN = 12.0
_KEY_HATCH = 0.3


@dataclass(frozen=True)
class Notes:
    """Sentences that stand under every map."""

    disclaimer: str
    attribution: str


def world_map(
    values: Mapping[str, Band],
    *,
    title: str,
    desc: str,
    links: Mapping[str, str],
    no_data: Mapping[str, str],
    view: View = "un",
    name: str = "world",
) -> str:
    """The map alone. `values` and `links` by ISO 3166-1 alpha-3 code; `no_data` names countries without a value.

    A country with a link is reached by the keyboard. Higher classes are drawn later, so that their
    outlines stay whole; Tab follows that order: lowest class first, then by code.
    """
    found = atlas(view)
    box = (-_MARGIN, -_MARGIN, found.size[0] + 2 * _MARGIN, found.size[1] + 2 * _MARGIN)
    return _map(found.shapes.values(), Filled(values, links, no_data, name), box, title=title, desc=desc)


def around(
    code: str,
    values: Mapping[str, Band],
    *,
    title: str,
    desc: str,
    links: Mapping[str, str],
    no_data: Mapping[str, str],
    view: View = "un",
    name: str = "around",
) -> str:
    """The map of one country and its neighbours, three wide to two high, the country about a third of it."""
    found = atlas(view)
    if code not in found.shapes:
        raise InvalidError("This view of the atlas has no country {code}.", code=code)
    x0, y0, x1, y1 = found.shapes[code].box
    tall = min(max((y1 - y0) * 2.4, (x1 - x0) * 1.6, 200), found.size[1])
    top = min(max((y0 + y1) / 2 - tall / 2, 0), found.size[1] - tall)
    box = ((x0 + x1) / 2 - tall * 0.75, top, tall * 1.5, tall)
    near = [shape for shape in found.shapes.values() if shape.within(box)]
    return _map(near, Filled(values, links, no_data, name), box, title=title, desc=desc)


def _map(
    shapes: Collection[Shape], filled: Filled, box: tuple[float, float, float, float], *, title: str, desc: str
) -> str:
    unit = box[2] / WIDTH
    live = any(shape.code in filled.links for shape in shapes)
    ground = hatches(filled.name, unit)
    return drawing(ground, land(shapes, filled, unit), name=filled.name, title=title, desc=desc, box=box, live=live)


def key(texts: Key, *, direction: Direction, compact: bool = False, name: str = "world-key") -> str:
    """The key as a picture of its own: rows 960 wide, or a column of 340 for a phone."""
    room = 340 if compact else 960
    marks, tall = key_marks(texts, room, direction, compact=compact, name=name)
    said = "; ".join(texts.labels)
    ground = hatches(name, _KEY_HATCH)
    return drawing(ground, marks, name=name, title=texts.heading, desc=said, box=(0, 0, room, tall))


def sheet(
    values: Mapping[str, Band],
    *,
    title: str,
    desc: str,
    texts: Key,
    notes: Notes,
    direction: Direction,
    view: View = "un",
    name: str = "sheet",
) -> str:
    """Title, map, key, disclaimer and attribution in one picture 960 wide, without links: for a file or for print."""
    found, room, top = atlas(view), 960.0, 44.0
    share = room / (found.size[0] + 2 * _MARGIN)
    foot = top + (found.size[1] + 2 * _MARGIN) * share + 14
    marks, key_tall = key_marks(texts, room, direction, compact=False, name=f"{name}-key")
    rows = [row for note in (notes.disclaimer, notes.attribution) for row in lines(note, 11.5, room, most=4)]
    below = foot + key_tall + 16
    return drawing(
        hatches(name),
        hatches(f"{name}-key", _KEY_HATCH),
        written(title, 0, 24, 20, room, direction, bold=True),
        el(
            "g",
            land(found.shapes.values(), Filled(values, {}, {}, name)),
            transform=f"translate({_MARGIN * share:.2f} {top:g}) scale({share:.5f})",
        ),
        el("g", marks, transform=f"translate(0 {foot:.2f})"),
        *(written(row, 0, below + 16 * at, 11.5, room, direction, tone="muted") for at, row in enumerate(rows)),
        name=name,
        title=title,
        desc=desc,
        box=(-16, -8, room + 32, below + 16 * len(rows) + 8),
    )

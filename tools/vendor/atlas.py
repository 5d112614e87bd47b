"""Make the two views of the atlas: `python tools/vendor/atlas.py [SCRATCH]`, with Node for the packages.

Country shapes are joined, simplified together (so that neighbours still share their borders),
rounded to whole sheet units and written as SVG paths, one JSON file a view.
"""

import json
import sys
import tempfile
from itertools import pairwise
from pathlib import Path
from typing import Any

from shapely import Polygon, coverage_simplify, make_valid, union_all
from shapely.geometry.base import BaseGeometry
from topology import decode_arcs, polygons, shape
from unpack import PINS, evaluate, fetch

from ninefold.papers.atlas.projection import HEIGHT, WIDTH

TARGET = Path(__file__).parents[2] / "src" / "ninefold" / "papers" / "atlas"
TOLERANCE = 1.5  # sheet units; the square root of the smallest triangle kept (Visvalingam)
SPECK = 4.0  # square units (about 300 square kilometres); smaller islands go, unless they are all there is
# Natural Earth gives these no ISO number. The letters are the user-assigned codes in common use.
UNNUMBERED = {"Kosovo": "XKX", "N. Cyprus": "XNC", "Somaliland": "XSO", "Siachen Glacier": "XSG"}
LEFT_OFF = {"ATA"}


def main(scratch: Path) -> None:
    """Write `un.json` and `natural-earth.json` into the package."""
    _write("un", un_view(scratch), "plotly.js", UN_SOURCE)
    _write("natural-earth", natural_earth_view(scratch), "world-atlas", NATURAL_EARTH_SOURCE)


UN_SOURCE = {
    "source": "UN Geodata, as prepared in plotly.js (dist/plotly-geo-assets.js, world_50m)",
    "licence": "plotly.js: MIT. UN Geodata: attribution and the disclaimer on every map.",
    "attribution": "United Nations Geospatial, UN Geodata, through plotly.js",
}
NATURAL_EARTH_SOURCE = {
    "source": "Natural Earth 4.1, 1:50m, as prepared in world-atlas (countries-50m.json)",
    "licence": "world-atlas: ISC. Natural Earth: public domain.",
    "attribution": "Natural Earth",
}


def un_view(scratch: Path) -> dict[str, BaseGeometry]:
    """Units by ISO code as the United Nations draws them; codes in X are disputed areas drawn apart."""
    assets = fetch("plotly.js", scratch) / "dist" / "plotly-geo-assets.js"
    topology = json.loads(
        evaluate(f"globalThis.window = globalThis, JSON.stringify(require({str(assets)!r}).topojson.world_50m)")
    )
    return _units(topology, lambda geometry: str(geometry["id"]))


def natural_earth_view(scratch: Path) -> dict[str, BaseGeometry]:
    """Units by ISO code as Natural Earth draws them: who holds the ground."""
    topology = json.loads((fetch("world-atlas", scratch) / "countries-50m.json").read_text())
    table = fetch("iso-3166-1", scratch) / "dist" / "iso-3166.js"
    rows = json.loads(evaluate(f"JSON.stringify(require({str(table)!r}))"))
    codes = {row["numeric"]: row["alpha3"] for row in _rows(rows)}

    def code(geometry: dict[str, Any]) -> str:
        return codes.get(geometry.get("id", ""), UNNUMBERED.get(geometry["properties"]["name"], ""))

    return _units(topology, code)


def _rows(table: Any) -> list[dict[str, str]]:
    return next(value for value in [table, *table.values()] if isinstance(value, list))


def _units(topology: dict[str, Any], code: Any) -> dict[str, BaseGeometry]:
    arcs = decode_arcs(topology)
    found: dict[str, list[BaseGeometry]] = {}
    for geometry in topology["objects"]["countries"]["geometries"]:
        name = code(geometry)
        if not name:
            print("left out, no code:", geometry["properties"], file=sys.stderr)
        elif name not in LEFT_OFF:
            found.setdefault(name, []).append(shape(geometry, arcs))
    codes = sorted(found)
    thin = coverage_simplify([union_all(found[name]) for name in codes], TOLERANCE)
    return dict(zip(codes, thin, strict=True))


def _write(name: str, units: dict[str, BaseGeometry], package: str, source: dict[str, str]) -> None:
    head = {**source, "package": f"{package} {PINS[package]['version']}", "integrity": PINS[package]["integrity"]}
    drawn = {code: _unit(whole) for code, whole in units.items() if not whole.is_empty}
    text = json.dumps({**head, "sheet": [WIDTH, HEIGHT], "units": drawn}, separators=(",", ":"))
    (TARGET / f"{name}.json").write_text(text.replace('},"', '},\n"') + "\n")
    print(name, len(drawn), "units,", len(text), "bytes")


def _unit(whole: BaseGeometry) -> dict[str, Any]:
    """`path`, `area` in square units, `at`: a point inside the largest part, `box`: that part and others as large."""
    parts = polygons(make_valid(whole))
    kept = [part for part in parts if part.area >= SPECK] or parts[:1]
    point = kept[0].representative_point()
    path = "".join(_path(ring.coords) for part in kept for ring in _rings(part))
    near = union_all([part for part in kept if part.area >= kept[0].area / 10])
    box = [round(side) for side in near.bounds]
    return {
        "path": path,
        "box": box,
        "area": round(sum(p.area for p in parts), 1),
        "at": [round(point.x), round(point.y)],
    }


def _rings(part: Polygon) -> list[Any]:
    return [part.exterior, *(hole for hole in part.interiors if Polygon(hole).area >= SPECK)]


def _path(points: Any) -> str:
    """A closed ring in whole units, each step from the last point; empty if rounding leaves no area."""
    steps: list[tuple[int, int]] = []
    for x, y in points[:-1]:
        point = (round(x), round(y))
        if not steps or point != steps[-1]:
            steps.append(point)
    if len(steps) < 3:
        return ""
    moves = [(x1 - x0, y1 - y0) for (x0, y0), (x1, y1) in pairwise(steps)]
    return f"M{steps[0][0]} {steps[0][1]}l" + " ".join(f"{x} {y}" for x, y in moves).replace(" -", "-") + "z"


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(Path(sys.argv[1]).resolve())
    else:
        with tempfile.TemporaryDirectory() as scratch:
            main(Path(scratch))

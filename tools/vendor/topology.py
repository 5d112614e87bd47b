"""TopoJSON to polygons on the sheet: arcs are joined, cut where the sheet ends, and projected."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
from shapely import Polygon, box, make_valid, transform, union_all
from shapely.affinity import translate
from shapely.geometry.base import BaseGeometry

from ninefold.papers.atlas.projection import MIDDLE, NORTH, SOUTH, on_sheet

Ring = list[tuple[float, float]]
_SHEET = box(MIDDLE - 180, SOUTH, MIDDLE + 180, NORTH)


def decode_arcs(topology: dict[str, Any]) -> list[Ring]:
    """The arcs in degrees (TopoJSON 1.0: quantised, each point the difference to the one before)."""
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * sx + tx, y * sy + ty))
        arcs.append(points)
    return arcs


def shape(geometry: dict[str, Any], arcs: list[Ring]) -> BaseGeometry:
    """One unit of the topology as polygons in sheet units; empty if it lies off the sheet."""
    parts = [part for rings in _polygons(geometry) for part in _cut([_ring(ring, arcs) for ring in rings])]
    whole = union_all(parts)
    return transform(whole, _project)


def _polygons(geometry: dict[str, Any]) -> Iterator[list[list[int]]]:
    if geometry["type"] == "Polygon":
        yield geometry["arcs"]
    elif geometry["type"] == "MultiPolygon":
        yield from geometry["arcs"]


def _ring(numbers: list[int], arcs: list[Ring]) -> Ring:
    """Arcs in order; `~n` is arc n backwards. Longitudes run on past 180 instead of jumping back."""
    points: Ring = []
    for number in numbers:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        points.extend(arc[1:] if points else arc)
    turned, offset = [points[0]], 0
    for (x0, _), (x1, y1) in pairwise(points):
        offset += -360 if x1 - x0 > 180 else 360 if x1 - x0 < -180 else 0
        turned.append((x1 + offset, y1))
    return turned


def _cut(rings: list[Ring]) -> list[BaseGeometry]:
    """The polygon's pieces on the sheet, wherever around the globe its longitudes ran to."""
    if len(rings[0]) < 4 or rings[0][0] != rings[0][-1]:
        return []  # the ring round the pole does not close; it is Antarctica's, which is left off
    whole = make_valid(Polygon(rings[0], [hole for hole in rings[1:] if len(hole) > 3]))
    return [translate(whole, turn).intersection(_SHEET) for turn in (-360, 0, 360)]


def _project(points: Any) -> Any:
    return np.array([on_sheet(x, y) for x, y in points])


def polygons(whole: BaseGeometry) -> list[Polygon]:
    """The polygons of a geometry, the largest first; lines and points left by a cut are dropped."""
    if isinstance(whole, Polygon):
        return [whole]
    parts = getattr(whole, "geoms", [])
    return sorted((p for part in parts for p in polygons(part)), key=lambda p: -p.area)

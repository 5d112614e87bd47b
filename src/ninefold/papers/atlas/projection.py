"""The Equal Earth projection, and the sheet on which the atlas is drawn.

Equal area, so that a large country is never made to look larger than it is.
Source: B. Savric, T. Patterson, B. Jenny, "The Equal Earth map projection",
International Journal of Geographical Information Science 33(3), 2019, equations 1 and 2.
"""

from math import asin, cos, radians, sin, sqrt

_A1, _A2, _A3, _A4 = 1.340264, -0.081106, 0.000893, 0.003796
_M = sqrt(3) / 2

# The sheet: 4,000 units across the equator. Antarctica, where nobody is warned of, is left off.
WIDTH = 4000
NORTH, SOUTH = 83.7, -56.0
# The middle meridian. The sheet ends at 169 W, in the Bering Strait, so that no country's mainland is cut.
MIDDLE = 11.0


def equal_earth(longitude: float, latitude: float) -> tuple[float, float]:
    """Degrees to the plane of a unit sphere; x to the east, y to the north."""
    t = asin(_M * sin(radians(latitude)))
    t2 = t * t
    t6 = t2 * t2 * t2
    x = radians(longitude) * cos(t) / (_M * (_A1 + 3 * _A2 * t2 + t6 * (7 * _A3 + 9 * _A4 * t2)))
    y = t * (_A1 + _A2 * t2 + t6 * (_A3 + _A4 * t2))
    return x, y


_SCALE = WIDTH / (2 * equal_earth(180.0, 0.0)[0])
_TOP = equal_earth(0.0, NORTH)[1]
HEIGHT = round((_TOP - equal_earth(0.0, SOUTH)[1]) * _SCALE)


def on_sheet(longitude: float, latitude: float) -> tuple[float, float]:
    """Degrees to sheet units; x to the right, y downwards. `longitude` lies within 180 of `MIDDLE`."""
    x, y = equal_earth(longitude - MIDDLE, latitude)
    return WIDTH / 2 + x * _SCALE, (_TOP - y) * _SCALE

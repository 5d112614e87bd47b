"""Writing SVG so that nothing from outside can become markup.

A `Mark` is finished markup; a plain `str` is not, and mypy keeps them apart. Words enter through
`words()`, values through attributes; both are escaped. No style attribute, script or event handler
is ever written: colour is a class with a presentation attribute behind it, so that one file serves
a page with a strict content policy, a printed page and an image viewer.
"""

import re
from collections.abc import Iterable
from typing import Literal, NewType
from xml.sax.saxutils import escape, quoteattr

from ninefold.errors import InvalidError
from ninefold.papers.palette import TONES

Mark = NewType("Mark", str)
Direction = Literal["ltr", "rtl"]
Value = str | float | None

NONE = Mark("")
FAMILY = "Noto Sans, Noto Sans Arabic, Noto Naskh Arabic, sans-serif"
# XML 1.0, section 2.2: the characters that no document may hold.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NAME = re.compile(r"[a-z][a-z0-9-]{0,40}")


def words(text: str) -> Mark:
    """Text as content; what XML cannot hold becomes the replacement character."""
    return Mark(escape(_FORBIDDEN.sub("\ufffd", text)))


def el(name: str, *children: Mark, **attributes: Value) -> Mark:
    """An element. `class_` is class, `stroke_width` is stroke-width; None leaves an attribute out."""
    written = "".join(_attribute(key, value) for key, value in attributes.items() if value is not None)
    inside = "".join(children)
    return Mark(f"<{name}{written}>{inside}</{name}>" if inside else f"<{name}{written}/>")


def group(*children: Mark, **attributes: Value) -> Mark:
    """A `<g>`, or nothing when there is nothing in it."""
    inside = join(*children)
    return el("g", inside, **attributes) if inside else NONE


def join(*marks: Mark) -> Mark:
    """Marks one after the other."""
    return Mark("".join(marks))


def number(value: float) -> str:
    """A coordinate: at most two decimals, no trailing zeros, no negative zero."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def _attribute(key: str, value: str | float) -> str:
    name = key.rstrip("_").replace("_", "-")
    text = value if isinstance(value, str) else number(value)
    return f" {name}={quoteattr(_FORBIDDEN.sub(chr(0xFFFD), text))}"


def paint(fill: str = "", stroke: str = "", also: str = "") -> dict[str, Value]:
    """Attributes that colour by tone: theme classes for a page, the light theme's colours behind them."""
    classes = [also] if also else []
    found: dict[str, Value] = {"fill": TONES[fill].light if fill else "none"}
    if fill:
        classes.append(f"f-{fill}")
    if stroke:
        classes.append(f"s-{stroke}")
        found["stroke"] = TONES[stroke].light
    return {"class_": " ".join(classes) or None, **found}


def dot(at: tuple[float, float], radius: float, *, fill: str = "", stroke: str = "", thick: float = 1) -> Mark:
    """A circle: full, or a ring `thick` units wide."""
    width = thick if stroke else None
    return el("circle", cx=at[0], cy=at[1], r=radius, stroke_width=width, **paint(fill, stroke))


def path(points: Iterable[tuple[float, float]]) -> str:
    """The path data of a line through points."""
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points)


def link(href: str, *children: Mark, title: str, **attributes: Value) -> Mark:
    """A link that a keyboard reaches, with its name. Only an address on this site or http(s) is taken."""
    if not re.match(r"(/(?!/)|[?#]|https?://)", href):
        raise InvalidError(
            "{href} cannot be linked from a picture; give an address that starts with / or https://.", href=href
        )
    return el("a", el("title", words(title)), *children, href=href, **attributes)


def drawing(
    *children: Mark, name: str, title: str, desc: str, box: tuple[float, float, float, float], live: bool = False
) -> str:
    """The whole picture: `box` is x, y, width, height. `live` says that it holds links.

    `name` (lower-case letters, digits, hyphens) keeps ids apart when a page shows several pictures.
    """
    if not _NAME.fullmatch(name):
        raise InvalidError("{name} cannot name a picture; use lower-case letters, digits and hyphens.", name=name)
    head = join(
        el("title", words(title), id=f"{name}-title"),
        el("desc", words(desc), id=f"{name}-desc"),
    )
    return el(
        "svg",
        head,
        *children,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=" ".join(number(part) for part in box),
        class_=f"picture {name}",
        # An image hides what is inside from a screen reader, so a picture with links is a group.
        role="group" if live else "img",
        aria_labelledby=f"{name}-title",
        aria_describedby=f"{name}-desc",
        font_family=FAMILY,
        direction="ltr",
    )

"""The colours of every picture, light and dark, and the style sheet that themes them.

One accent, a deep blue-green. One scale of risk, a single hue from sand to umber: it keeps its
order for every kind of colour sight and in grey. In the dark theme more risk is lighter, so that
the highest class always stands out most from its ground. Values were set in OKLCH with even steps.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Tone:
    """One colour in both themes, as #rrggbb."""

    light: str
    dark: str


TONES = {
    "paper": Tone("#f4f0e6", "#12191d"),
    "surface": Tone("#fffdf7", "#1b252b"),
    "ink": Tone("#16242b", "#ecebe4"),
    "muted": Tone("#434f55", "#b6bfc1"),
    "line": Tone("#d8d2c3", "#36434a"),
    "border": Tone("#6e6353", "#8d8577"),
    "accent": Tone("#1b5d64", "#80c5c9"),
    "on-accent": Tone("#fffdf7", "#12191d"),
    "soft": Tone("#d0e2e3", "#24393d"),
    "tie": Tone("#5c898e", "#5d9499"),
    "ring": Tone("#90692f", "#c99d58"),
    "hatch": Tone("#a2998a", "#5d666a"),
    "risk-0": Tone("#e9dac3", "#44322a"),
    "risk-1": Tone("#e2b88d", "#6e4431"),
    "risk-2": Tone("#d18c56", "#985733"),
    "risk-3": Tone("#ab592d", "#c67a40"),
    "risk-4": Tone("#883e1f", "#e2a769"),
    "risk-5": Tone("#552313", "#f3dab2"),
}
RISK_CLASSES = 6

# What may lie on what, with the contrast that it must have (WCAG 2.2: 1.4.6 text, 1.4.11 graphics).
TEXT_PAIRS = [(text, ground, 7.0) for text in ("ink", "muted") for ground in ("paper", "surface")] + [
    ("on-accent", "accent", 4.5),
    ("accent", "paper", 4.5),
    ("accent", "surface", 4.5),
    ("ink", "soft", 7.0),
]
GRAPHIC_PAIRS = [
    (mark, ground, 3.0) for mark in ("accent", "tie", "ring", "border") for ground in ("paper", "surface")
] + [("border", "risk-0", 3.0), ("risk-5", "risk-0", 3.0), ("risk-5", "risk-2", 3.0)]


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2, definition of contrast ratio)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb, 0 to 1 (WCAG 2.2)."""
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def text_on(level: int) -> str:
    """The tone of text on `risk-<level>`: the one that reads better in the light theme.

    The dark scale runs the other way, so the same tone reads in both.
    """
    fill = TONES[f"risk-{level}"].light
    return max(("ink", "on-accent"), key=lambda tone: contrast(TONES[tone].light, fill))


def stylesheet() -> str:
    """The style sheet for pages: tones as custom properties, and the classes that pictures use.

    The dark theme follows the system, unless the page says `data-theme` on its root; print is light.
    """
    light = "".join(f"  --{name}: {tone.light};\n" for name, tone in TONES.items())
    dark = "".join(f"  --{name}: {tone.dark};\n" for name, tone in TONES.items())
    fills = "".join(f".picture .f-{name} {{ fill: var(--{name}); }}\n" for name in TONES)
    strokes = "".join(f".picture .s-{name} {{ stroke: var(--{name}); }}\n" for name in TONES)
    return (
        "/* Written by ninefold.papers.palette; a test holds it to that. */\n"
        f":root {{\n{light}}}\n"
        f'@media screen and (prefers-color-scheme: dark) {{\n:root:not([data-theme="light"]) {{\n{dark}}}\n}}\n'
        f'@media screen {{\n:root[data-theme="dark"] {{\n{dark}}}\n}}\n'
        f"{_FRAME}{fills}{strokes}"
    )


_FRAME = """\
.picture { display: block; inline-size: 100%; block-size: auto; }
.picture.strip { inline-size: 8.25rem; }
.picture.key-sign { display: inline-block; inline-size: 2.25rem; vertical-align: middle; }
.picture.emblem { display: inline-block; inline-size: 2rem; vertical-align: middle; }
.picture a { cursor: pointer; outline-offset: 2px; }
.picture a:focus-visible { outline: 3px solid var(--accent); }
.picture a:hover .marked, .picture a:focus-visible .marked { stroke: var(--ink); stroke-width: 3; }
.picture a:hover .named { text-decoration: underline; }
.picture .mapped { stroke-width: 0.6px; vector-effect: non-scaling-stroke; }
.picture a:hover .mapped, .picture a:focus-visible .mapped { stroke: var(--ink); stroke-width: 2px; }
"""

from itertools import pairwise

import numpy as np
import pytest

from ninefold.papers.palette import (
    GRAPHIC_PAIRS,
    RISK_CLASSES,
    TEXT_PAIRS,
    TONES,
    contrast,
    luminance,
    stylesheet,
    text_on,
)

THEMES = ("light", "dark")
# G. Machado, M. Oliveira, L. Fernandes, "A physiologically-based model for simulation of color vision
# deficiency", IEEE TVCG 15(6), 2009, table 1, severity 1.0; applied to linear light.
SIGHTS = {
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}


def risk(theme):
    return [getattr(TONES[f"risk-{level}"], theme) for level in range(RISK_CLASSES)]


def test_contrast_is_the_ratio_of_wcag():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)
    assert contrast("#ffffff", "#777777") == contrast("#777777", "#ffffff")


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("one", "ground", "least"), [*TEXT_PAIRS, *GRAPHIC_PAIRS], ids=str)
def test_every_pair_that_is_used_can_be_told_apart(one, ground, least, theme):
    assert contrast(getattr(TONES[one], theme), getattr(TONES[ground], theme)) >= least


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("level", range(RISK_CLASSES))
def test_text_on_a_class_reads_in_both_themes(level, theme):
    tone = TONES[text_on(level)]
    assert contrast(getattr(tone, theme), getattr(TONES[f"risk-{level}"], theme)) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
def test_the_scale_keeps_its_order_in_grey(theme):
    steps = [contrast(one, after) for one, after in pairwise(risk(theme))]
    lights = [luminance(colour) for colour in risk(theme)]
    assert lights == sorted(lights, reverse=theme == "light")
    assert min(steps) >= 1.3


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("sight", SIGHTS)
def test_the_scale_keeps_its_order_for_every_colour_sight(sight, theme):
    lights = []
    for colour in risk(theme):
        channels = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])
        linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
        seen = np.clip(np.array(SIGHTS[sight]) @ linear, 0, 1)
        lights.append(float(seen @ [0.2126, 0.7152, 0.0722]))
    steps = [abs(after - one) for one, after in pairwise(lights)]
    assert lights == sorted(lights, reverse=theme == "light")
    assert min(steps) > 0.02


def test_the_style_sheet_themes_every_tone():
    sheet = stylesheet()
    for name, tone in TONES.items():
        assert f"--{name}: {tone.light};" in sheet
        assert sheet.count(f"--{name}: {tone.dark};") >= 2
        assert f".picture .f-{name} {{ fill: var(--{name}); }}" in sheet
        assert f".picture .s-{name} {{ stroke: var(--{name}); }}" in sheet
    assert sheet.count("{") == sheet.count("}")

"""Every text colour can be read on every surface, by every eye, and severities stay apart in 16 colours."""

from __future__ import annotations

from itertools import combinations

import pytest
from rich.color import Color, ColorSystem

from immunosep_tui.ui.themes import DARK, HIGH_CONTRAST, LIGHT, PALETTES, Palette, after, theme

VISION = {
    # Machado, Oliveira and Fernandes 2009, severity 1.0, on linear sRGB
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
    "typical": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
}


def linear(colour: str) -> list[float]:
    """Linear light of an sRGB colour, each channel from 0 to 1."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]


def luminance(colour: str, vision: str = "typical") -> float:
    """Relative luminance as that eye sees the colour."""
    light = linear(colour)
    seen = [sum(w * c for w, c in zip(row, light, strict=True)) for row in VISION[vision]]
    red, green, blue = (min(1.0, max(0.0, channel)) for channel in seen)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str, vision: str = "typical") -> float:
    """Contrast ratio of WCAG 2, from 1 to 21."""
    low, high = sorted((luminance(one, vision), luminance(other, vision)))
    return (high + 0.05) / (low + 0.05)


def texts(palette: Palette) -> dict[str, str]:
    return {
        "foreground": palette.foreground,
        "muted": palette.muted,
        "accent": palette.accent,
        **palette.severities,
    }


def test_contrast_is_computed_as_published() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("palette", PALETTES, ids=lambda palette: palette.name)
def test_every_text_can_be_read_on_every_surface(palette: Palette) -> None:
    least = 7.0 if palette is HIGH_CONTRAST else 4.5
    for name, colour in texts(palette).items():
        for surface in palette.surfaces:
            assert contrast(colour, surface) >= least, (name, surface)


@pytest.mark.parametrize("vision", ["protanopia", "deuteranopia", "tritanopia"])
@pytest.mark.parametrize("palette", PALETTES, ids=lambda palette: palette.name)
def test_every_text_can_be_read_by_colour_blind_eyes(palette: Palette, vision: str) -> None:
    for name, colour in texts(palette).items():
        for surface in palette.surfaces:
            assert contrast(colour, surface, vision) >= 4.5, (name, surface)


@pytest.mark.parametrize("system", [ColorSystem.STANDARD, ColorSystem.EIGHT_BIT])
@pytest.mark.parametrize("palette", PALETTES, ids=lambda palette: palette.name)
def test_severities_stay_apart_in_few_colours(palette: Palette, system: ColorSystem) -> None:
    reduced = {name: Color.parse(colour).downgrade(system) for name, colour in palette.severities.items()}
    for (one, first), (other, second) in combinations(reduced.items(), 2):
        assert first.number != second.number, (one, other)


@pytest.mark.parametrize("palette", PALETTES, ids=lambda palette: palette.name)
def test_surfaces_are_one_plain_colour_in_16(palette: Palette) -> None:
    surfaces = {Color.parse(surface).downgrade(ColorSystem.STANDARD).number for surface in palette.surfaces}
    assert surfaces == ({0} if palette.dark else {15})


@pytest.mark.parametrize("palette", PALETTES, ids=lambda palette: palette.name)
def test_styles_can_name_the_severities(palette: Palette) -> None:
    generated = {**theme(palette).to_color_system().generate(), **theme(palette).variables}
    assert {name: generated[f"severity-{name}"] for name in palette.severities} == palette.severities
    assert generated["background"].lower() == palette.background
    assert generated["surface"].lower() == palette.surface
    assert generated["panel"].lower() == palette.panel


def test_themes_follow_each_other() -> None:
    assert [after(p.name) for p in (DARK, LIGHT, HIGH_CONTRAST)] == ["light", "high-contrast", "dark"]

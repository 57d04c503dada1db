"""Three sets of colours whose severities can be read on every surface and told apart without red and green.

Contrast is the ratio of WCAG 2.2 (success criteria 1.4.3 and 1.4.6): at least 4.5 in the dark and light themes, 7 in
the high-contrast theme, for each text on each surface. Colour is never the only carrier of a meaning.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from textual.theme import Theme


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one theme, as hexadecimal sRGB."""

    name: str
    dark: bool
    background: str
    surface: str
    panel: str
    cursor: str
    foreground: str
    muted: str
    accent: str
    critical: str
    warning: str
    notice: str
    ok: str

    @property
    def surfaces(self) -> tuple[str, ...]:
        """What text can stand on; ``cursor`` is the row or field in use."""
        return self.background, self.surface, self.panel, self.cursor

    @property
    def severities(self) -> dict[str, str]:
        """The colour of each severity, the gravest first."""
        return {"critical": self.critical, "warning": self.warning, "notice": self.notice, "ok": self.ok}


DARK: Final = Palette(
    name="dark",
    dark=True,
    background="#0f131a",
    surface="#161b24",
    panel="#1c232e",
    cursor="#14263f",
    foreground="#e6e9ee",
    muted="#aab4c2",
    accent="#8cc4ff",
    critical="#ff9075",
    warning="#ffd75f",
    notice="#f09aff",
    ok="#6fc3ff",
)
LIGHT: Final = Palette(
    name="light",
    dark=False,
    background="#ffffff",
    surface="#f6f7f9",
    panel="#eef0f4",
    cursor="#dde8f7",
    foreground="#16191e",
    muted="#434c59",
    accent="#0b4aa8",
    critical="#a62200",
    warning="#6b4e00",
    notice="#75208a",
    ok="#0b3fa8",
)
HIGH_CONTRAST: Final = Palette(
    name="high-contrast",
    dark=True,
    background="#000000",
    surface="#000000",
    panel="#0a0a0a",
    cursor="#00203f",
    foreground="#ffffff",
    muted="#e0e0e0",
    accent="#80d4ff",
    critical="#ffa07a",
    warning="#ffff00",
    notice="#ff9fff",
    ok="#66d9ff",
)
PALETTES: Final = (DARK, LIGHT, HIGH_CONTRAST)


def theme(palette: Palette) -> Theme:
    """The palette as Textual takes it; styles name the severities ``$severity-critical`` and so on."""
    return Theme(
        name=palette.name,
        dark=palette.dark,
        primary=palette.accent,
        secondary=palette.muted,
        accent=palette.accent,
        error=palette.critical,
        warning=palette.warning,
        success=palette.ok,
        foreground=palette.foreground,
        background=palette.background,
        surface=palette.surface,
        panel=palette.panel,
        text_alpha=1.0,
        variables={
            **{f"severity-{name}": colour for name, colour in palette.severities.items()},
            "muted": palette.muted,
            "text-muted": palette.muted,
            "foreground-muted": palette.muted,
            "cursor-surface": palette.cursor,
            "block-cursor-background": palette.cursor,
            "block-cursor-foreground": palette.foreground,
            "block-cursor-text-style": "bold reverse",
            "border": palette.accent,
            "border-blurred": palette.muted,
            "input-cursor-background": palette.foreground,
            "input-cursor-foreground": palette.background,
            "input-selection-background": palette.cursor,
            "input-selection-foreground": palette.foreground,
            "button-color-foreground": palette.background,
        },
    )


def after(name: str) -> str:
    """The theme that follows ``name`` when the user asks for the next one."""
    names = [palette.name for palette in PALETTES]
    return names[(names.index(name) + 1) % len(names)]

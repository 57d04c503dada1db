"""Where journeys take place: each design size, each kind of store; 80x24 on a file in every run, the rest when asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

import pytest


class Setting(NamedTuple):
    """A window and the kind of its store."""

    size: tuple[int, int]
    on_server: bool = False


Walks = Callable[..., None]
"""Walks through steps in words: the moment at which they begin, the steps, and protocols of the site by name."""

SMALL, WIDE = (80, 24), (120, 40)

EVERY_RUN: Final = pytest.param(Setting(SMALL), id="80x24-file")
DEEP: Final = tuple(
    pytest.param(setting, id=name, marks=pytest.mark.deep)
    for name, setting in (
        ("80x24-server", Setting(SMALL, on_server=True)),
        ("120x40-file", Setting(WIDE)),
        ("120x40-server", Setting(WIDE, on_server=True)),
    )
)
SETTINGS: Final = (EVERY_RUN, *DEEP)
"""For a journey that goes over the file in every run."""

DEEP_SETTINGS: Final = (pytest.param(Setting(SMALL), id="80x24-file", marks=pytest.mark.deep), *DEEP)
"""For a journey of minutes, of whose kind another one is gone in every run."""

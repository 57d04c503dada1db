"""Where journeys take place: each design size, each kind of store; 80x24 on a file in every run, the others when asked."""

from __future__ import annotations

from typing import Final, NamedTuple

import pytest


class Setting(NamedTuple):
    """A window and the kind of its store."""

    size: tuple[int, int]
    on_server: bool = False


SMALL, WIDE = (80, 24), (120, 40)

EVERY_RUN: Final = pytest.param(Setting(SMALL), id="80x24-file")
SERVER: Final = Setting(SMALL, on_server=True)
DEEP: Final = tuple(
    pytest.param(setting, id=name, marks=pytest.mark.deep)
    for name, setting in (
        ("80x24-server", SERVER),
        ("120x40-file", Setting(WIDE)),
        ("120x40-server", Setting(WIDE, on_server=True)),
    )
)
SETTINGS: Final = (EVERY_RUN, *DEEP)
"""For a journey that goes over the file alone in every run."""

SETTINGS_WITH_SERVER: Final = (EVERY_RUN, pytest.param(SERVER, id="80x24-server"), *DEEP[1:])
"""For the one journey that goes over a server in every run."""

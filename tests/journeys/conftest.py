"""How a journey is walked: in the setting of its test, from a moment on, through steps in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

import pytest

from tests.journeys.places import Setting, Walks


@pytest.fixture
def walks(setting: Setting, request: pytest.FixtureRequest, tmp_path: Path) -> Walks:
    """Walk through the steps, with these protocols of the site by name, and leave the program by its own key."""
    from tests.support.bedside import Journey, walk

    server = request.getfixturevalue("own_server") if setting.on_server else None

    def through(start: datetime, steps: str, protocols: Mapping[str, str] = MappingProxyType({})) -> None:
        with Journey(tmp_path, start, size=setting.size, server=server) as journey:
            for name, text in protocols.items():
                journey.put_site_protocol(name, text)
            walk(journey, steps)
            journey.quit()

    return through

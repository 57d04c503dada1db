"""What every test shares: how hard hypothesis looks, and the trial's protocol."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from immunosep_tui.profile.files import load
from immunosep_tui.rules.protocol import Protocol

if TYPE_CHECKING:
    from tests.support.followed import Followed
    from tests.support.server import Server

settings.register_profile("quick", max_examples=60, deadline=None)
settings.register_profile("deep", max_examples=2000, deadline=None)
settings.register_profile("mutation", max_examples=25, deadline=None, derandomize=True, database=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))

_OWN = tempfile.TemporaryDirectory(prefix="immunosep-tests-")
for name in ("XDG_DATA_HOME", "XDG_STATE_HOME"):
    os.environ[name] = _OWN.name  # no test may find or touch the records of whoever runs it
os.environ.pop("IMMUNOSEP_STORE", None)


def pytest_collection_finish() -> None:
    """Between two keys a pilot waits no longer than the screen needs, where any test has a screen."""
    if "textual.app" in sys.modules:
        from tests.support import quick_pilot

        quick_pilot.install()


@pytest.fixture(scope="session")
def protocol() -> Protocol:
    """The protocol that the program starts with."""
    return load()


@pytest.fixture
def ward(tmp_path: Path, protocol: Protocol) -> Iterator[Followed]:
    """A ward of one patient, ``p``, whose identity and markers are signed."""
    from tests.support.followed import IDENTITY, LABS, Followed

    followed = Followed(tmp_path, protocol)
    followed.sign("p", IDENTITY | LABS)
    yield followed
    followed.desk.close()


@pytest.fixture(scope="module")
def own_server() -> Iterator[Server]:
    """A PostgreSQL server of a file's own, because it is loaded, stopped or killed."""
    from tests.support.server import Server, programs_or_skip

    server = Server(programs_or_skip())
    yield server
    server.stop()


@pytest.fixture(params=["file", "server"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a store is, as ``--store`` takes it: once a file, once a database of its own."""
    if request.param == "file":
        return str(tmp_path / "ward.db")
    server: Server = request.getfixturevalue("own_server")
    return server.url(server.new_database())

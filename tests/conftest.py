"""What every test shares: how hard hypothesis looks, and the trial's protocol."""

from __future__ import annotations

import os
import tempfile

import pytest
from hypothesis import settings

from immunosep_tui.profile.files import load
from immunosep_tui.rules.protocol import Protocol

settings.register_profile("quick", max_examples=60, deadline=None)
settings.register_profile("deep", max_examples=2000, deadline=None)
settings.register_profile("mutation", max_examples=25, deadline=None, derandomize=True, database=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))

_OWN = tempfile.TemporaryDirectory(prefix="immunosep-tests-")
for name in ("XDG_DATA_HOME", "XDG_STATE_HOME"):
    os.environ[name] = _OWN.name  # no test may find or touch the records of whoever runs it
os.environ.pop("IMMUNOSEP_STORE", None)


@pytest.fixture(scope="session")
def protocol() -> Protocol:
    """The protocol that the program starts with."""
    return load()

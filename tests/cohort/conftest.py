"""A table to score, in a folder of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from immunosep_tui.rules.protocol import Protocol
from tests.cohort.table import Table


@pytest.fixture
def table(tmp_path: Path, protocol: Protocol) -> Table:
    """A table that is scored by the program's own protocol."""
    return Table(tmp_path, protocol)

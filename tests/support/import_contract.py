"""``python -m tests.support.import_contract``: which floor may import which, as pyproject.toml says."""

from __future__ import annotations

import sys

from importlinter.cli import lint_imports

if __name__ == "__main__":
    sys.exit(lint_imports())

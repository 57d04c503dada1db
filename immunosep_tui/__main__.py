"""``python -m immunosep_tui``."""

from __future__ import annotations

from immunosep_tui.cli import enter

if __name__ == "__main__":
    enter()

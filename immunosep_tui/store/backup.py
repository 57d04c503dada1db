"""Copies of a store that are known to be whole: written beside, verified, then given their name."""

from __future__ import annotations

from typing import Final

KEEP: Final = 14
"""How many automatic backups are kept."""

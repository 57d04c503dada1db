"""Rows of the board as the ledger adds up to them, and what of a shown row is compared with them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from immunosep_tui.record.attention import Attention, Item
from immunosep_tui.record.chart import Chart
from immunosep_tui.record.glance import glance
from immunosep_tui.ui.desk import Desk
from immunosep_tui.ward import board
from immunosep_tui.ward.board import Row
from immunosep_tui.ward.instants import ms


def row_of(chart: Chart, desk: Desk, *, is_draft: bool = False) -> Row:
    """The row that the ledger adds up to."""
    standing, doubt = desk.ward.judge(chart), bool(desk.clock_doubt)
    return board.row(glance(chart), standing, ms(desk.now()), clock_in_doubt=doubt, is_draft=is_draft)


def lasting_row(row: Row) -> Row:
    """A row without what changes with time."""
    return replace(row, attention=Attention(()), at=0)


def as_recorded(shown: Row, told: Row) -> Row:
    """A row of whom something is typed, without what that adds; what was signed stands in it all the same."""
    there = {_fact(item) for item in shown.attention.items}
    if any(_fact(item) not in there for item in told.attention.alarms):
        return shown
    return replace(shown, standing=told.standing, attention=told.attention, is_planned=told.is_planned)


def _fact(item: Item) -> tuple[str, str, tuple[int, ...]]:
    return item.level, item.about, item.entries


def is_counted(alarms: Sequence[Item], banner: Sequence[str]) -> bool:
    """Whether a banner counts at least these alarms; what is typed and not signed may add to them."""
    text = "".join(banner)
    for level in ("STOP", "CALL"):
        least = sum(item.level == level.lower() for item in alarms)
        found = re.search(rf"{level} ([0-9]+)", text)
        if least and (found is None or int(found[1]) < least):
            return False
    return True

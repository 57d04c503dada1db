"""A patient on anakinra with a clock that is moved by hand, and what asks for a person then."""

from __future__ import annotations

from datetime import timedelta

from immunosep_tui.record.attention import (
    CALL,
    LIMIT,
    STOP,
    Attention,
    Item,
)
from immunosep_tui.ward.deeds import acknowledge, end_limit
from tests.support.followed import IDENTITY, LABS, START, Followed

HOUR = timedelta(hours=1)
CELL = "monitoring.{day}.anakinra-{name}"
"""The place of a line of the checklist."""


class Treated:
    """One patient on anakinra, with a clock that is moved by hand."""

    def __init__(self, ward: Followed, key: str = "p", place: str = "7") -> None:
        self.ward, self.key = ward, key
        self.ward.sign(key, IDENTITY | LABS | {"identity.place": place, "identity.case": f"A-{key}"})
        self.ward.start(key)
        self.at(0.1)

    def at(self, hours: float) -> None:
        """So many hours after the first dose was due."""
        self.ward.now = START + hours * HOUR

    def check(self, day: int, **values: str) -> None:
        """Sign cells of the checklist."""
        names = {name: CELL.format(day=day, name=name.replace("_", "-")) for name in values}
        self.ward.sign(self.key, {names[name]: text for name, text in values.items()}, "corrected")

    def found(self) -> Attention:
        """What asks for a person now."""
        ward = self.ward.desk.ward
        ward.read_again(self.key)
        return ward.attention(ward.get(self.key))

    def told(self, *levels: str) -> list[tuple[str, str]]:
        """Level and value of what asks by a limit."""
        return [(item.level, item.value) for item in self.found().of(*levels or (STOP, CALL)) if item.code == LIMIT]

    def acknowledge(self, hours: float) -> None:
        """See every STOP and CALL, for so many hours."""
        store = self.ward.desk.ward.store
        chart, listed = store.chart(self.key), [n for item in self.found().alarms for n in item.entries]
        seen = acknowledge(chart, listed, self.ward.now + hours * HOUR, self.ward.signature("called"))
        store.append([seen], chart.n)

    def end(self, item: Item, reason: str = "no more blood") -> None:
        """Say that a STOP is over."""
        store = self.ward.desk.ward.store
        chart = store.chart(self.key)
        store.append([end_limit(chart, item.entries[0], item.level, self.ward.signature(reason))], chart.n)

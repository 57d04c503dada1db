"""Changes of clocks: what is due after hours is due when so many hours have passed, and every instant has its own text."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.rules.schedule import schedule
from immunosep_tui.ui.times import moment_text
from tests.hazards.control import Many, hazard, swap
from tests.rules.zones import SAMPLE, transitions

HOUR = timedelta(hours=1)


def starts(many: Many) -> Iterator[datetime]:
    """Local times in the day before a change of clocks: some, or each hour of each change of every zone."""
    if many.deep:
        for name in sorted(available_timezones()):
            yield from (
                (at - lead * HOUR).astimezone(ZoneInfo(name)) for at in transitions(name) for lead in range(1, 25)
            )
        return
    chance = random.Random(28)
    for name in SAMPLE:
        for change in chance.sample(transitions(name), min(6, len(transitions(name)))):
            yield (change - chance.randint(1, 24) * HOUR).astimezone(ZoneInfo(name))


@hazard("HZ-28", without=swap("immunosep_tui.rules.schedule.utc", lambda instant: instant))
def test_every_8_hours_is_every_8_hours_across_every_change_of_clocks(protocol: Protocol, many: Many) -> None:
    """Without the control the next dose is reckoned by the clock on the wall."""
    tried = 0
    for start in starts(many):
        instants = [dose.due.timestamp() for dose in schedule(protocol.regimens["anakinra"], start, "open")]
        assert instants[0] == start.timestamp()
        assert {after - before for before, after in pairwise(instants)} == {8 * 3600}, start
        tried += 1
    assert tried > (100_000 if many.deep else 50)


@hazard("HZ-28", without=swap("immunosep_tui.ui.times.is_repeated_hour", lambda *_given: False))
def test_no_two_instants_around_a_change_of_clocks_are_written_alike(many: Many) -> None:
    """Every quarter of an hour of the day in which the change falls; without the control the offset is left out."""
    for name in sorted(available_timezones()) if many.deep else SAMPLE:
        zone = ZoneInfo(name)
        for change in transitions(name)[: None if many.deep else 6]:
            instants = [change + quarter * HOUR / 4 for quarter in range(-48, 48)]
            assert len({moment_text(at, zone) for at in instants}) == len(instants), (name, change)

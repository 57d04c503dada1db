"""Steps in words: what cannot be said is told before anything is done, and the clock goes on by steps the ledger takes."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

if sys.platform == "win32":
    pytest.skip("pseudo-terminals are not on Windows", allow_module_level=True)

from immunosep_tui.ui.commands import COMMANDS
from tests.support.bedside import Journey, walk
from tests.support.bedside.clock import FalseClock
from tests.support.bedside.keyboard import keys_of
from tests.support.bedside.moments import moment_of

ATHENS = ZoneInfo("Europe/Athens")
NOW = datetime(2026, 3, 28, 20, 31, tzinfo=ATHENS)


def test_an_unknown_step_names_the_known_ones_and_does_nothing() -> None:
    idle = Journey.__new__(Journey)  # nothing of it is there: whatever were done would fail otherwise
    with pytest.raises(ValueError, match=r"(?s)no such step: 'dance'.*open bed \{bed\}.*header says \{words\}"):
        walk(idle, "open bed 7\ndance")


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("now", "2026-03-28 20:31"),
        ("2026-04-01 09:00", "2026-04-01 09:00"),
        ("21:05", "2026-03-28 21:05"),
        ("tomorrow 08:00", "2026-03-29 08:00"),
        ("yesterday 08:00", "2026-03-27 08:00"),
        ("+2d 08:00", "2026-03-30 08:00"),
        ("-30min", "2026-03-28 20:01"),
        ("+9h", "2026-03-29 06:31"),  # the clocks go forward in that night
    ],
)
def test_moments_are_said_as_people_say_them(words: str, meant: str) -> None:
    assert f"{moment_of(words, NOW):%Y-%m-%d %H:%M}" == meant


def test_a_moment_that_is_none_names_the_forms() -> None:
    with pytest.raises(ValueError, match=r"no moment: 'soon'; known are .*\+9h"):
        moment_of("soon", NOW)


def test_the_clock_goes_neither_back_nor_further_than_the_ledger_takes_without_asking() -> None:
    clock = FalseClock(NOW, ATHENS)
    assert abs(clock.now() - NOW) < timedelta(minutes=5)
    with pytest.raises(ValueError, match="later moments only"):
        clock.move_to(NOW - timedelta(hours=1))
    with pytest.raises(ValueError, match="jump twice"):
        clock.move_to(NOW + timedelta(days=31))
    clock.move_to(NOW + timedelta(days=1))
    assert f"{clock.now():%d %H:%M}" == "29 20:31"


def test_each_command_has_a_key_that_a_terminal_sends() -> None:
    assert all(keys_of(command.id) for command in COMMANDS)
    with pytest.raises(KeyError, match="no command juggle; there are "):
        keys_of("juggle")

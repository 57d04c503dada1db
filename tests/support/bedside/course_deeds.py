"""What is done with a course over its days: doses on the calendar, the backlog, parts, holds, leaving, the protocol."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from tests.support.bedside.bedside import OUTCOMES, Journey
from tests.support.bedside.keyboard import DOWN, ENTER, keys_of_name
from tests.support.bedside.moments import moment_of
from tests.support.bedside.seat import READS_ON, row_name
from tests.support.bedside.sight import joined

_UNDER_CURSOR: Final = re.compile(r"Dose (\d+) of (\d+), .*, due ")
_BACKLOG: Final = "b"
_GONE: Final = {"dies": "d", "leaves": "l", "comes back": "b"}


def _dose_under_cursor(screen: str) -> int:
    """The number of the dose on which the calendar's cursor stands; 0 where no calendar is shown."""
    found = _UNDER_CURSOR.search(screen)
    return int(found[1]) if found else 0


def choose_dose(journey: Journey, number: int, *, is_earlier: bool = False) -> None:
    """Put the calendar's cursor on a dose of the latest course, or of the earliest one."""
    journey.go("treatment")
    journey.until(lambda text: _dose_under_cursor(text) > 0, "the calendar of the course")
    if row_name(journey.screen):  # the form that plans has the keyboard; the calendar is under it
        journey.terminal.send(DOWN * 4)
        journey.settle()
    if is_earlier:
        journey.terminal.send(keys_of_name("end"))
        journey.until(
            lambda text: (found := _UNDER_CURSOR.search(text)) is not None and found[1] == found[2], "the end"
        )
    while (shown := _dose_under_cursor(journey.screen)) != number:
        journey.terminal.send(keys_of_name("right" if shown < number else "left"))
        journey.until(lambda text, shown=shown: _dose_under_cursor(text) != shown, f"dose {number}")  # type: ignore[misc]


def chart_chosen_dose(
    journey: Journey,
    dose: str,
    outcome: str = "given",
    at: str = "",
    reason: str = "",
    earlier: str = "",
) -> None:
    """Choose a dose on the calendar and record what became of it; of what is not charted no time is asked."""
    journey.log(f"chart dose {dose}: {outcome}")
    choose_dose(journey, int(dose), is_earlier=bool(earlier))
    journey.open_recording(ENTER)
    rows = {"Dose was": OUTCOMES[outcome]}
    if outcome != "not charted":
        rows["At"] = _typed(moment_of(at or "now", journey.clock.now()))
    journey.record("", rows, otherwise={"Reason": reason})


def close_backlog(journey: Journey, reason: str) -> None:
    """Say of all doses that are not charted that nobody knows what became of them, in one deed."""
    journey.log("close the backlog")
    journey.record("dose", {"Dose was": _BACKLOG, "Reason": reason})


def record_part(journey: Journey, dose: str, amount: str, at: str, reason: str) -> None:
    """Record a part of a dose, or a further syringe, beside the plan."""
    journey.log(f"part of dose {dose}: {amount}")
    when = _typed(moment_of(at, journey.clock.now()))
    journey.record("further-dose", {"Given": amount, "At": when, "Of dose": dose, "Reason": reason})


def go_on(journey: Journey, reason: str) -> None:
    """Say why the course goes on after doses were held."""
    journey.log("go on after a hold")
    journey.record("hold-end", {"Why it goes on": reason})


def record_where(journey: Journey, what: str, at: str, words: str) -> None:
    """Record that the patient died, left alive or came back."""
    journey.log(f"the patient {what}")
    when = _typed(moment_of(at, journey.clock.now()))
    journey.record("death", {"The patient": _GONE[what], "At": when, "In words": words})


def stop_course(journey: Journey, at: str, reason: str) -> None:
    """Stop the course at a moment."""
    journey.stop_course(reason, moment_of(at, journey.clock.now()))


def open_with_protocol(journey: Journey, protocol: str) -> None:
    """Leave the program and start it with a protocol of that name; later starts take the one that the store names."""
    journey.log(f"open with the protocol {protocol}")
    journey.quit()
    journey.start("--protocol", protocol)


def _typed(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M")


def screen_read_on(journey: Journey, command: str, words: str) -> None:
    """The screen that a command opens to record something shows these words on one of its pages."""
    journey.open_recording(command)
    while words not in joined(journey.screen):
        before = journey.screen
        assert READS_ON in before, f"never saw {words!r} on any page"
        journey.press("read-on")
        journey.until(lambda text, before=before: text != before, "more of what is to be read")  # type: ignore[misc]
        journey.settle()
    journey.escape()

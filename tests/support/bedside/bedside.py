"""What people do at a bedside, as words: each word is one place that knows the keys and the rows for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import pytest

from immunosep_tui.rules.grades import ISTH_CRITICAL_SITES, OTHER_SITE
from immunosep_tui.ui.commands import COMMANDS, ROOM_KEYS
from immunosep_tui.ui.screens.dose import OUTCOME_CHOICES
from tests.support.bedside.keyboard import DOWN, ENTER, ESCAPE, UP
from tests.support.bedside.seat import BOARD, RECORDING, is_row, is_same, row_name, title, waits
from tests.support.bedside.sight import Sight, joined

PIN: Final = "4718"
"""Everybody's."""

CLOSE_ALARM: Final = "close-alarm"
"""Id of the command that ends a STOP, and other alarms that only a person ends."""

NOTICE: Final = "LOOK AT THIS"
"""The heading of the box that interrupts."""

ENTER_OR_BACK: Final = "Esc goes back"
"""Stands on every screen that records once it is drawn."""

BUSY: Final = "Recording ..."

_TITLE_OF_DAY: Final = re.compile(r"Checklist, day (\d+) of")
_TITLE_OF_SAMPLE: Final = re.compile(r"^Sample (\d+)", re.M)
ROOMS: Final = tuple(command.id.removeprefix("room-") for command in COMMANDS if set(command.keys) & ROOM_KEYS)
_LABS: Final = {
    "ferritin": "Ferritin",
    "hla_dr": "HLA-DR",
    "taken": "Sample taken at",
    "resulted": "Result came at",
    "covid19": "COVID-19",
}
OUTCOMES: Final = {choice.label: choice.key for choice in OUTCOME_CHOICES}
"""What can become of a dose, in words, with the key that says it."""

_SITES: Final = {name: str(n) for n, name in enumerate((*ISTH_CRITICAL_SITES, OTHER_SITE), start=1)}


class NotRecorded(AssertionError):
    """A screen that records says what it still wants, or why it does not record."""


class Journey(Sight):
    """The words of a journey; a moment is a time of the site's clock."""

    def __init__(self, folder: Path, start: datetime, **options: Any) -> None:
        super().__init__(folder, start, **options)
        self._typed: dict[str, str] = {}
        """What a signature asks a second time, by the label of its row there."""

    # Who sits there.

    def sign_in(self, initials: str, role: str = "doctor", pin: str = PIN) -> None:
        """Somebody takes the seat; who is new is enrolled with that role."""
        self.log(f"sign in as {initials}, {role}")
        if "Who signs?" not in self.screen:
            self.press("change-user")
        self._identify(initials, role, pin)

    def unlock(self) -> None:
        """Whoever sat there signs in again, behind the lock."""
        self._identify(self.initials, "", self.pin)

    def lock(self) -> None:
        """Lock the screen."""
        self.log("lock")
        self.press("lock")
        self.until(lambda text: "LOCKED" in text and "Patients on the ward" in text, "the lock with its counts")

    def _identify(self, initials: str, role: str, pin: str) -> None:
        self.until(lambda text: is_row(text, "Initials"), "the question for initials")
        self.terminal.send(initials.lower() + ENTER)
        new = f"New here: {initials}"
        screen = self.until(lambda text: is_row(text, "PIN") or new in text, "the question for the PIN")
        typed = role[:1] + ENTER + pin + ENTER + pin + ENTER if new in screen else pin + ENTER
        self.terminal.send(typed)
        self.until(
            lambda text: not any(words in text for words in ("Who signs?", "LOCKED", new)), "the screen behind the PIN"
        )
        self.initials, self.pin = initials, pin

    # Where one is.

    def to_board(self) -> None:
        """Back to the ward board, from wherever one is."""
        for _step in range(6):
            if BOARD in self.screen:
                return
            before = self.screen
            self.terminal.send(ESCAPE)
            self.until(lambda text, before=before: text != before, "anything but the same screen")  # type: ignore[misc]
            self._changes(lambda text: BOARD in text)
        self.until(lambda text: BOARD in text, "the board")

    def open_bed(self, bed: str) -> None:
        """Open the patient in a bed from the board."""
        self.log(f"open bed {bed}")
        self.to_board()
        rows = self.board()
        assert bed in rows, f"no bed {bed}; there are {list(rows)}"
        way = list(rows).index(bed) - list(rows).index(self.bed_under_cursor())
        self.terminal.send((DOWN if way > 0 else UP) * abs(way))
        self.until(lambda _text: self.bed_under_cursor() == bed, f"the cursor on bed {bed}")
        for _attempt in range(3):
            self.terminal.send(ENTER)
            if self._changes(lambda text: f"Bed {bed} |" in text, 5):
                break
        self.until(
            lambda text: f"Bed {bed} |" in text and re.search(r"\[.*Overview\]", self.tabs()) is not None, f"bed {bed}"
        )

    def leave_patient(self) -> None:
        """Back to the board."""
        self.log("leave the patient")
        self.to_board()

    def go(self, room: str) -> None:
        """Go to a room of the patient by its name."""
        self.log(f"go to {room}")
        self.press(f"room-{room}")
        self._until_room(room)

    def _until_room(self, room: str) -> None:
        name = {"identity": r"\^O.*"}.get(room, room)
        self.until(lambda _text: re.search(rf"\[[F\d ]*{name}\]", self.tabs(), re.I) is not None, f"the room {room}")

    def in_every_room(self, *looks: tuple[Callable[[str], None], str]) -> None:
        """Look for the same words in each of the eight rooms."""
        for room in ROOMS:
            self.go(room)
            for look, words in looks:
                look(words)
        self.go(ROOMS[0])

    # What is typed.

    def admit(self, bed: str, case: str, identifier: str) -> None:
        """Put a new patient on the board; the laboratory values come next."""
        self.log(f"admit {case} to bed {bed}")
        if not is_row(self.screen, "Bed"):
            self.to_board()
            self.press("admit")
            self.until(lambda text: is_row(text, "Bed"), "the form of a new patient")
        self.terminal.send(f"{bed}{ENTER}{case}{ENTER}{identifier}{ENTER}")
        self.until(lambda text: f"Case {case} | {identifier}" in title(text) and is_row(text, "Ferritin"), "the labs")

    def labs(self, *, sample: int | None = None, **values: str | datetime) -> None:
        """Type laboratory values of a sample: ``ferritin``, ``hla_dr``, ``taken``, ``resulted``, ``covid19``."""
        self.go("labs")
        self._page(_TITLE_OF_SAMPLE, sample)
        shown = self._page_shown(_TITLE_OF_SAMPLE)
        for name, value in values.items():
            self.type_row(_LABS[name], self._text(value))
            again = {f"{_LABS[name]} again": self._text(value)} if shown == 1 else {}
            self._typed |= {**again, f"{_LABS[name]} {shown} again": self._text(value)}

    def check(self, day: int | None = None, **values: str) -> None:
        """Type findings into the checklist of a treatment day, by the names of their rows; without one, of that shown."""
        self.go("monitoring")
        self._page(_TITLE_OF_DAY, day)
        for name, value in values.items():
            self.type_row(name.replace("_", " "), value)

    def plan_first_dose(self, when: datetime) -> None:
        """Plan the course from this first dose on."""
        self.go("treatment")
        self.type_row("First dose at", self._text(when))

    def coming_day_refuses(self, day: int, words: str) -> None:
        """The checklist of a day that has not come refuses a value and says these words; the row is then emptied."""
        self.check(day)
        self.row_refuses(row_name(self.screen), "1", words)

    def row_refuses(self, label: str, text: str, words: str) -> None:
        """A row of the open room refuses a text and says these words; it is then emptied."""
        self.type_row(label, text)
        self.says(words)
        self.type_row(label, "")

    def _page(self, heading: re.Pattern[str], number: int | None) -> None:
        """Turn to the page of a day or a sample."""
        self.until(lambda _text: self._page_shown(heading) > 0, "a page with a number")
        while number is not None and (shown := self._page_shown(heading)) != number:
            self.press("day-next" if shown < number else "day-previous")
            self.until(lambda _text, shown=shown: self._page_shown(heading) != shown, f"page {number}")  # type: ignore[misc]

    def _page_shown(self, heading: re.Pattern[str]) -> int:
        """The number in the heading of the page that is shown; 0 while there is none."""
        found = heading.search(self.screen)
        return int(found[1]) if found else 0

    # What is recorded.

    def sign(self, *, reason: str = "") -> None:
        """Sign what is new; critical values are typed a second time."""
        self.log("sign")
        self.record("sign", {"Reason": reason} if reason else {}, otherwise=self._typed)
        self._typed.clear()

    def start_course(self, reason: str = "", **answers: str) -> None:
        """Start the planned course; every question is answered no, unless an answer is given by the row's name."""
        self.log("start the course")
        rows = {name.replace("_", " "): answer for name, answer in answers.items()}
        self.record("course", {**rows, **({"Reason": reason} if reason else {})}, every="n")

    def stop_course(self, reason: str, at: datetime | None = None) -> None:
        """Stop the running course."""
        self.log("stop the course")
        self.record("course", {"Stopped at": self._text(at or self.clock.now()), "Reason": reason})

    def chart_dose(self, outcome: str = "given", *, at: datetime | None = None, reason: str = "") -> None:
        """Record what became of the dose that is due."""
        self.log(f"chart the dose: {outcome}")
        rows = {"Dose was": OUTCOMES[outcome], "At": self._text(at or self.clock.now())}
        self.record("dose", rows, otherwise={"Reason": reason})

    def record_bleeding(
        self,
        grade: int,
        words: str,
        *,
        site: str = OTHER_SITE,
        fall: str = "n",
        units: str = "n",
        at: datetime | None = None,
    ) -> None:
        """Record a bleeding event by its WHO grade."""
        self.log(f"bleeding WHO {grade}")
        self.go("monitoring")
        rows = {"At": self._text(at or self.clock.now()), "WHO grade": str(grade), "In words": words}
        rows |= {"Hemoglobin fell": fall, "Red cells": units}
        self.record("bleeding", rows, otherwise={"Site": _SITES[site]})

    def record_red_cells(self, units: int, at: datetime | None = None) -> None:
        """Record units of red cells that were given."""
        self.log(f"red cells: {units}")
        self.record("red-cells", {"At": self._text(at or self.clock.now()), "Red cells": str(units)})

    def screen_of(self, command: str, words: str, *, is_there: bool = True) -> None:
        """The screen that a command opens to record something shows these words, or not, before it is scrolled."""
        self.open_recording(command)
        (self.says if is_there else self.does_not_say)(words)
        self.escape()

    def acknowledge(self, words: str, hours: int | None = None) -> None:
        """Say what is done about the limits that are met, in the box that interrupted or by its own key."""
        self.log(f"acknowledge: {words}")
        rows = {"What is done": words, "Holds for": "" if hours is None else str(hours)}
        has_come = self._changes(lambda text: NOTICE in text)
        self.record("" if has_come else "acknowledge", rows)

    def leave_notice(self) -> None:
        """Leave the box that interrupted without acknowledging it."""
        self.log("leave the notice")
        self.until(lambda text: NOTICE in text, "the box that interrupts")
        self.terminal.send(ESCAPE)
        self.until(lambda text: NOTICE not in text, "the screen under the box")

    def close_alarm(self, number: int, words: str) -> None:
        """Say that an alarm is over, by its number in the list of those that only a person ends."""
        self.log(f"alarm {number} is over: {words}")
        self.record(CLOSE_ALARM, {"Which is over": str(number), "Why": words})

    def cannot_close_alarm(self, number: int, words: str) -> None:
        """Whoever sits there has not the right to end an alarm, which is said with these words."""
        self.is_not_recorded(words, lambda: self.close_alarm(number, "it has stopped"))

    def record(
        self,
        command: str,
        rows: Mapping[str, str],
        *,
        otherwise: Mapping[str, str] | None = None,
        every: str = "",
    ) -> None:
        """Open a screen that records, answer its rows, and see it gone; ``NotRecorded`` with what it still wants.

        Args:
            command: id of the command that opens it; empty where it is open.
            rows: as for ``answer``; whose it is and the PIN are known.
            otherwise: as for ``answer``.
            every: as for ``answer``.
        """
        if command:
            self.open_recording(command)
        before = self.screen
        whose = self.whose()
        known = {
            "Case, again": whose["case"],
            "Second, again": whose["identifier"],
            "Identifier ends": whose["identifier"][-3:],
            "PIN": self.pin,
            "Reason": "",
        }
        self.answer(rows, otherwise={**known, **(otherwise or {})}, every=every)
        if self.is_recording and waits(self.screen) and not self.row:  # nothing is asked: Enter, once it could be read
            self.read_to_end()
            self.terminal.send(ENTER)
        self.until(
            lambda text: BUSY not in text and (not is_same(text, before) or _is_refused(text)),
            "what came of the recording",
        )
        self.settle()
        if self.is_recording and is_same(self.screen, before):
            raise NotRecorded(self.asked())

    def is_not_recorded(self, words: str, deed: Callable[[], None]) -> None:
        """A deed is not recorded, for a reason with these words; its screen is then left."""
        with pytest.raises(NotRecorded) as refused:
            deed()
        assert words in joined(str(refused.value)), f"refused for another reason than {words!r}: {refused.value}"
        self.escape()

    def open_recording(self, command: str) -> None:
        """Open a screen that records by its command or by Enter; who sits there signs in where that is asked."""
        if command == ENTER:
            self.terminal.send(ENTER)
        else:
            self.press(command)
        self.until(lambda text: RECORDING in title(text) or "Who signs?" in text, f"the screen of {command}")
        if not self.is_recording:
            self._identify(self.initials, "", self.pin)
        self.until(lambda text: RECORDING in title(text) and ENTER_OR_BACK in joined(text), f"the screen of {command}")
        self.settle()

    def escape(self) -> None:
        """Leave the screen that records; nothing is recorded."""
        self.log("escape")
        self.terminal.send(ESCAPE)
        self.until(lambda text: RECORDING not in title(text), "the screen under it")

    def _text(self, value: str | datetime) -> str:
        """A moment as it is typed, in the site's zone; other words as they are."""
        return value if isinstance(value, str) else value.strftime("%Y-%m-%d %H:%M")


def _is_refused(screen: str) -> bool:
    """Whether a screen that records says what it still wants, or why it did not record."""
    return not waits(screen) and BUSY not in screen

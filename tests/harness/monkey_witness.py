"""What has to hold whatever random users do, on the screen, in the store and inside."""

from __future__ import annotations

import asyncio
import gc
import re
import sys
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from types import TracebackType
from typing import Final, Self

from immunosep_tui.record.attention import STOP
from immunosep_tui.record.chart import Chart, standing_of
from immunosep_tui.record.entry import Entry
from immunosep_tui.record.kinds import Dose
from immunosep_tui.record.patient import Patient
from immunosep_tui.rules.text import show
from immunosep_tui.store.store import Store
from immunosep_tui.store.verify import verify
from immunosep_tui.ui.app import ImmunoSepApp
from immunosep_tui.ui.attention_words import counts_text, tagged
from immunosep_tui.ui.desk import Desk
from immunosep_tui.ui.panel import Panel
from immunosep_tui.ui.screens.board import BoardScreen
from immunosep_tui.ui.screens.patient import PatientScreen
from immunosep_tui.ui.screens.recording import RecordingScreen
from immunosep_tui.ui.widgets.board_list import BoardList
from immunosep_tui.ward.board import Row, board_order
from tests.harness.monkey_rows import as_recorded, is_counted, lasting_row, row_of
from tests.harness.monkey_ward import STATES, identity
from tests.ui.screen import lines_of, screen_lines

DEEPEST: Final = 10
"""Most screens on top of each other: no kind is open twice, but for the lock over who signs in."""

ELSEWHERE: Final = "elsewhere"
"""How the keys of deeds of another workstation begin."""

_BANNER: Final = re.compile(r" *(\[SIMILAR\] )?Bed .* \| Case .* \| ")
"""How a banner begins; the title of a screen that records begins with who signs."""
_LOCKED: Final = "immunosep-tui: LOCKED"
_CURSOR: Final = slice(2, 20)
"""Where a row of the board names its bed and its case."""


class Fault(AssertionError):
    """Something that has to hold does not."""


def typed(desk: Desk) -> dict[str, dict[str, str]]:
    """What was typed and not signed, by patient."""
    return {draft.record: dict(draft.texts) for draft in desk.ward.drafts.all()}


@dataclass(frozen=True)
class _Look:
    """What a look has found.

    Args:
        lines: of the screen.
        is_locked: whether the desk was.
        drafts: what was typed and not signed, by patient.
        banner: the first line, where it named a patient.
        cursor: bed and case of the row under the cursor, where the board was shown.
        recording: the screen that would have recorded.
        title: what that screen said who signs, and whose record it is.
    """

    lines: Sequence[str] = ()
    is_locked: bool = False
    drafts: dict[str, dict[str, str]] = field(default_factory=dict)
    banner: str = ""
    cursor: str = ""
    recording: RecordingScreen | None = None
    title: str = ""


class Witness:
    """Looks at a running program; what does not hold is a ``Fault``.

    Args:
        app: the program.
        store: another connection to its store.
    """

    def __init__(self, app: ImmunoSepApp, store: Store) -> None:
        self._app, self._store = app, store
        self._seq = store.head().seq
        self._charts = {record: store.chart(record) for record in store.records()}
        self._titles: list[str] = []
        self._banner, self._named = "", frozenset[str]()
        self._before = _Look()
        self._strays: list[str] = []
        self._hooks = threading.excepthook, sys.unraisablehook

    def __enter__(self) -> Self:
        asyncio.get_running_loop().set_exception_handler(lambda _loop, found: self._strays.append(repr(found)))
        threading.excepthook = lambda fault: self._strays.append(repr(fault))
        sys.unraisablehook = lambda fault: self._strays.append(repr(fault))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        threading.excepthook, sys.unraisablehook = self._hooks

    def see(self) -> None:
        """Keep what the screen names, for what is recorded until the next look."""
        self._see(screen_lines(self._app))

    def _see(self, lines: Sequence[str]) -> None:
        self._titles.append(_packed("".join(lines)))
        banner = self._banner_of_rooms()
        if banner:
            self._banner = banner
            drafts = typed(self._app.desk)
            named = {
                record for record in self._charts | drafts if self._is_named(record, drafts.get(record, {}), banner)
            }
            self._named = frozenset(named)

    def _banner_of_rooms(self) -> str:
        """The banner of the patient whose rooms are open, whatever covers them."""
        rooms = [screen for screen in self._app.screen_stack if isinstance(screen, PatientScreen)]
        return _banner_on(lines_of(rooms[-1])) if rooms else ""

    def _is_named(self, record: str, typed: Mapping[str, str], banner: str) -> bool:
        """Whether a banner names a patient as recorded, or as typed and not signed."""
        recorded = self._charts[record].sheet if record in self._charts else Patient(record)
        sheets = recorded, replace(recorded, texts={**recorded.texts, **typed})
        return any(_agrees(_banner(sheet), banner) for sheet in sheets)

    def look(self, seen: Counter[str]) -> None:
        """After a step."""
        seen["looks"] += 1
        self._look_for_faults()
        if self._app.leaving:
            return
        kinds = Counter(type(screen) for screen in self._app.screen_stack if getattr(screen, "may_leave", True))
        if len(self._app.screen_stack) > DEEPEST or any(count > 1 for count in kinds.values()):
            raise Fault(f"these screens are on top of each other: {self._app.screen_stack}")
        now = self._now()
        self._look_at_keyboard()
        self._look_at_entries(seen)
        self._look_at_drafts(now)
        self._look_at_recording(now)
        self._look_at_board(now.lines)
        self._look_at_alarms(now.lines)
        self._look_at_lock(now.lines)
        self._before = now
        self._titles.clear()
        self._see(now.lines)

    def untouched(self) -> None:
        """After a step in which nobody touched anything, before the look: the cursor is where it was."""
        before, now = self._before.cursor, self._now().cursor
        if before and now and before != now:
            raise Fault(f"the cursor has gone by itself from {before!r} to {now!r}")

    def _now(self) -> _Look:
        screen, lines = self._app.screen, screen_lines(self._app)
        rows = next((lines[board.region.y : board.region.bottom] for board in self._boards()), [])
        title = ""
        if isinstance(screen, RecordingScreen):
            whose = screen.query_one("#whose").region
            title = _packed("".join(lines[whose.y : whose.bottom]))
        return _Look(
            lines,
            self._app.desk.is_locked,
            typed(self._app.desk),
            _banner_on(lines),
            next((line[_CURSOR] for line in rows if line.startswith(">")), ""),
            screen if isinstance(screen, RecordingScreen) else None,
            title,
        )

    def _boards(self) -> list[BoardList]:
        """The list, where the board is shown."""
        screen = self._app.screen
        return [each for each in screen.query(BoardList) if each.display] if isinstance(screen, BoardScreen) else []

    async def look_at_all(self) -> None:
        """The board with its times, and the whole ledger."""
        screen = None if self._app.leaving else self._app.screen
        if isinstance(screen, BoardScreen):
            await screen.read_again()
            self._look_at_board(screen_lines(self._app), lambda row: row)
        found = verify(self._store)
        if not found.sound:
            raise Fault(f"the store is not sound: {found.findings}")
        gc.collect()
        self._look_for_faults()

    async def left(self, seen: Counter[str]) -> None:
        """At the end: who asked to leave has left without a fault, and the ledger is whole."""
        self._look_for_faults()
        self._look_at_entries(seen)
        if self._app.leaving and self._app.return_code:
            raise Fault(f"the program has ended with {self._app.return_code}")
        await self.look_at_all()

    def _look_for_faults(self) -> None:
        if self._app._exception is not None:
            raise self._app._exception
        if self._strays:
            raise Fault(f"nobody was told of {self._strays}")
        if not (self._app.leaving or self._app.is_running):
            raise Fault("the program is no more")

    def _look_at_keyboard(self) -> None:
        """The next key is heard at once, by what is seen."""
        screen = self._app.screen
        if not self._app.typed.is_heard:
            raise Fault(f"keys are held for {screen}, {screen.focused}")
        if screen.focused is not None and not all(node.display for node in screen.focused.ancestors_with_self):
            raise Fault(f"the keyboard is at {screen.focused}, which is not seen")

    def _look_at_entries(self, seen: Counter[str]) -> None:
        """What was recorded belongs to the patient, and is signed by the person, whom the screen named before."""
        if self._store.head().seq == self._seq:
            return
        fresh = [entry for entry in self._store.all_entries() if entry.seq > self._seq]
        self._seq = fresh[-1].seq
        for record in dict.fromkeys(entry.record for entry in fresh if entry.record):
            before = self._charts.get(record)
            chart = self._charts[record] = self._store.chart(record)
            of_record = [entry for entry in fresh if entry.record == record]
            seen.update(entry.kind for entry in of_record)
            here = [entry for entry in of_record if not entry.key.startswith(ELSEWHERE)]
            if here:
                if self._before.is_locked and self._app.desk.is_locked:
                    raise Fault(f"{here} was recorded from behind the lock")
                self._look_whose(here, [chart.sheet, *([before.sheet] if before else [])])
                if record not in self._named:
                    raise Fault(f"{here} was recorded under the banner {self._banner}")
            _look_at_courses(chart)

    def _look_whose(self, entries: list[Entry], sheets: list[Patient]) -> None:
        titles = [title for title in self._titles if any(_title(sheet) in title for sheet in sheets)]
        if not titles:
            raise Fault(f"{entries} was recorded under a title of {self._titles}")
        if not all(any(f"Signas{entry.author}," in title for title in titles) for entry in entries):
            raise Fault(f"{entries} was recorded by another one than the screen named")

    def _look_at_drafts(self, now: _Look) -> None:
        """What was typed is kept for the patient of whom the banner was before, or is now."""
        before = self._before
        changed = [key for key in before.drafts | now.drafts if before.drafts.get(key) != now.drafts.get(key)]
        if changed and before.is_locked and now.is_locked:
            raise Fault(f"what is kept for {changed} was typed from behind the lock")
        if not (before.banner and now.banner):
            return
        for record in changed:
            typed = [look.drafts.get(record, {}) for look in (before, now)]
            if not any(self._is_named(record, texts, look.banner) for texts in typed for look in (before, now)):
                raise Fault(f"what is kept for {record} was typed under the banners {before.banner}, {now.banner}")

    def _look_at_recording(self, now: _Look) -> None:
        """What is typed into a screen that records is recorded where it was begun."""
        before = self._before
        if now.title and now.recording is before.recording and now.title != before.title:
            raise Fault(f"what was begun for {before.title} would be recorded for {now.title}")

    def _look_at_board(self, lines: Sequence[str], lasting: Callable[[Row], Row] | None = None) -> None:
        """Each row is what the ledger adds up to; without a time, unless the rows were just read."""
        lasting = lasting or lasting_row
        for board in self._boards():
            drafts = typed(self._app.desk)
            due = {
                record: row_of(chart, self._app.desk, is_draft=record in drafts)
                for record, chart in self._charts.items()
            }
            shown = [row for row in board._rows if row.key in due]
            for each in shown:
                told = due[each.key]
                seen = as_recorded(each, told) if told.is_draft else each
                if lasting(replace(seen, is_found=True)) != lasting(told):
                    raise Fault(f"the board shows {each}, the ledger says {told}")
            stops = [each.key for each in due.values() if each.level == STOP]
            hidden = set(stops) - {row.key for row in shown}
            if hidden and len(due) <= len(stops) + 200:
                raise Fault(f"a STOP of {hidden} is not on the board")
            if not board._search and len(shown) != min(len(due), 200):
                raise Fault(f"{len(shown)} patients are on the board, {len(due)} in the ledger")
            if lasting is not lasting_row and list(board._rows) != sorted(board._rows, key=board_order):
                raise Fault("the board is not in the order of urgency")
            self._look_at_lines(board, lines[board.region.y : board.region.bottom])

    def _look_at_alarms(self, lines: Sequence[str]) -> None:
        """Every signed STOP and CALL of the patient stands above the room, or what is being recorded, and is counted."""
        screen = self._app.screen
        if isinstance(screen, PatientScreen):
            key = screen._sheet.patient.key
        elif isinstance(screen, RecordingScreen):
            key = screen.chart.key
        else:
            return
        chart = self._charts.get(key)
        if chart is None or self._app.desk.is_locked:
            return
        alarms = row_of(chart, self._app.desk).attention.alarms
        panel = screen.query_one("#alarms", Panel)
        hidden = [item for item in alarms if tagged(item) not in panel.text]
        if hidden:
            raise Fault(f"{hidden} is not among the alarms: {panel.text}")
        drawn = _packed("".join(lines[panel.region.y : panel.region.bottom]))
        if alarms and not any(_packed(tagged(item)) in drawn for item in alarms):
            raise Fault(f"of {alarms} nothing is drawn: {drawn}")
        if isinstance(screen, PatientScreen) and not is_counted(alarms, lines[:2]):
            raise Fault(f"{counts_text(alarms)} is not in the banner: {lines[:2]}")

    def _look_at_lines(self, board: BoardList, lines: Sequence[str]) -> None:
        """What is drawn are these rows."""
        drawn = [line for line in lines[2:] if line.strip() and "more below" not in line]
        for line, row in zip(drawn, board._rows[board._top :], strict=False):
            case, place = show(row.case), show(row.place)
            if (len(case) <= 11 and case not in line) or (len(place) <= 6 and place not in line):
                raise Fault(f"{line!r} is drawn for {row}")

    def _look_at_lock(self, lines: Sequence[str]) -> None:
        """A lock is what it says, and behind it nobody reads or signs."""
        desk, text = self._app.desk, "\n".join(lines)
        if _LOCKED in text and not desk.is_locked:
            raise Fault("the screen says that it is locked, and it is not")
        if desk.is_locked:
            if desk.author is not None:
                raise Fault(f"{desk.author} still signs behind the lock")
            for number in range(len(STATES)):
                _place, case, identifier = identity(number)
                if case in text or identifier in text:
                    raise Fault(f"{case} can be read on a locked screen")


def _look_at_courses(chart: Chart) -> None:
    """One course at a time, and one entry a dose."""
    open_courses = [course for course in chart.courses if course.stopped is None]
    for earlier, later in pairwise(open_courses):
        if chart.entries[later.n - 1].at <= earlier.plan.ends:
            raise Fault(f"two courses of {chart.key} run at a time: {earlier.n} and {later.n}")
    doses = Counter((e.body.course, e.body.slot) for e in standing_of(chart.entries) if isinstance(e.body, Dose))
    twice = [dose for dose, count in doses.items() if count > 1]
    if twice:
        raise Fault(f"a dose of {chart.key} is recorded twice: {twice}")


def _packed(text: str) -> str:
    """A text without its spaces: wherever it was wrapped or padded, it is the same."""
    return "".join(text.split())


def _title(sheet: Patient) -> str:
    return _packed(f"Bed {show(sheet.place)} | Case {show(sheet.case)} | {show(sheet.identifier)}")


def _banner(sheet: Patient) -> str:
    who = (show(text) or "-" for text in (sheet.place, sheet.case, sheet.identifier))
    return _packed("Bed {} | Case {} | {}".format(*who))


def _banner_on(lines: Sequence[str]) -> str:
    """The first line of a screen, where it names a patient."""
    return _packed(lines[0]) if lines and _BANNER.match(lines[0]) else ""


def _agrees(wanted: str, banner: str) -> bool:
    """Whether a banner names a patient; one with no room for all of it names the beginning."""
    return wanted in banner or (len(wanted) > 60 and wanted[:50] in banner)

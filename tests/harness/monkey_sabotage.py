"""Programs that are broken on purpose, and what is typed at each until it shows: the proof that ``Witness`` sees."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

import pytest

from immunosep_tui.record.attention import STOP
from immunosep_tui.record.chart import Chart
from immunosep_tui.record.entry import Entry
from immunosep_tui.record.patient import Patient
from immunosep_tui.store import index
from immunosep_tui.store import store as ledger
from immunosep_tui.store.drafts import Draft, Drafts
from immunosep_tui.ui.app import ImmunoSepApp
from immunosep_tui.ui.form import Form
from immunosep_tui.ui.form_cell import Cell
from immunosep_tui.ui.panel import Panel
from immunosep_tui.ui.screens import patient, start, stop
from immunosep_tui.ui.screens.board import BoardScreen
from immunosep_tui.ui.screens.dose import DoseScreen
from immunosep_tui.ui.screens.patient import PatientScreen
from immunosep_tui.ui.screens.recording import RecordingScreen
from immunosep_tui.ui.screens.sign_in import SignInScreen
from immunosep_tui.ui.screens.start import StartScreen
from immunosep_tui.ui.seen import Seen
from immunosep_tui.ui.shell.shell import Shell
from immunosep_tui.ui.widgets import banner
from immunosep_tui.ui.widgets.banner import Banner
from immunosep_tui.ui.widgets.board_list import BoardList
from immunosep_tui.ward import starting, ward
from immunosep_tui.ward.charting import ChosenDose
from immunosep_tui.ward.signature import Signature
from tests.harness.monkey_script import COLLEAGUE, NOTHING
from tests.harness.monkey_ward import PIN
from tests.harness.random_hands import CTRL_END, DOWN, F3, F8, ctrl
from tests.journeys.typing import CTRL_N, CTRL_Q, ENTER, ESCAPE, lines

Patch = pytest.MonkeyPatch

AB: Final = ("ab" + ENTER, PIN + ENTER)
CD: Final = ("cd" + ENTER, PIN + ENTER)
FIRST: Final = (*AB, ENTER)
"""One signs in and opens the first patient."""
SECOND: Final = (*FIRST, ESCAPE, DOWN + ENTER)
"""The same, then the second one."""
OPEN_NOTE: Final = ctrl("w")
NOTE: Final = (OPEN_NOTE, "seen at the bed" + ENTER)
TYPED: Final = (F3, "750" + ENTER)
"""A ferritin that is not signed."""
TREATED: Final = FIRST
"""The same: what is due puts the patient whose course runs first."""
BLED: Final = (*TREATED, ctrl("k"), lines(CTRL_N, "3", "1", "n", "n", "fresh blood", PIN))
"""A bleeding of grade 3 is recorded for that patient."""
DOSE: Final = (ctrl("y"), lines("g", "", "100", PIN))
"""A dose on time."""
AGAIN: Final = (ctrl("y"), lines("g", "", "once more", "100", PIN))
START: Final = (ctrl("e"), lines("C-00", "8821100", *"nnnn", "the laboratory", "ordered", PIN))
"""Another course like the one that runs."""
LOCK: Final = ctrl("l")


@dataclass(frozen=True)
class Sabotage:
    """One program that is not as it should be.

    Args:
        breaks: the program.
        words: how the fault is told.
        steps: what is typed until it shows.
    """

    breaks: Callable[[Patch], None]
    words: str
    steps: Sequence[str]


def _without_question(patch: Patch) -> None:
    """The store does not ask whom the screen showed."""
    patch.setattr(ledger, "is_of_another", lambda _chart, _proposals: False)


def _without_rules(patch: Patch) -> None:
    """No objection, and no rows on which an index or a trigger could object."""
    patch.setattr(ledger, "objection", lambda _chart, _proposal: ("", None))
    _rows_left_behind(patch)


def _rows_left_behind(patch: Patch) -> None:
    patch.setattr(index, "bring_up_to_date", lambda _engine, _chart, _judge: None)


def _dose_one_for_ever(patch: Patch) -> None:
    _without_rules(patch)
    compare = DoseScreen.compare

    def compare_first(screen: DoseScreen) -> None:
        compare(screen)
        course = screen.chart.courses[0]
        screen._dose = ChosenDose(course, course.plan.slots[0], None)

    patch.setattr(DoseScreen, "compare", compare_first)


def _start_for_ever(patch: Patch) -> None:
    _without_rules(patch)
    patch.setattr(stop, "course_screen", StartScreen)
    for module in (start, starting):
        patch.setattr(module, "sheet_of_plan", lambda sheet, _chart: sheet)


def _title_of_the_first(patch: Patch) -> None:
    _without_question(patch)
    draw, first = RecordingScreen.draw, list[Chart]()

    def draw_first(self: RecordingScreen, notice: str = "") -> None:
        own = self.chart
        first.append(own)
        self.chart = first[0]
        draw(self, notice)
        self.chart = own

    patch.setattr(RecordingScreen, "draw", draw_first)


def _signed_by_the_first(patch: Patch) -> None:
    signature, first = RecordingScreen.signature, list[Signature]()

    def sign(self: RecordingScreen, reason: str) -> Signature:
        first.append(signature(self, reason))
        return replace(first[-1], author=first[0].author)

    patch.setattr(RecordingScreen, "signature", sign)


def _banner_of_the_one_before(patch: Patch) -> None:
    _without_question(patch)
    show, shown = Banner.show_patient, list[Patient]()

    def show_before(self: Banner, patient: Patient) -> None:
        if patient.key not in [each.key for each in shown[-1:]]:
            shown.append(patient)
        show(self, shown[-2] if len(shown) > 1 else patient)

    patch.setattr(Banner, "show_patient", show_before)


def _typed_for_the_first(patch: Patch) -> None:
    put, first = Drafts.put, list[str]()

    def put_first(self: Drafts, draft: Draft) -> None:
        first.append(draft.record)
        put(self, replace(draft, record=first[0]))

    patch.setattr(Drafts, "put", put_first)


def _recorded_for_whoever_was_written_about(patch: Patch) -> None:
    async def read_again(self: RecordingScreen) -> None:
        *_older, last = self.desk.ward.store.all_entries()
        self.chart = self.desk.ward.store.chart(last.record)
        self.draw()

    patch.setattr(RecordingScreen, "read_again", read_again, raising=False)


def _board_not_read_again(patch: Patch) -> None:
    resume = BoardScreen.on_screen_resume

    async def resume_once(self: BoardScreen) -> None:
        if not self.ready:
            await resume(self)

    patch.setattr(BoardScreen, "on_screen_resume", resume_once)


def _cursor_by_position(patch: Patch) -> None:
    show = BoardList.show_listing

    def show_listing(self: BoardList, listing: ward.Listing, search: str = "") -> None:
        cursor = self.cursor
        show(self, listing, search)
        self._key = listing.rows[min(cursor, len(listing.rows) - 1)].key if listing.rows else ""

    patch.setattr(BoardList, "show_listing", show_listing)


def _stops_not_listed(patch: Patch) -> None:
    listed = ward.Ward.listing

    def listing(self: ward.Ward, search: str = "") -> ward.Listing:
        found = listed(self, search)
        return replace(found, rows=tuple(row for row in found.rows if row.level != STOP))

    patch.setattr(ward.Ward, "listing", listing)


def _panel_of_no_height(patch: Patch) -> None:
    def fit(self: Panel, _width: int, _most: int) -> int:
        self.styles.height = 0
        return 0

    patch.setattr(Panel, "fit", fit)


def _lines_kept(patch: Patch) -> None:
    line, kept = BoardList.render_line, dict[int, Any]()
    patch.setattr(BoardList, "render_line", lambda self, y: kept.setdefault(y, line(self, y)))


async def _question_on_question(app: ImmunoSepApp) -> None:
    app.push_screen(SignInScreen(app.desk))


def _keyboard_left_behind(patch: Patch) -> None:
    """The first field has the keyboard again when its room is covered by another one."""
    action = PatientScreen.action_room

    async def action_room(self: PatientScreen, name: str) -> None:
        await action(self, name)
        for cell in self.query(Cell)[:1]:
            self.set_timer(0.05, partial(self.set_focus, cell))

    patch.setattr(PatientScreen, "action_room", action_room)
    patch.setattr(Seen, "allow_focus", lambda _widget: True)


def _lock_that_opens(patch: Patch) -> None:
    def show(app: ImmunoSepApp) -> None:
        lock = SignInScreen(app.desk, locked=True)
        lock.may_leave = True
        app.push_screen(lock)

    patch.setattr(ImmunoSepApp, "_show_lock", show)


def _lock_that_covers(patch: Patch) -> None:
    """What was there is not seen, and still has the keys."""
    show = ImmunoSepApp._show_lock

    def cover(app: ImmunoSepApp) -> None:
        if app.desk.is_locked and len(app.screen_stack) == 1:
            show(app)
        else:
            app.screen.query("*").set_styles("text-opacity: 0;")

    patch.setattr(ImmunoSepApp, "_show_lock", cover)


def _lock_that_remembers(patch: Patch) -> None:
    lock = ImmunoSepApp.action_lock

    def lock_only(app: ImmunoSepApp) -> None:
        author = app.desk.author
        lock(app)
        app.desk.author = author

    patch.setattr(ImmunoSepApp, "action_lock", lock_only)


def _hash_without_role(patch: Patch) -> None:
    entry = ledger._entry

    def hashed(*facts: Any) -> Entry:
        made = entry(*facts)
        return replace(made, hash=replace(made, role="").digest())

    patch.setattr(ledger, "_entry", hashed)


def _in_a_task(app: ImmunoSepApp) -> None:
    async def fail() -> None:
        raise ValueError

    app._loop.create_task(fail())  # type: ignore[union-attr]


def _in_a_thread(_app: ImmunoSepApp) -> None:
    thread = threading.Thread(target=lambda: int(""))
    thread.start()
    thread.join()


class _Falls:
    def __del__(self) -> None:
        raise ValueError


def _of(owner: object, name: str, instead: object) -> Callable[[Patch], None]:
    """Another attribute instead of one."""
    return lambda patch: patch.setattr(owner, name, instead)


SABOTAGES: Final = {
    "the title of the patient recorded first": Sabotage(
        _title_of_the_first, "was recorded under a title of", (*FIRST, *NOTE, ESCAPE, DOWN + ENTER, *NOTE)
    ),
    "signed by whoever signed first": Sabotage(
        _signed_by_the_first, "by another one than the screen named", (*FIRST, *NOTE, LOCK, *CD, *NOTE)
    ),
    "the banner of the patient opened before": Sabotage(
        _banner_of_the_one_before, "was recorded under the banner", (*SECOND, *NOTE)
    ),
    "what is typed is kept for the patient typed for first": Sabotage(
        _typed_for_the_first,
        "was typed under the banners",
        (*FIRST, *TYPED, ESCAPE, ESCAPE, DOWN + ENTER, F3, "760" + ENTER),
    ),
    "a refresh shows whoever was written about": Sabotage(
        _recorded_for_whoever_was_written_about,
        "would be recorded for",
        (*FIRST, OPEN_NOTE, "seen", *(COLLEAGUE,) * 4),
    ),
    "the board is not read again": Sabotage(_board_not_read_again, "the board shows", (*FIRST, *TYPED, ESCAPE, ESCAPE)),
    "a board of the first two": Sabotage(_of(ward, "MOST_ROWS", 2), "patients are on the board", AB),
    "a board in order of beds": Sabotage(
        _of(ward, "board_order", lambda row: row.place), "not in the order of urgency", AB
    ),
    "a cursor by position": Sabotage(
        _cursor_by_position, "the cursor has gone by itself", (*AB, DOWN, *(NOTHING,) * 10, COLLEAGUE)
    ),
    "a panel without alarms": Sabotage(
        _of(patient, "alarm_lines", lambda *_facts, **_how: []),
        "is not among the alarms",
        (*BLED, ESCAPE, NOTHING),
    ),
    "a panel of no height": Sabotage(_panel_of_no_height, "nothing is drawn", BLED),
    "a banner that counts nothing": Sabotage(
        _of(banner, "counts_text", lambda _items: ""), "is not in the banner", (*BLED, ESCAPE, NOTHING)
    ),
    "a board that hides a STOP": Sabotage(_stops_not_listed, "is not on the board", (*BLED, ESCAPE, ESCAPE)),
    "lines of the board are kept": Sabotage(_lines_kept, "is drawn for", (*AB, "/", "C-13")),
    "a form that goes on waiting": Sabotage(
        _of(Form, "stay", lambda _form: None), "keys are held for", (*FIRST, F3, CTRL_END + ENTER)
    ),
    "the keyboard goes back to the first room": Sabotage(_keyboard_left_behind, "the keyboard is at", (*FIRST, F3, F8)),
    "a question on a question": Sabotage(
        _of(ImmunoSepApp, "action_change_user", _question_on_question), "on top of each other", (*AB, *(ctrl("f"),) * 8)
    ),
    "a lock that opens": Sabotage(_lock_that_opens, "can be read on a locked screen", (*AB, LOCK, ESCAPE)),
    "a lock that is only shown": Sabotage(
        _of(ImmunoSepApp, "action_lock", ImmunoSepApp._show_lock), "says that it is locked, and it is not", (*AB, LOCK)
    ),
    "a lock that remembers who signs": Sabotage(_lock_that_remembers, "still signs behind the lock", (*AB, LOCK)),
    "a lock that covers, while something is recorded": Sabotage(
        _lock_that_covers, "was recorded from behind the lock", (*FIRST, OPEN_NOTE, "seen", LOCK, ENTER)
    ),
    "a lock that covers, while something is typed": Sabotage(
        _lock_that_covers, "was typed from behind the lock", (*FIRST, F3, LOCK, "750" + ENTER)
    ),
    "the first dose for ever": Sabotage(_dose_one_for_ever, "is recorded twice", (*TREATED, *DOSE, *AGAIN)),
    "a start for ever": Sabotage(_start_for_ever, "run at a time", (*TREATED, *START)),
    "rows beside the ledger are left behind": Sabotage(_rows_left_behind, "the store is not sound", (*FIRST, *NOTE)),
    "a hash without the role": Sabotage(_hash_without_role, "the store is not sound", (*FIRST, *NOTE)),
    "drafts that are not written": Sabotage(
        _of(Drafts, "flush", lambda _drafts: True), "drafts were left and", (*FIRST, *TYPED, CTRL_Q, NOTHING)
    ),
    "an end with a status": Sabotage(
        _of(Shell, "action_quit", lambda app: app.leave(1)), "the program has ended with", (*AB, CTRL_Q)
    ),
    "an end that nobody asked for": Sabotage(
        _of(Shell, "action_help_quit", lambda app: app.exit()), "the program is no more", (*AB, ctrl("c"))
    ),
    "a fault in a task": Sabotage(_of(ImmunoSepApp, "touched", _in_a_task), "nobody was told", AB),
    "a fault in a thread": Sabotage(_of(ImmunoSepApp, "touched", _in_a_thread), "nobody was told", AB),
    "a fault in a destructor": Sabotage(_of(ImmunoSepApp, "touched", lambda _app: _Falls()), "nobody was told", AB),
}

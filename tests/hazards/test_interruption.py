"""What interrupts: an end in the middle of typing, a lost terminal, noise, a key to the shell, a slow store, and days."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

if sys.platform != "linux":
    pytest.skip("looks at programs as Linux shows them", allow_module_level=True)

from immunosep_tui.record.patient import Patient
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.ui.app import ImmunoSepApp
from immunosep_tui.ui.form import Form
from immunosep_tui.ui.form_cell import Cell
from immunosep_tui.ui.panel import Panel
from immunosep_tui.ui.rooms.room import Room
from immunosep_tui.ui.screens.patient import PatientScreen
from immunosep_tui.ui.shell.shell import Shell
from immunosep_tui.ui.widgets.footer import KeyFooter
from immunosep_tui.ward.ward import MOST_ROWS, Listing, Ward
from tests.harness import draft_kill, seeded_time
from tests.harness.monkey_pilot import type_at
from tests.harness.pty_program import START, program, state
from tests.harness.random_hands import F9
from tests.harness.seeded_time import Threads, settled
from tests.hazards.control import Many, Removal, cut, hazard, swap
from tests.journeys.typing import ENTER, ESCAPE
from tests.support.followed import IDENTITY, Followed
from tests.support.wards import desk_of
from tests.terminal import Terminal
from tests.ui.bench import Bench
from tests.ui.test_recording import Bedside

FORM = r"> Bed"


BEFORE = {"code": ""}
"""What is run in a program before it starts."""


def in_program(code: str) -> Removal:
    """Take something out of the program that a terminal runs."""
    return lambda patch: patch.setitem(BEFORE, "code", code)


@pytest.fixture
def at_form(tmp_path: Path) -> Iterator[Terminal]:
    """The program on an empty ward, which asks for the first patient."""
    with program(tmp_path, size=(80, 24), before=BEFORE["code"]) as terminal:
        terminal.wait_for(FORM, 60)
        yield terminal


KEPT = "immunosep_tui.ui.form_model.Field.is_kept"
NEVER_WRITTEN = swap("tests.harness.draft_kill.START", draft_kill._DEAF + START)


@hazard("HZ-50", without=NEVER_WRITTEN)
def test_a_crash_in_the_middle_of_typing_loses_a_quarter_of_a_second(many: Many) -> None:
    turns = len(many(4, 1_000))
    assert draft_kill.run(turns, "kill", seed=50)["ok"] == turns


@hazard("HZ-50", without=NEVER_WRITTEN)
def test_a_crash_in_the_middle_of_a_sheet_that_records_loses_a_quarter_of_a_second(many: Many) -> None:
    turns = len(many(2, 300))
    assert draft_kill.run(turns, "kill", seed=50, where=draft_kill.SHEET)["ok"] == turns


@hazard(
    "HZ-50",
    without=(swap("immunosep_tui.ui.screens.dose.DoseScreen.about", lambda _screen: ""), swap(KEPT, True)),
)
async def test_what_was_typed_of_a_dose_is_no_answer_for_another_and_no_proof(
    protocol: Protocol, tmp_path: Path
) -> None:
    bench = Bench(tmp_path, protocol)
    async with bench.starts() as bed:
        await bed.press("ctrl+y")
        await bed.sees("Dose 1 of")
        await bed.press("g", "enter", "ctrl+n", "enter", *"213")
        await bed.sees("Identifier ends  ok 213")
    assert all("whose" not in texts for _sheet, _about, texts in bench.sheets)
    bench.chart_dose(1)
    async with bench.starts() as bed:
        await bed.press("ctrl+y")
        await bed.sees("Dose 2 of")
        assert set(bed.app.screen.query_one(Form).texts.values()) == {""}
    bench.ward.desk.close()


@hazard("HZ-50", without=swap("immunosep_tui.ui.screens.sheet_draft.is_recorded", lambda *_given: False))
async def test_what_was_recorded_just_before_a_crash_is_not_typed_any_more(protocol: Protocol, tmp_path: Path) -> None:
    bench = Bench(tmp_path, protocol)
    async with bench.starts() as bed:
        await bed.press("ctrl+w")
        await bed.sees("NOTE")
        await bed.press(*"told")
    bench.write_typed_note()
    async with bench.starts() as bed:
        await bed.press("ctrl+w")
        await bed.sees("NOTE")
        assert set(bed.app.screen.query_one(Form).texts.values()) == {""}
    bench.ward.desk.close()


@hazard("HZ-51", without=NEVER_WRITTEN)
def test_an_end_from_outside_keeps_every_key(many: Many) -> None:
    turns = len(many(1, 1_000))
    for ending in ("term", "hup", "close"):
        assert draft_kill.run(turns, ending, seed=51)["ok"] == turns


NOT_HEARD = in_program("import immunosep_tui.ui.shell.signals as s; s.ENDING = ()")
NOT_PUT_RIGHT = in_program(
    "from immunosep_tui.ui.shell.driver import TolerantDriver as D; D.stop_application_mode = lambda self: None"
)


@hazard("HZ-51", without=(NOT_HEARD, NOT_PUT_RIGHT))
def test_the_terminal_is_put_right_whoever_ends_the_program(at_form: Terminal) -> None:
    at_form.send("7")
    at_form.wait_for(r"> Bed +\S* *7")
    at_form.signal(signal.SIGTERM)
    assert at_form.exit_status() == 128 + signal.SIGTERM
    assert at_form.left_behind == set()


STRICT = in_program(
    "import codecs, immunosep_tui.ui.shell.driver as d; d.linux_driver.getincrementaldecoder = codecs.getincrementaldecoder"
)


@hazard("HZ-52", without=STRICT)
def test_a_byte_that_is_no_text_is_shown_as_such(at_form: Terminal) -> None:
    at_form.send(b"Andr\xe9 1")
    at_form.wait_for("Andr\ufffd 1", 5)


FATAL = in_program(
    "import immunosep_tui.ui.shell.driver as d; d._Decoder.decode = lambda self, data, final=False: data.decode('ascii')\n"
    "d.TolerantDriver._run_input_thread = d.LinuxDriver._run_input_thread"
)


@hazard("HZ-52", without=FATAL)
def test_no_byte_ends_the_program(at_form: Terminal) -> None:
    for byte in range(256):
        if byte != 0x11:
            at_form.send(bytes([byte]))
            at_form.read_for(0.01)
    at_form.send("\x1b[201~")
    at_form.read_for(0.5)
    assert at_form.process.poll() is None
    at_form.resize(100, 30)
    at_form.send("\x1b")
    at_form.read_for(0.3)
    at_form.send(F9)
    at_form.wait_for("Keys|Help", 5)


STOPS = in_program(
    "from immunosep_tui.ui.shell.driver import TolerantDriver as D, LinuxDriver as L\n"
    "D._sigtstp_application = L._sigtstp_application"
)
LEAVES = in_program("from immunosep_tui.ui.shell.shell import Shell; Shell.action_help_quit = Shell.action_quit")


@hazard("HZ-53", without=(STOPS, LEAVES))
def test_no_key_and_no_stop_leads_to_a_shell(at_form: Terminal) -> None:
    for key in "\x1a\x1c\x19\x0f":
        at_form.send(key)
        at_form.read_for(0.1)
    at_form.send("\x03")
    at_form.wait_for("To leave the program", 5)
    at_form.signal(signal.SIGTSTP)
    at_form.read_for(0.5)
    assert at_form.process.poll() is None
    assert state(at_form) != "T"
    at_form.send("7")
    at_form.wait_for(r"> Bed +\S* *7", 5)


@hazard("HZ-54", without=swap("immunosep_tui.ward.ward.MOST_ROWS", 1_000_000))
def test_the_board_lists_so_many_and_finds_the_others(protocol: Protocol, many: Many) -> None:
    count = len(many(MOST_ROWS + 3, 2_000))
    patients = [Patient(f"p{n:04}", {**IDENTITY, "identity.case": f"C-{n:04}"}) for n in range(count)]
    desk = desk_of(protocol, patients)
    found = desk.ward.listing()
    assert (len(found.rows), found.count) == (MOST_ROWS, count)
    for patient in (patients[0], patients[-1]):
        assert [row.key for row in desk.ward.listing(patient.case).rows] == [patient.key]
    desk.close()


async def _in_the_loop(work: Callable[..., Any], *given: Any) -> Any:
    return work(*given)


@hazard("HZ-54", without=swap("asyncio.to_thread", _in_the_loop))
async def test_a_slow_store_holds_up_no_key(ward: Followed, monkeypatch: pytest.MonkeyPatch) -> None:
    answer, whole = threading.Event(), Ward.listing

    def slow(self: Ward, search: str = "") -> Listing:
        if search:
            answer.wait(3)
        return whole(self, search)

    monkeypatch.setattr(Ward, "listing", slow)
    app = ImmunoSepApp(ward.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        bed = Bedside(ward.desk, app, pilot)
        await bed.sees("A-12")
        begun = time.monotonic()
        await bed.press("slash", "A", "f9")
        await bed.sees("Help")
        waited = time.monotonic() - begun
        answer.set()
    assert waited < 3


AGAIN_MEANWHILE = """
import fcntl, struct, termios
from immunosep_tui.ui.shell.driver import TolerantDriver as D
ask = D._get_terminal_size
def ask_and_change(driver):
    found = ask(driver)
    if found == (60, 20):
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    return found
D._get_terminal_size = ask_and_change
"""
"""The window gets its size back while the program asks for the one between."""
IN_THE_SIGNAL = in_program(
    "from immunosep_tui.ui.shell.driver import TolerantDriver as D, LinuxDriver as L\n"
    "D.start_application_mode = L.start_application_mode"
)


@hazard("HZ-54", without=IN_THE_SIGNAL)
def test_a_window_that_changes_twice_at_once_is_seen_as_it_is(tmp_path: Path) -> None:
    with program(tmp_path, size=(80, 24), before=AGAIN_MEANWHILE + BEFORE["code"]) as terminal:
        terminal.wait_for(FORM, 60)
        terminal._set_size(60, 20)
        terminal.read_for(0.5)
        terminal.send(F9)
        terminal.wait_for("Keys|Help", 5)


@hazard("HZ-54", without=swap("immunosep_tui.ui.seen.Seen.allow_focus", lambda widget: widget.can_focus))
async def test_nothing_that_is_out_of_sight_takes_the_keys(ward: Followed) -> None:
    app = ImmunoSepApp(ward.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        bed = Bedside(ward.desk, app, pilot)
        await bed.sees("A-12")
        await bed.press("enter", "f8", "f3")
        await bed.sees("> Ferritin")
        await bed.press("f4")
        await bed.sees("> PaO2")
        there = app.screen.focused
        hidden = [
            each for room in app.screen.query(Room) if not room.display for each in room.query("*") if each.can_focus
        ]
        assert {type(each) for each in hidden} >= {Panel, Cell}
        for each in hidden:
            each.focus()  # as by a click that is heard late
            await pilot.pause()
            assert app.screen.focused is there


GROWS = cut(Shell.action_back, "self.screen.dismiss()", "await self.push_screen(self.get_default_screen())")


def _watching(footer: KeyFooter) -> None:
    def redraw() -> None:
        footer.refresh()

    footer.watch(footer.app, "who", redraw, init=False)


def _screens_and_footers() -> int:
    """How many there are that somebody still holds."""
    gc.collect()
    return sum(isinstance(each, PatientScreen | KeyFooter) for each in gc.get_objects())


@hazard("HZ-55", without=(GROWS, lambda patch: patch.setattr(KeyFooter, "on_mount", _watching, raising=False)))
def test_screens_and_files_do_not_pile_up(ward: Followed, many: Many) -> None:
    turns = many(8, 1_000)

    async def open_and_leave() -> None:
        app, files = ImmunoSepApp(ward.desk), set()
        async with app.run_test(size=(80, 24)):
            await settled()
            before = _screens_and_footers()  # of tests before this one in the same process
            for _turn in turns:
                type_at(app, ENTER)
                await settled()
                assert isinstance(app.screen, PatientScreen)
                type_at(app, ESCAPE)
                await asyncio.sleep(60)  # timers that were given up are forgotten when their time has come
                files.add(len(os.listdir("/proc/self/fd")))  # noqa: PTH208
            assert len(app.screen_stack) == 1
            assert _screens_and_footers() - before <= 4
            assert max(files) - min(files) <= 2

    seeded_time.run(open_and_leave(), Threads(55))

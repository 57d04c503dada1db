"""The same bedside session in two arms, and in patients of both states: no bedside role can tell them apart."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from immunosep_tui.cli import main
from immunosep_tui.profile.files import load_unblinded
from immunosep_tui.record.entry import Author
from immunosep_tui.rules.protocol import OPEN
from immunosep_tui.store.sealed_list import ARMS
from immunosep_tui.ui.app import ImmunoSepApp
from immunosep_tui.ui.screens.patient import PatientScreen
from immunosep_tui.ward.deeds import write_note
from tests.support.blinded import (
    DOCTOR,
    KEY,
    MALS,
    NAME,
    NURSE,
    PARALYSIS,
    RESEARCHER,
    BlindedWard,
)
from tests.support.sealed import make_guesses_cheap
from tests.ui.screen import screen_text

make_guesses_cheap()

SIZE = (120, 100)
"""Tall enough that no answer is scrolled away."""

ROOMS = (*(f"f{number}" for number in range(1, 9)), "ctrl+o")
SCREENS = ("ctrl+s", "ctrl+y", "ctrl+e", "ctrl+a", "ctrl+k", "ctrl+u", "f9", "f10")
PRECISION, PLACEBO = ({"001": arm, "002": ARMS[1]} for arm in ARMS)
CommandLine = Callable[[Path], dict[str, str]]


_HASH = re.compile(r"\b[0-9a-f]{12,64}\b")


@dataclass
class Seen:
    """Everything that a session shows and leaves behind, by where it was seen."""

    texts: dict[str, str] = field(default_factory=dict)

    def normal(self, values: Mapping[str, str]) -> dict[str, str]:
        """The same with a word for each typed laboratory value, and one for the hashes that follow from them."""
        found = {}
        for name, text in self.texts.items():
            found[name] = _HASH.sub("<hash>", text)
            for word, value in values.items():
                found[name] = found[name].replace(value, f"<{word}>")
        return found


async def settled(app: ImmunoSepApp, pilot: Pilot[int]) -> str:
    """The screen once it does not change any more."""
    before = ""
    for _ in range(100):
        await pilot.pause(0.01)
        now = screen_text(app)
        if now == before:
            break
        before = now
    return before


async def look(ward: BlindedWard, author: Author, stage: str, seen: Seen) -> None:
    """Every room and screen that a person of this role can open, the board and a search."""
    desk = ward.desk
    desk.author = author
    app = ImmunoSepApp(desk)
    async with app.run_test(size=SIZE) as pilot:
        name = f"{stage}, {author.role}"
        seen.texts[f"{name}: board"] = await settled(app, pilot)
        await pilot.press("slash", *"84")
        seen.texts[f"{name}: search"] = await settled(app, pilot)
        await pilot.press("escape")
        await settled(app, pilot)
        await pilot.press("enter")
        await settled(app, pilot)
        assert isinstance(app.screen, PatientScreen), screen_text(app)
        for key in ROOMS:
            await pilot.press(key)
            seen.texts[f"{name}: {key}"] = await settled(app, pilot)
            for step in range(2 if key in ("f3", "f4", "f6") else 0):
                await pilot.press("ctrl+left")
                seen.texts[f"{name}: {key}, {step + 1} before"] = await settled(app, pilot)
        await pilot.press("f1")
        await settled(app, pilot)
        for key in SCREENS:
            await pilot.press(key)
            for _ in range(50):
                await pilot.pause(0.02)
                if not isinstance(app.screen, PatientScreen):
                    break
            seen.texts[f"{name}: {key}"] = await settled(app, pilot)
            if not isinstance(app.screen, PatientScreen):
                await pilot.press("escape")
                await settled(app, pilot)
    desk.author = None


@pytest.fixture
def command_line(capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """What the commands print about a store."""

    def run(path: Path) -> dict[str, str]:
        of_store = ("--store", str(path))
        printed = {}
        for words in (
            ("patient", "list"),
            ("patient", "list", "--json"),
            ("patient", "list", "--search", "884"),
            ("patient", "show", KEY),
            ("patient", "show", KEY, "--json"),
            ("patient", "export", KEY),
            ("doctor",),
            ("verify",),
        ):
            status = main([*words, *of_store, *(("--protocol", NAME) if words[0] == "patient" else ())])
            out, err = capsys.readouterr()
            said = f"{status}\n{out}{err}".replace(str(path.parent), "")
            printed[" ".join(words)] = re.sub(r"\d+ MB", "", said)  # the free space of the disk
        return printed

    return run


def left_behind(ward: BlindedWard) -> dict[str, str]:
    """The ledger row by row, the board's rows, the drafts, and the files with their sizes."""
    store, drafts = ward.desk.ward.store, ward.desk.ward.drafts
    drafts.flush()
    entries = [*store.entries(""), *store.entries(KEY)]
    files = sorted((file.name, file.stat().st_size) for file in ward.path.parent.glob("*.allocation"))
    others = sorted(
        file.name for file in ward.path.parent.iterdir() if not file.name.startswith(("ward.db", "drafts.db"))
    )
    return {
        "ledger": "\n".join(str(asdict(entry)) for entry in entries),
        "board rows": str(store.board()),
        "drafts": str([(each.texts, each.kept, each.authors, each.at) for each in drafts.all()]),
        "files": f"{files} {others}",
        "logs": str(sorted(file.name for file in Path(os.environ["XDG_STATE_HOME"]).rglob("crash-*"))),
    }


async def session(
    folder: Path,
    command_line: CommandLine,
    values: Mapping[str, str],
    arms: Mapping[str, str],
    whole: bool = False,
    note: str = "",
) -> Seen:
    """One patient from admission to the response.

    Args:
        folder: for the store.
        command_line: prints what the commands say.
        values: the typed ones.
        arms: the sealed list.
        whole: whether every bedside role looks at everything, not only one at a time.
        note: something that the record should not say; then only what is left behind is looked at.
    """
    seen = Seen()
    ward = BlindedWard(folder, arms)
    try:
        ward.admit(values)
        if not note:
            await look(ward, DOCTOR, "typed", seen)
        ward.start(values)
        ward.allocate()
        if note:
            chart = ward.desk.ward.read_again(KEY)
            ward.desk.ward.store.append([write_note(chart, note, ward.signature(NURSE))], chart.n)
        elif whole:
            await look(ward, NURSE, "started", seen)
        ward.treat(values)
        ward.finish()
        for author in () if note else (DOCTOR, NURSE, RESEARCHER) if whole else (NURSE,):
            await look(ward, author, "treated", seen)
        seen.texts |= left_behind(ward)
        seen.texts |= await asyncio.to_thread(command_line, ward.path)
    finally:
        ward.close()
    return seen


def differing(one: Mapping[str, str], other: Mapping[str, str]) -> list[str]:
    """Where two sessions can be told apart."""
    return [name for name in one if one[name] != other.get(name)] + [name for name in other if name not in one]


def first_difference(one: Mapping[str, str], other: Mapping[str, str]) -> str:
    """The first lines that differ, to be read when the test fails."""
    for name in differing(one, other):
        for line, like in zip(one[name].splitlines(), other.get(name, "").splitlines(), strict=False):
            if line != like:
                return f"{name}\n{line}\n{like}"
    return ""


GENERAL = ("f2", "f9", "f10", "ctrl+e")
"""Screens about the trial as a whole or its criteria, and the one that asks about both drugs."""


def names_something(seen: Seen) -> str:
    """Where a drug, its pack, an arm or a state is named."""
    words = ("anakinra", "interferon", "precision", "MALS", "immunoparalysis", "syringe", "vial", "200 mg", "100 mcg")
    for name, text in seen.texts.items():
        for word in words:
            if word.casefold() in text.casefold() and not name.endswith(GENERAL):
                return f"{word} on {name}\n{text}"
    return ""


@pytest.mark.parametrize("whole", [False, pytest.param(True, marks=pytest.mark.deep)], ids=["some roles", "all roles"])
async def test_no_bedside_role_can_tell_the_arm_or_the_state(
    tmp_path: Path, command_line: CommandLine, whole: bool
) -> None:
    """Sealed lists that differ in the arm of the course's number; then patients whose typed values alone differ."""
    one = await session(tmp_path / "1", command_line, MALS, PRECISION, whole)
    other = await session(tmp_path / "2", command_line, MALS, PLACEBO, whole)
    assert len(one.texts) > (130 if whole else 60)
    assert differing(one.texts, other.texts) == [], first_difference(one.texts, other.texts)
    assert names_something(one) == ""
    if not whole:
        return
    state = await session(tmp_path / "3", command_line, PARALYSIS, PRECISION, whole)
    first, second = one.normal(MALS), state.normal(PARALYSIS)
    assert differing(first, second) == [], first_difference(first, second)
    if whole:
        arm = await session(tmp_path / "4", command_line, PARALYSIS, PLACEBO, whole)
        assert differing(state.texts, arm.texts) == [], first_difference(state.texts, arm.texts)


@pytest.mark.deep
async def test_the_comparison_sees_what_leaks(tmp_path: Path, command_line: CommandLine) -> None:
    """Negative control: words about the arm in the record, and a bedside that works with the open protocol."""
    plain = await session(tmp_path / "plain", command_line, MALS, PRECISION, note="no word about it")
    leaking = await session(tmp_path / "leaking", command_line, MALS, PLACEBO, note="it is placebo")
    assert {"ledger", "patient export p"} <= set(differing(plain.texts, leaking.texts))
    whole = replace(load_unblinded(NAME), design=OPEN)
    seen = Seen()
    for place, values in enumerate((MALS, PARALYSIS)):
        ward = BlindedWard(tmp_path / f"open {place}", PRECISION, whole)
        ward.admit(values)
        shown = Seen()
        await look(ward, DOCTOR, "typed", shown)
        ward.close()
        if place:
            apart = differing(seen.normal(MALS), shown.normal(PARALYSIS))
            assert {"typed, doctor: board", "typed, doctor: f1", "typed, doctor: f3", "typed, doctor: f5"} <= set(apart)
        seen = shown

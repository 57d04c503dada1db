"""Take the pictures of the program anew from the sample patients: ``python screenshots/make.py``.

Each picture is the real application in a window of a fixed size at a fixed instant, so that two runs give the same
bytes. Where ``rsvg-convert`` (Debian: librsvg2-bin) is installed, the smaller window is made as PNG as well.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from textual.pilot import Pilot

from immunosep_tui.cli.demo import moved, typed_ward
from immunosep_tui.profile.files import load
from immunosep_tui.record.entry import Author
from immunosep_tui.ui.app import ImmunoSepApp
from immunosep_tui.ui.desk import Desk
from immunosep_tui.ui.shell.shell import Shell
from immunosep_tui.ui.training_app import TrainingApp
from immunosep_tui.ward.cases import cases, patient_of
from tests.support.classes import begun, classroom
from tests.support.followed import Followed, alarming, typical

FOLDER = Path(__file__).resolve().parent
SIZES = ((80, 24), (120, 40))
CELL = 12.2
"""Width of a cell in an SVG of Rich, whose text is squeezed or stretched to it."""
ZOOM = 15 / CELL
"""Cells of whole pixels, so that each letter looks the same wherever it stands."""
FRAME = "#292929"
"""Rich's colour of the window around the picture; it fills the corners of a PNG."""
WARD_NOW, WARD_ZONE = datetime(2026, 5, 12, 6, 40, tzinfo=UTC), ZoneInfo("Europe/Athens")
"""When and where the whole sample ward is looked at; a single case is looked at in its own time and zone."""

_FONT, _ADVANCE = "DejaVu Sans Mono, monospace", 1233 / 2048
"""A font that is on most Linux systems, and the width of its letters as a share of their size."""
_FONT_FACE = re.compile(r"\s*@font-face \{[^}]*\}")
_FONT_FAMILY = re.compile(r"font-family: [^;]*;")
_IDENTITY = re.compile(r"terminal-[0-9]+")
"""Rich names the parts of a picture by a checksum over every style, which differs between machines."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What is in a picture: the whole ward, one case, a patient who was followed for days, or nobody; who is signed in,
    and the keys that lead there."""

    name: str
    keys: tuple[str, ...] = ()
    case: str = ""
    ward: bool = False
    person: bool = False
    followed: Callable[[Followed], None] | None = None

    def desk(self, folder: Path) -> Desk:
        """The patients, the clock and the zone; the store is in a folder of the picture's own."""
        if self.followed is not None:
            ward = Followed(folder, load())
            self.followed(ward)
            return ward.desk
        sheets, zone, now = [], WARD_ZONE, WARD_NOW
        if self.case:
            case = next(case for case in cases() if case.id == self.case)
            sheets, zone, now = [patient_of(case)], case.zone, case.now
        elif self.ward:
            sheets = [moved(case, WARD_NOW, WARD_ZONE) for case in cases()]
        desk = Desk(load, *typed_ward(folder, sheets, now), zone, lambda: now)
        if self.person:
            desk.author = Author("AB", "doctor")
        return desk


@dataclass(frozen=True, slots=True)
class Lesson:
    """A picture of the training room: the cases of its open round, the way to learn, and the keys that lead there."""

    name: str
    keys: tuple[str, ...] = ()
    items: tuple[str, ...] = ("made/ferritin-exact/2/7", "made/vasopressor/2/7")
    mode: str = "learn"


LESSONS = (
    Lesson("training"),
    Lesson("training-feedback", ("enter", "1", "enter")),
    Lesson("training-bedside", ("enter", "1", "enter", "enter", "2", "enter"), ("made/responder/2/3",), "bedside"),
)

SCENES = (
    Scene("board-empty"),
    Scene("board", ward=True),
    Scene("labs-near-both", ("enter", "f3", "down", "down", *"4", "comma", *"900"), "near-both-cut-offs"),
    Scene("sofa", ("enter", "f4"), "mals-clear"),
    Scene("treatment", ("enter", "f5"), "mals-clear"),
    Scene("monitoring", ("enter", "f6"), "anemia-on-anakinra"),
    Scene("response-died", ("enter", "f7"), "late-death-responder"),
    Scene("overview", ("enter",), followed=typical),
    Scene("overview-alarm", ("enter",), followed=alarming),
    Scene("screening", ("enter", "f2"), followed=typical),
    Scene("treatment-course", ("enter", "f5"), followed=alarming),
    Scene("sign", ("enter", "ctrl+s"), "immunoparalysis-clear", person=True),
    Scene("lock", ("ctrl+l",), ward=True),
    Scene("evidence", ("f10",), ward=True),
)


async def settled(app: Shell, pilot: Pilot[int]) -> None:
    """Wait until the screen has read what it shows."""
    await pilot.pause()
    while not getattr(app.screen, "ready", True):
        await pilot.pause(0.01)
    await pilot.pause()


@contextmanager
def at_the_ward(scene: Scene, folder: Path) -> Iterator[Shell]:
    """The application on the patients of a scene."""
    desk = scene.desk(folder)
    yield ImmunoSepApp(desk)
    desk.close()


@contextmanager
def learning(lesson: Lesson, folder: Path) -> Iterator[Shell]:
    """The training room with an open round."""
    room = classroom(folder)
    begun(room.book, room.protocol, lesson.mode, lesson.items)
    yield TrainingApp(room)
    room.book.close()


async def picture(scene: Scene | Lesson, size: tuple[int, int]) -> str:
    """The scene in a window of that many columns and rows, as SVG."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        with learning(scene, place) if isinstance(scene, Lesson) else at_the_ward(scene, place) as app:
            async with app.run_test(size=size) as pilot:
                await settled(app, pilot)
                for key in scene.keys:
                    await pilot.press(key)
                    await settled(app, pilot)
                svg = app.export_screenshot(simplify=True)
    svg = _FONT_FACE.sub("", svg)
    svg = _FONT_FAMILY.sub(f"font-family: {_FONT};", svg)
    svg = svg.replace("font-size: 20px", f"font-size: {CELL / _ADVANCE:.3f}px")
    svg = svg.replace("<svg ", '<svg xml:space="preserve" ', 1)  # librsvg drops spaces at the start of a text
    return _IDENTITY.sub(scene.name, svg) + "\n"


def file_of(scene: Scene | Lesson, size: tuple[int, int]) -> Path:
    """Where the SVG of a scene is kept."""
    columns, rows = size
    return FOLDER / f"{scene.name}-{columns}x{rows}.svg"


async def take_all() -> None:
    """Write every SVG."""
    for scene in (*SCENES, *LESSONS):
        for size in SIZES:
            file_of(scene, size).write_text(await picture(scene, size), encoding="utf-8")


def main() -> None:
    """Replace every picture; one that no scene makes any more is removed."""
    os.environ.pop("NO_COLOR", None)
    for old in (*FOLDER.glob("*.svg"), *FOLDER.glob("*.png")):
        old.unlink()
    asyncio.run(take_all())
    if converter := shutil.which("rsvg-convert"):
        for scene in (*SCENES, *LESSONS):
            file = file_of(scene, SIZES[0])
            options = ["--zoom", str(ZOOM), "--background-color", FRAME, "--output", str(file.with_suffix(".png"))]
            subprocess.run([converter, *options, str(file)], check=True)  # noqa: S603  # our own files


if __name__ == "__main__":
    main()

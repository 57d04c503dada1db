"""The board on many stored patients beside the board on ten: ``python -m tests.bench.board [--patients 10000]``.

Prints, for both stores, the median of opening the application until the list has the keyboard, of one listing, of one
search, of opening one patient's record and of one signature, and the ratios, all measured in turns in one run.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from immunosep_tui.profile.files import load
from immunosep_tui.record.entry import Author, Proposal
from immunosep_tui.record.kinds import Admitted, CourseStarted, Decision, Kind, Labs, PlannedCheck, Slot, SofaTotal
from immunosep_tui.record.settings import effective
from immunosep_tui.store.drafts import FILE_NAME, Drafts
from immunosep_tui.store.files import open_file
from immunosep_tui.store.store import Store
from immunosep_tui.ui.app import ImmunoSepApp
from immunosep_tui.ui.desk import Desk, utc_now
from immunosep_tui.ward.instants import ms
from immunosep_tui.ward.judging import judge_of
from immunosep_tui.ward.protocols import Protocols

AUTHOR = Author("AB", "doctor")
HOUR = 3_600_000
ZONE = ZoneInfo("UTC")
CHECKS = ("bleeding", "major-bleeding", "hemoglobin", "platelets", "fibrinogen", "neutrophils", "creatinine")


def fill(folder: Path, patients: int) -> Path:
    """A store with that many patients, each with a course."""
    path = folder / "ward.db"
    store, protocol = open_file(path), load()
    judge = judge_of(Protocols(protocol), effective({}, protocol, ZONE))
    store.judge = lambda: judge
    now = ms(datetime.now(UTC))
    with store.engine.transaction():  # one for all: only the reading is measured
        for number in range(patients):
            store._write(_entries(number, now), 0, False)
    store.close()
    return path


def _entries(number: int, now: int) -> list[Proposal]:
    start = now - number % 14 * 24 * HOUR
    slots = tuple(
        Slot(n + 1, n * 2 + 1, start + n * 48 * HOUR, "interferon gamma-1b", "100 mcg", "subcutaneous", False)
        for n in range(8)
    )
    days = tuple(range(1, 16))
    checks = tuple(
        PlannedCheck(
            f"interferon-gamma-{name}", name.capitalize(), days, tuple(start + day * 24 * HOUR for day in days)
        )
        for name in CHECKS
    )
    bodies: tuple[Kind, ...] = (
        Admitted(str(number % 40), f"C-{number}", f"{880000 + number}"),
        Labs({"ferritin": "900", "hla_dr": "4000"}),
        Decision("immunoparalysis", "interferon-gamma", {"ferritin": "900 ng/mL"}, (), ()),
        SofaTotal(1, number % 20),
        CourseStarted("interferon-gamma", "", "2026-05-12 09:00", 3, slots, start + 15 * 24 * HOUR, checks=checks),
    )
    return [Proposal(f"patient-{number}", body, AUTHOR, now, f"{number}:{n}") for n, body in enumerate(bodies)]


def desk_on(path: Path) -> Desk:
    """A desk on a store."""
    return Desk(load, open_file(path), Drafts(path.parent / FILE_NAME, "bench"), ZONE, utc_now)


async def opened(path: Path) -> float:
    """Seconds from making the application until its list has the keyboard."""
    began = time.perf_counter()
    desk = desk_on(path)
    app = ImmunoSepApp(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        while not getattr(app.screen, "ready", False):
            await pilot.pause(0.001)
        took = time.perf_counter() - began
    desk.close()
    return took


def seconds(deed: Callable[[], object]) -> float:
    """How long a call takes."""
    began = time.perf_counter()
    deed()
    return time.perf_counter() - began


def measures(store: Store, desk: Desk, turn: int) -> dict[str, float]:
    """One turn of everything but the start."""
    note = Proposal("patient-3", SofaTotal(2 + turn, 8), AUTHOR, ms(datetime.now(UTC)), f"bench-{turn}")
    n = store.chart("patient-3").n
    return {
        "listing": seconds(desk.ward.listing),
        "search": seconds(lambda: desk.ward.listing("c-9")),
        "record": seconds(lambda: store.chart("patient-5")),
        "signature": seconds(lambda: store.append([note], n)),
    }


def main() -> None:
    """Measure in turns and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--patients", type=int, default=10_000)
    parser.add_argument("--turns", type=int, default=9)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        paths = {size: fill(_folder(Path(name), size), size) for size in (10, options.patients)}
        desks = {size: desk_on(path) for size, path in paths.items()}
        found: dict[int, dict[str, list[float]]] = {size: {} for size in paths}
        for turn in range(options.turns):
            for size, path in paths.items():
                turn_found = measures(desks[size].ward.store, desks[size], turn)
                turn_found["start"] = asyncio.run(opened(path))
                for what, took in turn_found.items():
                    found[size].setdefault(what, []).append(took)
        for desk in desks.values():
            desk.close()
    few, many = (found[size] for size in paths)
    for what in few:
        small, large = statistics.median(few[what]), statistics.median(many[what])
        print(
            f"{what:10} 10: {small * 1000:8.2f} ms  {options.patients}: {large * 1000:8.2f} ms  ratio {large / small:.2f}"
        )


def _folder(parent: Path, size: int) -> Path:
    folder = parent / str(size)
    folder.mkdir(mode=0o700)
    return folder


if __name__ == "__main__":
    main()

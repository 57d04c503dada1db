"""How fast a table is scored, and in how much memory: ``python -m tests.bench.score_rows [ROWS ...]``.

Every size is scored in a process of its own, so that its peak memory is its own. The same file is copied with the csv
module in the same run: the ratio says more than the rate where a machine is busy.
"""

from __future__ import annotations

import csv
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from immunosep_tui.cohort.stream import Job, score_table
from immunosep_tui.profile.files import load
from tests.oracle.days import COLUMNS, random_days

SIZES = (10_000, 100_000, 1_000_000)
SEED = 20_261


def main(arguments: list[str]) -> None:
    """Print one line a size: rows per second of scoring and of copying, their ratio, and peak memory."""
    if arguments[:1] == ["--one"]:
        measure(Path(arguments[1]))
        return
    print(f"{'rows':>10} {'rows/s':>10} {'copy rows/s':>12} {'ratio':>6} {'peak MB':>8}", flush=True)
    for size in [int(text) for text in arguments] or SIZES:
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder) / "in.csv"
            with source.open("w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, COLUMNS)
                writer.writeheader()
                writer.writerows(random_days(SEED, size))
            command = [sys.executable, "-m", "tests.bench.score_rows", "--one", str(source)]
            found = subprocess.run(command, check=True, capture_output=True, text=True)
            scored, copied, peak = (float(number) for number in found.stdout.split())
            print(
                f"{size:>10} {size / scored:>10.0f} {size / copied:>12.0f} {scored / copied:>6.1f} {peak:>8.1f}",
                flush=True,
            )


def measure(source: Path) -> None:
    """Print seconds to score the table, seconds to copy it, and the peak memory in MB."""
    protocol = load()
    scored = seconds(lambda: score_table(Job(str(source), str(source.with_name("out.csv")), protocol)))
    copied = seconds(lambda: copy(source, source.with_name("copy.csv")))
    print(scored, copied, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def seconds(work: Callable[[], object]) -> float:
    """How long the work took on the wall clock."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def copy(source: Path, target: Path) -> None:
    """Copy a table cell by cell."""
    with source.open(newline="", encoding="utf-8") as read, target.open("w", newline="", encoding="utf-8") as written:
        csv.writer(written).writerows(csv.reader(read))


if __name__ == "__main__":
    main(sys.argv[1:])

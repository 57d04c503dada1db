"""Runs a harness as the program that it is, and reads the figures that it prints."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Run:
    """How a harness ended.

    Args:
        status: 0 where nothing was wrong, 1 where something was.
        output: everything that it printed.
    """

    status: int
    output: str

    def figure(self, name: str) -> int:
        """The number that is printed after a word, in the last line."""
        found = re.search(rf"\b{name} (\d+)", self.output.splitlines()[-1])
        assert found is not None, self.output
        return int(found[1])


def run(harness: str, *arguments: object) -> Run:
    """Run a harness to its end; it must end with 0 or 1 and say nothing on the error stream."""
    command = [sys.executable, "-m", f"tests.harness.{harness}", *(str(argument) for argument in arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    assert not done.stderr, done.stdout + done.stderr
    print(done.stdout)
    return Run(done.returncode, done.stdout)

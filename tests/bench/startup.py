"""Start-up and key latency of the board against a bare Textual application, in interleaved rounds of one run.

``python -m tests.bench.startup [ROUNDS]`` prints medians and the paired ratio; trust the ratio, not the milliseconds.
"""

from __future__ import annotations

import statistics
import sys
import time

from tests.terminal import Terminal

HELLO = (
    "from textual.app import App\n"
    "from textual.widgets import Static\n"
    "class Hello(App):\n"
    "    def compose(self):\n"
    "        yield Static('Ready to type')\n"
    "Hello().run()\n"
)
PROGRAMS = {
    "hello": ([sys.executable, "-c", HELLO], "Ready to type"),
    "board": ([sys.executable, "-m", "immunosep_tui"], "Bed or room"),
}


def start(name: str) -> float:
    """Milliseconds from exec to the first screen that shows the expected text."""
    command, expected = PROGRAMS[name]
    began = time.perf_counter()
    with Terminal(command) as terminal:
        terminal.wait_for(expected)
        return (time.perf_counter() - began) * 1000


def keys(count: int = 60) -> list[float]:
    """Milliseconds from a digit to the first screen that shows it, in the ferritin field."""
    times = []
    with Terminal(PROGRAMS["board"][0]) as terminal:
        terminal.wait_for("Bed or room")
        terminal.send("7\rA-1\r8842\r")
        terminal.wait_for("> Ferritin")
        typed = ""
        for index in range(count):
            digit = str(1 + index % 9)
            if len(typed) == 5:
                terminal.send("\x7f" * 5)
                terminal.wait_for("Ferritin  +ng/mL")
                typed = ""
            typed += digit
            began = time.perf_counter()
            terminal.send(digit)
            terminal.wait_for(rf"Ferritin .*\b{typed}\b")
            times.append((time.perf_counter() - began) * 1000)
    return times


def main(rounds: int) -> None:
    """Print the table."""
    for name in PROGRAMS:
        start(name)
    measured: dict[str, list[float]] = {name: [] for name in PROGRAMS}
    for _round in range(rounds):
        for name in PROGRAMS:
            measured[name].append(start(name))
    for name, times in measured.items():
        print(f"{name:<8} median {statistics.median(times):6.0f} ms   fastest {min(times):6.0f} ms")
    ratios = [board / hello for board, hello in zip(measured["board"], measured["hello"], strict=True)]
    print(f"board / hello: median {statistics.median(ratios):.2f}, {min(ratios):.2f} to {max(ratios):.2f}")
    latency = sorted(keys())
    print(f"key to paint: median {statistics.median(latency):.1f} ms, p95 {latency[int(len(latency) * 0.95)]:.1f} ms")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 7)

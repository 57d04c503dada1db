"""Who judges what stands in a chart when it is put on the board: the rules of the ward, named so that others are seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from immunosep_tui.record.attention import Standing
from immunosep_tui.record.chart import Chart


@dataclass(frozen=True, slots=True)
class Judge:
    """Gives the standing of a chart; ``name`` is another one for other rules, settings or another program."""

    name: str
    judged: Callable[[Chart], Standing]

    def __call__(self, chart: Chart) -> Standing:
        """The standing of a chart."""
        return self.judged(chart)

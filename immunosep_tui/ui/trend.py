"""Plots in plain characters: values to scale over the days, limits as lines, gaps where nothing is known.

Only ASCII is drawn, so that a plot looks the same in every terminal and needs no color. Where a sign stands is rounded;
on which side of a limit it stands is decided by the exact numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor, log10

from rich.cells import cell_len

from immunosep_tui.i18n import _
from immunosep_tui.rules.units import plain
from immunosep_tui.ui.cells import cut_words, pad
from immunosep_tui.ui.trend_words import DECADE, is_log, trend_words, values_of
from immunosep_tui.ward.answers import LAST_DAY
from immunosep_tui.ward.trends import Series

NARROWEST, LOWEST, HIGHEST = 20, 3, 12
"""Cells and rows that a plot needs, and the most rows that it takes of a shared room; with fewer it is told in words."""

_TICKS = (1, 5, 9, LAST_DAY)


def limits_of(series: Series) -> tuple[Fraction, Fraction]:
    """The lowest and the highest number of the scale: fixed for a measurement, wider where a value lies outside."""
    low, high = min(values_of(series)), max(values_of(series))
    if is_log(series):
        return Fraction(DECADE) ** floor(log10(low)), Fraction(DECADE) ** ceil(log10(high))
    if series.scale is not None:
        scale = series.scale
        return min(scale.low, low // scale.step * scale.step), max(scale.high, -(-high // scale.step) * scale.step)
    return (low - 1, high + 1) if low == high else (low, high)


def _gaps(series: Series) -> list[tuple[Fraction, int]]:
    """What has a row of its own with a number: ends and limits from below, and how far each is above the one before.

    Between two limits there is a row to spare if a value lies between them, as outside of the lowest and highest limit:
    a value is never drawn on the line of a limit that it is not equal to.
    """
    ends = limits_of(series)
    lines = {guide.value for guide in series.guides}
    listed = sorted(lines | set(ends))
    gaps = [(listed[0], 0)]
    for below, above in pairwise(listed):
        parts = below in lines and above in lines and any(below < point.value < above for point in series.points)
        gaps.append((above, 2 if parts else 1))
    return gaps


def least_rows(series: Series) -> int:
    """Rows of the drawing alone that it takes to keep every value on its side of every limit."""
    return max(LOWEST - 1, sum(gap for _value, gap in _gaps(series)) + 1)


def _levels(series: Series, rows: int) -> dict[Fraction, int]:
    """How high the ends of the scale and the limits stand, counted from the lowest row."""
    gaps = _gaps(series)
    levels: list[int] = []
    for value, gap in gaps:
        levels.append(max(_height(value, series, rows), levels[-1] + gap) if levels else 0)
    levels[-1] = rows - 1
    for index in range(len(levels) - 2, -1, -1):
        levels[index] = min(levels[index], levels[index + 1] - gaps[index + 1][1])
    return {value: level for (value, _gap), level in zip(gaps, levels, strict=True)}


def _height(value: Fraction, series: Series, rows: int) -> int:
    """How high a number stands by the scale alone, counted from the lowest row."""
    low, high = limits_of(series)
    if is_log(series):
        return round((log10(value) - log10(low)) / (log10(high) - log10(low)) * (rows - 1))
    return round((value - low) / (high - low) * (rows - 1))


def _level(value: Fraction, series: Series, rows: int, levels: dict[Fraction, int]) -> int:
    """How high a value is drawn: by the scale, but on its own side of each limit."""
    lines = {guide.value for guide in series.guides}
    if value in lines:
        return levels[value]
    least = max((levels[line] + 1 for line in lines if line < value), default=0)
    most = min((levels[line] - 1 for line in lines if line > value), default=rows - 1)
    return max(least, min(most, _height(value, series, rows)))


def plot(series: Series, width: int, height: int) -> list[str]:
    """A line of words and below it a plot of ``height`` rows, the days in the last one; all lines fill ``width`` cells.

    The words stand alone where there is too little room or a single number. A value has its mark, a limit is a dotted
    line with its number at the side and its name at the end, a day without a value is empty.
    """
    head = pad(cut_words(trend_words(series), width), width)
    rows = height - 1
    if width < NARROWEST or rows < least_rows(series) or len(series.points) + len(series.guides) < 2:
        return [head]
    levels = _levels(series, rows)
    numbers = {level: plain(value, 2) for value, level in levels.items()}
    side = max(cell_len(text) for text in (*numbers.values(), _("day")))
    columns = width - side - 1
    days = (min(1, series.points[0].day), max(LAST_DAY, series.points[-1].day)) if series.points else (1, LAST_DAY)
    grid = [[" "] * columns for _row in range(rows)]
    for guide in series.guides:
        grid[levels[guide.value]] = list((". " * columns)[:columns])
    for point in series.points:
        grid[_level(point.value, series, rows, levels)][_column(point.day, days, columns)] = point.mark
    texts = ["".join(cells) for cells in grid]
    for guide in series.guides:
        texts[levels[guide.value]] = _with_name(texts[levels[guide.value]], _(guide.label))
    body = [_row(numbers.get(level, ""), side, texts[level], width) for level in reversed(range(rows))]
    return [head, *body, _row(_("day"), side, _axis(days, columns), width)]


def _row(number: str, side: int, text: str, width: int) -> str:
    return pad(f"{' ' * (side - cell_len(number))}{number}|{text}", width)


def _with_name(line: str, name: str) -> str:
    """The dotted line with its name at the end, where no mark stands there and enough of the line is left."""
    kept = line[: -cell_len(name) - 1]
    is_free = name and not line[len(kept) :].strip(" .")
    return f"{kept} {name}" if is_free and len(kept) > len(line) // 2 else line


def _column(day: int, days: tuple[int, int], columns: int) -> int:
    return round(Fraction(day - days[0], days[1] - days[0]) * (columns - 1))


def _axis(days: tuple[int, int], columns: int) -> str:
    """The days below the plot, as far as their numbers do not touch; the last one comes first."""
    line = [" "] * (columns + 1)
    for day in sorted({*days, *_TICKS}, key=lambda each: (each != days[1], each)):
        text = str(day)
        at = min(_column(day, days, columns), columns - len(text))
        if day and all(cell == " " for cell in line[max(0, at - 1) : at + len(text) + 1]):
            line[at : at + len(text)] = text
    return "".join(line[:columns])


def plots(listed: Sequence[Series], width: int, height: int) -> list[str]:
    """As many plots below one another as there is room for, the first ones first; the rest in words, nothing left out."""
    least = [least_rows(series) + 1 if len(series.points) + len(series.guides) > 1 else 0 for series in listed]
    drawn = [number for number, rows in enumerate(least) if rows]
    while drawn and len(listed) + sum(least[number] for number in drawn) > height:
        drawn.pop()
    rows = {number: least[number] for number in drawn}
    for _row_to_spare in range(height - len(listed) - sum(rows.values())):
        lowest = min((number for number in rows if rows[number] < HIGHEST), key=lambda each: rows[each], default=None)
        if lowest is not None:
            rows[lowest] += 1
    return [line for number, series in enumerate(listed) for line in plot(series, width, rows.get(number, 0))]

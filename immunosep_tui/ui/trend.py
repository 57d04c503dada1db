"""Plots in plain characters: values to scale over the days, limits as lines, gaps where nothing is known."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from rich.cells import cell_len

from immunosep_tui.i18n import _
from immunosep_tui.rules.units import plain
from immunosep_tui.ui.cells import cut_words
from immunosep_tui.ward.answers import LAST_DAY
from immunosep_tui.ward.trends import DEATH, Guide, Point, Series

NARROWEST, LOWEST = 24, 3
"""Cells and rows that a plot needs; with fewer it is told in words alone."""

_TICKS = (1, 5, 9, LAST_DAY)


def trend_words(series: Series) -> str:
    """The first and the last value with their days, and where it goes; a death is said as one."""
    label = _(series.label)
    if not series.points:
        return _("{label}: nothing yet").format(label=label)
    first, last = series.points[0], series.points[-1]
    if first is last:
        return _("{label}: d{day} {value}").format(label=label, value=_value(first, series), day=first.day)
    way = _("rising") if last.value > first.value else _("falling") if last.value < first.value else _("unchanged")
    text = _("{label} {way}: d{a} {first}, d{b} {last}")
    facts = {"first": _value(first, series, unit=False), "last": _value(last, series), "a": first.day, "b": last.day}
    return text.format(label=label, way=way if last.mark != DEATH else _("died"), **facts)


def _value(point: Point, series: Series, *, unit: bool = True) -> str:
    if point.mark == DEATH:
        return _("DIED")
    return f"{plain(point.value, 2)} {series.unit}".rstrip() if unit else plain(point.value, 2)


def trend_row(series: Series, width: int) -> str:
    """Every value with its day on one line, the latest ones where there is no room for all."""
    label = f"{_(series.label)}:"
    known = [f"d{point.day} {_value(point, series, unit=False)}" for point in series.points]
    for first in range(len(known)):
        more = "... " if first else ""
        line = f"{label} {more}{'  '.join(known[first:])} {series.unit}".rstrip()
        if cell_len(line) <= width:
            return line
    return cut_words(trend_words(series), width)


def plot(series: Series, width: int, height: int) -> list[str]:
    """A plot of at most ``width`` cells and exactly ``height`` rows below a line of words.

    That line stands alone if there is too little room, or one value only.

    A value has its mark, a limit is a dotted line with its number at the side, a day without a value is empty.
    """
    head = cut_words(trend_words(series), width)
    if width < NARROWEST or height < LOWEST or len(series.points) + len(series.guides) < 2:
        return [head]
    low, high = _range(series)
    rows = height - 1
    labels = {_row(guide.value, low, high, rows): plain(guide.value, 2) for guide in reversed(series.guides)}
    labels = {0: plain(high, 2), rows - 1: plain(low, 2)} | labels
    side = max(cell_len(text) for text in (*labels.values(), _("day")))
    columns = width - side - 1
    first = min(1, series.points[0].day)
    grid = [[" "] * columns for _row_number in range(rows)]
    for guide in series.guides:
        grid[_row(guide.value, low, high, rows)] = list(("." + " ") * columns)[:columns]
    for point in series.points:
        grid[_row(point.value, low, high, rows)][_column(point.day, first, columns)] = point.mark
    body = [f"{labels.get(number, ''):>{side}}|{''.join(cells)}".rstrip() for number, cells in enumerate(grid)]
    return [head, *body, f"{_('day'):>{side}}|{_axis(first, columns)}".rstrip()]


def _range(series: Series) -> tuple[Fraction, Fraction]:
    """From the lowest to the highest of the values and limits, a little apart where all are alike."""
    values = [point.value for point in series.points] + [guide.value for guide in series.guides]
    low, high = min(values), max(values)
    return (low - 1, high + 1) if low == high else (low, high)


def _row(value: Fraction, low: Fraction, high: Fraction, rows: int) -> int:
    return round((high - value) / (high - low) * (rows - 1))


def _column(day: int, first: int, columns: int) -> int:
    return round(Fraction(day - first, LAST_DAY - first) * (columns - 1)) if day <= LAST_DAY else columns - 1


def _axis(first: int, columns: int) -> str:
    """The days below the plot, as far as their numbers do not touch."""
    line = [" "] * columns
    for day in _TICKS:
        text = str(day)
        at = min(_column(day, first, columns), columns - len(text))
        if all(cell == " " for cell in line[max(0, at - 1) : at + len(text)]):
            line[at : at + len(text)] = text
    return "".join(line)


def with_guides(series: Series, *guides: tuple[Fraction, str]) -> Series:
    """The series with further values to read it against."""
    added = tuple(Guide(value, label) for value, label in guides)
    return Series(series.label, series.unit, series.points, (*series.guides, *added))


def plots(all_of: Sequence[Series], width: int, height: int) -> list[str]:
    """As many plots below one another as there is room for; the rest in words, nothing left out."""
    lines: list[str] = []
    for number, series in enumerate(all_of):
        left = len(all_of) - number
        rows = min(8, (height - len(lines)) // left - 2)
        lines += plot(series, width, rows + 1) if rows + 1 >= LOWEST else [cut_words(trend_words(series), width)]
    return lines

"""Trends told in words: where a measurement goes, its first and last value, or every value on one line."""

from __future__ import annotations

from fractions import Fraction

from rich.cells import cell_len

from immunosep_tui.i18n import _
from immunosep_tui.rules.units import plain
from immunosep_tui.ui.cells import cut_words
from immunosep_tui.ward.trends import DEATH, Point, Series

DECADE = 10


def trend_words(series: Series) -> str:
    """The first and the last value with their days, and where it goes; a death is said as one."""
    label = _named(series)
    if not series.points:
        return _("{label}: nothing yet").format(label=label)
    first, last = _ends(series)
    if first is last:
        return _("{label}: d{day} {value}").format(label=label, value=_value(first, series), day=first.day)
    text = _("{label} {way}: d{a} {first}, d{b} {last}")
    facts = {"first": _value(first, series, unit=False), "last": _value(last, series), "a": first.day, "b": last.day}
    return text.format(label=label, way=_way(first, last), **facts)


def _ends(series: Series) -> tuple[Point, Point]:
    """The first value, and the last one or the day of death: the days after it are not a death each."""
    death = next((point for point in series.points if point.mark == DEATH), None)
    return series.points[0], death or series.points[-1]


def _named(series: Series) -> str:
    return _("{label} (log)").format(label=_(series.label)) if is_log(series) else _(series.label)


def _way(first: Point, last: Point) -> str:
    if last.mark == DEATH:
        return _("died")
    return _("rising") if last.value > first.value else _("falling") if last.value < first.value else _("unchanged")


def _value(point: Point, series: Series, *, unit: bool = True) -> str:
    """A value with as many places as it takes not to look like a limit that it is not."""
    if point.mark == DEATH:
        return _("DIED")
    places = 2
    apart = [guide.value for guide in series.guides if guide.value != point.value]
    while any(plain(point.value, places) == plain(value, places) for value in apart):
        places += 1
    text = f"{point.bound}{plain(point.value, places)}"
    return f"{text} {series.unit}".rstrip() if unit else text


def trend_row(series: Series, width: int) -> str:
    """Where it goes and every value with its day on one line, the latest ones where there is no room for all."""
    label = _(series.label)
    if len(series.points) > 1:
        label += " " + _way(*_ends(series))
    known = [f"d{point.day} {_value(point, series, unit=False)}" for point in series.points]
    for first in range(len(known)):
        more = "... " if first else ""
        line = f"{label}: {more}{'  '.join(known[first:])} {series.unit}".rstrip()
        if cell_len(line) <= width:
            names = dict.fromkeys(_(guide.label) for guide in series.guides)
            by_name = ((name, [plain(g.value, 2) for g in series.guides if _(g.label) == name]) for name in names)
            limits = "; ".join(f"{name} {', '.join(values)}" for name, values in by_name)
            whole = f"{line} ({limits})" if limits else line
            return whole if cell_len(whole) <= width else line
    return cut_words(trend_words(series), width)


def is_log(series: Series) -> bool:
    """Whether the values and limits lie more than a decade apart where the measurement may be drawn in decades."""
    values = values_of(series)
    return series.may_log and min(values) > 0 and max(values) > DECADE * min(values)


def values_of(series: Series) -> list[Fraction]:
    """Every number that a plot has to show, 0 where there is none."""
    return [point.value for point in series.points] + [guide.value for guide in series.guides] or [Fraction(0)]

"""Plots in plain characters: everything in its place, nothing wider than there is room for, no number cut."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from immunosep_tui.ui.trend import LOWEST, NARROWEST, least_rows, limits_of, plot, plots
from immunosep_tui.ui.trend_words import is_log, trend_row, trend_words
from immunosep_tui.ward.answers import LAST_DAY
from immunosep_tui.ward.trends import CARRIED, DEATH, Guide, Point, Scale, Series

DAYS = st.lists(st.integers(-1, 18), min_size=1, max_size=15, unique=True).map(sorted)
SERIES = st.builds(
    lambda days, values, guides, scale, may_log: Series(
        "Ferritin",
        "ng/mL",
        tuple(Point(day, Fraction(value)) for day, value in zip(days, values, strict=False)),
        tuple(Guide(Fraction(guide), "cut-off") for guide in guides),
        scale,
        may_log,
    ),
    DAYS,
    st.lists(st.integers(0, 40) | st.integers(0, 100_000), min_size=15, max_size=17),
    st.lists(st.integers(1, 40) | st.integers(1, 100_000), max_size=2, unique=True),
    st.none() | st.just(Scale(Fraction(0), Fraction(30), Fraction(10))),
    st.booleans(),
)
HEIGHTS = st.integers(LOWEST, 14)


def is_drawn(series: Series, width: int, height: int) -> bool:
    return width >= NARROWEST and height > least_rows(series) and len(series.points) + len(series.guides) > 1


def rows_of(lines: list[str]) -> list[tuple[str, str]]:
    """The number and the drawing of each row, the lowest one first; without the words and the days."""
    return [(number.strip(), drawing) for number, _bar, drawing in (line.partition("|") for line in lines[-2:0:-1])]


def marks_of(lines: list[str]) -> list[tuple[int, int]]:
    """Column and level of every value, from the left."""
    rows = rows_of(lines)
    return sorted((at, level) for level, (_n, row) in enumerate(rows) for at, sign in enumerate(row) if sign == "*")


@given(SERIES, st.integers(1, 120), st.integers(1, 14))
def test_a_plot_has_the_size_that_was_asked_for(series: Series, width: int, height: int) -> None:
    lines = plot(series, width, height)
    assert len(lines) == (height + 1 if is_drawn(series, width, height) else 1)
    assert {len(line) for line in lines} == {width}


@given(SERIES, st.integers(NARROWEST, 120), HEIGHTS)
def test_the_ends_of_the_scale_and_the_limits_have_their_numbers(series: Series, width: int, height: int) -> None:
    if not is_drawn(series, width, height):
        return
    rows = rows_of(plot(series, width, height))
    low, high = limits_of(series)
    assert (rows[0][0], rows[-1][0]) == (str(low), str(high))
    assert all(low <= point.value <= high for point in series.points)
    dotted = {number for number, drawing in rows if ". ." in drawing}
    assert dotted == {str(guide.value) for guide in series.guides}
    assert [number for number, _drawing in rows if number] == sorted({n for n, _drawing in rows if n}, key=int)


@given(SERIES, st.integers(60, 120), HEIGHTS)
def test_every_value_stands_on_its_day_and_on_its_side_of_every_limit(series: Series, width: int, height: int) -> None:
    if not is_drawn(series, width, height):
        return
    lines = plot(series, width, height)
    rows, marks = rows_of(lines), marks_of(lines)
    assert len(marks) == len(series.points)  # so wide that each day has a column of its own
    first, last = min(1, series.points[0].day), max(LAST_DAY, series.points[-1].day)
    limits = {guide.value: [number for number, _drawing in rows].index(str(guide.value)) for guide in series.guides}
    for point, (column, level) in zip(series.points, marks, strict=True):
        assert abs(column - Fraction(point.day - first, last - first) * (len(rows[0][1]) - 1)) <= Fraction(1, 2)
        for limit, at in limits.items():
            assert (level > at, level < at) == (point.value > limit, point.value < limit)
        for other, (_column, other_level) in zip(series.points, marks, strict=True):
            assert level <= other_level or point.value > other.value


def test_a_value_just_below_a_limit_is_neither_drawn_on_it_nor_told_as_it() -> None:
    near = Fraction(6999, 1000)
    series = Series("Hb", "g/dL", (Point(1, Fraction(10)), Point(2, near)), (Guide(Fraction(7), "limit"),))
    lines = plot(series, 40, 8)
    assert lines[0].rstrip() == "Hb falling: d1 10, d2 6.999 g/dL"
    (at,) = [level for level, (_number, drawing) in enumerate(rows_of(lines)) if ". ." in drawing]
    assert marks_of(lines)[1][1] < at


def test_between_two_limits_there_is_room_for_a_value_or_no_plot() -> None:
    points = (Point(1, Fraction(10)), Point(2, Fraction(15, 2)))
    series = Series("Hb", "g/dL", points, (Guide(Fraction(7), "limit"), Guide(Fraction(8), "limit")))
    assert least_rows(replace(series, points=points[:1])) == least_rows(series) - 1
    rows = rows_of(plot(series, 40, least_rows(series) + 1))
    assert [number for number, drawing in rows if "*" in drawing[1:10]] == [""]
    assert len(plot(series, 40, least_rows(series))) == 1


def test_a_limit_is_a_dotted_line_with_number_and_name_and_a_gap_stays_empty() -> None:
    points = (Point(1, Fraction(10)), Point(2, Fraction(9)), Point(9, Fraction(7)))
    series = Series("Hemoglobin", "g/dL", points, (Guide(Fraction(8), "limit"),))
    lines = plot(series, 40, 8)
    (limit,) = [line for line in lines if ". . ." in line]
    assert limit.startswith("  8|. .")
    assert limit.endswith(" limit")
    assert lines[0].rstrip() == "Hemoglobin falling: d1 10, d9 7 g/dL"
    assert sum(line.count("*") for line in lines) == 3
    assert re.search(r"day\|1 +5 +9 +15$", lines[-1])


def test_the_name_of_a_limit_hides_no_value() -> None:
    series = Series("SOFA", "", (Point(1, Fraction(9)), Point(15, Fraction(8))), (Guide(Fraction(8), "limit"),))
    (limit,) = [line for line in plot(series, 40, 6) if ". . ." in line]
    assert limit.endswith("*")


def test_a_fixed_scale_makes_a_small_change_look_small_and_grows_by_whole_steps() -> None:
    scale = Scale(Fraction(0), Fraction(12), Fraction(6))
    series = Series("SOFA", "", (Point(1, Fraction(6)), Point(2, Fraction(5))), scale=scale)
    assert limits_of(series) == (Fraction(0), Fraction(12))
    assert limits_of(replace(series, points=(*series.points, Point(3, Fraction(13))))) == (Fraction(0), Fraction(18))
    levels = [level for _column, level in marks_of(plot(series, 60, 6))]
    assert max(levels) - min(levels) <= 1


def test_more_than_a_decade_is_drawn_in_decades_and_called_so() -> None:
    decade = Series("Ferritin", "ng/mL", (Point(1, Fraction(900)), Point(2, Fraction(9000))), may_log=True)
    assert not is_log(decade)
    wider = replace(decade, points=(*decade.points, Point(3, Fraction(90_000))))
    assert limits_of(wider) == (Fraction(100), Fraction(100_000))
    lines = plot(wider, 60, 11)
    assert lines[0].startswith("Ferritin (log) rising: d1 900, d3 90000 ng/mL")
    levels = [level for _column, level in marks_of(lines)]
    assert levels == [3, 6, 9]
    assert not is_log(replace(wider, points=(Point(1, Fraction(0)), *wider.points[1:])))


def test_a_death_is_drawn_and_told_on_its_day_and_what_is_carried_forward_has_another_sign() -> None:
    points = (Point(1, Fraction(9)), Point(2, Fraction(9), CARRIED), *(Point(d, Fraction(24), DEATH) for d in (3, 4)))
    series = Series("SOFA", "", points)
    assert trend_words(series) == "SOFA died: d1 9, d3 DIED"
    drawing = "".join(row for _number, row in rows_of(plot(series, 60, 6)))
    assert [drawing.count(sign) for sign in ("*", CARRIED, DEATH)] == [1, 1, 2]


@given(SERIES, st.integers(10, 120))
def test_a_row_of_values_leaves_out_the_oldest_first_and_cuts_no_number(series: Series, width: int) -> None:
    row = trend_row(series, width)
    assert len(row) <= max(width, 12)
    whole = {str(point.value) for point in series.points} | {str(abs(point.day)) for point in series.points}
    assert set(re.findall(r"\d+", row)) <= whole | {str(guide.value) for guide in series.guides}


@given(st.lists(SERIES, min_size=1, max_size=5), st.integers(24, 80), st.integers(1, 60))
def test_several_plots_share_the_height_and_none_is_left_out(listed: list[Series], width: int, height: int) -> None:
    lines = plots(listed, width, height)
    assert len(lines) <= max(height, len(listed))
    assert sum(line.startswith("Ferritin") for line in lines) == len(listed)


def test_one_value_and_none_are_said_in_words() -> None:
    assert trend_words(Series("SOFA", "", ())) == "SOFA: nothing yet"
    (line,) = plot(Series("SOFA", "", (Point(3, Fraction(7)),)), 40, 5)
    assert line.rstrip() == "SOFA: d3 7"

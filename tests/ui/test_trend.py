"""Plots in plain characters: everything in its place, nothing wider than there is room for, no number cut."""

from __future__ import annotations

import re
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from immunosep_tui.ui.trend import LOWEST, NARROWEST, plot, plots, trend_row, trend_words
from immunosep_tui.ward.trends import DEATH, Guide, Point, Series

DAYS = st.lists(st.integers(-1, 15), min_size=1, max_size=15, unique=True).map(sorted)
SERIES = st.builds(
    lambda days, values, guides: Series(
        "Ferritin",
        "ng/mL",
        tuple(Point(day, Fraction(value)) for day, value in zip(days, values, strict=False)),
        tuple(Guide(Fraction(guide), "cut-off") for guide in guides),
    ),
    DAYS,
    st.lists(st.integers(0, 100_000), min_size=15, max_size=17),
    st.lists(st.integers(0, 100_000), max_size=2),
)


@given(SERIES, st.integers(1, 120), st.integers(1, 14))
def test_a_plot_fits_and_has_every_value(series: Series, width: int, height: int) -> None:
    lines = plot(series, width, height)
    if width < NARROWEST or height < LOWEST or len(series.points) + len(series.guides) < 2:
        assert len(lines) == 1
        return
    assert len(lines) == height + 1
    assert all(len(line) <= width for line in lines)
    body = [line.partition("|")[2] for line in lines[1:-1]]
    columns = {column for row in body for column, cell in enumerate(row) if cell == "*"}
    assert 1 <= sum(row.count("*") for row in body) <= len(series.points)
    if width > 60:
        assert len(columns) == len(series.points)  # each day has a column of its own
    highest = max(series.points, key=lambda point: point.value)
    tops = [row.count("*") > 0 for row in body]
    if not series.guides or highest.value >= max(guide.value for guide in series.guides):
        assert tops[0] or len({point.value for point in series.points}) == 1


@given(SERIES, st.integers(30, 120))
def test_higher_values_stand_higher_and_later_ones_further_right(series: Series, width: int) -> None:
    lines = plot(series, width, 12)
    if len(lines) == 1:
        return
    found = [
        (row, column)
        for row, line in enumerate(lines[1:-1])
        for column, cell in enumerate(line.partition("|")[2])
        if cell == "*"
    ]
    by_column = sorted(found, key=lambda each: each[1])
    if len(by_column) != len(series.points):
        return
    for (row, _), point in zip(by_column, series.points, strict=True):
        for (other_row, _), other in zip(by_column, series.points, strict=True):
            if point.value > other.value:
                assert row <= other_row


def test_a_limit_is_a_dotted_line_with_its_number_and_a_gap_stays_empty() -> None:
    series = Series(
        "Hemoglobin",
        "g/dL",
        (Point(1, Fraction(10)), Point(2, Fraction(9)), Point(9, Fraction(7))),
        (Guide(Fraction(8), "limit"),),
    )
    lines = plot(series, 40, 8)
    (limit,) = [line for line in lines if ". . ." in line]
    assert limit.startswith("  8|")
    assert lines[0] == "Hemoglobin falling: d1 10, d9 7 g/dL"
    assert sum(line.count("*") for line in lines) == 3
    assert re.search(r"day\|1 +5 +9 +15$", lines[-1])


def test_a_death_is_drawn_and_said() -> None:
    series = Series("SOFA", "", (Point(1, Fraction(9)), Point(4, Fraction(24), DEATH)))
    assert trend_words(series) == "SOFA died: d1 9, d4 DIED"
    assert any("D" in line.partition("|")[2] for line in plot(series, 40, 6)[1:])


@given(SERIES, st.integers(10, 120))
def test_a_row_of_values_leaves_out_the_oldest_first_and_cuts_no_number(series: Series, width: int) -> None:
    row = trend_row(series, width)
    assert len(row) <= max(width, 12)
    whole = {str(point.value) for point in series.points} | {str(abs(point.day)) for point in series.points}
    assert set(re.findall(r"\d+", row)) <= whole


@given(st.lists(SERIES, min_size=1, max_size=5), st.integers(24, 80), st.integers(1, 40))
def test_several_plots_share_the_height(listed: list[Series], width: int, height: int) -> None:
    lines = plots(listed, width, height)
    assert len(lines) <= max(height, len(listed))


def test_one_value_and_none_are_said_in_words() -> None:
    assert trend_words(Series("SOFA", "", ())) == "SOFA: nothing yet"
    assert plot(Series("SOFA", "", (Point(3, Fraction(7)),)), 40, 5) == ["SOFA: d3 7"]

"""Courses and doses as rows: every one that was ever recorded, with what ended it."""

from __future__ import annotations

from immunosep_tui.record.chart import fold
from immunosep_tui.record.courses import CourseRow, course_rows, taken_back
from immunosep_tui.record.kinds import CourseStopped, Died, Dose, Kind, Left, Voided
from tests.record.histories import ADMITTED, DAY, DECISION, HOUR, MINUTE, START, book, plan

STARTED: tuple[Kind, ...] = (ADMITTED, DECISION, plan(gap=HOUR))


def rows(*bodies: Kind | tuple[Kind, int], at: tuple[int, ...] = ()) -> tuple[CourseRow, ...]:
    """The rows after these entries, the first three of which start a course."""
    return course_rows(fold("p", book(*STARTED, *bodies, at=[START] * 3 + list(at))))


def test_a_course_as_a_row() -> None:
    assert rows() == (CourseRow(3, 3, START, START + DAY, HOUR, None, ()),)


def test_what_closes_a_course_is_the_earliest_of_all() -> None:
    stop, death, left = START + 3 * HOUR, START + 2 * HOUR, START + 4 * HOUR
    assert rows(CourseStopped(3, "x"), at=(stop,))[0].closed == stop
    assert rows(CourseStopped(3, "x"), Died(1), Left("y"), at=(stop, death, left))[0].closed == death
    assert rows(CourseStopped(3, "x"), Voided(4), at=(stop,))[0].closed is None
    assert rows(Voided(3), at=(left,))[0].closed == left


def test_a_course_that_was_replaced_is_closed_for_good() -> None:
    one, two = rows((plan(START + HOUR), 3), at=(START + MINUTE,))
    assert (one.n, one.closed, two.n, two.closed) == (3, START + MINUTE, 4, None)
    one, two, three = rows((plan(), 3), (plan(), 4), at=(START + 1, START + 2))
    assert [one.closed, two.closed, three.closed] == [START + 1, START + 2, None]


def test_a_course_whose_replacement_was_wrong_runs_again() -> None:
    one, two = rows((plan(), 3), Voided(4), at=(START + 1, START + 2))
    assert [one.closed, two.closed] == [None, START + 2]


def test_a_course_is_over_when_the_next_begins_after_its_end() -> None:
    late = START + DAY + 1
    one, two = rows(plan(late), at=(late,))
    assert [one.closed, two.closed] == [START + DAY, None]
    one, two = rows(CourseStopped(3, "x"), plan(late), at=(START + HOUR, late))
    assert [one.closed, two.closed] == [START + HOUR, None]


def test_doses_name_what_took_them_back() -> None:
    given, held = Dose(3, 1, "given"), Dose(3, 1, "held")
    (row,) = rows(given, (held, 4), Dose(3, 2, "given"), Voided(6), Dose(3, 9, "given"))
    assert [(dose.n, dose.slot, dose.product, dose.outcome, dose.voided) for dose in row.doses] == [
        (4, 1, "drug one", "given", 5),
        (5, 1, "drug one", "held", None),
        (6, 2, "drug one", "given", 7),
        (8, 9, "", "given", None),
    ]


def test_a_dose_that_was_corrected_twice_stays_taken_back_by_the_first_correction() -> None:
    dose = Dose(3, 1, "given")
    (row,) = rows(dose, (dose, 4), (dose, 5))
    assert [each.voided for each in row.doses] == [5, 6, None]


def test_a_dose_counts_for_its_own_course() -> None:
    one, two = rows(CourseStopped(3, "x"), plan(START + HOUR), Dose(5, 1, "given"), Dose(3, 1, "given"))
    assert [dose.n for dose in one.doses] == [7]
    assert [dose.n for dose in two.doses] == [6]


def test_a_void_and_a_correction_take_back() -> None:
    entries = book(ADMITTED, Voided(1), (ADMITTED, 1))
    assert [taken_back(entry) for entry in entries] == [None, 1, 1]

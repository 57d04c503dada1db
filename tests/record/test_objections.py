"""What may follow in a record: each rule stands against what it forbids and against nothing else."""

from __future__ import annotations

import pytest

from immunosep_tui.record.chart import fold
from immunosep_tui.record.entry import Author, Entry, Proposal
from immunosep_tui.record.kinds import (
    Admitted,
    CodeBroken,
    CourseStopped,
    Decision,
    Died,
    Dose,
    Kind,
    Labs,
    Left,
    Note,
    Opened,
    Person,
    Voided,
)
from immunosep_tui.record.objections import objection, objection_to_taking_back
from tests.record.histories import ADMITTED, DAY, DECISION, HOUR, START, book, plan

Bodies = tuple[Kind | tuple[Kind, int], ...]
STARTED: Bodies = (ADMITTED, DECISION, plan())
GIVEN = Dose(3, 1, "given")


def against(
    bodies: Bodies, body: Kind, corrects: int | None = None, reason: str = "why", at: int = START + HOUR
) -> tuple[str, int | None]:
    """The rule that stands against a body after these entries, and the number of the entry in the way."""
    proposal = Proposal("p", body, Author("AB", "nurse"), at, "key", reason, corrects)
    rule, there = objection(fold("p", book(*bodies)), proposal)
    assert there is None or isinstance(there, Entry)
    return rule, there.n if there else None


ALLOWED: list[tuple[Bodies, Kind, int | None]] = [
    ((), ADMITTED, None),
    ((ADMITTED,), Note("x"), None),
    ((ADMITTED,), Admitted("bed 2", "case 1", ""), 1),
    ((ADMITTED, Voided(1)), ADMITTED, None),
    ((ADMITTED, DECISION), plan(), None),
    (STARTED, plan(START + HOUR), 3),
    ((*STARTED, (plan(), 3)), plan(START + HOUR), 4),
    ((*STARTED, CourseStopped(3, "x")), plan(), None),
    ((*STARTED, Voided(3)), plan(), None),
    (STARTED, CourseStopped(3, "x"), None),
    (STARTED, GIVEN, None),
    ((*STARTED, GIVEN), Dose(3, 2, "held"), None),
    ((*STARTED, GIVEN), Dose(3, 1, "held"), 4),
    ((*STARTED, GIVEN), Dose(3, 2, "given"), 4),
    ((*STARTED, GIVEN, Voided(4)), GIVEN, None),
    ((*STARTED, GIVEN, Voided(4)), Voided(3), None),
    ((*STARTED, GIVEN), Voided(4), None),
    ((*STARTED, CourseStopped(3, "x"), Voided(4)), GIVEN, None),
    ((*STARTED, Died(2), Voided(4)), GIVEN, None),
    ((*STARTED, Died(2)), Labs({}), None),
    ((ADMITTED, Note("x"), Voided(2)), Voided(3), None),
]


@pytest.mark.parametrize(("bodies", "body", "corrects"), ALLOWED)
def test_nothing_stands_against_a_plausible_entry(bodies: Bodies, body: Kind, corrects: int | None) -> None:
    assert against(bodies, body, corrects) == ("", None)


FORBIDDEN: list[tuple[str, Bodies, Kind, int | None, int | None]] = [
    ("admitted_first", (), Note("x"), None, None),
    ("admitted_once", (ADMITTED,), ADMITTED, None, 1),
    ("corrects_own", (ADMITTED,), Note("x"), 2, None),
    ("corrects_own", (ADMITTED,), Voided(9), None, None),
    ("corrects_own", (ADMITTED,), Voided(0), None, None),
    ("already_corrected", (ADMITTED, Note("x"), Voided(2)), Note("y"), 2, 3),
    ("already_corrected", (ADMITTED, Note("x"), (Note("y"), 2)), Voided(2), None, 3),
    ("stays", (*STARTED, CodeBroken(3, "drug one")), Voided(4), None, 4),
    ("stays", (*STARTED, CodeBroken(3, "drug one")), CodeBroken(3, "placebo"), 4, 4),
    ("stays", (*STARTED, CodeBroken(3, "drug one")), Note("x"), 4, 4),
    ("corrects_alike", (ADMITTED, Note("x")), Labs({}), 2, 2),
    ("corrects_alike", (ADMITTED, Note("x"), Voided(2)), Note("x"), 3, 3),
    ("course_has_decision", (ADMITTED,), plan(), None, None),
    ("course_has_decision", (ADMITTED, Note("x")), plan(), None, None),
    ("course_has_decision", (ADMITTED, DECISION), plan(decision=0), None, None),
    ("course_has_decision", (ADMITTED, DECISION), plan(decision=7), None, None),
    ("course_has_decision", (ADMITTED, DECISION), plan(regimen="second"), None, None),
    ("course_has_decision", (ADMITTED, Decision("x", None, {}, (), ())), plan(), None, None),
    ("course_has_decision", (ADMITTED, DECISION, Voided(2)), plan(), None, None),
    ("one_active_course", STARTED, plan(), None, 3),
    ("course_has_doses", (*STARTED, GIVEN), plan(), 3, 4),
    ("course_has_doses", (*STARTED, GIVEN), Voided(3), None, 4),
    ("course_has_doses", (*STARTED, GIVEN, CourseStopped(3, "x")), Voided(3), None, 4),
    ("dose_in_running_course", (*STARTED, CourseStopped(3, "x")), plan(), 3, 4),
    ("dose_after_stop", (*STARTED, CourseStopped(3, "x")), GIVEN, None, 4),
    ("stopped_once", (*STARTED, CourseStopped(3, "x")), CourseStopped(3, "y"), None, 4),
    ("stop_before_gone", (*STARTED, Died(2)), CourseStopped(3, "x"), None, 4),
    ("dose_after_stop", (*STARTED, CourseStopped(3, "x"), plan()), GIVEN, None, 4),
    ("patient_gone", (ADMITTED, DECISION, Died(2)), plan(), None, None),
    ("patient_gone", (ADMITTED, DECISION, Left("home")), plan(), None, None),
    ("dose_has_course", STARTED, Dose(2, 1, "given"), None, None),
    ("dose_has_course", STARTED, CourseStopped(9, "x"), None, None),
    ("dose_has_course", (*STARTED, Voided(3)), GIVEN, None, None),
    ("dose_has_course", (*STARTED, (plan(), 3)), GIVEN, None, None),
    ("dose_has_slot", STARTED, Dose(3, 4, "given"), None, None),
    ("dose_has_slot", STARTED, Dose(3, 0, "given"), None, None),
    ("one_dose", (*STARTED, GIVEN), Dose(3, 1, "held"), None, 4),
    ("one_dose", (*STARTED, GIVEN, Dose(3, 2, "held")), Dose(3, 2, "given"), 4, 5),
]


@pytest.mark.parametrize(("rule", "bodies", "body", "corrects", "there"), FORBIDDEN)
def test_a_rule_stands_against_it(
    rule: str, bodies: Bodies, body: Kind, corrects: int | None, there: int | None
) -> None:
    assert against(bodies, body, corrects) == (rule, there)


def test_a_correction_needs_a_reason() -> None:
    assert against((ADMITTED, Note("x")), Note("y"), 2, reason="") == ("reason", 2)
    assert against((ADMITTED, Note("x")), Voided(2), reason="") == ("reason", 2)
    assert against((ADMITTED,), Note("y"), reason="") == ("", None)


def test_the_next_course_may_begin_at_the_end_of_the_one_before() -> None:
    assert against(STARTED, plan(), at=START + DAY - 1) == ("one_active_course", 3)
    assert against(STARTED, plan(), at=START + DAY) == ("", None)


PERSON = Person("AB", "nurse", "hash")


@pytest.mark.parametrize(
    ("bodies", "body", "corrects", "rule"),
    [
        ((), PERSON, None, ""),
        ((PERSON,), Person("CD", "nurse", "hash"), None, ""),
        ((PERSON,), Voided(1), None, "stays"),
        ((PERSON,), Person("AB", "doctor", "hash"), 1, "stays"),
        ((Opened("ward 1"),), Voided(1), None, "stays"),
        ((PERSON,), Voided(2), None, "corrects_own"),
    ],
)
def test_the_record_of_the_ward_only_grows(bodies: Bodies, body: Kind, corrects: int | None, rule: str) -> None:
    proposal = Proposal("p", body, Author("AB", "nurse"), START, "key", "why", corrects)
    assert objection_to_taking_back(fold("p", book(*bodies)), proposal)[0] == rule

"""A simulated course: its values stand before the first day, decisions are recorded and change none of them."""

from __future__ import annotations

import pytest

from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.training import items, simulation
from immunosep_tui.training.mark import Mark, mark
from immunosep_tui.training.simulation import GIVE, HOLD, SLOTS, STOP
from immunosep_tui.ward.answers import regimen_of
from immunosep_tui.ward.samples import phenotype as classify

COURSE = "made/responder/2/3"
"""Of interferon gamma-1b, every other day."""

THRICE_A_DAY = "made/responder/2/7"
"""Of anakinra."""

DYING = "made/death-scored/3/4"


def followed(name: str, protocol: Protocol, decide: dict[int, str]) -> dict[int, Mark]:
    """Answer everything as the rules do; doses are given except on the days that are named."""
    case, marks = items.item(name, protocol), dict[int, Mark]()
    while True:
        decided = {number: each.given for number, each in marks.items()}
        found = next(simulation.steps(case, decided), None)
        if found is None:
            return marks
        number, asked = found
        if simulation.is_decision(asked.question):
            marks[number] = simulation.judge(asked.question, decide.get(asked.day, GIVE))
        else:
            marks[number] = mark(asked.question, asked.question.solution.value)


def keys(marks: dict[int, Mark], after: int = 0) -> list[str]:
    return [each.question.key for number, each in marks.items() if number // SLOTS + 1 > after]


@pytest.mark.parametrize(
    ("name", "drug", "dosing"),
    [(COURSE, "interferon-gamma", range(1, 16, 2)), (THRICE_A_DAY, "anakinra", range(1, 16))],
)
def test_a_course_has_its_doses_its_checklist_and_its_verdict(
    name: str, drug: str, dosing: range, protocol: Protocol
) -> None:
    marks = followed(name, protocol, {})
    asked = keys(marks)
    assert [key for key in asked if key.startswith("dose/")] == [f"dose/{day}" for day in dosing]
    assert {key.split("/")[2].startswith(drug) for key in asked if key.startswith("action/")} == {True}
    assert {"day", "next-dose", "response/day9"} <= set(asked)
    assert len([key for key in asked if key.startswith("action/")]) >= 15
    levels = {each.given for each in marks.values() if each.question.key.startswith("action/")}
    assert levels & {"call", "stop"}


def test_courses_that_are_made_are_of_either_drug_by_the_phenotype(protocol: Protocol) -> None:
    for topic in ("responder", "provisional", "carried-forward", "death-scored"):
        drugs = set()
        for seed in range(12):
            case = items.item(f"made/{topic}/1/{seed}", protocol).situation
            found = classify(case.patient, protocol)
            assert found.regimen == regimen_of(case.patient, protocol)
            drugs.add(found.regimen and found.regimen.name)
        assert drugs == {"anakinra", "interferon-gamma"}


def test_what_is_drawn_does_not_contradict_the_sheet(protocol: Protocol) -> None:
    compared = 0
    for case in items.written(protocol).values():
        texts = case.situation.patient.texts
        if "sofa.1.platelets" in texts and texts.get("treatment.start") and case.situation.patient.within("response"):
            chart = simulation.charted(case).patient
            drawn = [text for name, text in chart.within("monitoring.1").items() if name.endswith("-platelets")]
            assert drawn in ([], [texts["sofa.1.platelets"]]), case.id
            compared += len(drawn) and not case.situation.patient.within("monitoring")
    assert compared >= 5


def test_after_a_stop_nothing_is_recordable_but_the_response_is_scored(protocol: Protocol) -> None:
    marks = followed(COURSE, protocol, {5: STOP})
    assert keys(marks, after=5) == ["response/day9"]
    assert simulation.record({number: each.given for number, each in marks.items()}) == [
        ("plain", "given: day 1, 3"),
        ("plain", "stopped: day 5"),
    ]


def test_after_a_death_nothing_is_decided(protocol: Protocol) -> None:
    marks = followed(DYING, protocol, {})
    assert keys(marks, after=8) == ["response/day9"]
    assert marks[max(marks)].given == "died"


@pytest.mark.parametrize("decision", [HOLD, STOP])
def test_decisions_change_no_value(decision: str, protocol: Protocol) -> None:
    case = items.item(COURSE, protocol)
    assert simulation.charted(case) == simulation.charted(case)
    given = followed(COURSE, protocol, {})
    other = followed(COURSE, protocol, {3: decision})
    for number, each in other.items():
        assert each.question.solution == given[number].question.solution
    assert (
        simulation.as_of(simulation.charted(case), 4).patient == simulation.as_of(simulation.charted(case), 4).patient
    )


def test_a_day_knows_nothing_of_the_next(protocol: Protocol) -> None:
    case = items.item(COURSE, protocol)
    for day in (1, 5, 9):
        texts = simulation.as_of(simulation.charted(case), day).patient.texts
        days = {int(key.split(".")[1]) for key in texts if key.startswith(("monitoring.", "response."))}
        assert max(days) == day
        told = "\n".join(text for _part, text in simulation.page(case, day, {}))
        assert case.story not in told
        assert case.title not in told


def test_a_dose_against_the_checklist_is_said_with_its_source(protocol: Protocol) -> None:
    case = items.item(DYING, protocol)
    day = next(n // SLOTS + 1 for n, each in followed(DYING, protocol, {}).items() if not each.right)
    known = simulation.as_of(simulation.charted(case), day)
    marks = {answer: followed(DYING, protocol, {day: answer}) for answer in (GIVE, HOLD, STOP, "")}
    of_day = {answer: found[(day - 1) * SLOTS + 6] for answer, found in marks.items()}
    assert {answer: each.right for answer, each in of_day.items()} == {GIVE: False, HOLD: True, STOP: True, "": False}
    told = "\n".join(text for _part, text in simulation.told(of_day[GIVE], known))
    assert "AGAINST THE CHECKLIST" in told
    assert "WHO bleeding scale" in told
    assert "never made up" in "\n".join(text for _part, text in simulation.told(of_day[HOLD], known))
    for each in of_day.values():
        assert simulation.told(each, known)[-1] == ("dim", simulation.WRITTEN_BEFORE)
    summary = "\n".join(text for _part, text in simulation.summary(case, marks[GIVE]))
    assert f"without an entry: day {day}." in summary
    assert "Response by day 9: DIED" in summary

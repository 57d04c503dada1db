"""The fold: what the entries of one patient add up to, with corrections, voids and voids of voids."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunosep_tui.record.chart import fold, standing_of
from immunosep_tui.record.entry import Entry
from immunosep_tui.record.kinds import (
    Admitted,
    Bleeding,
    Check,
    CourseStopped,
    Decision,
    Died,
    Dose,
    Kind,
    Labs,
    Left,
    Note,
    SofaDay,
    SofaTotal,
    Voided,
)
from tests.record.histories import ADMITTED, DECISION, HOUR, START, book, plan


def sheet(*bodies: Kind | tuple[Kind, int]) -> dict[str, str]:
    """The texts that stand after these entries."""
    return dict(fold("p", book(*bodies)).sheet.texts)


def test_no_entries_are_an_empty_chart() -> None:
    chart = fold("p", [])
    assert (chart.key, chart.n, chart.courses, chart.decision, chart.totals) == ("p", 0, (), None, {})
    assert chart.course is None
    assert chart.running is None
    assert not chart.ended
    assert chart.sheet.texts == {}


def test_the_sheet_holds_what_was_typed_at_its_place() -> None:
    bodies: list[Kind] = [
        ADMITTED,
        Labs({"ferritin": "900", "crp": ""}, ("ferritin",)),
        DECISION,
        SofaDay(1, {"gcs": "15"}, 3, 5, None),
        SofaTotal(2, 7),
        plan(decision=3),
        CourseStopped(6, "2026-01-02 09:00"),
        Check(2, "hemoglobin", "Hemoglobin", "9.1 g/dL", "urgent", True),
        Bleeding("nose", "packed"),
        Note("quiet"),
        Died(9),
        Left("home"),
    ]
    chart = fold("p", book(*bodies))
    assert dict(chart.sheet.texts) == {
        "identity.place": "bed 1",
        "identity.case": "case 1",
        "identity.identifier": "MRN 1",
        "labs.ferritin": "900",
        "sofa.1.gcs": "15",
        "response.2": "7",
        "treatment.start": "2026-01-01 08:00",
        "treatment.design": "open",
        "treatment.regimen": "first",
        "treatment.sample": "1",
        "treatment.stop": "2026-01-02 09:00",
        "monitoring.2.hemoglobin": "9.1 g/dL",
        "response.9": "D",
        "response.final": "home",
    }
    assert chart.sheet.is_kept("labs.ferritin")
    assert chart.sheet.is_kept("monitoring.2.hemoglobin")
    assert not chart.sheet.is_kept("sofa.1.gcs")
    assert chart.n == len(bodies)


def test_a_later_entry_stands_in_the_place_of_an_earlier_one_whole() -> None:
    assert sheet(Labs({"ferritin": "1", "crp": "2"}), Labs({"ferritin": "3"})) == {"labs.ferritin": "3"}


def test_a_correction_replaces_and_a_void_leaves_nothing() -> None:
    first = SofaTotal(1, 8)
    assert sheet(first, (SofaTotal(2, 8), 1)) == {"response.2": "8"}
    assert sheet(first, Voided(1)) == {}


def test_a_void_of_a_void_and_a_void_of_a_correction_bring_back() -> None:
    first = SofaTotal(1, 8)
    assert sheet(first, Voided(1), Voided(2)) == {"response.1": "8"}
    assert sheet(first, Voided(1), Voided(2), Voided(3)) == {}
    assert sheet(first, (SofaTotal(2, 8), 1), Voided(2)) == {"response.1": "8"}


def test_a_correction_of_a_correction_brings_nothing_back() -> None:
    """Each replaces what was wrong: the first mistake does not return with the second correction."""
    days: list[Kind | tuple[Kind, int]] = [SofaTotal(1, 8), (SofaTotal(2, 8), 1), (SofaTotal(3, 8), 2)]
    assert sheet(*days) == {"response.3": "8"}
    assert sheet(*days, (SofaTotal(4, 8), 3)) == {"response.4": "8"}
    assert sheet(*days, Voided(3)) == {"response.2": "8"}
    assert sheet(*days, Voided(3), Voided(2)) == {"response.1": "8"}


def test_a_typed_total_stands_before_a_scored_one() -> None:
    bodies: list[Kind] = [SofaTotal(1, 9), SofaDay(1, {}, 4, 4, 4), SofaDay(3, {}, 5, 5, 5), SofaDay(2, {}, 2, 6, None)]
    assert fold("p", book(*bodies)).totals == {1: 9, 3: 5}
    assert list(fold("p", book(*bodies)).totals) == [1, 3]


def test_a_total_of_the_day_of_death_does_not_undo_the_death() -> None:
    chart = fold("p", book(Died(3), SofaTotal(3, 8)))
    assert chart.died
    assert chart.sheet.text("response.3") == "D"
    assert not fold("p", book(Died(3), SofaTotal(3, 8), Voided(1))).died
    assert fold("p", book(SofaTotal(3, 8), Died(3))).died


def test_who_left_and_who_died_are_ended() -> None:
    assert fold("p", book(Left("home"))).ended
    assert not fold("p", book(Left("home"))).died
    assert fold("p", book(Died(2))).ended
    assert not fold("p", book(Died(2), Voided(1))).ended


def test_the_latest_decision_that_stands_counts() -> None:
    one, two = Decision("a", None, {}, (), ()), Decision("b", None, {}, (), ())
    assert fold("p", book(one, two)).decision == two
    assert fold("p", book(one, two, Voided(2))).decision == one


def test_a_course_has_its_doses_by_slot() -> None:
    entries = book(ADMITTED, DECISION, plan(), Dose(3, 1, "given"), Dose(3, 2, "held"), (Dose(3, 2, "refused"), 5))
    chart = fold("p", entries)
    assert chart.course is not None
    assert chart.course == chart.running
    assert (chart.course.n, chart.course.seq, chart.course.stopped) == (3, 3, None)
    assert dict(chart.course.doses) == {1: entries[3], 2: entries[5]}
    assert chart.course.plan == plan()


def test_a_course_runs_until_it_is_stopped_or_the_patient_gone() -> None:
    started: tuple[Kind, ...] = (ADMITTED, DECISION, plan())
    for end in (CourseStopped(3, "10:00"), Died(2), Left("home")):
        chart = fold("p", book(*started, end))
        assert chart.course is not None
        assert chart.running is None
        assert fold("p", book(*started, end, Voided(4))).running == fold("p", book(*started)).running
    stopped = fold("p", book(*started, CourseStopped(3, "10:00"), at=[START] * 3 + [START + HOUR])).course
    assert stopped is not None
    assert stopped.stopped == START + HOUR


def test_a_new_course_takes_the_stop_of_the_one_before_off_the_sheet() -> None:
    bodies: list[Kind] = [ADMITTED, DECISION, plan(), CourseStopped(3, "10:00"), plan(START + HOUR)]
    assert "treatment.stop" not in sheet(*bodies)
    assert sheet(*bodies, Voided(5))["treatment.stop"] == "10:00"


def test_later_labs_and_a_later_decision_leave_the_course_as_it_was() -> None:
    started = book(ADMITTED, DECISION, plan())
    later = book(ADMITTED, DECISION, plan(), Labs({"ferritin": "1"}), Decision("low", "second", {}, (), ()))
    assert fold("p", later).running == fold("p", started).running
    assert later[2] == started[2]


def stands(entry: Entry, entries: Sequence[Entry]) -> bool:
    """The same question, asked from the entry: is there a later one that takes it back and was not undone itself?"""
    return not any(_counts(other, entries) for other in entries if _takes(other) == entry.n)


def _takes(entry: Entry) -> int | None:
    return entry.body.entry if isinstance(entry.body, Voided) else entry.corrects


def _counts(entry: Entry, entries: Sequence[Entry]) -> bool:
    """Whether an entry still takes back what it took back: not where the last that took it back itself was a void."""
    takers = [other for other in entries if _takes(other) == entry.n and _counts(other, entries)]
    return not takers or not isinstance(takers[-1].body, Voided)


@given(st.integers(0, 2**32))
def test_what_stands_is_what_nothing_took_back(seed: int) -> None:
    rng = random.Random(seed)
    bodies: list[Kind | tuple[Kind, int]] = [Note("first")]
    for n in range(2, rng.randrange(3, 25)):
        standing = standing_of(book(*bodies))
        note: Kind | tuple[Kind, int] = Note(f"entry {n}")
        if standing and rng.random() < 0.7:
            target = rng.choice(standing)
            alike = target.kind == "note" and rng.random() < 0.5  # a void is taken back by a void only
            note = (Note(f"entry {n}"), target.n) if alike else Voided(target.n)
        bodies.append(note)
    entries = book(*bodies)
    assert standing_of(entries) == [entry for entry in entries if stands(entry, entries)]


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (ADMITTED, "identity"),
        (Labs({}), "labs"),
        (SofaDay(4, {}, 0, 0, 0), "sofa.4"),
        (SofaTotal(4, 1), "response.4"),
        (Died(4), "response.4"),
        (Left("home"), "response.final"),
        (plan(), "treatment"),
        (CourseStopped(1, "10:00"), "treatment.stop"),
        (Check(4, "hb", "Hb", "9"), "monitoring.4.hb"),
        (Dose(1, 1, "given"), None),
        (DECISION, None),
        (Note(""), None),
        (Voided(1), None),
    ],
)
def test_each_body_has_its_place_on_the_sheet(body: Kind, place: str | None) -> None:
    assert body.section == place


def test_an_admission_that_is_corrected_changes_the_identity_whole() -> None:
    moved = Admitted("bed 2", "case 1", "")
    assert sheet(ADMITTED, (moved, 1)) == {"identity.place": "bed 2", "identity.case": "case 1"}

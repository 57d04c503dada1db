"""What the board tells: doses that may not be given, who is gone, who is first, and by whose rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from immunosep_tui.record.agenda import Agenda
from immunosep_tui.record.attention import (
    BACKLOG,
    CALL,
    CHECK,
    DECIDE,
    DO,
    DUE,
    HOLD,
    LOOK,
    NOT_CHARTED,
    RESTS_ON,
    STOP,
    Item,
    Standing,
)
from immunosep_tui.record.kinds import Left
from immunosep_tui.record.standing import _Builder
from immunosep_tui.rules.number import Refusal
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.ui.attention_words import course_text
from immunosep_tui.ward.deeds import record_dose
from immunosep_tui.ward.settings import set_setting
from immunosep_tui.ward.signature import propose
from immunosep_tui.ward.ward import Summary, Ward
from tests.hazards.control import Many, cut, hazard, swap
from tests.support.followed import START, Followed, sofa
from tests.support.treated import CELL, HOUR, Treated


@pytest.fixture
def patient(tmp_path: Path, protocol: Protocol) -> Iterator[Treated]:
    """A patient whose course has just begun."""
    ward = Followed(tmp_path, protocol)
    yield Treated(ward)
    ward.desk.close()


# ---- doses -----------------------------------------------------------------------------------------------------------
@hazard("HZ-73", without=cut(Item.is_red.fget, "and not self.value", ""))  # type: ignore[attr-defined]
def test_a_dose_that_is_overdue_under_a_stop_is_never_red(patient: Treated, many: Many) -> None:
    """Nor under a call; acknowledged or not."""
    patient.at(2)
    patient.ward.bleed("p", 3, "stop", "fresh blood from the stomach tube")
    for turn in many(6, 200):
        patient.at(2.2 + 2.7 * turn)
        if turn % 3 == 0:
            patient.acknowledge(4)
        found = patient.found()
        assert found.against_dose == HOLD
        doses = found.of(DUE)
        assert [(item.value, item.is_red) for item in doses] == [(HOLD, False)] * len(doses)
        assert found.items[0].level == STOP
    assert patient.found().of(DUE)


@hazard("HZ-73", without=cut(_Builder.build, "course_items(chart)", "[]"))
def test_a_corrected_value_that_the_course_rests_on_calls_until_a_person_goes_on(patient: Treated) -> None:
    patient.at(2)
    patient.ward.sign("p", {"labs.ferritin": "900"}, "another patient's value")
    found = patient.found()
    assert [item.code for item in found.of(CALL)] == [RESTS_ON]
    assert [(item.value, item.is_red) for item in found.of(DUE)] == [("review-first", False)]
    patient.check(1, hemoglobin="12.4")
    assert [item.code for item in patient.found().of(CALL)] == [RESTS_ON]


@hazard("HZ-73", without=swap("immunosep_tui.record.course.Course.waiting", property(lambda _course: ())))
def test_a_held_dose_waits_until_it_is_decided(patient: Treated) -> None:
    store = patient.ward.desk.ward.store
    chart = store.chart("p")
    store.append([record_dose(chart, 1, "held", patient.ward.now, patient.ward.signature("bleeding"))], chart.n)
    for hours in (1, 5, 20, 60):
        patient.at(hours)
        assert [(item.level, item.n) for item in patient.found().items if item.code == "held"] == [(DECIDE, 1)]
    chart = store.chart("p")
    assert chart.course is not None
    assert chart.course.waiting == (1,)


# ---- after the end ---------------------------------------------------------------------------------------------------
@hazard("HZ-74", without=cut(Standing.is_gone.fget, "and not self.late_facts", ""))  # type: ignore[attr-defined]
def test_what_is_signed_after_leaving_counts_as_usual(patient: Treated) -> None:
    patient.at(10)
    store = patient.ward.desk.ward.store
    chart = store.chart("p")
    store.append([propose(chart, Left(""), patient.ward.now, patient.ward.signature())], chart.n)
    assert patient.ward.desk.ward.listing().summary.patients == 0
    patient.at(12)
    patient.ward.bleed("p", 3, "stop", "called from the other ward")
    listing = patient.ward.desk.ward.listing()
    assert (listing.summary.stops, [item.value for item in patient.found().of(STOP)]) == (1, ["WHO 3"])
    assert not listing.rows[0].is_gone


@hazard("HZ-74", without=swap("immunosep_tui.record.attention.CourseState.state_at", lambda self, at: self.state))
def test_a_course_that_has_ended_has_no_overdue_check_and_no_day(patient: Treated) -> None:
    for hours, word in ((30, "RUNNING day 2 of 15"), (16 * 24, "ENDED")):
        patient.at(hours)
        (row,) = patient.ward.desk.ward.listing().rows
        assert course_text(row) == word
    assert not row.attention.of(DUE)
    assert not {CHECK, BACKLOG} & {item.code for item in row.attention.items}
    assert [(item.code, item.n) for item in row.attention.of(DECIDE)] == [(NOT_CHARTED, 45)]


# ---- the board -------------------------------------------------------------------------------------------------------
def _ward_of_seven(tmp_path: Path, protocol: Protocol) -> Followed:
    ward = Followed(tmp_path, protocol)
    for place in ("B2", "B10", "1", "2", "10", "3", "4"):
        Treated(ward, place.lower(), place)
    ward.now = START + 2 * HOUR
    ward.bleed("3", 3, "stop", "tube")
    ward.bleed("b2", 4, "stop", "shock")
    ward.sign("b10", {CELL.format(day=1, name="hemoglobin"): "6.0 09:00"})
    ward.bleed("b10", 3, "stop", "tube")
    ward.sign("10", {CELL.format(day=1, name="hemoglobin"): "6.9 09:00"})
    ward.bleed("4", 4, "stop", "shock")
    ward.now = START + 3 * HOUR
    ward.die("4")
    return ward


@hazard("HZ-75", without=swap("immunosep_tui.ward.ward.board_order", lambda row: (row.attention.rank[0], row.place)))
def test_who_needs_a_person_most_is_first_and_who_is_gone_is_last(tmp_path: Path, protocol: Protocol) -> None:
    """By level, then by severity, then by beds as people count them."""
    ward = _ward_of_seven(tmp_path, protocol)
    assert [row.place for row in ward.desk.ward.listing().rows] == ["B2", "3", "B10", "10", "1", "2", "4"]
    ward.desk.close()


@hazard("HZ-75", without=swap("immunosep_tui.ward.ward._summary", lambda rows: Summary()))
def test_every_alarm_of_the_living_is_counted_and_no_other(tmp_path: Path, protocol: Protocol) -> None:
    ward = _ward_of_seven(tmp_path, protocol)
    found = ward.desk.ward.listing().summary
    assert (found.patients, found.stops, found.calls) == (6, 3, 2)
    ward.desk.close()


@hazard("HZ-75", without=cut(Ward.listing, "if each.level == STOP]", "if False]"))
def test_no_search_hides_a_stop(tmp_path: Path, protocol: Protocol) -> None:
    ward = _ward_of_seven(tmp_path, protocol)
    for search, first in (("a-1", ["10", "1"]), ("B2", ["B2"]), ("nobody", [])):
        rows = ward.desk.ward.listing(search).rows
        assert [row.place for row in rows if row.is_found] == first
        assert {row.place for row in rows if row.attention.of(STOP) and not row.is_gone} == {"B2", "3", "B10"}
    ward.desk.close()


# ---- one fact, one home ----------------------------------------------------------------------------------------------
@hazard("HZ-76", without=swap("immunosep_tui.record.agenda.fact_of", lambda item: item.id))
def test_a_fact_answers_every_place_that_asks_for_it(patient: Treated) -> None:
    """Blood counted for SOFA and a bleed that was signed are checks that are done."""
    patient.at(5)
    patient.ward.sign("p", sofa(1, "45"))
    patient.ward.bleed("p", 2, "call", "skin")
    open_ = {item.about for item in patient.found().of(DO)}
    labels = {item.id: item.label for item in patient.ward.protocol.checklist if item.regimen == "anakinra"}
    for name in ("platelets", "bilirubin", "creatinine", "bleeding"):
        assert labels[f"anakinra-{name}"] not in open_, name
    assert patient.told(CALL, LOOK) == [(CALL, "WHO 2"), (LOOK, "45 10^9/L")]


# ---- rules of the ward -----------------------------------------------------------------------------------------------
@hazard("HZ-77", without=swap("immunosep_tui.ward.settings.role_refusal", lambda role: None))
def test_a_setting_of_the_ward_is_signed_and_says_who_set_it(patient: Treated) -> None:
    """A nurse's is refused; a doctor's is in force at once, for every patient."""
    patient.at(2)
    patient.check(1, alt="180")
    assert not patient.told(STOP, CALL, LOOK)
    desk, signature = patient.ward.desk, patient.ward.signature("the laboratory's own")
    nurse = replace(signature, author=replace(signature.author, role="nurse"))
    assert isinstance(set_setting(desk.ward.store, patient.ward.protocol, "alt", "30", nurse), Refusal)
    entry = set_setting(desk.ward.store, patient.ward.protocol, "alt", "30", replace(signature, key="set"))
    assert not isinstance(entry, Refusal)
    assert (entry.author, entry.reason) == ("AB", "the laboratory's own")
    desk.ward.read_settings()
    assert desk.ward.settings.upper_normal["alt"].value == 30
    assert "alt" not in desk.ward.settings.assumed
    assert patient.told(LOOK) == [(LOOK, "180 units/L")]


@hazard("HZ-77", without=cut(Agenda._open, "& self._settings.unavailable", "& set()"))
def test_what_is_not_available_here_is_not_wanted(patient: Treated) -> None:
    patient.at(2)
    wanted = {item.about for item in patient.found().of(DO)}
    desk = patient.ward.desk
    set_setting(desk.ward.store, patient.ward.protocol, "unavailable", "alt, ast", patient.ward.signature("no device"))
    desk.ward.read_settings()
    assert wanted - {item.about for item in patient.found().of(DO)} == {"ALT", "AST"}

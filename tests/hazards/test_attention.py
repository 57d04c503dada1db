"""Attention: what a fact asks for stands until it ends by its own rule, whatever is typed, seen or done after it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from immunosep_tui.record.attention import (
    CALL,
    HOLD,
    LIMIT,
    LOOK,
    STOP,
    Standing,
)
from immunosep_tui.record.raised import Judged
from immunosep_tui.record.sampling import signed_samples
from immunosep_tui.record.standing import _Builder, _covers, standing
from immunosep_tui.rules.phenotype import IMMUNOPARALYSIS, MALS
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.store.errors import Refused
from immunosep_tui.ward.bodies import View
from immunosep_tui.ward.deeds import record_red_cells
from immunosep_tui.ward.instants import ms
from tests.hazards.control import Many, cut, every, hazard, swap
from tests.support.followed import IDENTITY, START, Followed, sofa
from tests.support.treated import CELL, HOUR, Treated


@pytest.fixture
def patient(tmp_path: Path, protocol: Protocol) -> Iterator[Treated]:
    """A patient whose course has just begun."""
    ward = Followed(tmp_path, protocol)
    yield Treated(ward)
    ward.desk.close()


# ---- how an alarm ends -----------------------------------------------------------------------------------------------
@hazard(
    "HZ-69",
    without=(
        cut(Standing._as_seen, "item.seen is not None and now < item.seen.until", "item.seen is not None"),
        cut(_Builder._acknowledged, "(max if level == LOOK else min)(until), last.at + longest", "until"),
    ),
)
def test_an_acknowledgement_ends_everywhere_in_the_same_minute(patient: Treated, many: Many) -> None:
    """At the hour that was given, and after eight hours whatever was given."""
    patient.at(2)
    patient.ward.bleed("p", 3, "stop", "fresh blood from the stomach tube")
    for turn in many(4, 60):
        given = (30, 0.5, 3, 8)[turn % 4]
        began = 2 + 31 * turn
        patient.at(began)
        patient.acknowledge(given)
        ends = START + began * HOUR + min(given, 8) * HOUR
        for minutes in (-1, 0, 1, 600):
            patient.ward.now = ends + timedelta(minutes=minutes)
            found = patient.found()
            (row,) = patient.ward.desk.ward.listing().rows
            assert [item.is_calm for item in found.of(STOP)] == [minutes < 0]
            assert [item.is_calm for item in row.attention.of(STOP)] == [minutes < 0]
            assert bool(patient.ward.desk.ward.listing().alarms) == (minutes >= 0)


@hazard("HZ-69", without=cut(Judged._is_over, "if met.level == STOP:", "if False:"))
def test_a_better_value_or_a_milder_bleed_never_ends_a_stop(patient: Treated) -> None:
    patient.at(2)
    patient.ward.bleed("p", 3, "stop", "fresh blood from the stomach tube")
    patient.check(1, neutrophils="0.3 09:00")
    both = {(STOP, "WHO 3"), (STOP, "0.3 10^9/L")}
    for day, grade in ((2, "1"), (3, "0"), (4, "0")):
        patient.at(24 * (day - 1) + 2)
        patient.check(day, bleeding=grade, neutrophils=f"{day}.5")
        patient.ward.bleed("p", 1, "", "skin")
        assert both <= set(patient.told(STOP)), day
    with pytest.raises(Refused):
        patient.end(patient.found().of(STOP)[0], "")
    for item in patient.found().of(STOP):
        patient.end(item)
    assert patient.told(STOP) == []


@hazard("HZ-69", without=swap("immunosep_tui.record.kinds.LimitEnded.guard", lambda *_given: ("", None)))
def test_only_a_doctor_ends_a_stop_and_says_why(patient: Treated) -> None:
    patient.at(2)
    patient.ward.bleed("p", 3, "stop", "fresh blood from the stomach tube")
    (stop,) = patient.found().of(STOP)
    for role, reason in (("nurse", "over"), ("pharmacist", "over"), ("doctor", "")):
        assert patient.ward.desk.author is not None
        patient.ward.desk.author = replace(patient.ward.desk.author, role=role)
        with pytest.raises(Refused):
            patient.end(stop, reason)
        assert patient.told(STOP) == [(STOP, "WHO 3")]
    patient.end(stop)
    assert patient.told(STOP) == []


@hazard("HZ-69", without=cut(Judged._is_over, "and not each.is_draft", ""))
def test_a_draft_raises_and_never_ends_or_calms(patient: Treated) -> None:
    patient.at(2)
    patient.check(1, hemoglobin="6.6 09:00")
    assert patient.told() == [(CALL, "6.6 g/dL")]
    patient.at(26)
    ward = patient.ward.desk.ward
    ward.put(ward.get("p").typed(CELL.format(day=2, name="hemoglobin"), "9.4 09:30"))
    assert patient.told() == [(CALL, "6.6 g/dL")], "a draft ended it"
    ward.put(ward.get("p").typed(CELL.format(day=2, name="hemoglobin"), "6.1 09:30"))
    typed = [item for item in patient.found().alarms if item.draft]
    assert [(item.level, item.value) for item in typed] == [(CALL, "6.1 g/dL")]


@hazard(
    "HZ-69",
    without=every(
        cut(_covers, "max(named) >= max(each.badness for each in met)", "True"),
        cut(_covers, "any(each.observation.entry in body.entries for each in met)", "True"),
    ),
)
def test_what_is_worse_ends_an_acknowledgement_and_interrupts(patient: Treated) -> None:
    patient.at(2)
    patient.check(1, hemoglobin="6.8 09:00")
    patient.acknowledge(8)
    patient.at(3)
    before = patient.found()
    assert not before.urgent
    patient.check(1, hemoglobin="6.8 09:00; 6.9 10:30")
    assert not patient.found().urgent, "a value that is not worse is covered"
    patient.check(1, hemoglobin="6.8 09:00; 6.9 10:30; 6.2 10:45")
    assert [item.value for item in patient.found().new_since(before)] == ["6.2 g/dL"]
    patient.acknowledge(8)
    before = patient.found()
    patient.ward.bleed("p", 4, "stop", "shock")
    assert [item.value for item in patient.found().new_since(before)] == ["WHO 4"]


# ---- the line of time ------------------------------------------------------------------------------------------------
@hazard("HZ-70", without=cut(View.has_come, "self.now is None or", "True or"))
def test_a_day_that_has_not_come_takes_no_value(patient: Treated, many: Many) -> None:
    """A hemoglobin, a score and "alive" typed on a coming day are held back, and silence nothing."""
    patient.at(2)
    patient.check(1, hemoglobin="6.6 09:00")
    alarms = patient.told()
    assert alarms == [(CALL, "6.6 g/dL")]
    before = patient.ward.desk.ward.store.chart("p").n
    for day in many(2, 13):
        coming = day + 2
        texts = {
            CELL.format(day=coming, name="hemoglobin"): "9.4",
            f"response.{coming}": "4",
            "response.day28": "alive",
        }
        patient.ward.sign("p", texts | sofa(coming, "160"))
        assert patient.ward.desk.ward.store.chart("p").n == before, coming
        assert patient.told() == alarms


@hazard(
    "HZ-71",
    without=swap(
        "immunosep_tui.record.sampling.last_taken", lambda settled: max((n for n, _at in settled), default=None)
    ),
)
def test_the_sample_that_was_taken_last_decides(tmp_path: Path, protocol: Protocol) -> None:
    """Not the one that was typed last: the late result of the morning changes nothing."""
    ward = Followed(tmp_path, protocol)
    ward.now = START - HOUR
    evening = {"labs.ferritin": "900", "labs.hla_dr": "4000", "labs.sampled": "2026-05-12 06:00", "labs.covid19": "no"}
    ward.sign("p", IDENTITY | evening)
    morning = {"sample.2.ferritin": "9800", "sample.2.hla_dr": "6100", "sample.2.sampled": "2026-05-11 22:00"}
    ward.sign("p", morning)
    assert len(signed_samples(ward.desk.ward.store.chart("p"))) == 2
    ward.desk.ward.read_again("p")
    (row,) = ward.desk.ward.listing().rows
    assert (row.phenotype, ward.desk.ward.row(ward.desk.ward.get("p")).phenotype) == (IMMUNOPARALYSIS, IMMUNOPARALYSIS)
    ward.sign("p", {"sample.2.sampled": "2026-05-12 06:30"}, "wrong label")
    ward.desk.ward.read_again("p")
    (row,) = ward.desk.ward.listing().rows
    assert row.phenotype == MALS
    ward.desk.close()


FALLS = (
    ("hemoglobin", {1: "12.4 09:00; 8.9 10:30"}, "12.4 -> 8.9 g/dL"),
    ("hemoglobin", {1: "12.4", 2: "10.2"}, "12.4 -> 10.2 g/dL"),
    ("platelets", {1: "300", 2: "160", 3: "85"}, "300 -> 85 10^9/L"),
)


@pytest.mark.parametrize(("name", "values", "shown"), FALLS)
@hazard("HZ-71", without=cut(Judged.reference, "each.latest >= since", "False"))
def test_a_fall_is_counted_along_the_line(patient: Treated, name: str, values: dict[int, str], shown: str) -> None:
    """Within one cell, over days, and whatever was typed first."""
    patient.at(24 * (max(values) - 1) + 3)
    for day in sorted(values, reverse=len(values) > 1):
        patient.check(day, **{name: values[day]})
    told = [item for item in patient.found().items if item.code == LIMIT]
    assert [(item.level, item.value) for item in told] == [(LOOK, shown)]


@hazard("HZ-71", without=cut(Judged.last_value, "0 <= last.latest - each.latest <= span", "False"))
def test_red_cells_stand_beside_the_value_after_them_and_keep_the_fall(patient: Treated) -> None:
    patient.at(2)
    patient.check(1, hemoglobin="10.4 08:10; 6.6 09:00")
    assert patient.told() == [(CALL, "6.6 g/dL")]
    patient.at(4)
    store = patient.ward.desk.ward.store
    chart = store.chart("p")
    store.append([record_red_cells(chart, 2, START + 3 * HOUR, patient.ward.signature())], chart.n)
    patient.at(8)
    patient.check(1, hemoglobin="10.4 08:10; 6.6 09:00; 8.1 15:00")
    assert patient.told() == [], "the call is over"
    assert patient.told(LOOK) == [(LOOK, "10.4 -> 8.1 g/dL")], "the fall stays"
    ward = patient.ward.desk.ward
    hours = patient.ward.protocol.site.red_cells
    last, units = ward.readings(ward.get("p")).last_value("hemoglobin", hours)
    assert last is not None
    assert (last.text, units) == ("8.1", 2)


# ---- limits ----------------------------------------------------------------------------------------------------------
LIVER = {"alt": "5000", "ast": "8000", "ggt": "2500", "bilirubin": "28"}


@pytest.mark.parametrize("name", LIVER)
@hazard("HZ-72", without=cut(Judged._normal, "self._upper.get(observation.fact)", "None"))
def test_the_limits_of_the_liver_are_judged_by_the_upper_limits_of_the_ward(patient: Treated, name: str) -> None:
    patient.at(2)
    patient.check(1, **{name: LIVER[name]})
    assert [item.about for item in patient.found().of(STOP, CALL, LOOK)], f"{name} {LIVER[name]} is silent"


@hazard("HZ-72", without=cut(Judged._worst, "if item.problem and observation.text == PROBLEM:", "if False:"))
def test_an_answer_that_says_problem_is_looked_at(patient: Treated) -> None:
    listed = [item for item in patient.ward.protocol.checklist if item.problem and item.regimen == "anakinra"]
    assert listed
    for item in listed:
        patient.at(2)
        patient.ward.sign("p", {f"monitoring.1.{item.id}": "problem"})
        assert item.label in [each.about for each in patient.found().of(LOOK)]
    assert not patient.found().alarms


@hazard("HZ-72", without=cut(Judged._worst, "CALL if level == STOP and sure is None else level", "level"))
def test_a_bound_calls_where_only_some_of_its_values_stop(patient: Treated) -> None:
    patient.at(2)
    patient.check(1, neutrophils="<1.0")
    assert patient.told() == [(CALL, "<1.0 10^9/L")]
    patient.check(1, neutrophils="<0.5", platelets="<10", hemoglobin="<7")
    assert patient.told(STOP, CALL, LOOK) == [(STOP, "<0.5 10^9/L"), (CALL, "<7 g/dL"), (LOOK, "<10 10^9/L")]


# ---- other rules than those of then ----------------------------------------------------------------------------------
@hazard("HZ-79", without=swap("immunosep_tui.record.standing.kept_levels", lambda *given: ()))
def test_a_protocol_without_its_checks_hides_no_alarm(patient: Treated) -> None:
    """A workstation with another protocol tells what was asked for when it was signed, until it ends."""
    patient.at(2)
    patient.ward.bleed("p", 3, "stop", "fresh blood from the stomach tube")
    patient.check(1, hemoglobin="6.6")
    chart = patient.ward.desk.ward.store.chart("p")
    other = replace(patient.ward.protocol, id="other", checklist=(), sha256="0" * 64)
    found = standing(chart, other, patient.ward.desk.ward.settings).at(ms(patient.ward.now))
    assert [(item.level, item.about) for item in found.alarms] == [(STOP, "Bleeding"), (CALL, "Hemoglobin")]
    assert found.against_dose == HOLD

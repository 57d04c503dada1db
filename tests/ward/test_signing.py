"""Signing a sheet: what is recorded, what is held back, and what the record then says of the patient."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from immunosep_tui.record.chart import Chart
from immunosep_tui.record.clock import Reading
from immunosep_tui.record.entry import Author, Entry
from immunosep_tui.record.glance import glance
from immunosep_tui.record.kinds import CourseStarted, Decision, Dose, Labs, SofaDay, Voided
from immunosep_tui.record.patient import Patient, confirmed
from immunosep_tui.record.settings import Settings, effective
from immunosep_tui.record.standing import standing
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.store.errors import Refused, Stale
from immunosep_tui.store.files import open_file
from immunosep_tui.store.store import Store
from immunosep_tui.store.verify import verify
from immunosep_tui.ward.board import Row, row, typed_glance
from immunosep_tui.ward.cases import Case, cases, patient_of
from immunosep_tui.ward.deeds import record_death, stop_course
from immunosep_tui.ward.instants import ms
from immunosep_tui.ward.readings import readings_of
from immunosep_tui.ward.samples import phenotype
from immunosep_tui.ward.signature import Signature
from immunosep_tui.ward.signing import left_over, needs_reason, parts, sign
from tests.support.courses import begin

AB = Author("AB", "doctor")
NOW = datetime(2026, 5, 12, 6, 40, tzinfo=UTC)
ATHENS = ZoneInfo("Europe/Athens")


class Clock:
    """A clock that stands where it is put."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> Reading:
        return Reading(ms(self.now), ms(self.now) * 1_000_000, "boot")


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    opened = open_file(tmp_path / "ward" / "ward.db", clock=clock)
    yield opened
    opened.close()


def sign_sheet(
    store: Store, sheet: Patient, protocol: Protocol, zone: ZoneInfo, now: datetime, reason: str = "", key: str = ""
) -> tuple[Entry, ...]:
    chart = store.chart(sheet.key)
    signature = Signature(AB, now, key or f"{sheet.key}-{chart.n}", protocol.sha256, "WS-1", reason)
    return sign(store, chart, parts(chart, sheet, protocol, zone), signature)


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.id)
def test_a_signed_sheet_stands_in_the_record_text_by_text(case: Case, protocol: Protocol, tmp_path: Path) -> None:
    """Refused and unconfirmed texts are held back, all others stand, and the board says of both the same."""
    clock = Clock(case.now)
    store = open_file(tmp_path / "ward.db", clock=clock)
    sheet = patient_of(case)
    found = parts(Chart(sheet.key, sheet=Patient(sheet.key)), sheet, protocol, case.zone)
    held = {key for part in found for key in (part.said.withheld if part.is_ready else part.after)}
    sign_sheet(store, sheet, protocol, case.zone, case.now)
    chart = store.chart(sheet.key)
    assert chart.sheet.texts == {key: text for key, text in sheet.texts.items() if key not in held}
    assert confirmed(chart.sheet) == confirmed(sheet) - held
    assert held >= case.expected.refused
    assert chart.decision is not None
    assert (chart.decision.phenotype, chart.decision.regimen) == (case.expected.phenotype, case.expected.regimen)
    settings = effective({}, protocol, case.zone)
    kept = row(glance(chart), standing(chart, protocol, settings), ms(case.now))
    typed = row_of_draft(chart, chart.sheet, protocol, settings, case.now)
    assert (kept, kept.attention) == (typed, typed.attention)
    over_nothing = row_of_draft(Chart(sheet.key, sheet=Patient(sheet.key)), sheet, protocol, settings, case.now)
    same = ("key", "place", "case", "identifier", "phenotype")
    assert [getattr(kept, name) for name in same] == [getattr(over_nothing, name) for name in same]
    for item in kept.attention.alarms:  # what a draft says is said of the record, too, and marked
        assert (item.level, item.about, True) in {(i.level, i.about, i.draft) for i in over_nothing.attention.alarms}
    assert verify(store).sound
    assert parts(chart, chart.sheet, protocol, case.zone) == ()
    left = left_over(chart.sheet, sheet, found)
    assert {key for key, text in left.texts.items() if chart.sheet.text(key) != text} == held
    store.close()


def row_of_draft(chart: Chart, sheet: Patient, protocol: Protocol, settings: Settings, now: datetime) -> Row:
    """The row of a sheet over a record."""
    readings = readings_of(chart, sheet, protocol, settings, now)
    seen = typed_glance(chart, sheet, "" if chart.course else phenotype(sheet, protocol).phenotype)
    return row(seen, standing(chart, protocol, settings, readings), ms(now))


def sheet_of(**texts: str) -> Patient:
    start = {"identity.place": "7", "identity.case": "A-12", "identity.identifier": "884213"}
    return Patient("p", start | {name.replace("__", "."): text for name, text in texts.items()})


def test_a_decision_freezes_its_inputs_and_later_labs_leave_a_running_course_alone(
    store: Store, protocol: Protocol
) -> None:
    sheet = sheet_of(labs__ferritin="900", labs__hla_dr="4999", treatment__start="2026-05-12 09:00")
    entries = sign_sheet(store, sheet, protocol, ATHENS, NOW)
    kinds = [type(entry.body) for entry in entries]
    assert kinds.index(Decision) == kinds.index(Labs) + 1
    assert CourseStarted not in kinds  # a sheet that is signed starts nothing
    started = begin(store, sheet, protocol, ATHENS, NOW)
    plan = started.body
    assert isinstance(plan, CourseStarted)
    assert plan.regimen == "interferon-gamma"
    assert plan.decision == entries[kinds.index(Decision)].n
    decided = entries[kinds.index(Decision)].body
    assert isinstance(decided, Decision)
    assert decided.inputs == {"ferritin": "900 ng/mL", "hla_dr": "4999 receptors/cell"}
    changed = sheet.typed("labs.ferritin", "20000")
    sign_sheet(store, changed, protocol, ATHENS, NOW, "wrong tube")
    chart = store.chart("p")
    assert chart.decision is not None
    assert chart.decision.phenotype == "mals"
    assert chart.running is not None
    assert chart.entries[chart.running.n - 1] == started
    assert chart.running.plan == plan


def test_a_correction_needs_a_reason_and_leaves_the_old_value_readable(store: Store, protocol: Protocol) -> None:
    sheet = sheet_of(labs__ferritin="900")
    first = sign_sheet(store, sheet, protocol, ATHENS, NOW)
    changed = sheet.typed("labs.ferritin", "9000")
    found = parts(store.chart("p"), changed, protocol, ATHENS)
    assert needs_reason(found)
    with pytest.raises(Refused) as refused:
        sign_sheet(store, changed, protocol, ATHENS, NOW)
    assert refused.value.rule == "reason"
    assert store.chart("p").n == len(first)
    second = sign_sheet(store, changed, protocol, ATHENS, NOW, "a digit was lost", key="again")
    assert second[0].corrects == first[1].n
    assert second[0].reason == "a digit was lost"
    chart = store.chart("p")
    assert chart.sheet.text("labs.ferritin") == "9000"
    assert first[1] in chart.entries


def test_a_text_that_is_taken_away_is_voided(store: Store, protocol: Protocol) -> None:
    sheet = sheet_of(labs__ferritin="900", response__3="9")
    sign_sheet(store, sheet, protocol, ATHENS, NOW)
    gone = sign_sheet(store, sheet.typed("response.3", ""), protocol, ATHENS, NOW, "wrong patient")
    assert [type(entry.body) for entry in gone] == [Voided]


def test_a_death_is_neither_signed_nor_taken_away_with_a_sheet(store: Store, protocol: Protocol) -> None:
    sheet = sheet_of(labs__ferritin="900", response__3="9")
    sign_sheet(store, sheet, protocol, ATHENS, NOW)
    for place, text in (("response.3", "D"), ("response.day28", "died")):
        (part,) = parts(store.chart("p"), store.chart("p").sheet.typed(place, text), protocol, ATHENS)
        assert not part.is_ready
        assert part.said.withheld == (place,)
    signature = Signature(AB, NOW, "death", protocol.sha256)
    chart = store.chart("p")
    died = record_death(chart, NOW + timedelta(days=20), ATHENS, signature)
    store.append([died], chart.n, despite_clock=True)
    chart = store.chart("p")
    assert chart.sheet.text("response.21") == "D"
    assert chart.died
    for text in ("", "8", "d"):
        (part,) = parts(chart, chart.sheet.typed("response.21", text), protocol, ATHENS)
        assert not part.is_ready


def test_a_refused_text_never_takes_a_recorded_value_away(store: Store, protocol: Protocol) -> None:
    sheet = sheet_of(labs__ferritin="900", labs__hla_dr="4999")
    sign_sheet(store, sheet, protocol, ATHENS, NOW)
    changed = sheet.typed("labs.ferritin", "901").typed("labs.hla_dr", "4,9")
    (part,) = parts(store.chart("p"), changed, protocol, ATHENS)
    assert not part.is_ready


def test_sofa_days_keep_their_range_where_they_are_incomplete(store: Store, protocol: Protocol) -> None:
    sheet = sheet_of(labs__ferritin="900", sofa__1__platelets="99", sofa__1__gcs="1x")
    entries = sign_sheet(store, sheet, protocol, ATHENS, NOW)
    body = entries[-1].body
    assert isinstance(body, SofaDay)
    assert body.texts == {"platelets": "99"}
    assert (body.low, body.high, body.total) == (2, 22, None)


def test_a_colleague_who_was_faster_is_told_and_the_same_deed_is_recorded_once(
    store: Store, protocol: Protocol
) -> None:
    sheet = sheet_of(labs__ferritin="900")
    first = sign_sheet(store, sheet, protocol, ATHENS, NOW, key="deed")
    stale = Chart("p", sheet=Patient("p"))
    again = sign(store, stale, parts(stale, sheet, protocol, ATHENS), Signature(AB, NOW, "deed", protocol.sha256))
    assert again == first
    with pytest.raises(Stale) as lost:
        sign(store, stale, parts(stale, sheet, protocol, ATHENS), Signature(AB, NOW, "other", protocol.sha256))
    assert lost.value.entries == first


def test_a_stop_ends_the_recording_of_doses(store: Store, protocol: Protocol, clock: Clock) -> None:
    from immunosep_tui.record.entry import Proposal

    sheet = sheet_of(labs__ferritin="9000", treatment__start="2026-05-12 09:00")
    sign_sheet(store, sheet, protocol, ATHENS, NOW)
    course = begin(store, sheet, protocol, ATHENS, NOW).n
    dose = Proposal("p", Dose(course, 1, "given"), AB, ms(NOW), "dose-1", "why")
    store.append([dose], course)
    clock.now = NOW + timedelta(hours=2)
    chart = store.chart("p")
    signature = Signature(AB, clock.now, "stop", protocol.sha256, reason="rash")
    store.append([stop_course(chart, "2026-05-12 11:00", clock.now, signature)], chart.n)
    late = replace(dose, body=Dose(course, 2, "given"), key="dose-2", at=ms(clock.now) + 60_000)
    with pytest.raises(Refused) as refused:
        store.append([late], store.chart("p").n)
    assert refused.value.rule == "dose_after_stop"
    assert verify(store).sound

"""The start of a course: what it rests on, what it plans, and what stands against it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from immunosep_tui.record.attention import DO
from immunosep_tui.record.clock import Reading
from immunosep_tui.record.course import SHORT_GAP
from immunosep_tui.record.entry import Author
from immunosep_tui.record.kinds import CourseStarted, Slot
from immunosep_tui.record.objections import objection
from immunosep_tui.record.patient import Patient
from immunosep_tui.record.settings import effective
from immunosep_tui.record.standing import standing
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.rules.reason import Sentence
from immunosep_tui.store.files import open_file
from immunosep_tui.store.store import Store
from immunosep_tui.ward.deeds import record_dose, stop_course
from immunosep_tui.ward.doubts import bars, doubts, to_confirm
from immunosep_tui.ward.instants import moment, ms
from immunosep_tui.ward.signature import Signature
from immunosep_tui.ward.signing import parts, sign
from immunosep_tui.ward.starting import Plan, plan
from tests.support.courses import begin

ZONE = ZoneInfo("Europe/Athens")
NOW = datetime(2026, 5, 12, 6, 0, tzinfo=UTC)
START = datetime(2026, 5, 12, 6, 0, tzinfo=UTC)
SHEET = Patient(
    "p",
    {
        "identity.place": "7",
        "identity.case": "A-12",
        "identity.identifier": "884213",
        "labs.ferritin": "900",
        "labs.hla_dr": "3000",
        "labs.sampled": "2026-05-11 20:00",
        "treatment.start": "2026-05-12 09:00",
    },
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_file(tmp_path / "ward.db", clock=lambda: Reading(ms(NOW), ms(NOW) * 1_000_000, "boot"))
    yield opened
    opened.close()


def signed(store: Store, sheet: Patient, protocol: Protocol, reason: str = "") -> None:
    chart = store.chart(sheet.key)
    signature = Signature(Author("AB", "doctor"), NOW, f"sign-{chart.n}", protocol.sha256, reason=reason)
    sign(store, chart, parts(chart, sheet, protocol, ZONE, NOW), signature)


def planned(store: Store, sheet: Patient, protocol: Protocol) -> Plan:
    found = plan(sheet, store.chart(sheet.key), protocol, ZONE)
    assert isinstance(found, Plan), found
    return found


def test_nothing_starts_before_the_values_are_signed_or_on_others_than_signed(store: Store, protocol: Protocol) -> None:
    assert isinstance(plan(SHEET, store.chart("p"), protocol, ZONE), Sentence)
    signed(store, SHEET, protocol)
    assert planned(store, SHEET, protocol).body.decision == 3
    typed_over = SHEET.typed("labs.ferritin", "9000")
    assert isinstance(plan(typed_over, store.chart("p"), protocol, ZONE), Sentence)
    signed(store, typed_over, protocol, "wrong tube")
    assert planned(store, typed_over, protocol).regimen.name == "anakinra"


@pytest.mark.parametrize("start", ["", "12.5.", "2026-13-01 08:00"])
def test_nothing_starts_without_a_time(store: Store, protocol: Protocol, start: str) -> None:
    signed(store, SHEET, protocol)
    assert isinstance(plan(SHEET.typed("treatment.start", start), store.chart("p"), protocol, ZONE), Sentence)


def test_a_course_keeps_what_it_was_planned_by(store: Store, protocol: Protocol) -> None:
    signed(store, SHEET, protocol)
    body = planned(store, SHEET, protocol).body
    assert (body.regimen, body.sample, len(body.slots)) == ("interferon-gamma", 1, 8)
    assert body.window == int(protocol.site.on_time.value) * 60_000
    assert body.least_gap == 36 * 3_600_000  # three quarters of 48 hours
    assert body.ends == ms(START + timedelta(days=15))


def test_every_line_of_the_checklist_is_planned_with_its_hours(store: Store, protocol: Protocol) -> None:
    signed(store, SHEET, protocol)
    checks = {each.item: each for each in planned(store, SHEET, protocol).body.checks}
    assert set(checks) == {item.id for item in protocol.checklist if item.regimen == "interferon-gamma"}
    hours = {name: [(due - ms(START)) / 3_600_000 for due in each.due] for name, each in checks.items()}
    assert hours["interferon-gamma-hemoglobin"] == [0, *(21 + 24 * day for day in range(14))]  # from 06:00
    assert hours["interferon-gamma-bleeding"] == [
        0,
        *(5 + 8 * shift for shift in range(44)),
    ]  # from 06:00, 14:00, 22:00
    assert checks["interferon-gamma-bleeding"].days[:4] == (1, 1, 1, 2)
    assert hours["interferon-gamma-platelets"] == [48 * dose - 4 for dose in range(8)]
    assert all(len(each.days) == len(each.due) for each in checks.values())


def test_checks_become_overdue_by_the_sites_convention(store: Store, protocol: Protocol) -> None:
    signed(store, SHEET, protocol)
    begin(store, SHEET, protocol, ZONE, NOW)
    stands = standing(store.chart("p"), protocol, effective({}, protocol, ZONE))
    for milliseconds, late in ((-1, None), (0, 0)):  # due with the first dose
        found = {item.about: item.late for item in stands.at(ms(START) + milliseconds).of(DO)}
        assert found.get("Hemoglobin") == late
    for milliseconds in (0, 1):
        now = START + timedelta(minutes=int(protocol.site.overdue.value), milliseconds=milliseconds)
        found = {item.about: item.late for item in stands.at(ms(now)).of(DO)}
        assert found["Hemoglobin"] == milliseconds


def test_what_speaks_against_a_start_is_said(store: Store, protocol: Protocol) -> None:
    signed(store, SHEET, protocol)
    course = planned(store, SHEET, protocol)
    (screening,) = doubts(SHEET, course, protocol, ZONE, NOW, {})
    assert bars(SHEET, protocol, ZONE, NOW) == to_confirm(SHEET, protocol) == ()
    assert dict(screening.facts)["count"] == "11"
    (_, asked) = doubts(SHEET, course, protocol, ZONE, NOW, {"seizures": "yes", "e-coli": "yes", "heart": "no"})
    assert str(asked).startswith("Seizures: YES. Does the patient have a seizure disorder?")
    assert bars(SHEET, protocol, ZONE, NOW + timedelta(days=2)) == ()
    old = doubts(SHEET, course, protocol, ZONE, NOW + timedelta(days=2), {})[0]
    assert dict(old.facts)["hours"] == "61"
    hook = SHEET.typed("labs.ferritin_before", "20000")
    (suspected,) = to_confirm(hook, protocol)
    assert "hook effect" in suspected.template
    (child,) = bars(SHEET.typed("screening.age", "17"), protocol, ZONE, NOW)
    assert dict(child.facts)["value"] == "17"
    (undated, _) = doubts(SHEET.typed("labs.sampled", ""), course, protocol, ZONE, NOW, {})
    assert "time of the blood sample" in undated.template
    (percent,) = to_confirm(SHEET.typed("labs.hla_dr", "62").keeping("labs.hla_dr"), protocol)
    assert "confirmed by the laboratory" in percent.template


def test_a_second_course_rests_on_the_latest_sample(store: Store, protocol: Protocol) -> None:
    """A sample that is drawn during a course changes nothing; after the course it can start another one."""
    signed(store, SHEET, protocol)
    begin(store, SHEET, protocol, ZONE, NOW)
    later = replace(store.chart("p").sheet)
    later = later.typed("sample.2.ferritin", "9000").typed("sample.2.sampled", "2026-05-12 08:30")
    signed(store, later, protocol)
    chart = store.chart("p")
    assert chart.running is not None
    assert chart.running.plan.regimen == "interferon-gamma"
    assert chart.decision is not None
    assert chart.decision.phenotype == "mals"
    assert moment(chart.entries[-1].at) == datetime(2026, 5, 12, 5, 30, tzinfo=UTC)
    signature = Signature(Author("AB", "doctor"), NOW, "stop", protocol.sha256, reason="other phenotype")
    store.append([stop_course(chart, "2026-05-12 09:00", NOW, signature)], chart.n)
    second = planned(store, later.typed("treatment.start", "2026-05-12 10:00"), protocol)
    assert (second.regimen.name, second.body.sample) == ("anakinra", 2)


def test_the_numbers_of_the_conventions_are_whole(protocol: Protocol) -> None:
    """Hours and minutes are read as whole numbers: the border check takes no others."""
    for name in ("on_time", "overdue", "check_after", "shift", "acknowledged"):
        assert getattr(protocol.site, name).value == Decimal(int(getattr(protocol.site, name).value))


def test_each_product_has_a_least_gap_of_its_own(store: Store, protocol: Protocol) -> None:
    """In a double-dummy course the placebo every 8 hours is not held up by the drug every other day, nor the reverse."""
    signed(store, SHEET, protocol)
    sheet = SHEET.typed("treatment.design", "double-dummy")
    body = begin(store, sheet, protocol, ZONE, NOW).body
    assert isinstance(body, CourseStarted)
    assert body.least_gap == 6 * 3_600_000
    by_product: dict[str, list[Slot]] = {}
    for slot in body.slots:
        by_product.setdefault(slot.product, []).append(slot)
    placebo, drug = by_product["placebo"], by_product["interferon gamma-1b"]

    def give(slot: Slot, at: datetime) -> None:
        chart = store.chart("p")
        signature = Signature(Author("AB", "doctor"), NOW, f"dose-{chart.n}", protocol.sha256)
        rule, _entry = objection(chart, record_dose(chart, slot.number, "given", at, signature))
        assert not rule
        store.append([record_dose(chart, slot.number, "given", at, signature)], chart.n)

    def is_short(slot: Slot, **gap: int) -> bool:
        chart = store.chart("p")
        assert chart.course is not None
        return SHORT_GAP in chart.dose_asks(chart.course, slot, "given", ms(START + timedelta(**gap)))

    give(placebo[0], START)
    give(drug[0], START)
    assert is_short(placebo[1], hours=5, minutes=59)
    assert is_short(drug[1], hours=35, minutes=59)
    assert not is_short(placebo[1], hours=6)
    assert not is_short(drug[1], hours=36)

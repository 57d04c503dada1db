"""The series behind the plots: where each value comes from, and what it is read against."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

from immunosep_tui.record.patient import Patient
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.ward.checks import typed_readings
from immunosep_tui.ward.trends import DEATH, Point, Series, all_series, series_of, sofa_series

ZONE = ZoneInfo("UTC")
NOW = datetime(2026, 5, 30, 12, 0, tzinfo=UTC)
TEXTS = {
    "labs.ferritin": "9 mg/L",
    "labs.sampled": "2026-05-11 04:00",
    "treatment.start": "2026-05-12 08:00",
    "sample.2.ferritin": "7400",
    "sample.2.sampled": "2026-05-15 05:00",
    "monitoring.1.anakinra-hemoglobin": "102 g/L",
    "monitoring.3.anakinra-hemoglobin": "9.5; 9.1",
    "monitoring.4.anakinra-hemoglobin": "9,1",
    "sofa.2.platelets": "80",
    "monitoring.2.anakinra-platelets": "81",
    "response.1": "9",
    "response.3": "D",
}


def points(analyte: str, protocol: Protocol, texts: dict[str, str]) -> list[tuple[int, Fraction]]:
    found = series(Patient("p", texts), analyte, protocol)
    return [(point.day, point.value) for point in found.points]


def series(patient: Patient, analyte: str, protocol: Protocol) -> Series:
    return series_of(typed_readings(patient, protocol, ZONE, NOW), patient, analyte, protocol)


def followed(patient: Patient, protocol: Protocol) -> tuple[Series, ...]:
    return all_series(typed_readings(patient, protocol, ZONE, NOW), patient, protocol)


def test_values_stand_on_their_day_in_one_unit_and_refused_ones_nowhere(protocol: Protocol) -> None:
    assert points("ferritin", protocol, TEXTS) == [(0, Fraction(9000)), (4, Fraction(7400))]
    assert points("hemoglobin", protocol, TEXTS) == [(1, Fraction("10.2")), (3, Fraction("9.5")), (3, Fraction("9.1"))]
    assert points("platelets", protocol, TEXTS) == [(2, Fraction(81)), (2, Fraction(80))]
    without_time = {key: text for key, text in TEXTS.items() if not key.endswith("sampled")}
    assert points("ferritin", protocol, without_time)[0] == (1, Fraction(7400))


def test_sofa_has_its_death(protocol: Protocol) -> None:
    found = sofa_series(Patient("p", TEXTS), protocol).points
    assert found[:2] == (Point(1, Fraction(9)), Point(3, Fraction(24), DEATH))


def test_limits_are_those_of_the_regimen_and_cut_offs_those_of_the_protocol(protocol: Protocol) -> None:
    guides = {each.label: [guide.value for guide in each.guides] for each in followed(Patient("p", TEXTS), protocol)}
    rule = protocol.phenotype
    assert guides["Ferritin"] == [rule.ferritin_above.value]
    assert guides["Hemoglobin"] == [7, 8]
    blinded = series(Patient("p", TEXTS), "ferritin", replace(protocol, design="double-dummy"))
    assert blinded.guides == ()


def test_only_what_is_known_is_followed_beside_sofa(protocol: Protocol) -> None:
    assert [each.label for each in followed(Patient("p", {}), protocol)] == ["SOFA"]


def test_a_scale_is_the_same_for_every_patient_until_a_value_lies_outside(protocol: Protocol) -> None:
    patients = [Patient("p", {"sofa.1.platelets": text}) for text in ("80", "90")]
    one, other = (series(patient, "platelets", protocol) for patient in patients)
    assert one.scale == other.scale is not None
    assert all(each.scale is not None for each in followed(Patient("p", TEXTS), protocol))


def test_values_of_a_day_stand_in_the_order_of_their_times_and_a_bound_keeps_its_sign(protocol: Protocol) -> None:
    texts = TEXTS | {"monitoring.5.anakinra-platelets": "160 06:00; <10 05:00"}
    found = series(Patient("p", texts), "platelets", protocol).points[-2:]
    assert [(point.day, point.value, point.bound) for point in found] == [
        (5, Fraction(10), "<"),
        (5, Fraction(160), ""),
    ]

"""What the screening room's texts say: nothing is assumed, refused texts count as not known, 72 hours to the second."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from immunosep_tui.record.chart import Chart
from immunosep_tui.record.kinds import Screened
from immunosep_tui.record.patient import Patient
from immunosep_tui.rules.eligibility import Criterion
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.ward import screening
from immunosep_tui.ward.field_reading import unusable_in
from immunosep_tui.ward.signing import parts

ATHENS = ZoneInfo("Europe/Athens")
NOW = datetime(2026, 5, 12, 6, 0, tzinfo=UTC)


def sheet(**texts: str) -> Patient:
    return Patient("p", {f"screening.{name.replace('__', '-')}": text for name, text in texts.items()})


def judged(patient: Patient, protocol: Protocol, now: datetime = NOW, zone: ZoneInfo = ATHENS) -> dict[str, Criterion]:
    return {criterion.id: criterion for criterion in screening.judged(patient, protocol, zone, now)}


def test_nothing_is_answered_for_anybody(protocol: Protocol) -> None:
    assert {criterion.met for criterion in judged(Patient("p"), protocol).values()} == {None}


def test_every_statement_of_the_protocol_has_its_row(protocol: Protocol) -> None:
    assert {each.id for each in protocol.eligibility.statements} == set(screening.ANSWERS)


@pytest.mark.parametrize("answers", list(product(("yes", "no", ""), repeat=len(screening.ANSWERS))))
def test_the_answers_of_people_count_one_by_one(answers: tuple[str, ...], protocol: Protocol) -> None:
    typed = {name: answer for name, answer in zip(screening.ANSWERS, answers, strict=True) if answer}
    found = judged(Patient("p", {f"screening.{name}": text for name, text in typed.items()}), protocol)
    wanted = {each.id: each.wanted for each in protocol.eligibility.statements}
    for name in screening.ANSWERS:
        assert found[name].met is (None if name not in typed else (typed[name] == "yes") == wanted[name])


@pytest.mark.parametrize(
    ("texts", "refused"),
    [
        ({"age": "17.5"}, "age"),
        ({"age": "121"}, "age"),
        ({"age": "6o"}, "age"),
        ({"sofa_admission": "25"}, "sofa_admission"),
        ({"sofa_admission": "-1"}, "sofa_admission"),
        ({"sepsis_at": "yesterday"}, "sepsis_at"),
        ({"sepsis_at": "2026-05-12 09:06"}, "sepsis_at"),
        ({"infection": "flu"}, "infection"),
        ({"organism": "yeast"}, "organism"),
        ({"consent": "maybe"}, "consent"),
        ({"neutrophils": "1500"}, "neutrophils"),
        ({"neutrophils": "0,8"}, "neutrophils"),
    ],
)
def test_a_refused_text_counts_as_not_known_and_is_held_back(
    texts: dict[str, str], refused: str, protocol: Protocol
) -> None:
    patient = sheet(**texts)
    assert unusable_in("screening", patient, protocol, ATHENS, NOW) == {refused}
    assert {criterion.met for criterion in judged(patient, protocol).values()} == {None}
    (part,) = parts(Chart("p", sheet=Patient("p")), patient.typed("screening.dnr", "no"), protocol, ATHENS, NOW)
    assert part.said.withheld == (f"screening.{refused}",)
    assert part.said.bodies == (Screened({"dnr": "no"}),)


def test_an_unusual_neutrophil_count_waits_for_a_person(protocol: Protocol) -> None:
    high = sheet(neutrophils="60")
    assert judged(high, protocol)["neutrophils"].met is None
    assert judged(high.keeping("screening.neutrophils"), protocol)["neutrophils"].met is True


def test_a_neutrophil_count_that_excludes_is_said_at_once(protocol: Protocol) -> None:
    assert judged(sheet(neutrophils="1.4"), protocol)["neutrophils"].met is False


@pytest.mark.parametrize(("seconds", "met"), [(-60, True), (0, False), (60, False)])
@pytest.mark.parametrize("zone", ["UTC", "Europe/Athens", "America/New_York"])
def test_the_first_dose_comes_before_the_limit_to_the_minute(
    seconds: int, met: bool, zone: str, protocol: Protocol
) -> None:
    """Elapsed hours count: across a change of clocks too, in which 72 hours end at another hour on the wall."""
    place = ZoneInfo(zone)
    for began in (datetime(2026, 5, 9, 3, 0, tzinfo=UTC), datetime(2026, 3, 27, 3, 0, tzinfo=UTC)):
        dose = began + timedelta(hours=int(protocol.eligibility.hours_below.value), seconds=seconds)
        patient = Patient(
            "p",
            {
                "screening.sepsis_at": began.isoformat(timespec="minutes"),
                "treatment.start": f"{dose:%Y-%m-%dT%H:%M}+00:00",
            },
        )
        assert judged(patient, protocol, NOW, place)["time_to_first_dose"].met is met


@pytest.mark.parametrize(("seconds", "met"), [(-1, None), (0, False), (1, False)])
def test_without_a_dose_the_clock_runs_until_the_limit_has_passed(
    seconds: int, met: bool | None, protocol: Protocol
) -> None:
    began = NOW - timedelta(hours=int(protocol.eligibility.hours_below.value), seconds=seconds)
    patient = sheet(sepsis_at=began.isoformat(timespec="seconds"))
    found = judged(patient, protocol)["time_to_first_dose"]
    running = screening.clock(patient, protocol, ATHENS, NOW)
    if running is None:
        pytest.skip("the gate takes no seconds")
    assert found.met is met
    assert (running.limit <= NOW) == (seconds >= 0)


def test_the_rise_of_sofa_counts_for_who_was_in_hospital(protocol: Protocol) -> None:
    before = {"response.1": "6"}
    for admission, hospital, met in (("4", "yes", True), ("5", "yes", False), ("", "yes", None), ("5", "no", True)):
        texts = before | {"screening.sofa_admission": admission, "screening.in_hospital": hospital}
        assert judged(Patient("p", {k: t for k, t in texts.items() if t}), protocol)["sofa"].met is met


def test_covid_19_and_both_states(protocol: Protocol) -> None:
    labs = {"labs.hla_dr": "3000", "labs.covid19": "yes"}
    mals = judged(Patient("p", labs | {"labs.ferritin": "9000"}), protocol)
    assert (mals["phenotype"].met, mals["covid19"].met) == (True, True)
    assert "both at once count as hyper-inflammation" in str(mals["phenotype"].text)
    low = judged(Patient("p", labs | {"labs.ferritin": "900"}), protocol)
    assert (low["phenotype"].met, low["covid19"].met) == (True, False)

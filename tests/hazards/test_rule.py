"""The trial's rules: nothing missing is counted as normal, nothing of another score or another patient slips in."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from functools import partial
from itertools import product
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import pytest

from immunosep_tui.cohort import stream
from immunosep_tui.cohort.records import TableRefused
from immunosep_tui.record.patient import Patient
from immunosep_tui.rules import response
from immunosep_tui.rules.instant import day_span, study_day
from immunosep_tui.rules.number import Refusal
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.rules.response import DIED, Day, respond
from immunosep_tui.rules.sofa import sofa_1996, vasoactive
from immunosep_tui.rules.sofa.day import Score
from immunosep_tui.rules.sofa.reading import read_day
from immunosep_tui.store import schema
from immunosep_tui.store.errors import StoreError
from immunosep_tui.ui.app import ImmunoSepApp
from immunosep_tui.ward import doubts as against
from immunosep_tui.ward import starting
from immunosep_tui.ward.answers import scored_total
from immunosep_tui.ward.deeds import start_course
from immunosep_tui.ward.samples import phenotype
from tests.hazards.control import Many, cut, every, hazard, swap
from tests.oracle import response as oracle
from tests.support.followed import START, Followed
from tests.support.wards import UTC as UTC_ZONE
from tests.support.wards import desk_of

NORMAL = {
    "pao2": "100",
    "fio2": "0.21",
    "platelets": "200",
    "bilirubin": "1",
    "map": "80",
    "gcs": "15",
    "creatinine": "1",
}
OF_ORGAN = (("pao2", "fio2"), ("platelets",), ("bilirubin",), ("map",), ("gcs",), ("creatinine",))
"""The texts of each organ of a day on which all is normal."""


def _score(protocol: Protocol, **texts: str) -> Score:
    reading = read_day({name: [text] for name, text in texts.items()}, protocol.bands)
    assert reading.refusals == []
    return sofa_1996.score(reading.day, protocol.sofa.support_counts)


def _day(texts: dict[str, str]) -> Patient:
    return Patient("p", {f"sofa.1.{name}": text for name, text in texts.items()})


NO_POINTS = swap("immunosep_tui.rules.sofa.day.Score.complete", property(lambda score: True))


@hazard("HZ-17", without=NO_POINTS)
def test_a_total_exists_only_if_every_organ_has_its_points(protocol: Protocol) -> None:
    whole = NORMAL | {"sedated": "no", "urine": "1500", "renal_replacement": "no"}
    assert scored_total(_day(whole), 1, protocol) == 0
    for missing in product((False, True), repeat=len(OF_ORGAN)):
        left_out = {name for names, out in zip(OF_ORGAN, missing, strict=True) if out for name in names}
        if "creatinine" in left_out:
            left_out |= {"urine", "renal_replacement"}
        texts = {name: text for name, text in whole.items() if name not in left_out}
        score = _score(protocol, **texts)
        assert (scored_total(_day(texts), 1, protocol) is None) == any(missing), texts
        assert score.high - score.low >= sum(missing)  # the range holds what the missing ones could be


@hazard("HZ-18", without=cut(sofa_1996.cns, "if day.sedated:", "if False:"))
def test_a_sedated_patient_has_the_score_before_sedation_or_none(protocol: Protocol) -> None:
    for gcs, before, points in (("3", "15", 0), ("3", "9", 3), ("15", "6", 3), ("3", "", None), ("15", "", None)):
        score = _score(protocol, gcs=gcs, sedated="yes", gcs_before_sedation=before)
        (cns,) = (component for component in score.components if component.organ == "cns")
        assert cns.points == points, (gcs, before)
        assert points is not None or (cns.low, cns.high) == (0, 4)


def _cardiovascular(protocol: Protocol, **texts: str) -> int | None:
    score = _score(protocol, map="80", **texts)
    return next(component.points for component in score.components if component.organ == "cardiovascular")


@hazard("HZ-19", without=cut(vasoactive.rate_per_kg, "return per_minute / weight.canonical", "return per_minute"))
def test_an_infusion_scores_the_same_in_each_unit_and_nothing_without_the_weight(
    protocol: Protocol, many: Many
) -> None:
    chance = random.Random(19)
    for _turn in many(150, 100_000):
        per_kg, weight = Fraction(chance.randint(1, 60), 100), chance.randint(40, 160)
        exact = f"{float(per_kg):.2f}"
        per_minute = per_kg * weight
        texts = [f"{exact} mcg/kg/min", f"{float(per_minute):.2f} mcg/min", f"{float(per_minute * 60 / 100):.4f} mL/h"]
        found = {
            _cardiovascular(
                protocol, norepinephrine=text, weight=str(weight), norepinephrine_concentration="100 mcg/mL"
            )
            for text in texts
        }
        assert found == {3 if per_kg <= Fraction(1, 10) else 4}
    assert _cardiovascular(protocol, norepinephrine="8 mcg/min") is None
    too_much = read_day({"norepinephrine": ["50 mcg/kg/min"]}, protocol.bands)
    assert too_much.refusals


@hazard("HZ-20", without=cut(stream._check, 'job.version != "1996"', "False"))
def test_the_responder_rule_takes_no_score_but_the_trials(protocol: Protocol) -> None:
    assert _score(protocol, **NORMAL).version == "1996"
    job = stream.Job("in.csv", "out.csv", protocol, version="2", respond="response.csv")
    with pytest.raises(TableRefused):
        stream._check(job)


def _texts(days: list[Day]) -> list[str]:
    return ["D" if day is DIED else "" if day is None else str(day) for day in days]


@hazard(
    "HZ-21",
    without=(
        cut(response._largest_sum, "floor(", "1 + floor("),
        cut(response._fill, "last = death_score", "pass"),
        cut(response.respond, "responder = None if provisional else", "responder ="),
    ),
)
def test_the_responder_is_that_of_a_second_reading_of_the_plan(protocol: Protocol, many: Many) -> None:
    window, chance = protocol.endpoint.windows[0], random.Random(21)
    for _turn in many(1_500, 1_000_000):
        length = window.last_day - window.first_day + 1
        base = chance.choice([None, chance.randint(0, 24), chance.randint(1, 6)])
        near = 6 if base is None else base
        days: list[Day] = [
            chance.choice([None, max(0, near - chance.randint(0, 3)), chance.randint(0, 24)]) for _ in range(length)
        ]
        if chance.random() < 0.2:
            days = [*days[: (died := chance.randrange(length))], *[DIED] * (length - died)]
        if all(day is None for day in days):
            continue
        found, expected = respond(protocol.endpoint, window, base, days), oracle.respond(base, _texts(days))
        assert not isinstance(found, Refusal)
        assert (found.sum, found.responder, found.provisional, found.died) == (
            expected["sum"], expected["responder"], expected["provisional"], expected["died"],
        ), (base, days)  # fmt: skip


def _by_hours(moment: datetime, day1: datetime, _zone: ZoneInfo) -> int:
    return (moment - day1) // timedelta(hours=24) + 1


@hazard("HZ-22", without=swap("tests.hazards.test_rule.study_day", _by_hours))
def test_a_study_day_is_a_calendar_day_of_the_site(many: Many) -> None:
    zones = sorted(available_timezones())
    chance = random.Random(22)
    for turn in many(40, len(zones) * 20):
        zone = ZoneInfo(zones[turn % len(zones)] if many.deep else chance.choice(zones))
        day1 = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=chance.randrange(525_600))
        before = study_day(day1, day1, zone)
        assert before == 1
        for hour in range(1, 24 * 16):
            now = day1 + timedelta(hours=hour)
            day = study_day(now, day1, zone)
            begins, ends = day_span(day, day1, zone)
            assert begins <= now < ends, (zone, now)
            assert day - before in (0, 1, 2)  # a date that a zone left out is a day all the same
            before = day


@hazard("HZ-24", without=cut(phenotype, "deciding(patient, protocol)", "max(numbers(patient))"))
def test_a_later_sample_never_switches_a_running_course(ward: Followed, protocol: Protocol, many: Many) -> None:
    ward.start("p")
    before = ward.desk.ward.store.chart("p").running
    assert before is not None
    for number, values in enumerate((("300", "2000"), ("90000", "9000"), ("4420", "5000")), start=2):
        ward.now += timedelta(hours=1)
        texts = {f"sample.{number}.ferritin": values[0], f"sample.{number}.hla_dr": values[1]}
        ward.sign("p", {**texts, f"sample.{number}.sampled": f"{ward.now:%Y-%m-%d %H:%M}"})
        chart = ward.desk.ward.store.chart("p")
        assert chart.running is not None
        assert chart.running.plan == before.plan
        found = phenotype(chart.sheet, protocol)
        assert found.regimen is not None
        assert found.regimen.name == before.plan.regimen


UNGUARDED = every(
    swap("immunosep_tui.store.store.objection", lambda *_given: ("", None)),
    swap(
        "immunosep_tui.store.schema.INDEXES", tuple(line for line in schema.INDEXES if "one_active_course" not in line)
    ),
)


@hazard("HZ-24", without=UNGUARDED)
def test_two_courses_never_run_at_once(ward: Followed) -> None:
    ward.start("p")
    plan = ward.desk.ward.store.chart("p").running
    assert plan is not None
    chart = ward.desk.ward.store.chart("p")
    with pytest.raises(StoreError) as refused:
        ward.desk.ward.store.append(start_course(chart, plan.plan, ward.signature()), chart.n)
    assert "running course already" in str(refused.value.text)


def _bars(age: str, protocol: Protocol) -> bool:
    now = datetime(2026, 5, 12, 6, tzinfo=UTC)
    sheet = Patient("p", {"labs.ferritin": "900", "labs.hla_dr": "4000", "screening.age": age})
    return bool(against.bars(sheet, protocol, ZoneInfo("UTC"), now))


@hazard("HZ-68", without=cut(against.bars, "each.id == AGE", "False"))
def test_no_course_is_started_for_a_child(protocol: Protocol) -> None:
    assert [age for age in range(0, 111) if _bars(str(age), protocol)] == list(range(18))


@hazard("HZ-26", without=cut(against.doubts, 'answers.get(question.id) == "yes"', "False"))
def test_renal_failure_is_asked_about_and_changes_no_dose(ward: Followed, protocol: Protocol) -> None:
    chart = ward.desk.ward.store.chart("p")
    plans = []
    for answer in ("yes", "no"):
        sheet = chart.sheet.typed("treatment.start", f"{START:%Y-%m-%d %H:%M}")
        found = starting.plan(sheet, chart, protocol, UTC_ZONE, {"renal": answer})
        assert isinstance(found, starting.Plan)
        plans.append(found)
        said = against.doubts(sheet, found, protocol, UTC_ZONE, ward.now, {"renal": answer})
        assert any("30 mL/min" in str(text) for text in said) == (answer == "yes")
    assert plans[0].doses == plans[1].doses
    assert any("30 mL/min" in note.text and "was not found" in note.text for note in plans[0].regimen.notes)


@hazard("HZ-27", without=cut(ImmunoSepApp._trouble, "isoformat() > due", "isoformat() > '9999'"))
def test_a_protocol_that_was_not_reviewed_in_time_says_so(protocol: Protocol, tmp_path: Path) -> None:
    due = date.fromisoformat(protocol.review_by)
    for days, told in ((-1, False), (0, False), (1, True), (400, True)):
        noon = datetime(due.year, due.month, due.day, 12, tzinfo=UTC) + timedelta(days)
        desk = desk_of(protocol, now=partial(lambda at: at, noon))
        text, _advice = ImmunoSepApp(desk)._trouble()
        assert ("NOT REVIEWED" in str(text)) == told
        desk.close()

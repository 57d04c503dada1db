"""A course after a stop, a leaving and a return: what may be planned, what it rests on, and what stays of the first one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from immunosep_tui.record.attention import CHECK, DECIDE, DOSE, DUE, EARLIER, NOT_CHARTED, RUNNING, SOFA, STOPPED
from immunosep_tui.record.entry import Entry
from immunosep_tui.record.kinds import CourseStopped, Decision, Dose, ExtraDose, Kind, Labs, Left, Returned
from immunosep_tui.rules.phenotype import IMMUNOPARALYSIS, MALS
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.rules.reason import Sentence
from immunosep_tui.store.errors import Refused
from immunosep_tui.ward.board import Row
from immunosep_tui.ward.deeds import correct_stop, record_dose, record_leaving, start_course, take_back
from immunosep_tui.ward.doubts import doubts
from immunosep_tui.ward.instants import ms
from immunosep_tui.ward.signature import propose
from immunosep_tui.ward.starting import Plan, may_plan, plan
from tests.support.followed import IDENTITY, LABS, SCREENING, START, Followed
from tests.support.wards import UTC as ZONE

HOUR = timedelta(hours=1)
OTHER = {"sample.2.ferritin": "900", "sample.2.hla_dr": "4000", "sample.2.sampled": "2026-05-13 06:00"}


@pytest.fixture
def ward(tmp_path: Path, protocol: Protocol) -> Iterator[Followed]:
    """A patient with MALS on anakinra: doses of 08:00 and 16:00 given, that of 00:00 not charted, stopped at 01:00."""
    found = Followed(tmp_path, protocol)
    found.sign("p", IDENTITY | SCREENING | LABS)
    found.start("p")
    found.give_until("p", START + 9 * HOUR)
    found.now = START + 17 * HOUR
    found.stop("p", found.now)
    found.now = START + 24 * HOUR
    yield found
    found.desk.close()


def planned(ward: Followed, first: str = "2026-05-13 10:00") -> Plan | Sentence:
    chart = ward.desk.ward.store.chart("p")
    sheet = chart.sheet.typed("treatment.start", first)
    return plan(sheet, chart, ward.protocol, ZONE)


def start_again(ward: Followed, first: str = "2026-05-13 10:00") -> None:
    found = planned(ward, first)
    assert isinstance(found, Plan), found
    chart = ward.desk.ward.store.chart("p")
    ward.desk.ward.store.append(start_course(chart, found.body, ward.signature("other drug"), found.decision), chart.n)


def shown(ward: Followed) -> tuple[Row, Row]:
    """The patient on the board, and at the top of the patient's own screen."""
    (listed,) = ward.desk.ward.listing().rows
    ward.desk.ward.read_again("p")
    return listed, ward.desk.ward.row(ward.desk.ward.get("p"))


def rule_against(ward: Followed, entry: int) -> tuple[str, Entry | None]:
    chart = ward.desk.ward.store.chart("p")
    with pytest.raises(Refused) as raised:
        ward.desk.ward.store.append([take_back(chart, entry, ward.signature("wrong"))], chart.n)
    return raised.value.rule, raised.value.entry


def number_of(ward: Followed, kind: type[Kind], which: int = -1) -> int:
    return [e.n for e in ward.desk.ward.store.chart("p").entries if isinstance(e.body, kind)][which]


def test_after_a_stop_the_new_sample_decides_for_board_header_and_start(ward: Followed) -> None:
    chart = ward.desk.ward.store.chart("p")
    assert may_plan(chart, ward.now)
    assert {row.phenotype for row in shown(ward)} == {MALS}
    ward.sign("p", OTHER)
    assert {(row.phenotype, row.state) for row in shown(ward)} == {(IMMUNOPARALYSIS, STOPPED)}
    found = planned(ward)
    assert isinstance(found, Plan)
    assert (found.body.regimen, found.body.sample, found.decision) == ("interferon-gamma", 2, None)
    start_again(ward)
    assert {(row.phenotype, row.state) for row in shown(ward)} == {(IMMUNOPARALYSIS, RUNNING)}
    first, second = ward.desk.ward.store.chart("p").courses
    assert (first.plan.regimen, second.plan.regimen) == ("anakinra", "interferon-gamma")
    assert ward.desk.ward.readings(ward.desk.ward.get("p")).days.first == first.first_given


def test_the_other_drug_within_the_interval_of_the_first_asks_why_and_a_part_counts(ward: Followed) -> None:
    ward.sign("p", OTHER)

    def asked(first: str) -> list[str]:
        found, chart = planned(ward, first), ward.desk.ward.store.chart("p")
        assert isinstance(found, Plan)
        said = doubts(chart.sheet, found, ward.protocol, ZONE, ward.now, {}, chart.courses)
        return [str(each) for each in said if "no washout is published" in str(each)]

    # Given at 16:10, every 8 hours: its interval was over at 00:10, before the stop.
    assert asked("2026-05-13 10:00") == []
    chart = ward.desk.ward.store.chart("p")
    part = propose(chart, ExtraDose(chart.courses[0].n, 2, "half"), START + 17 * HOUR, ward.signature("spilled"))
    ward.desk.ward.store.append([part], chart.n)
    assert asked("2026-05-13 09:00") == []
    (said,) = asked("2026-05-13 08:59")
    assert "Given before: anakinra, last 2026-05-13 01:00" in said
    assert "interval of 8 hours" in said


def test_a_first_dose_before_the_stop_is_refused_in_words(ward: Followed) -> None:
    assert "was stopped at 2026-05-13 01:00" in str(planned(ward, "2026-05-13 00:00"))


def test_open_doses_of_the_first_course_are_counted_until_they_are_closed(ward: Followed) -> None:
    ward.sign("p", OTHER)
    start_again(ward)
    listed, header = shown(ward)
    for row in (listed, header):
        (item,) = [item for item in row.attention.of(DECIDE) if item.code == EARLIER]
        assert (item.n, item.of) == (1, 45)
    chart = ward.desk.ward.store.chart("p")
    body = Dose(chart.courses[0].n, 3, "not charted")
    ward.desk.ward.store.append([propose(chart, body, START + 16 * HOUR, ward.signature("nobody knows"))], chart.n)
    assert all(not [item for item in row.attention.items if item.code == EARLIER] for row in shown(ward))


@pytest.mark.parametrize("what", ["time", "covid", "decision", "blood"])
def test_what_is_corrected_of_an_earlier_sample_never_leaves_the_start_dead(ward: Followed, what: str) -> None:
    ward.sign("p", OTHER)
    if what == "time":
        ward.sign("p", {"labs.sampled": "2026-05-12 03:30"}, reason="wrong hour")
    elif what == "covid":
        ward.sign("p", {"labs.covid19": "yes"}, reason="positive")
        ward.sign("p", {"labs.covid19": "no"}, reason="false positive")
    elif what == "decision":
        ward.take_back("p", number_of(ward, Decision))
    else:
        ward.take_back("p", number_of(ward, Labs, 0))
    board, header = shown(ward)
    assert board.phenotype == header.phenotype == IMMUNOPARALYSIS
    found = planned(ward)
    assert isinstance(found, Plan), found
    assert found.body.regimen == "interferon-gamma"
    start_again(ward)
    chart = ward.desk.ward.store.chart("p")
    assert chart.course is not None
    decided = chart.standing[chart.course.plan.decision].body
    assert isinstance(decided, Decision)
    assert decided.phenotype == IMMUNOPARALYSIS
    assert {row.phenotype for row in shown(ward)} == {IMMUNOPARALYSIS}
    assert not header.attention.alarms


def test_a_stop_is_not_taken_back_under_a_later_course_and_not_moved_into_it(ward: Followed) -> None:
    ward.sign("p", OTHER)
    start_again(ward)
    chart = ward.desk.ward.store.chart("p")
    stop = chart.entries[number_of(ward, CourseStopped) - 1]
    rule, there = rule_against(ward, stop.n)
    assert (rule, there and there.n) == ("one_active_course", chart.courses[1].n)
    ward.now += 2 * HOUR
    late = correct_stop(chart, stop, "x", START + 25 * HOUR, ward.signature("later"))
    with pytest.raises(Refused) as raised:
        ward.desk.ward.store.append([late], chart.n)
    assert raised.value.rule == "one_active_course"
    earlier = correct_stop(chart, stop, "2026-05-13 00:30", START + 16.5 * HOUR, ward.signature("earlier"))
    ward.desk.ward.store.append([earlier], chart.n)
    assert ward.desk.ward.store.chart("p").courses[0].stopped == ms(START + 16.5 * HOUR)
    assert not ward.desk.ward.store.chart("p").sheet.text("treatment.stop")


def test_a_stop_that_is_taken_back_lets_the_course_run_again(ward: Followed) -> None:
    ward.take_back("p", number_of(ward, CourseStopped))
    board, header = shown(ward)
    for row in (board, header):
        assert row.state == RUNNING
        assert [item.n for item in row.attention.of(DUE)] == [4]
        assert [dose.n for dose in row.not_charted] == [3]


def test_after_a_return_the_same_course_goes_on_and_nothing_of_the_time_away_is_overdue(
    tmp_path: Path, protocol: Protocol
) -> None:
    ward = Followed(tmp_path, protocol)
    ward.sign("p", IDENTITY | SCREENING | LABS)
    ward.start("p")
    ward.give_until("p", START + 9 * HOUR)
    ward.now = START + 12 * HOUR
    ward.leave("p", START + 10 * HOUR)
    assert all(row.left and not row.attention.of(DUE) for row in shown(ward))
    ward.now = START + 38 * HOUR  # doses 3, 4 and 5 were due at 16, 24 and 32 hours
    ward.come_back("p", START + 37 * HOUR)
    for row in shown(ward):
        assert (row.state, row.left, row.day) == (RUNNING, False, 2)
        assert not row.attention.of(DUE)
        assert [dose.n for dose in row.not_charted] == [3, 4, 5]
        assert [item.n for item in row.attention.items if item.code == NOT_CHARTED] == [3]
    ward.now = START + 40 * HOUR
    for row in shown(ward):
        assert [(item.code, item.n) for item in row.attention.of(DUE)] == [(DOSE, 6)]
    chart = ward.desk.ward.store.chart("p")
    ward.desk.ward.store.append([record_dose(chart, 6, "given", ward.now, ward.signature())], chart.n)
    rule, there = rule_against(ward, number_of(ward, Left))
    assert (rule, there and there.n) == ("stands_on", number_of(ward, Returned))
    early = record_leaving(ward.desk.ward.store.chart("p"), START + 36 * HOUR, ward.signature())
    with pytest.raises(Refused) as raised:
        ward.desk.ward.store.append([early], chart.n + 1)
    assert raised.value.rule == "left_after_return"
    ward.leave("p", ward.now)
    assert rule_against(ward, number_of(ward, Returned))[0] == "stands_on"
    ward.take_back("p", number_of(ward, Left))
    ward.take_back("p", number_of(ward, Returned))
    assert shown(ward)[0].left
    ward.desk.close()


def test_sofa_is_asked_by_the_days_of_the_first_course_and_checks_by_the_same_pages(ward: Followed) -> None:
    ward.sign("p", OTHER)
    start_again(ward)
    ward.now = START + 50 * HOUR  # 10:00 of the third day, the second day of the second course
    for row in shown(ward):
        sofa = [item.n for item in row.attention.items if item.code == SOFA]
        checks = {item.n for item in row.attention.items if item.code == CHECK}
        assert (sofa, checks) == ([2], {3})

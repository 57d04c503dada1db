"""Limits along the line of time: which readings meet them, and what ends that."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from immunosep_tui.record.attention import CALL, LOOK, STOP
from immunosep_tui.record.kinds import CourseStopped
from immunosep_tui.rules.protocol import Protocol
from tests.support.story import Story, Told, wall

MS = 1 / 3_600_000
"""One millisecond, in hours."""


def running(protocol: Protocol, drug: str = "anakinra", settings: dict[str, str] | None = None) -> Story:
    """A patient half an hour after the first dose of a course."""
    story = Story(protocol, settings).at(-4)
    story.course(drug)
    story.at(0.5).dose()
    return story


# ---- every limit, by number ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("hemoglobin", "7.0", [(CALL, "Hemoglobin", "7.0 g/dL")]),
        ("hemoglobin", "7.1", [(LOOK, "Hemoglobin", "7.1 g/dL")]),
        ("hemoglobin", "7.9", [(LOOK, "Hemoglobin", "7.9 g/dL")]),
        ("hemoglobin", "8.0", []),
        ("bleeding", "1", []),
        ("bleeding", "2", [(CALL, "Bleeding", "WHO 2")]),
        ("bleeding", "3", [(STOP, "Bleeding", "WHO 3")]),
        ("bleeding", "4", [(STOP, "Bleeding", "WHO 4")]),
        ("major-bleeding", "0", []),
        ("major-bleeding", "1", [(STOP, "Bleeding", "ISTH 1")]),
        ("neutrophils", "0.49", [(STOP, "Neutrophils", "0.49 10^9/L")]),
        ("neutrophils", "0.5", [(LOOK, "Neutrophils", "0.5 10^9/L")]),
        ("neutrophils", "0.99", [(LOOK, "Neutrophils", "0.99 10^9/L")]),
        ("neutrophils", "1.0", []),
        ("platelets", "49", [(LOOK, "Platelets", "49 10^9/L")]),
        ("platelets", "50", []),
        ("fibrinogen", "1.4", [(LOOK, "Fibrinogen", "1.4 g/L")]),
        ("fibrinogen", "1.5", []),
        ("creatinine-clearance", "29", [(LOOK, "Creat. clearance", "29 mL/min")]),
        ("creatinine-clearance", "30", []),
        ("mental-state", "problem", [(LOOK, "Mental state", "problem")]),
        ("mental-state", "done", []),
        ("new-infection", "problem", [(LOOK, "New infection", "problem")]),
        ("rhythm", "problem", []),  # nothing is asked for it
        ("inr", "9", []),  # no limit is set
    ],
)
def test_each_limit_on_anakinra(name: str, text: str, expected: list[Told], protocol: Protocol) -> None:
    story = running(protocol).at(20)
    story.check(name, text, day=2)
    assert story.alarms() == expected


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("platelets", "49", [(CALL, "Platelets", "49 10^9/L")]),
        ("platelets", "50", []),
        ("fibrinogen", "1.4", [(CALL, "Fibrinogen", "1.4 g/L")]),
        ("fibrinogen", "1.5", []),
        ("neutrophils", "0.4", [(STOP, "Neutrophils", "0.4 10^9/L")]),
        ("ferritin", "4421", [(CALL, "Ferritin", "4421 ng/mL")]),
        ("ferritin", "4420", []),
        ("hla-dr", "9000", []),  # above its reversal level is a success
    ],
)
def test_each_limit_on_interferon(name: str, text: str, expected: list[Told], protocol: Protocol) -> None:
    story = running(protocol, "interferon-gamma").at(20)
    story.check(name, text, day=2)
    assert story.alarms() == expected


# ---- bounds -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "level", "sure"),
    [
        ("<0.5", STOP, True),  # every value behind it meets the limit
        ("<1.0", CALL, False),  # some do: may be, and at most a call
        ("<0.6", CALL, False),
        ("<=0.5", CALL, False),
        (">0.3", CALL, False),
        ("<1.2", CALL, False),
        (">0.5", LOOK, False),
        (">1", "", False),
    ],
)
def test_a_bound_asks_as_its_values_do(text: str, level: str, sure: bool, protocol: Protocol) -> None:
    story = running(protocol).at(20)
    story.check("neutrophils", text, day=2)
    found = story.readings().raised("anc")
    assert [(each.level, each.is_sure) for each in found] == ([(level, sure)] if level else [])


def test_of_two_limits_of_one_level_the_one_that_is_surely_met_is_told(protocol: Protocol) -> None:
    """All of <60 is a fall by half of 300, and only some of it is below 50."""
    story = running(protocol, "interferon-gamma").at(20)
    story.check("platelets", "300 01:00; <60 02:00", day=2)
    (found,) = story.readings().raised("platelets")
    assert (found.level, found.is_sure) == (CALL, True)


@pytest.mark.parametrize(("text", "ends"), [(">50", True), (">40", False), ("<60", False), ("50", True)])
def test_a_bound_ends_a_call_only_if_every_value_behind_it_is_in_order(
    text: str, ends: bool, protocol: Protocol
) -> None:
    story = running(protocol, "interferon-gamma").at(20)
    story.check("platelets", "45 01:00", day=2)
    story.at(30).check("platelets", f"45 01:00; {text} 12:00", day=2)
    assert (story.alarms() == []) is ends


# ---- falls along the line -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "falls"),
    [
        ("12.4; 8.9", True),  # in one cell
        ("8.9 10:00; 12.4 07:00", True),  # times go before the order
        ("8.9 07:00; 12.4 10:00", False),
        ("12.4; 10.4", True),
        ("12.4; 10.5", False),
        ("8.9", False),
    ],
)
def test_hemoglobin_falls_from_the_highest_before_it(text: str, falls: bool, protocol: Protocol) -> None:
    story = running(protocol).at(4)
    story.check("hemoglobin", text)
    assert [each.level for each in story.readings().raised("hemoglobin")] == ([LOOK] if falls else [])


@pytest.mark.parametrize(("hours", "falls"), [(48, True), (48.1, False)])
def test_hemoglobin_is_compared_with_the_last_48_hours(hours: float, falls: bool, protocol: Protocol) -> None:
    story = running(protocol).at(0.6)
    story.value("hemoglobin", "12.4", 0.5)
    story.at(60).value("hemoglobin", "10.3", 0.5 + hours, number=3)
    assert bool(story.readings().raised("hemoglobin")) is falls


def test_platelets_call_at_85_of_300_160_85_and_not_before(protocol: Protocol) -> None:
    story = running(protocol, "interferon-gamma")
    story.at(1).value("platelets", "300", 0.9)
    story.at(25).value("platelets", "160", 24.9, number=3)
    assert story.alarms() == []
    story.at(49).value("platelets", "149", 48.9, number=4)
    assert [each.observation.text for each in story.readings().raised("platelets")] == ["149"]
    story.at(73).value("platelets", "85", 72.9, number=5)
    assert [each.observation.text for each in story.readings().raised("platelets")] == ["149", "85"]
    story.at(97).value("platelets", "90", 96.9, number=6)  # higher than the drawing before: recovering
    assert story.alarms() == []
    story.at(121).value("platelets", "45", 120.9, number=7)
    story.at(145).value("platelets", "48", 144.9, number=8)  # recovering concerns the fall alone
    assert [(each.observation.text, each.level) for each in story.readings().raised("platelets")] == [
        ("45", CALL),
        ("48", CALL),
    ]


@pytest.mark.parametrize(("last", "calls"), [("151", False), ("150", True), ("155; 150", True)])
def test_a_fall_of_platelets_counts_at_or_below_150_alone(last: str, calls: bool, protocol: Protocol) -> None:
    story = running(protocol, "interferon-gamma").at(20)
    story.check("platelets", "400; " + last, day=2)
    assert bool(story.alarms()) is calls


def test_a_fall_with_nothing_to_compare_cannot_be_judged_and_is_said_so(protocol: Protocol) -> None:
    story = running(protocol, "interferon-gamma").at(20)
    story.check("platelets", "90", day=2)
    item = next(item for item in protocol.checklist if item.id == "interferon-gamma-platelets")
    found = story.readings().finding(item, "monitoring.2.interferon-gamma-platelets")
    assert found is not None
    assert [limit.when for limit in found.not_judged] == ["fall_percent"]


@pytest.mark.parametrize(
    ("drug", "name", "text", "worst"),
    [
        ("anakinra", "neutrophils", "0.4; 0.2; 0.3", "0.2 10^9/L"),
        ("anakinra", "hemoglobin", "6.9; 6.1; 6.5", "6.1 g/dL"),
        ("anakinra", "hemoglobin", "6.9; 61 g/L", "61 g/L"),  # whatever unit it was reported in
        ("anakinra", "hemoglobin", "12.4; 10.4; 10.0; 10.2", "12.4 -> 10.0 g/dL"),
        ("interferon-gamma", "platelets", "300; 140; 120; 130", "300 -> 120 10^9/L"),
        ("anakinra", "alt", "201; 400; 300", "400 units/L"),
    ],
)
def test_the_worst_of_several_readings_is_told(drug: str, name: str, text: str, worst: str, protocol: Protocol) -> None:
    story = running(protocol, drug).at(20)
    story.check(name, text, day=2)
    ((_level, _about, value),) = story.alarms()
    assert value == worst


@pytest.mark.parametrize(("given", "units"), [(0, 3), (-24, 3), (-24 - MS, 0), (MS, 0), (None, 0)])
def test_red_cells_of_the_hours_before_the_last_value_stand_beside_it(
    given: float | None, units: int, protocol: Protocol
) -> None:
    story = Story(protocol).at(40)
    hours = replace(protocol.site.red_cells, value=Decimal(24))
    assert story.readings().last_value("hemoglobin", hours) == (None, 0)
    story.value("hemoglobin", "10.9", 28)
    story.value("hemoglobin", "9.9", 29, number=3)
    story.value("hemoglobin", "8.1", 30, number=4)
    if given is not None:
        for count in (1, 2):
            story.red_cells(count, at=30 + given)
    last, found = story.readings({"sample.5.hemoglobin": "9"}).last_value("hemoglobin", hours)
    assert last is not None
    assert (last.text, found) == ("8.1", units)


def test_a_look_that_found_nothing_ends_one_that_found_a_problem(protocol: Protocol) -> None:
    story = running(protocol).at(20)
    story.check("mental-state", "problem", day=1)
    assert [told[2] for told in story.alarms()] == ["problem"]
    assert [each.is_sure for each in story.readings().raised("mental-state")] == [True]
    story.check("mental-state", "done", day=2)
    assert story.alarms() == []
    story.at(45).check("mental-state", "problem", day=3)
    assert [told[2] for told in story.alarms()] == ["problem"]


def test_a_value_too_high_for_a_fall_to_count_ends_one_with_nothing_to_compare(protocol: Protocol) -> None:
    story = running(protocol, "interferon-gamma").at(20)
    story.value("platelets", "300", 2)
    story.value("platelets", "100", 19, number=3)
    assert [told[0] for told in story.alarms()] == [CALL]
    story.at(340).value("platelets", "200", 339, number=4)
    assert story.alarms() == []


# ---- time -----------------------------------------------------------------------------------------------------------
def test_an_untimed_value_raises_and_never_ends(protocol: Protocol) -> None:
    story = running(protocol, "interferon-gamma").at(20)
    story.value("platelets", "45", None)
    assert story.alarms() == [(CALL, "Platelets", "45 10^9/L")]
    story.at(21).value("platelets", "200", None, number=3)
    assert story.alarms() == [(CALL, "Platelets", "45 10^9/L")]
    story.at(22).value("platelets", "190", 20.5, number=4)  # drawn after the low one was recorded
    assert story.alarms() == []


def test_the_order_of_typing_decides_nothing(protocol: Protocol) -> None:
    """A better value that was taken before the worse one does not end it."""
    story = running(protocol, "interferon-gamma").at(20)
    story.value("platelets", "45", 10)
    story.at(21).value("platelets", "200", 8, number=3)
    assert [told[0] for told in story.alarms()] == [CALL]
    story.at(22).value("platelets", "190", 12, number=4)
    assert story.alarms() == []


def test_a_call_is_ended_by_a_later_drawing_in_order_and_not_by_one_that_meets_the_limit(protocol: Protocol) -> None:
    story = running(protocol).at(20)
    story.check("hemoglobin", "6.6 21:00", day=1)
    story.at(21).check("hemoglobin", "6.9 04:30", day=2)
    assert [told[2] for told in story.alarms()] == ["6.6 g/dL"]
    story.at(22).check("hemoglobin", "6.9 04:30; 7.1 05:30", day=2)
    assert story.alarms() == [(LOOK, "Hemoglobin", "7.1 g/dL")]  # no call any more; its own limit is another one


def test_red_cells_end_a_call_and_keep_the_fall(protocol: Protocol) -> None:
    """8.1 after 2 units: a fall from 12.4 all the same."""
    story = running(protocol).at(4)
    story.check("hemoglobin", "12.4 07:00; 6.6 10:00")
    assert [told[0] for told in story.alarms()] == [CALL]
    story.red_cells(2, at=3)
    story.at(6).check("hemoglobin", "12.4 07:00; 6.6 10:00; 8.1 13:30")
    assert [told[0] for told in story.alarms()] == [LOOK]
    assert story.alarms()[0][2].endswith("8.1 g/dL")


# ---- upper limits of normal -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "text", "asks"),
    [
        ("alt", "200", False),
        ("alt", "201", True),
        ("ast", "201", True),
        ("ggt", "300", False),
        ("ggt", "301", True),
        ("bilirubin", "6.0", False),
        ("bilirubin", "6.1", True),
    ],
)
def test_the_liver_is_judged_by_the_assumed_upper_limits(name: str, text: str, asks: bool, protocol: Protocol) -> None:
    story = running(protocol).at(20)
    assert name in story.settings.assumed
    story.check(name, text, day=2)
    assert [told[0] for told in story.alarms()] == ([LOOK] if asks else [])


@pytest.mark.parametrize(("text", "asks"), [("300", False), ("301", True)])
def test_the_liver_is_judged_by_an_upper_limit_that_was_entered(text: str, asks: bool, protocol: Protocol) -> None:
    story = running(protocol, settings={"alt": "60"}).at(20)
    assert "alt" not in story.settings.assumed
    story.check("alt", text, day=2)
    assert [told[0] for told in story.alarms()] == ([LOOK] if asks else [])


@pytest.mark.parametrize(
    ("baseline", "text", "asks"),
    [
        ("200", "201", True),  # not above five times the upper limit: that counts
        ("250", "1250", False),  # above it: five times the baseline counts
        ("250", "1251", True),
    ],
)
def test_a_baseline_above_the_limit_is_what_later_values_are_judged_against(
    baseline: str, text: str, asks: bool, protocol: Protocol
) -> None:
    story = Story(protocol).at(-4)
    story.sample("anakinra", -5, alt=baseline)
    story.start()
    story.at(0.5).dose()
    before = story.alarms()
    story.at(20).value("alt", text, 18)
    raised = [each.observation.text for each in story.readings().raised("alt")]
    assert (text in raised) is asks
    assert [told[0] for told in before] == ([LOOK] if baseline == "250" else [])


@pytest.mark.parametrize(("taken", "asks"), [(-1 / 60, True), (0, False)])
def test_a_high_baseline_counts_for_what_was_taken_from_the_start_on(
    taken: float, asks: bool, protocol: Protocol
) -> None:
    story = Story(protocol).at(-4)
    story.sample("anakinra", -5, alt="250")
    story.start()
    story.at(0.5).dose()
    story.at(3).value("alt", "1250", taken)
    assert ("1250" in [each.observation.text for each in story.readings().raised("alt")]) is asks


# ---- which checks count ---------------------------------------------------------------------------------------------
def test_a_drug_without_any_line_is_judged_by_those_of_the_other(protocol: Protocol) -> None:
    story = running(protocol).at(19)
    story.check("inr", "1.1", day=2)  # a line that the protocol at hand does not have
    lines = tuple(item for item in protocol.checklist if item.regimen != "anakinra")
    story.protocol = replace(protocol, checklist=lines)
    story.at(20).value("hemoglobin", "6.6", 18)
    assert set(story.facts()) == {"ferritin", "hla_dr", "hemoglobin"}
    assert story.alarms() == [(CALL, "Hemoglobin", "6.6 g/dL")]


def test_a_value_from_before_a_course_stays_judged_by_every_drug(protocol: Protocol) -> None:
    story = Story(protocol).at(-4)
    story.sample("anakinra", -5, platelets="45")
    story.start()
    story.at(0.5).dose()
    assert story.alarms() == [(CALL, "Platelets", "45 10^9/L")]
    story.at(20).value("platelets", "44", 18)
    assert [told[0] for told in story.alarms()] == [CALL, LOOK]  # on anakinra itself it is no call


@pytest.mark.parametrize(("taken", "level"), [(-1 / 60, CALL), (0, LOOK)])
def test_the_lines_of_a_course_count_from_its_first_dose(taken: float, level: str, protocol: Protocol) -> None:
    story = running(protocol).at(3)
    story.value("platelets", "45", taken)
    assert [told[0] for told in story.alarms()] == [level]


def test_the_lines_of_the_latest_course_that_had_begun_count(protocol: Protocol) -> None:
    story = running(protocol).at(30)
    first = story.chart.course
    assert first is not None
    story.record(CourseStopped(first.n, wall(30)), reason="rash")
    story.sample("interferon-gamma", taken=29, number=2)
    story.start(first=32)
    story.at(33).dose()
    story.at(40).value("platelets", "45", 39, number=3)
    assert [told for told in story.alarms() if told[1] == "Platelets"] == [(CALL, "Platelets", "45 10^9/L")]


def test_without_a_course_the_checks_of_both_drugs_count(protocol: Protocol) -> None:
    """Platelets below 50 are a call on one of them only, neutrophils below 0.5 a stop on both."""
    story = Story(protocol).at(-4)
    story.value("platelets", "45", -5, number=1)
    story.sign({"screening.neutrophils": "0.4"})
    story.bleed(2)
    assert story.alarms() == [
        (STOP, "Neutrophils", "0.4 10^9/L"),
        (CALL, "Bleeding", "WHO 2"),
        (CALL, "Platelets", "45 10^9/L"),
    ]


@pytest.mark.parametrize(("ferritin", "hla_dr"), [("20000", "9000"), ("900", "2000"), ("900", "9000")])
def test_without_a_course_markers_are_the_phenotypes_and_meet_no_limit(
    ferritin: str, hla_dr: str, protocol: Protocol
) -> None:
    story = Story(protocol).at(-4)
    story.sign({"labs.ferritin": ferritin, "labs.hla_dr": hla_dr, "labs.sampled": "2026-05-12 03:00"})
    assert story.alarms() == []


def test_the_check_of_the_start_alone_asks_for_nothing_later(protocol: Protocol) -> None:
    story = running(protocol).at(20)
    story.check("neutrophils", "1.2", day=2)
    assert story.alarms() == []


@pytest.mark.parametrize(
    ("drug", "text", "expected"),
    [
        ("anakinra", "1.2 07:00", [CALL]),
        ("anakinra", "1.2 08:00", []),  # drawn at the start
        ("anakinra", "1.2 09:00", []),  # drawn after the start
        ("anakinra", "1.5 07:00", []),
        ("interferon-gamma", "1.2 07:00", []),  # would not have barred this start
    ],
)
def test_a_value_from_before_the_start_that_arrives_later_and_would_have_barred_it_is_a_call(
    drug: str, text: str, expected: list[str], protocol: Protocol
) -> None:
    story = running(protocol, drug).at(3)
    story.check("neutrophils-start" if drug == "anakinra" else "neutrophils", text, day=1)
    assert [told[0] for told in story.alarms()] == expected


def test_what_arrived_after_a_start_stays_a_call_when_the_drug_is_started_again(protocol: Protocol) -> None:
    story = running(protocol).at(3)
    story.check("neutrophils-start", "1.2 07:00", day=1)
    first = story.chart.course
    assert first is not None
    story.at(5).record(CourseStopped(first.n, wall(5)), reason="rash")
    story.start(first=8)
    assert story.alarms() == [(CALL, "ANC before start", "1.2 10^9/L")]


def test_what_was_known_before_the_start_was_judged_by_the_start(protocol: Protocol) -> None:
    story = Story(protocol).at(-4)
    story.sample("anakinra", -5, anc="1.2")
    story.start()
    story.at(0.5).dose()
    assert story.alarms() == []


# ---- drafts -----------------------------------------------------------------------------------------------------------
def test_a_draft_raises_marked_draft_and_never_ends(protocol: Protocol) -> None:
    story = running(protocol).at(20)
    key = "monitoring.2.anakinra-hemoglobin"
    found = story.attention(draft={key: "6.6"})
    assert [(item.level, item.draft, item.entries) for item in found.alarms] == [(CALL, True, ())]
    assert found.urgent == ()
    story.check("hemoglobin", "6.6 04:00", day=2)
    better = story.attention(draft={key: "6.6 04:00; 9.9 05:00"})
    assert [(item.level, item.draft) for item in better.alarms] == [(CALL, False)]
    replaced = story.attention(draft={key: "9.9"})
    assert [(item.level, item.draft) for item in replaced.alarms] == [(CALL, False)]


def test_a_draft_is_no_reference_for_a_fall_of_what_is_signed(protocol: Protocol) -> None:
    story = running(protocol).at(20)
    story.check("hemoglobin", "9.0 04:00", day=2)
    found = story.attention(draft={"monitoring.1.anakinra-hemoglobin": "13 20:00"})
    assert found.of(CALL, LOOK) == ()


def test_a_draft_that_is_worse_than_what_is_signed_in_its_cell_raises(protocol: Protocol) -> None:
    story = running(protocol).at(20)
    story.check("bleeding", "0", day=2)
    found = story.attention(draft={"monitoring.2.anakinra-bleeding": "2"})
    assert [(item.level, item.draft) for item in found.alarms] == [(CALL, True)]


# ---- the cell -----------------------------------------------------------------------------------------------------------
def test_a_cell_tells_the_most_urgent_level_of_its_readings(protocol: Protocol) -> None:
    story = running(protocol).at(20)
    story.check("bleeding", "1; 3; 0", day=2)
    assert story.readings().level_at("monitoring.2.anakinra-bleeding") == "stop"
    assert story.readings({"monitoring.2.anakinra-bleeding": "1"}).level_at("monitoring.2.anakinra-bleeding") == ""
    assert story.readings().level_at("monitoring.3.anakinra-bleeding") == ""
    story.at(45).check("bleeding", "3", day=1)
    story.check("bleeding", "1", day=3)
    added = story.readings({"monitoring.3.anakinra-bleeding": "1; 0"})
    assert added.level_at("monitoring.3.anakinra-bleeding") == ""  # another day is another cell
    added = story.readings({"monitoring.2.anakinra-bleeding": "1; 3; 0; 0"})
    assert added.level_at("monitoring.2.anakinra-bleeding") == "stop"
    story.check("bleeding", "3", day=3)
    for text in ("1", "1; 0"):  # what is typed over it does not count beside it
        assert story.readings({"monitoring.3.anakinra-bleeding": text}).level_at("monitoring.3.anakinra-bleeding") == ""


@pytest.mark.parametrize(
    ("drug", "name", "before", "text", "level", "whens"),
    [
        ("anakinra", "bleeding", "0", "1; 2; 0", "call", ["at_or_above"]),
        ("anakinra", "hemoglobin", "12 10:00", "11", "", []),
        ("anakinra", "hemoglobin", "12 10:00", "10", "review", ["fall"]),
        ("anakinra", "hemoglobin", "12 10:00", "9.9; 6.9; 9.8", "call", None),
        ("anakinra", "alt", "40", "200", "", []),
        ("anakinra", "alt", "40", "201", "review", None),
        ("interferon-gamma", "platelets", "300 10:00", "90", "call", ["fall_percent"]),
        ("interferon-gamma", "platelets", "300 10:00; 85 11:00", "90 02:00", "", []),  # recovering
    ],
)
def test_a_line_of_the_checklist_shows_the_most_urgent_that_its_cell_asks_for(
    drug: str, name: str, before: str, text: str, level: str, whens: list[str] | None, protocol: Protocol
) -> None:
    story = running(protocol, drug).at(20)
    story.check(name, before, day=1)
    story.check(name, text, day=2)
    item = next(item for item in protocol.checklist if item.id == f"{drug}-{name}")
    place = f"monitoring.2.{item.id}"
    found = story.readings().finding(item, place)
    assert found is not None
    assert (found.met[0].level if found.met else "", story.readings().level_at(place)) == (level, level)
    assert whens is None or [limit.when for limit in found.met] == whens
    assert story.readings().finding(item, f"monitoring.3.{item.id}") is None

"""What stands in a chart until a person, a later value or a correction ends it."""

from __future__ import annotations

import pytest

from immunosep_tui.record.attention import (
    CALL,
    CHECK,
    DECIDE,
    DO,
    EQUAL_TIMES,
    HOOK,
    IDENTITY,
    ISTH,
    LOOK,
    MARKER,
    PLAN,
    SOFA,
    SOFA_DIFFERS,
    STOP,
    Standing,
)
from immunosep_tui.record.kinds import CourseStopped, LimitEnded, Note
from immunosep_tui.record.objections import objection
from immunosep_tui.rules.protocol import Protocol
from tests.support.story import NURSE, Story, codes, hour, told, wall


def running(protocol: Protocol, drug: str = "anakinra", settings: dict[str, str] | None = None) -> Story:
    """A patient half an hour after the first dose of a course."""
    story = Story(protocol, settings).at(-4)
    story.course(drug)
    story.at(0.5).dose()
    return story


# ---- STOP -----------------------------------------------------------------------------------------------------------
def test_a_milder_bleed_does_not_end_a_stop(protocol: Protocol) -> None:
    story = running(protocol).at(2)
    story.bleed(3)
    story.at(5).bleed(2)
    assert story.alarms() == [(STOP, "Bleeding", "WHO 3"), (CALL, "Bleeding", "WHO 2")]
    story.at(6).bleed(0)
    assert story.alarms() == [(STOP, "Bleeding", "WHO 3")]


def test_a_stop_is_ended_by_a_doctor_with_a_reason_and_by_nobody_else(protocol: Protocol) -> None:
    story = running(protocol).at(2)
    n = story.bleed(3)
    end = LimitEnded(n, STOP)
    for by, reason, rule in ((NURSE, "over", "ends_stop"), (NURSE, "", "ends_stop")):
        assert objection(story.chart, story.proposal(end, by=by, reason=reason))[0] == rule
    assert objection(story.chart, story.proposal(end))[0] == "reason"
    assert objection(story.chart, story.proposal(LimitEnded(99, STOP), reason="over"))[0] == "ends_own"
    story.at(5).end(n)
    assert story.alarms() == []


def test_a_nurse_ends_a_call_and_the_end_of_a_call_ends_no_stop(protocol: Protocol) -> None:
    story = running(protocol).at(2)
    n = story.bleed(2)
    stop = story.bleed(3)
    story.record(LimitEnded(stop, CALL), by=NURSE, reason="over")
    story.record(LimitEnded(n, CALL), by=NURSE, reason="over")
    assert story.alarms() == [(STOP, "Bleeding", "WHO 3")]


def test_stops_are_ended_one_entry_at_a_time_and_a_later_one_is_new(protocol: Protocol) -> None:
    story = running(protocol).at(2)
    first = story.bleed(3)
    second = story.at(3).bleed(4)
    assert story.alarms() == [(STOP, "Bleeding", "WHO 4"), (STOP, "Bleeding", "WHO 3")]
    story.end(second)
    assert story.alarms() == [(STOP, "Bleeding", "WHO 3")]
    story.end(first)
    before = story.attention()
    third = story.at(4).bleed(3)
    assert [item.entries for item in story.attention().new_since(before)] == [(third,)]


def test_both_scales_of_one_bleeding_are_one_stop(protocol: Protocol) -> None:
    story = running(protocol).at(2)
    n = story.bleed(3, major=["red-cells"])
    assert [item[:2] for item in story.alarms()] == [(STOP, "Bleeding")]
    story.end(n)
    assert story.alarms() == []


@pytest.mark.parametrize("grade", [0, 1])
def test_a_correction_that_no_longer_meets_the_limit_ends_a_stop(grade: int, protocol: Protocol) -> None:
    story = running(protocol).at(2)
    n = story.check("bleeding", "3")
    story.check("bleeding", str(grade))
    assert story.entries[-1].corrects == n
    assert story.alarms() == []


def test_a_correction_that_still_meets_it_and_a_void_of_the_end_let_it_stand(protocol: Protocol) -> None:
    story = running(protocol).at(2)
    n = story.check("bleeding", "3")
    ended = story.end(n)
    assert story.alarms() == []
    story.void(ended)
    assert story.alarms() == [(STOP, "Bleeding", "WHO 3")]
    story.end(n)
    story.check("bleeding", "4")
    assert story.alarms() == [(STOP, "Bleeding", "WHO 4")]


def test_a_voided_bleeding_has_no_stop(protocol: Protocol) -> None:
    story = running(protocol).at(2)
    story.void(story.bleed(3))
    assert story.alarms() == []


def test_neutrophils_in_order_do_not_end_a_stop(protocol: Protocol) -> None:
    story = running(protocol).at(20)
    n = story.check("neutrophils", "0.4 01:00", day=2)
    story.at(40).check("neutrophils", "0.4 01:00; 2.4 22:00", day=2)
    story.at(41).check("neutrophils", "3.4 00:30", day=3)
    assert [(item.level, item.entries) for item in story.attention().alarms] == [(STOP, (n,))]


@pytest.mark.parametrize("deed", ["stop", "held", "death", "leaving"])
def test_a_stop_a_hold_a_death_or_a_leaving_changes_what_is_asked_and_not_whether_it_stands(
    deed: str, protocol: Protocol
) -> None:
    story = running(protocol).at(2)
    story.bleed(3)
    (before,) = story.attention().of(STOP)
    assert before.asks == "Hold anakinra, call the physician now and escalate."
    if deed == "stop":
        story.at(3).record(CourseStopped(story.chart.courses[0].n, wall(3)), reason="bleeding")
    elif deed == "held":
        story.at(8).dose(2, "held")
    elif deed == "death":
        story.at(3).die()
    else:
        story.at(3).leave()
    (after,) = story.attention().of(STOP)
    assert after._replace(asks=before.asks) == before
    assert (after.asks == before.asks) is (deed == "held")
    if deed != "held":
        assert after.asks == "Escalate; a doctor closes this when it is over."


def test_before_a_course_a_stop_asks_not_to_start(protocol: Protocol) -> None:
    story = Story(protocol).at(-3)
    story.bleed(3)
    (item,) = story.attention().of(STOP)
    assert item.asks == "Start neither drug, and call the physician now."


# ---- CALL -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("grade", "ends"), [("0", True), ("1", True), ("2", False), ("3", False)])
def test_a_call_of_a_bleeding_is_ended_by_a_later_look_of_0_or_1(grade: str, ends: bool, protocol: Protocol) -> None:
    story = running(protocol).at(2)
    story.bleed(2)
    story.at(4).check("bleeding", f"{grade} 11:30")
    assert (CALL in [item[0] for item in story.alarms()]) is not ends


def test_a_look_whose_time_is_not_known_does_not_end_a_bleeding(protocol: Protocol) -> None:
    """It may have been before it."""
    story = running(protocol).at(2)
    story.bleed(2)
    story.at(4).check("bleeding", "0")
    assert [item[0] for item in story.alarms()] == [CALL]


def test_a_call_that_a_person_ended_comes_back_with_the_next_value_alone(protocol: Protocol) -> None:
    story = running(protocol).at(20)
    n = story.check("hemoglobin", "6.9 01:00", day=2)
    story.end(n, CALL)
    assert story.alarms() == []
    story.check("hemoglobin", "6.9 01:00; 7.0 03:30", day=2)
    assert [item[0] for item in story.alarms()] == [CALL]


# ---- acknowledging ----------------------------------------------------------------------------------------------------
def test_an_acknowledgement_calms_a_stop_for_at_most_8_hours(protocol: Protocol) -> None:
    story = running(protocol).at(2)
    n = story.bleed(3)
    story.acknowledge(n, hours=72)
    for hours, calm in ((2, True), (9.999, True), (10, False)):
        (item,) = story.attention(hours).of(STOP)
        assert item.is_calm is calm
        assert (item in story.attention(hours).urgent) is not calm
    (seen,) = [item.seen for item in story.attention().of(STOP)]
    assert seen is not None
    assert (seen.by, seen.until) == ("AB", hour(10))


def test_an_acknowledgement_calms_as_long_as_was_chosen_and_as_the_ward_allows(protocol: Protocol) -> None:
    story = running(protocol).at(2)
    story.acknowledge(story.bleed(3), hours=1)
    assert [story.attention(hours).alarms[0].is_calm for hours in (2.9, 3)] == [True, False]
    strict = running(protocol, settings={"acknowledged": "2"}).at(2)
    strict.acknowledge(strict.bleed(3), hours=8)
    assert [strict.attention(hours).alarms[0].is_calm for hours in (3.9, 4)] == [True, False]


@pytest.mark.parametrize(("text", "calm"), [("6.9", True), ("6.8", True), ("6.7", False)])
def test_a_worse_value_ends_an_acknowledgement_and_one_that_is_not_worse_is_covered(
    text: str, calm: bool, protocol: Protocol
) -> None:
    story = running(protocol).at(20)
    story.acknowledge(story.check("hemoglobin", "6.8 01:00", day=2))
    before = story.attention()
    story.check("hemoglobin", f"6.8 01:00; {text} 03:00", day=2)
    (item,) = story.attention().of(CALL)
    assert item.is_calm is calm
    assert bool(story.attention().new_since(before)) is not calm


def test_of_an_entry_with_an_alarm_and_a_look_each_is_seen_for_its_own_time(protocol: Protocol) -> None:
    """One SOFA day holds platelets of 45 and a bilirubin of 7; the box records both in one deed."""
    story = running(protocol, "interferon-gamma").at(20)
    n = story.sign({"sofa.2.platelets": "45", "sofa.2.bilirubin": "7"})
    story.acknowledge(n, hours=1)
    story.acknowledge(n, hours=6)
    calm = {hours: {item.level for item in story.attention(hours).items if item.is_calm} for hours in (20.9, 21, 26)}
    assert calm == {20.9: {CALL, LOOK}, 21: {LOOK}, 26: set()}
    story.at(22).acknowledge(n, hours=8)
    assert all(item.is_calm for item in story.attention(29.9).of(CALL, LOOK))


def test_another_stop_is_not_covered_by_the_acknowledgement_of_the_first(protocol: Protocol) -> None:
    story = running(protocol).at(2)
    story.acknowledge(story.bleed(3))
    story.at(3).bleed(3)
    assert [item.is_calm for item in story.attention().of(STOP)] == [False, True]


def test_a_value_that_comes_after_one_in_order_is_not_covered(protocol: Protocol) -> None:
    story = running(protocol).at(20)
    story.acknowledge(story.check("hemoglobin", "6.8 01:00", day=2))
    story.at(21).check("hemoglobin", "6.8 01:00; 9 04:30", day=2)
    assert story.attention().of(CALL) == ()
    story.at(22).check("hemoglobin", "6.8 01:00; 9 04:30; 6.9 05:30", day=2)
    assert [item.is_calm for item in story.attention().of(CALL)] == [False]


def test_what_is_looked_at_is_seen_to_the_end_of_the_shift(protocol: Protocol) -> None:
    """The hours of an acknowledgement of alarms do not shorten it."""
    story = running(protocol, settings={"acknowledged": "1", "shift": "12"}).at(20)
    n = story.check("mental-state", "problem", day=2)
    story.acknowledge(n, hours=10)
    assert [story.attention(hours).of(LOOK)[0].is_calm for hours in (29.9, 30)] == [True, False]
    assert not story.attention().alarms


# ---- DECIDE -----------------------------------------------------------------------------------------------------------
def test_different_values_of_the_same_instant_are_to_be_decided_and_the_worse_counts(protocol: Protocol) -> None:
    story = running(protocol).at(20)
    story.value("hemoglobin", "9.5", 10)
    story.value("hemoglobin", "6.8", 10, number=3)
    found = story.attention()
    assert codes(found)[DECIDE, EQUAL_TIMES] == 1
    assert told(found, DECIDE)[-1] == (DECIDE, "Hemoglobin", "9.5 g/dL / 6.8 g/dL")
    assert told(found, CALL) == [(CALL, "Hemoglobin", "6.8 g/dL")]
    story.value("hemoglobin", "9.4", 12, number=4)
    assert codes(story.attention())[DECIDE, EQUAL_TIMES] == 0
    assert told(story.attention(), CALL) == []


def test_the_same_value_twice_at_an_instant_is_nothing_to_decide(protocol: Protocol) -> None:
    story = running(protocol).at(20)
    story.value("hemoglobin", "9.5", 10)
    story.value("hemoglobin", "95 g/L", 10, number=3)
    assert codes(story.attention())[DECIDE, EQUAL_TIMES] == 0


@pytest.mark.parametrize(
    ("units", "bled", "asks"),
    [
        ((2,), 1, True),
        ((1,), 1, False),
        ((1, 1), 1, True),  # one after the other
        ((2,), 0, False),  # no overt bleeding
        ((2,), None, False),
    ],
)
def test_two_units_of_red_cells_with_overt_bleeding_ask_the_question_of_isth(
    units: tuple[int, ...], bled: int | None, asks: bool, protocol: Protocol
) -> None:
    story = running(protocol).at(2)
    if bled is not None:
        story.bleed(bled)
    for number, each in enumerate(units):
        story.at(3 + number).red_cells(each)
    found = [item for item in story.attention().of(DECIDE) if item.code == ISTH]
    assert [item.value for item in found] == (["2"] if asks else [])


def test_the_question_of_isth_is_not_asked_of_a_bleeding_of_another_day_or_that_is_major_already(
    protocol: Protocol,
) -> None:
    story = running(protocol).at(1)
    story.bleed(1)
    story.at(25.1).red_cells(2)
    assert codes(story.attention())[DECIDE, ISTH] == 0
    major = running(protocol).at(1)
    major.bleed(3, major=["organ"])
    major.at(2).red_cells(2)
    assert codes(major.attention())[DECIDE, ISTH] == 0


def test_the_answer_ends_the_question_of_isth(protocol: Protocol) -> None:
    story = running(protocol).at(1)
    story.bleed(1)
    story.at(2).red_cells(2)
    assert codes(story.attention())[DECIDE, ISTH] == 1
    story.at(3).check("major-bleeding", "0")
    assert codes(story.attention())[DECIDE, ISTH] == 0
    story.at(4).red_cells(2)
    story.at(5).check("major-bleeding", "0; 1")
    assert told(story.attention(), STOP) == [(STOP, "Bleeding", "ISTH 1")]


def test_a_typed_sofa_total_that_differs_from_the_computed_one_is_to_be_decided(protocol: Protocol) -> None:
    story = running(protocol).at(4)
    points = {f"sofa.1.points_{organ}": "1" for organ in ("respiration", "coagulation", "liver")}
    points |= {f"sofa.1.points_{organ}": "2" for organ in ("cardiovascular", "cns", "renal")}
    story.sign(points)
    assert story.chart.totals == {1: 9}
    story.sign({"response.1": "9"})
    assert codes(story.attention())[DECIDE, SOFA_DIFFERS] == 0
    story.sign({"response.1": "11"})
    (item,) = [item for item in story.attention().of(DECIDE) if item.code == SOFA_DIFFERS]
    assert (item.value, item.n) == ("11 / 9", 1)


def test_a_possible_hook_effect_is_to_be_decided_before_a_start(protocol: Protocol) -> None:
    story = Story(protocol).at(-3)
    story.sample("anakinra", -5)
    story.sample("interferon-gamma", -4, number=2)  # 900 after 9800
    assert codes(story.attention())[DECIDE, HOOK] == 1
    alone = Story(protocol).at(-3)
    alone.sample("interferon-gamma", -4)
    assert codes(alone.attention())[DECIDE, HOOK] == 0


# ---- DO before and without a course -------------------------------------------------------------------------------------
def test_before_a_course_what_is_missing_for_one_is_to_be_done(protocol: Protocol) -> None:
    story = Story(protocol).at(-4)
    assert codes(story.attention()) == {(DO, MARKER): 1, (DO, SOFA): 1}
    story.sign({"labs.ferritin": "900", "labs.sampled": wall(-5)})
    assert [item.about for item in story.attention().items if item.code == MARKER] == ["hla_dr"]
    story.sign({"labs.hla_dr": "3000"})
    assert [item.about for item in story.attention().items if item.code == PLAN] == ["interferon-gamma"]
    story.start()
    assert story.attention(-4.1).items == ()  # the baseline SOFA is due with the first dose
    assert codes(story.attention(0))[DO, SOFA] == 1
    story.sign({"response.1": "9"})
    assert codes(story.attention(0))[DO, SOFA] == 0


def test_a_marker_that_is_not_available_here_is_not_asked_for(protocol: Protocol) -> None:
    story = Story(protocol, {"unavailable": "hla_dr"}).at(-4)
    story.sign({"labs.ferritin": "900"})
    assert codes(story.attention())[DO, MARKER] == 0


def test_who_has_no_identity_is_asked_for_it(protocol: Protocol) -> None:
    story = Story(protocol)
    story.void(1)
    assert codes(story.attention())[DO, IDENTITY] == 1


def test_a_check_that_is_not_available_here_is_not_asked_for(protocol: Protocol) -> None:
    story = running(protocol)
    assert "Platelets" in [item.about for item in story.attention().items if item.code == CHECK]
    away = running(protocol, settings={"unavailable": "platelets, urine"})
    assert not {"Platelets", "Urine output"} & {item.about for item in away.attention().items}


# ---- written ------------------------------------------------------------------------------------------------------------
def test_what_stands_is_written_and_read_back_as_it_is(protocol: Protocol) -> None:
    story = running(protocol).at(2)
    n = story.bleed(3)
    story.acknowledge(n)
    story.check("hemoglobin", "12.4; 6.9")
    story.dose(2, "held")
    found = story.standing()
    assert found.items
    assert found.doses
    assert found.looks
    assert found.course is not None
    assert Standing.read(found.written()) == found
    assert Standing.read(Standing().written()) == Standing()


@pytest.mark.parametrize("text", ["", "[]", "{}", "[1,2]", "[[1],[],[],null]", '[[["a"]],[],[],null,"in",null,0]', "x"])
def test_a_text_that_is_no_standing_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        Standing.read(text)


def test_what_stands_does_not_ask_the_clock_and_words_change_nothing(protocol: Protocol) -> None:
    story = running(protocol).at(2)
    story.bleed(3)
    before = story.standing()
    story.at(90)
    assert story.standing() == before
    story.record(Note("quiet"))
    assert story.standing() == before

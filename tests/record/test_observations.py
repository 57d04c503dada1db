"""Observations on a line of time: one home for each fact, whatever room it was typed in, and when it was taken."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from immunosep_tui.record.clock import moment
from immunosep_tui.record.looks import CellReading, adds_to, cell_readings
from immunosep_tui.record.observations import (
    BLEEDING,
    MAJOR_BLEEDING,
    RED_CELLS,
    Observation,
    fact_of,
    surely_before,
)
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.rules.units import Quantity
from immunosep_tui.ward.signing import parts
from tests.support.story import ZONE, Story, hour


def when(found: Observation) -> tuple[float | None, float]:
    """The earliest and the latest moment of a reading in hours."""
    hours = [None if each is None else (each - hour(0)) / 3_600_000 for each in (found.earliest, found.latest)]
    assert hours[1] is not None
    return hours[0], hours[1]


# ---- cells ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("8.9", [("8.9", "")]),
        ("6.6 06:00; 8.9", [("6.6", "06:00"), ("8.9", "")]),
        ("6.6 g/dL 6:05", [("6.6 g/dL", "06:05")]),
        ("<10 23:59;  9", [("<10", "23:59"), ("9", "")]),
        ("06:00", [("06:00", "")]),  # no value stands before it
    ],
)
def test_a_cell_has_values_each_with_a_time_of_the_day_where_known(text: str, readings: list[tuple[str, str]]) -> None:
    assert [tuple(each) for each in cell_readings(text)] == readings
    assert CellReading("8.9", "") == cell_readings("8.9")[0]


@pytest.mark.parametrize(
    ("before", "after", "adds"),
    [
        ("6.6", "6.6; 8.9", True),
        ("6.6 06:00", "6.6 06:00; 8.9 12:00; 9", True),
        ("6.6 6:00", "6.6 06:00; 8.9", True),
        ("6.6", "6.6 06:00; 8.9", False),  # a time was put behind what was signed
        ("6.6", "8.9; 6.6", False),
        ("6.6; 8.9", "6.6", False),
        ("6.6", "6.6", False),
        ("", "6.6", False),
    ],
)
def test_a_text_that_keeps_what_was_signed_and_has_more_behind_it_adds(before: str, after: str, adds: bool) -> None:
    assert adds_to(before, after) is adds


# ---- one home -----------------------------------------------------------------------------------------------------
def test_a_fact_has_one_home_whatever_room_it_was_typed_in(protocol: Protocol) -> None:
    story = Story(protocol).at(-4)
    story.course()
    story.at(1).check("platelets", "90 08:30")
    story.at(2).sign({"sofa.1.platelets": "85"})
    story.at(3).check("bleeding", "1 10:00")
    story.bleed(0)
    facts = story.facts()
    assert [each.text for each in facts["platelets"]] == ["90", "85"]
    assert [(each.text, int(each.value.value)) for each in facts[BLEEDING]] == [("1", 1), ("WHO 0", 0)]
    assert facts[BLEEDING][0].value == Quantity("", Decimal(1), "")
    assert [each.text for each in facts["ferritin"]] == ["9800"]


def test_both_drugs_ask_for_the_same_fact(protocol: Protocol) -> None:
    facts = {item.id: fact_of(item) for item in protocol.checklist}
    assert facts["anakinra-hemoglobin"] == facts["interferon-gamma-hemoglobin"] == "hemoglobin"
    assert facts["anakinra-neutrophils-start"] == facts["interferon-gamma-neutrophils"] == "anc"
    assert facts["anakinra-bleeding"] == facts["interferon-gamma-bleeding"] == BLEEDING
    assert facts["anakinra-major-bleeding"] == MAJOR_BLEEDING


def test_the_neutrophils_of_the_screening_are_a_reading_without_a_time(protocol: Protocol) -> None:
    story = Story(protocol).at(-3)
    story.sign({"screening.neutrophils": "0.9", "screening.age": "54"})
    facts = story.facts()
    assert set(facts) == {"anc"}  # an age is no observation
    (found,) = facts["anc"]
    assert when(found) == (None, -3)


# ---- when ---------------------------------------------------------------------------------------------------------
def test_a_value_is_taken_at_an_instant_on_a_day_or_at_a_time_that_is_not_known(protocol: Protocol) -> None:
    story = Story(protocol).at(-4)
    story.course(taken=-5)
    story.at(30).check("hemoglobin", "9.1 10:15", day=2)  # 10:15 is hour 26.25
    story.check("platelets", "90", day=2)  # day 2 began at hour 16 and still runs
    story.check("fibrinogen", "2.5", day=1)
    story.value("ferritin", "8000", None)
    facts = story.facts()
    assert when(facts["hemoglobin"][0]) == (26.25, 26.25)
    assert when(facts["platelets"][0]) == (16, 30)
    assert when(facts["fibrinogen"][0])[0] == -8
    assert 15.99 < when(facts["fibrinogen"][0])[1] < 16
    assert [when(each) for each in facts["ferritin"]] == [(-5, -5), (None, 30)]
    assert [each.is_timed for each in facts["ferritin"]] == [True, False]


def test_readings_stand_in_the_order_of_their_latest_moment_whatever_the_order_of_typing(protocol: Protocol) -> None:
    story = Story(protocol).at(-4)
    story.course()
    story.at(5).check("hemoglobin", "8.9 12:00")
    story.check("hemoglobin", "8.9 12:00; 10.4 09:00")
    assert [each.text for each in story.facts()["hemoglobin"]] == ["10.4", "8.9"]


def test_events_have_an_instant_of_their_own(protocol: Protocol) -> None:
    story = Story(protocol).at(4)
    story.bleed(3, at=2, major=["organ", "transfusion"])
    story.red_cells(2, at=3)
    story.bleed(None, at=1)
    facts = story.facts()
    assert [when(each) for each in facts[BLEEDING]] == [(2, 2)]  # without a grade there is none to judge
    assert [(each.text, int(each.value.value)) for each in facts[MAJOR_BLEEDING]] == [
        ("0", 0),
        ("organ, transfusion", 2),
    ]
    assert [(when(each), each.text) for each in facts[RED_CELLS]] == [((3.0, 3.0), "2")]
    assert facts["red-cells"][0].value == Quantity("", Decimal(2), "")
    assert [each.key for each in facts[RED_CELLS]] == [("entry.3", 0)]  # the admission was the first entry


@pytest.mark.parametrize(
    ("first", "second", "answer"),
    [
        ((1, 1), (2, 2), True),
        ((2, 2), (1, 1), False),
        ((1, 1), (1, 1), False),  # at the same instant
        ((1, 3), (2, 4), False),  # may have been the other way round
        ((1, 3), (4, 4), True),
        ((None, 3), (4, 4), True),
        ((1, 1), (None, 4), False),  # an untimed value is surely after nothing
    ],
)
def test_what_was_taken_surely_before(
    first: tuple[int | None, int], second: tuple[int | None, int], answer: bool
) -> None:
    def seen(span: tuple[int | None, int], place: str) -> Observation:
        return Observation("hemoglobin", Quantity("", Decimal(1), ""), "1", *span, recorded=9, entry=1, place=place)

    assert surely_before(seen(first, "one"), seen(second, "two")) is answer


def test_in_one_cell_the_order_tells_where_the_times_do_not() -> None:
    one = Observation("hemoglobin", Quantity("", Decimal(1), ""), "1", 1, 5, recorded=9, entry=1, place="cell")
    two = replace(one, part=1)
    assert surely_before(one, two)
    assert not surely_before(two, one)
    timed = replace(one, earliest=3, latest=3), replace(two, earliest=2, latest=2)
    assert surely_before(timed[1], timed[0])  # times go before the order
    assert not surely_before(*timed)


def test_looks_of_one_cell_were_made_in_their_order_also_where_one_of_them_has_a_time() -> None:
    first = Observation(BLEEDING, Quantity("", Decimal(2), ""), "2", 3, 3, recorded=9, entry=1, place="cell")
    second = replace(first, earliest=1, latest=5, part=1)
    assert surely_before(first, second)
    assert not surely_before(second, first)
    typed_over = replace(second, entry=0)  # the same reading of the cell: neither is later
    assert not surely_before(second, typed_over)
    assert not surely_before(typed_over, second)


def test_a_reading_stays_on_the_date_that_its_day_had_when_it_was_signed(protocol: Protocol) -> None:
    story = Story(protocol).at(-4)
    story.course()
    story.at(1).check("hemoglobin", "6.6")
    story.at(17).dose(at=16.5)  # past midnight: day 1 is another date from here on
    story.at(18).check("platelets", "90")
    facts = story.at(19).facts()
    assert when(facts["hemoglobin"][0]) == (-8, 1)
    assert when(facts["platelets"][0]) == (16, 18)
    assert when(story.facts({"monitoring.1.anakinra-inr": "1.1"})["inr"][0]) == (16, 19)


# ---- what is no reading -------------------------------------------------------------------------------------------
def test_a_text_that_is_refused_is_no_reading_and_one_that_is_asked_about_is(protocol: Protocol) -> None:
    story = Story(protocol).at(-4)
    story.course()
    story.at(2)
    draft = {"monitoring.1.anakinra-hemoglobin": "6.6"}  # asked about; the draft stands all the same
    assert [(each.text, each.is_draft) for each in story.facts(draft)["hemoglobin"]] == [("6.6", True)]
    assert "hemoglobin" not in story.facts({"monitoring.1.anakinra-hemoglobin": "six"})
    assert [each.text for each in story.facts({"labs.ferritin": "8000 06:00"})["ferritin"]] == ["9800"]
    assert "bleeding" not in story.facts({"monitoring.1.anakinra-bleeding": "none"})


def test_a_corrected_or_voided_entry_has_no_reading_any_more(protocol: Protocol) -> None:
    story = Story(protocol).at(-4)
    story.course()
    n = story.at(2).check("hemoglobin", "6.6")
    story.check("hemoglobin", "9.6")
    assert [each.text for each in story.facts()["hemoglobin"]] == ["9.6"]
    assert story.entries[-1].corrects == n
    story.void(story.chart.n)
    story.void(n)
    assert "hemoglobin" not in story.facts()


def test_a_cell_to_which_a_reading_is_added_has_each_reading_once_with_the_entry_that_brought_it(
    protocol: Protocol,
) -> None:
    story = Story(protocol).at(-4)
    story.course()
    first = story.at(2).check("hemoglobin", "10.4 09:00")
    second = story.at(5).check("hemoglobin", "10.4 09:00; 8.9 12:00")
    assert story.entries[-1].corrects is None
    found = story.facts({"monitoring.1.anakinra-hemoglobin": "10.4 09:00; 8.9 12:00; 8.1"})["hemoglobin"]
    assert [(each.text, each.entry, each.part) for each in found] == [
        ("10.4", first, 0),
        ("8.9", second, 1),
        ("8.1", 0, 2),
    ]


def test_a_measurement_without_a_time_is_not_later_because_it_was_typed_behind_another(protocol: Protocol) -> None:
    """Only looks without a time were made in the order of their cell."""
    story = Story(protocol).at(-4)
    story.course()
    story.at(9).check("platelets", "85 06:00; 190")
    story.check("bleeding", "2; 0")
    facts = story.facts()
    by_part = {each.part: each for each in facts["platelets"]}
    assert not surely_before(by_part[0], by_part[1])
    looks = {each.part: each for each in facts[BLEEDING]}
    assert surely_before(looks[0], looks[1])


def test_a_draft_stands_beside_what_is_signed(protocol: Protocol) -> None:
    story = Story(protocol).at(-4)
    story.course()
    story.at(2).check("hemoglobin", "6.6")
    found = story.facts({"monitoring.1.anakinra-hemoglobin": "9.6"})["hemoglobin"]
    assert [(each.text, each.is_draft) for each in found] == [("6.6", False), ("9.6", True)]


# ---- nothing is observed in the future ----------------------------------------------------------------------------
@pytest.mark.parametrize(
    "key",
    ["monitoring.2.anakinra-hemoglobin", "monitoring.2.anakinra-bleeding", "sofa.2.platelets", "response.2"],
)
def test_a_day_that_has_not_come_takes_no_value(key: str, protocol: Protocol) -> None:
    story = Story(protocol).at(-4)
    story.course()
    story.at(0.5).dose()
    for hours, ready in ((15.9, False), (16, True)):  # midnight
        sheet = story.at(hours).chart.sheet.typed(key, "2").keeping(key)
        (part,) = parts(story.chart, sheet, protocol, ZONE, moment(story.now))
        assert part.is_ready is ready


@pytest.mark.parametrize(("time", "ready"), [("10:04", True), ("10:05", True), ("10:06", False), ("11:00", False)])
def test_a_time_behind_a_value_must_have_come_but_for_five_minutes(time: str, ready: bool, protocol: Protocol) -> None:
    story = Story(protocol).at(-4)
    story.course()
    key = "monitoring.1.anakinra-hemoglobin"
    sheet = story.at(2).chart.sheet.typed(key, f"9 {time}").keeping(key)
    (part,) = parts(story.chart, sheet, protocol, ZONE, moment(story.now))
    assert part.is_ready is ready

"""The monitoring checklist: what is due, which limits a value meets, and how that is said."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunosep_tui.rules.monitoring import COMPARISONS, FREQUENCIES, Finding, assess, checklist
from immunosep_tui.rules.protocol import CheckItem, Fact, Limit
from immunosep_tui.rules.units import Quantity


def limit(when: str, value: str, unit: str, level: str = "review", action: str = "Call the physician.") -> Limit:
    return Limit(when, Fact(Decimal(value), unit, "a source", "G"), action, level)


def item(analyte: str, *limits: Limit, label: str = "Item", **changes: Any) -> CheckItem:
    base = CheckItem("i", "anakinra", label, "daily", 1, (), 1, analyte, limits, "a source", "G")
    return replace(base, **changes)


def hb(value: str, unit: str = "g/dL") -> Quantity:
    return Quantity("hemoglobin", Decimal(value), unit)


def platelets(value: str) -> Quantity:
    return Quantity("platelets", Decimal(value), "10^9/L")


def score(value: str) -> Quantity:
    return Quantity("", Decimal(value), "")


def words(finding: Finding) -> list[str]:
    return [str(sentence) for sentence in finding.text]


# What is due


@pytest.mark.parametrize(
    ("frequency", "changes", "due_days"),
    [
        ("daily", {}, [1, 2, 3, 4, 5, 6, 7]),
        ("each_shift", {}, [1, 2, 3, 4, 5, 6, 7]),
        ("every_n_days", {"every": 2}, [1, 3, 5, 7]),
        ("every_n_days", {"every": 3}, [1, 4, 7]),
        ("on_days", {"days": (1, 7)}, [1, 7]),
        ("before_each_dose", {}, [1, 2, 3, 4, 5, 6, 7]),
    ],
)
def test_the_days_on_which_an_item_is_due(frequency: str, changes: dict[str, Any], due_days: list[int]) -> None:
    entry = item("", frequency=frequency, **changes)
    assert [day for day in range(1, 8) if checklist((entry,), "anakinra", day)] == due_days


@pytest.mark.parametrize("frequency", sorted(FREQUENCIES))
def test_only_checks_before_a_dose_are_left_out_on_a_day_without_one(frequency: str) -> None:
    entry = item("", frequency=frequency, every=1, days=(1,))
    assert bool(checklist((entry,), "anakinra", 1, dose_due=False)) is (frequency != "before_each_dose")


def test_the_list_holds_one_regimen_by_priority() -> None:
    second, first = item("", id="b", priority=2), item("", id="a", priority=1)
    other = item("", id="c", priority=1, regimen="interferon-gamma")
    assert checklist((second, other, first), "anakinra", 1) == (first, second)
    assert checklist((second, other, first), "interferon-gamma", 1) == (other,)
    assert checklist((second, other, first), "anakinr", 1) == ()


@pytest.mark.parametrize("day", [0, -1])
def test_days_are_counted_from_1(day: int) -> None:
    with pytest.raises(ValueError, match=f"^treatment days are counted from 1, not {day}$"):
        checklist((), "anakinra", day)


def test_an_unknown_frequency_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^i: unknown frequency weekly$"):
        checklist((item("", frequency="weekly"),), "anakinra", 1)


# Limits, from both sides


@pytest.mark.parametrize(
    ("when", "below", "at", "above"),
    [
        ("below", True, False, False),
        ("at_or_below", True, True, False),
        ("at_or_above", False, True, True),
        ("above", False, False, True),
    ],
)
def test_a_plain_limit_from_both_sides(when: str, below: bool, at: bool, above: bool) -> None:
    entry = item("hemoglobin", limit(when, "8", "g/dL"))
    assert [bool(assess(entry, hb(value)).met) for value in ("7.999999", "8", "8.000001")] == [
        below,
        at,
        above,
    ]


@pytest.mark.parametrize(("value", "met"), [("8.1", False), ("8.000001", False), ("8", True), ("7.9", True)])
def test_a_fall_counts_from_exactly_the_limit(value: str, met: bool) -> None:
    entry = item("hemoglobin", limit("fall", "2", "g/dL"))
    assert bool(assess(entry, hb(value), hb("10")).met) is met


@pytest.mark.parametrize(
    ("when", "values"),
    [
        ("fall_percent", {"101": False, "100": False, "99.999": True, "250": False}),
        ("fall_percent_below", {"101": True, "100": False, "99.999": False, "250": True}),
    ],
)
def test_a_fall_in_percent_of_the_reference(when: str, values: dict[str, bool]) -> None:
    entry = item("platelets", limit(when, "50", "%"))
    found = {value: bool(assess(entry, platelets(value), platelets("200")).met) for value in values}
    assert found == values


@pytest.mark.parametrize(("value", "met"), [("199.9", False), ("200", False), ("200.1", True)])
def test_a_multiple_of_the_upper_limit_of_normal(value: str, met: bool) -> None:
    entry = item("alt", limit("above_times_upper_normal", "5", "x ULN"))
    alt, upper = Quantity("alt", Decimal(value), "units/L"), Quantity("alt", Decimal(40), "units/L")
    earlier = Quantity("alt", Decimal(1), "units/L")
    assert bool(assess(entry, alt, earlier, upper).met) is met


def test_units_are_converted_exactly_on_every_side() -> None:
    entry = item("hemoglobin", limit("below", "80", "g/L"), limit("fall", "2", "g/dL"))
    assert assess(entry, hb("80", "g/L"), hb("10")).met == (entry.limits[1],)
    assert assess(entry, hb("79.9", "g/L"), hb("9")).met == (entry.limits[0],)
    assert assess(entry, hb("8"), hb("99.9", "g/L")).met == ()


@given(
    value=st.decimals("1", "25", places=3),
    before=st.decimals("1", "25", places=3),
    bound=st.decimals("0", "100", places=3),
)
def test_the_comparisons_agree_with_each_other(value: Decimal, before: Decimal, bound: Decimal) -> None:
    def met(when: str, unit: str) -> bool:
        return bool(assess(item("hemoglobin", limit(when, str(bound), unit)), hb(str(value)), hb(str(before))).met)

    assert met("below", "g/dL") is not met("at_or_above", "g/dL")
    assert met("above", "g/dL") is not met("at_or_below", "g/dL")
    assert met("at_or_below", "g/dL") is (met("below", "g/dL") or value == bound)
    assert met("fall", "g/dL") is (Fraction(before) - Fraction(value) >= Fraction(bound))
    fall = 100 * (1 - Fraction(value) / Fraction(before))
    assert met("fall_percent", "%") is (fall > Fraction(bound))
    assert met("fall_percent_below", "%") is (fall < Fraction(bound))


# What is not known, and the order of what is


def test_a_missing_value_is_said_and_never_normal() -> None:
    measured = assess(item("hemoglobin", limit("below", "8", "g/dL"), label="Hemoglobin"), None, hb("10"))
    assert (measured.value, measured.met, measured.not_judged) == (None, (), ())
    assert words(measured) == ["Hemoglobin: not measured."]
    assert words(assess(item("", label="Heart rhythm"), None)) == ["Heart rhythm: not recorded."]


def test_a_fall_without_an_earlier_value_is_not_judged() -> None:
    fall, percent, low = (
        limit("fall", "2", "g/dL"),
        limit("fall_percent", "50", "%"),
        limit("below", "8", "g/dL"),
    )
    entry = item("hemoglobin", fall, percent, low, label="Hemoglobin")
    unable = "Hemoglobin: a fall cannot be judged, because there is no earlier value to compare with."
    quiet = assess(entry, hb("9"), None, hb("12"))
    assert (quiet.met, quiet.not_judged) == ((), (fall, percent))
    assert words(quiet) == ["Hemoglobin: 9 g/dL. No action limit that could be judged is met.", unable]
    met = assess(entry, hb("7"))
    assert (met.met, met.not_judged) == ((low,), (fall, percent))
    assert words(met) == ["Hemoglobin: 7 g/dL is below 8 g/dL. Call the physician. Source: a source.", unable]


def test_a_multiple_without_the_upper_limit_is_not_judged_from_an_earlier_value() -> None:
    multiple = limit("above_times_upper_normal", "5", "x ULN")
    alt = Quantity("alt", Decimal(900), "units/L")
    finding = assess(item("alt", multiple, label="ALT"), alt, Quantity("alt", Decimal(30), "units/L"))
    assert (finding.met, finding.not_judged) == ((), (multiple,))
    assert words(finding) == [
        "ALT: 900 units/L. No action limit that could be judged is met.",
        "ALT: the limit cannot be judged without the upper limit of normal of the laboratory.",
    ]


def test_limits_met_stand_in_order_of_severity_and_then_as_written() -> None:
    review, call, stop, again = (limit("below", "8", "g/dL", level) for level in ("review", "call", "stop", "review"))
    again = replace(again, action="Look again.")
    entry = item("hemoglobin", review, call, stop, again)
    finding = assess(entry, hb("7"))
    assert finding.met == (stop, call, review, again)
    assert (finding.item, finding.value) == (entry, hb("7"))
    assert len(finding.text) == 4


def test_a_value_that_meets_nothing_says_so() -> None:
    entry = item("hemoglobin", limit("below", "8", "g/dL"), label="Hemoglobin")
    assert words(assess(entry, hb("8"))) == ["Hemoglobin: 8 g/dL. No action limit is met."]
    assert words(assess(item("inr", label="INR"), Quantity("inr", Decimal("1.2"), ""))) == [
        "INR: 1.2. No action limit is set for it."
    ]


# The sentences


@pytest.mark.parametrize(
    ("when", "bound", "value", "expected"),
    [
        ("below", ("8", "g/dL"), "7.5", "Hb: 7.5 g/dL is below 8 g/dL."),
        ("at_or_below", ("8", "g/dL"), "8.0", "Hb: 8.0 g/dL is at or below 8 g/dL."),
        ("at_or_above", ("8", "g/dL"), "8", "Hb: 8 g/dL is at or above 8 g/dL."),
        ("above", ("8", "g/dL"), "9", "Hb: 9 g/dL is above 8 g/dL."),
        ("fall", ("2", "g/dL"), "9", "Hb: 9 g/dL is a fall of 2 g/dL or more from 12 g/dL."),
        (
            "fall_percent",
            ("50", "%"),
            "5",
            "Hb: 5 g/dL is a fall of more than 50 percent from 12 g/dL.",
        ),
        (
            "fall_percent_below",
            ("15", "%"),
            "13",
            "Hb: 13 g/dL is not a fall of 15 percent or more from 12 g/dL.",
        ),
        (
            "above_times_upper_normal",
            ("5", "x ULN"),
            "90",
            "Hb: 90 g/dL is above 5 times the upper limit of normal, which is 17 g/dL.",
        ),
    ],
)
def test_each_comparison_in_words(when: str, bound: tuple[str, str], value: str, expected: str) -> None:
    finding = assess(item("hemoglobin", limit(when, *bound), label="Hb"), hb(value), hb("12"), hb("17"))
    assert words(finding) == [f"{expected} Call the physician. Source: a source."]


def test_every_comparison_is_worded_above() -> None:
    assert set(COMPARISONS) == {
        *("below", "at_or_below", "at_or_above", "above"),
        *("fall", "fall_percent", "fall_percent_below", "above_times_upper_normal"),
    }


def test_a_value_in_another_unit_is_shown_both_ways() -> None:
    entry = item("hemoglobin", limit("fall", "2", "g/dL"), label="Hemoglobin")
    assert words(assess(entry, hb("4.3", "mmol/L"), hb("105", "g/L"))) == [
        "Hemoglobin: 4.3 mmol/L (that is 6.9288 g/dL) is a fall of 2 g/dL or more from "
        "105 g/L (that is 10.5 g/dL). Call the physician. Source: a source."
    ]


def test_a_grade_needs_no_analyte() -> None:
    entry = item("", limit("at_or_above", "2", ""), label="Bleeding")
    assert words(assess(entry, score("2"))) == ["Bleeding: 2 is at or above 2. Call the physician. Source: a source."]
    assert words(assess(entry, score("1"))) == ["Bleeding: 1. No action limit is met."]


def test_braces_in_a_profile_are_letters() -> None:
    entry = item("", limit("above", "0", "", action="Call {who}."), label="{x}")
    assert words(assess(entry, score("1"))) == ["{x}: 1 is above 0. Call {who}. Source: a source."]


def test_label_and_action_are_translated() -> None:
    entry = item("", limit("above", "0", ""), label="Bleeding")
    (sentence,) = assess(entry, score("1")).text
    catalog = {"Bleeding": "Blutung", "Call the physician.": "Arzt rufen."}
    assert (
        sentence.words(lambda text: catalog.get(text, text)) == "Blutung: 1 is above 0. Arzt rufen. Source: a source."
    )


# What is refused


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_quantity_of_another_analyte_is_refused(place: int) -> None:
    given_values: list[Quantity | None] = [hb("9"), hb("9"), hb("9")]
    given_values[place] = platelets("9")
    with pytest.raises(ValueError, match=r"^i is about hemoglobin, not platelets$"):
        assess(item("hemoglobin"), *given_values)


@pytest.mark.parametrize("value", [None, hb("9")])
@pytest.mark.parametrize(
    ("bound", "why"),
    [
        (limit("beneath", "8", "g/dL"), "i: unknown comparison beneath"),
        (limit("below", "8", "g/dL", level="panic"), "unknown level panic"),
        (limit("below", "8", "ng/mL"), "i: below cannot have the unit ng/mL"),
        (limit("below", "8", "%"), "i: below cannot have the unit %"),
        (limit("fall_percent", "8", "g/dL"), "i: fall_percent cannot have the unit g/dL"),
    ],
)
def test_a_limit_that_makes_no_sense_is_refused(bound: Limit, why: str, value: Quantity | None) -> None:
    with pytest.raises(ValueError, match=f"^{why}$"):
        assess(item("hemoglobin", bound), value)


def test_an_observation_has_no_unit() -> None:
    with pytest.raises(ValueError, match=r"^i: above cannot have the unit g/dL$"):
        assess(item("", limit("above", "1", "g/dL")), score("2"))

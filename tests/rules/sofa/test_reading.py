"""From typed texts to a day: pairs stay pairs, refused texts are listed, and missing stays missing."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunosep_tui.profile.files import load
from immunosep_tui.rules.number import Refusal
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.rules.sofa.agents import CATECHOLAMINES, OTHER_AGENTS
from immunosep_tui.rules.sofa.day import SUPPORTS, Day, Gas, Infusion
from immunosep_tui.rules.sofa.reading import YES_NO, DayReading, Texts, fields_of_day, one_of, read_day
from immunosep_tui.rules.units import Band
from tests.support.rows import gas, quantity

BANDS = load().bands


def read(**texts: list[str]) -> DayReading:
    return read_day(texts, BANDS)


def day(**texts: list[str]) -> Day:
    reading = read(**texts)
    assert reading.refusals == []
    return reading.day


def refusals(**texts: list[str]) -> list[tuple[str, str]]:
    return [(field, refusal.code) for field, refusal in read(**texts).refusals]


def test_nothing_typed_is_an_empty_day() -> None:
    assert day() == Day()
    assert day(**{field: [""] for field in fields_of_day()}) == Day()
    assert day(**{field: [] for field in fields_of_day()}) == Day()


def test_every_field_is_read() -> None:
    found = day(
        pao2=["80"],
        fio2=["0.4"],
        spo2=["95"],
        support=["HFNC"],
        platelets=["90", "80000/uL"],
        bilirubin=["33 umol/L"],
        map=["65"],
        norepinephrine=["0.1"],
        norepinephrine_minutes=["120"],
        vasopressin=["0.03"],
        other_agents=["milrinone", "Levosimendan"],
        gcs=["14", "13"],
        sedated=["no"],
        gcs_before_sedation=["15"],
        creatinine=["1.2"],
        urine=["700"],
        urine_hours=["20.5"],
        renal_replacement=["Yes"],
        weight=["80"],
    )
    assert found == Day(
        gases=(gas("80", "0.4", "hfnc", spo2="95"),),
        platelets=(quantity("platelets", 90), quantity("platelets", "80000", "/mcL")),
        bilirubin=(quantity("bilirubin", "33", "umol/L"),),
        map=(quantity("map", 65),),
        infusions=(Infusion("norepinephrine", Fraction(1, 10), 120),),
        other_agents=("vasopressin", "milrinone", "levosimendan"),
        gcs=(14, 13),
        sedated=False,
        gcs_before_sedation=15,
        creatinine=(quantity("creatinine", "1.2"),),
        urine=quantity("urine", 700),
        urine_hours=Decimal("20.5"),
        weight=quantity("weight", 80),
        renal_replacement=True,
    )


def test_an_unknown_field_is_an_error() -> None:
    with pytest.raises(KeyError, match="unknown fields: Pao2, platlets"):
        read_day({"platlets": ["90"], "Pao2": ["80"], "gcs": ["15"]}, BANDS)


def test_the_agents_by_name() -> None:
    assert CATECHOLAMINES == ("norepinephrine", "epinephrine", "dopamine", "dobutamine")
    assert set(OTHER_AGENTS) == {
        "vasopressin",
        "terlipressin",
        "phenylephrine",
        "angiotensin_ii",
        "milrinone",
        "levosimendan",
    }


def test_the_fields_are_those_of_the_forms() -> None:
    fields = fields_of_day()
    assert len(set(fields)) == len(fields)
    for agent in CATECHOLAMINES:
        assert {agent, f"{agent}_concentration", f"{agent}_minutes"} <= set(fields)


# ---- refusals ----------------------------------------------------------------------------------------------------
def test_a_refused_text_is_listed_and_the_rest_is_read() -> None:
    reading = read(platelets=["9o", "90"], gcs=["16"], map=["65"])
    assert [(field, refusal.code, refusal.typed) for field, refusal in reading.refusals] == [
        ("platelets", "wrong_unit", "9o"),
        ("gcs", "above_limit", "16"),
    ]
    assert reading.day == Day(platelets=(quantity("platelets", 90),), map=(quantity("map", 65),))


def test_a_value_to_be_asked_about_is_taken_and_listed() -> None:
    reading = read(platelets=["5"], pao2=["39"], fio2=["0.5"], support=["none"])
    assert sorted((field, caution.code) for field, caution in reading.cautions) == [
        ("pao2", "pao2_low"),
        ("platelets", "platelets_low"),
    ]
    assert reading.day.platelets == (quantity("platelets", 5),)


@pytest.mark.parametrize(("field", "one"), [("urine", "700"), ("urine_hours", "24"), ("weight", "80")])
def test_only_one_value_a_day(field: str, one: str) -> None:
    reading = read(**{field: [one, "90"]})
    assert reading.day == Day()
    ((name, refusal),) = reading.refusals
    assert (name, refusal.code, refusal.typed) == (field, "several_values", f"{one}; 90")
    assert day(**{field: ["", one, ""]}) == day(**{field: [one]}) != Day()
    assert refusals(**{field: ["", "x", ""]}) == [(field, "not_a_number")]


def test_the_lowest_scale_before_sedation_counts_and_a_refused_one_is_none() -> None:
    assert day(gcs_before_sedation=["14", "12", "15"]).gcs_before_sedation == 12
    assert read(gcs_before_sedation=["2"]).day.gcs_before_sedation is None
    assert refusals(gcs_before_sedation=["2"]) == [("gcs_before_sedation", "below_limit")]


# ---- choices -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("texts", "answer", "refused"),
    [
        (["yes"], True, 0),
        (["Y"], True, 0),
        (["no"], False, 0),
        (["N"], False, 0),
        (["no", "yes"], True, 0),
        (["no", ""], False, 0),
        (["maybe"], None, 1),
        (["maybe", "no"], False, 1),
        ([], None, 0),
    ],
)
def test_yes_and_no(texts: list[str], answer: bool | None, refused: int) -> None:
    reading = read(sedated=texts)
    assert reading.day.sedated is answer
    assert len(reading.refusals) == refused
    assert read(renal_replacement=texts).day.renal_replacement is answer


def test_a_choice_is_named_in_full() -> None:
    assert one_of("NIV", SUPPORTS) == "niv"
    refusal = one_of("ni", SUPPORTS)
    assert isinstance(refusal, Refusal)
    assert refusal.code == "not_a_choice"
    assert str(refusal) == ('"ni": This is not one of the choices. Accepted: none, hfnc, niv, cpap, invasive, ecmo.')
    assert set(YES_NO) == {"yes", "y", "no", "n"}


@pytest.mark.parametrize("agent", OTHER_AGENTS)
def test_every_other_agent_is_named_once(agent: str) -> None:
    assert day(other_agents=[agent, agent.upper()]).other_agents == (agent,)


def test_vasopressin_counts_by_its_rate_or_by_its_name() -> None:
    assert day(vasopressin=["0.03"], other_agents=["vasopressin"]).other_agents == ("vasopressin",)
    assert day(vasopressin=["2.4 U/h"]).other_agents == ("vasopressin",)
    assert day(vasopressin=["0"]).other_agents == ()
    assert refusals(vasopressin=["2.4"]) == [("vasopressin", "above_limit")]
    reading = read(other_agents=["norepinephrine", "milrinone"])
    assert [(name, refusal.code) for name, refusal in reading.refusals] == [("other_agents", "not_a_choice")]
    assert reading.day.other_agents == ("milrinone",)


# ---- gases -------------------------------------------------------------------------------------------------------
def test_gases_are_paired_by_position() -> None:
    found = day(pao2=["68", "120"], fio2=["1", "0.5"], support=["none", "invasive"])
    assert found.gases == (gas("68", "1", "none"), gas("120", "0.5", "invasive"))


def test_a_blank_keeps_its_place() -> None:
    found = day(pao2=["", "120"], fio2=["0.4", "0.5"], spo2=["95"], support=["", "niv"])
    assert found.gases == (gas(None, "0.4", None, spo2="95"), gas("120", "0.5", "niv"))
    assert day(pao2=["", "120"], fio2=["", "0.5"]).gases == (gas("120", "0.5"),)


def test_the_longest_column_counts() -> None:
    assert day(fio2=["0.4"], support=["none", "niv"]).gases == (
        gas(None, "0.4", "none"),
        Gas(None, None, None, "niv"),
    )


@pytest.mark.parametrize(
    ("field", "text"), [("pao2", "5"), ("fio2", "40"), ("spo2", "120"), ("support", "mask"), ("fio2", "0")]
)
def test_a_gas_with_a_refused_part_is_left_out_whole(field: str, text: str) -> None:
    texts = {"pao2": ["80", "90"], "fio2": ["0.4", "0.5"], "spo2": ["95", "96"], "support": ["none", "niv"]}
    texts[field] = [text, texts[field][1]]
    reading = read(**texts)
    assert reading.day.gases == (gas("90", "0.5", "niv", spo2="96"),)
    assert [name for name, _ in reading.refusals] == [field]


# ---- infusions ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("agent", CATECHOLAMINES)
def test_rates_in_every_unit_with_weight_and_concentration(agent: str) -> None:
    found = day(**{agent: ["0.1", "8 mcg/min", "10 mL/h"], f"{agent}_concentration": ["", "", "64"], "weight": ["80"]})
    assert found.infusions == (
        Infusion(agent, Fraction(1, 10)),
        Infusion(agent, Fraction(1, 10)),
        Infusion(agent, Fraction(2, 15)),
    )


def test_agents_stand_in_a_fixed_order() -> None:
    found = day(dobutamine=["5"], dopamine=["4"], epinephrine=["0.2"], norepinephrine=["0.1"])
    assert [i.agent for i in found.infusions] == list(CATECHOLAMINES)


def test_one_concentration_and_one_duration_serve_every_rate() -> None:
    found = day(
        norepinephrine=["10 mL/h", "", "20 mL/h"],
        norepinephrine_concentration=["64"],
        norepinephrine_minutes=["90"],
        weight=["80"],
    )
    assert found.infusions == (
        Infusion("norepinephrine", Fraction(2, 15), 90),
        Infusion("norepinephrine", Fraction(4, 15), 90),
    )


def test_several_concentrations_and_durations_are_paired_by_position() -> None:
    found = day(
        norepinephrine=["10 mL/h", "", "10 mL/h", "10 mL/h"],
        norepinephrine_concentration=["64", "99", "", "32"],
        norepinephrine_minutes=["45", "1", "30"],
        weight=["80"],
    )
    assert found.infusions == (
        Infusion("norepinephrine", Fraction(2, 15), 45),
        Infusion("norepinephrine", None, 30),
        Infusion("norepinephrine", Fraction(1, 15)),
    )


def test_a_refused_concentration_never_lends_its_place_to_another() -> None:
    reading = read(norepinephrine=["10 mL/h", "10 mL/h"], norepinephrine_concentration=["x", "64"], weight=["80"])
    assert [name for name, _ in reading.refusals] == ["norepinephrine_concentration"]
    assert reading.day.infusions == (
        Infusion("norepinephrine", None),
        Infusion("norepinephrine", Fraction(2, 15)),
    )


def test_a_concentration_of_zero_does_not_stop_an_infusion() -> None:
    reading = read(norepinephrine=["10 mL/h"], norepinephrine_concentration=["0"], weight=["80"])
    assert [(name, refusal.code) for name, refusal in reading.refusals] == [("norepinephrine_concentration", "zero")]
    assert reading.day.infusions == (Infusion("norepinephrine", None),)


def test_a_concentration_without_a_rate_is_checked_and_not_used() -> None:
    assert day(norepinephrine_concentration=["64"]).infusions == ()
    assert refusals(norepinephrine_concentration=["x"]) == [("norepinephrine_concentration", "not_a_number")]


def test_without_weight_or_concentration_the_rate_is_not_known() -> None:
    assert day(norepinephrine=["8 mcg/min"]).infusions == (Infusion("norepinephrine", None),)
    assert day(norepinephrine=["8 mL/h"], weight=["80"]).infusions == (Infusion("norepinephrine", None),)
    assert day(norepinephrine=["0 mL/h"]).infusions == (Infusion("norepinephrine", Fraction(0)),)


def test_a_refused_weight_leaves_the_rate_unknown() -> None:
    reading = read(norepinephrine=["8 mcg/min"], weight=["0"])
    assert [(name, refusal.code) for name, refusal in reading.refusals] == [("weight", "zero")]
    assert reading.day.infusions == (Infusion("norepinephrine", None),)


@pytest.mark.parametrize(
    ("rate", "refused"), [("800 mcg/min", False), ("800.1 mcg/min", True), ("750 mL/h", False), ("750.1 mL/h", True)]
)
def test_a_converted_rate_must_be_plausible_too(rate: str, refused: bool) -> None:
    reading = read(norepinephrine=[rate], norepinephrine_concentration=["64"], weight=["80"])
    assert bool(reading.refusals) is refused
    assert len(reading.day.infusions) == (not refused)
    if refused:
        ((name, refusal),) = reading.refusals
        assert (name, refusal.code, refusal.typed) == ("norepinephrine", "above_limit", rate)
        assert "more than 10 mcg/kg/min" in str(refusal)


def test_a_converted_rate_is_judged_by_the_band_in_the_same_unit_only() -> None:
    texts: Texts = {"norepinephrine": ["100000 mcg/min"], "weight": ["80"]}
    other_unit = {"norepinephrine": (Band("mcg/min", refuse_above=Decimal(200000)),)}
    assert read_day(texts, other_unit).refusals == []
    both = {"norepinephrine": (*other_unit["norepinephrine"], Band("mcg/kg/min", refuse_above=Decimal(10)))}
    assert [refusal.code for _, refusal in read_day(texts, both).refusals] == ["above_limit"]
    assert read_day(texts, {"norepinephrine": (Band("mcg/kg/min", ask_above=Decimal(1)),)}).refusals == []


def test_a_refused_rate_is_left_out() -> None:
    reading = read(norepinephrine=["11", "0.2"], norepinephrine_minutes=["30", "90"])
    assert [refusal.code for _, refusal in reading.refusals] == ["above_limit"]
    assert reading.day.infusions == (Infusion("norepinephrine", Fraction(1, 5), 90),)


@given(st.dictionaries(st.sampled_from(fields_of_day()), st.lists(st.text(max_size=8), max_size=3)))
def test_any_texts_are_read_or_refused_and_never_break(texts: dict[str, list[str]]) -> None:
    reading = read_day(texts, {})
    for field, refusal in reading.refusals:
        assert refusal.typed in texts[field] or refusal.code == "several_values"


def test_the_bands_are_the_protocols(protocol: Protocol) -> None:
    assert read_day({"gcs": ["2"]}, protocol.bands).refusals[0][1].code == "below_limit"
    assert read_day({"gcs": ["2"]}, {}).day.gcs == (2,)

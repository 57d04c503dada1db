"""Units: exact factors, spellings, and the bands of every analyte from both sides."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunosep_tui.rules.analytes import ANALYTES
from immunosep_tui.rules.number import Refusal
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.rules.units import (
    HINTS,
    Band,
    Bands,
    Entry,
    Quantity,
    accepted_quantity,
    distinct,
    fold_unit,
    plain,
    read_quantity,
)
from tests.support.rows import quantity

NO_BANDS: Bands = {}

# The value of 1 in each unit, in the analyte's canonical unit, written by hand as numerator and denominator.
FACTORS: dict[str, dict[str, tuple[int, int] | None]] = {
    "ferritin": {"ng/mL": (1, 1), "mcg/L": (1, 1), "mg/L": (1000, 1), "pmol/L": (1000, 2247)},
    "hla_dr": {"receptors/cell": (1, 1)},
    "pao2": {"mmHg": (1, 1), "kPa": (750062, 100000)},
    "fio2": {"": (1, 1), "%": (1, 100)},
    "spo2": {"%": (1, 1)},
    "platelets": {"10^9/L": (1, 1), "/mcL": (1, 1000)},
    "bilirubin": {"mg/dL": (1, 1), "umol/L": (1000, 17104)},
    "creatinine": {"mg/dL": (1, 1), "umol/L": (10, 884)},
    "urine": {"mL/24h": (1, 1)},
    "urine_hours": {"h": (1, 1)},
    "map": {"mmHg": (1, 1), "kPa": (750062, 100000)},
    "norepinephrine": {"mcg/kg/min": (1, 1), "mcg/min": None, "mL/h": None},
    "epinephrine": {"mcg/kg/min": (1, 1), "mcg/min": None, "mL/h": None},
    "dopamine": {"mcg/kg/min": (1, 1), "mcg/min": None, "mL/h": None},
    "dobutamine": {"mcg/kg/min": (1, 1), "mcg/min": None, "mL/h": None},
    "vasopressin": {"units/min": (1, 1), "units/h": (1, 60)},
    "concentration": {"mcg/mL": (1, 1), "mg/mL": (1000, 1)},
    "minutes": {"min": (1, 1)},
    "gcs": {"": (1, 1)},
    "weight": {"kg": (1, 1), "lb": (10000, 22046)},
    "hemoglobin": {"g/dL": (1, 1), "g/L": (1, 10), "mmol/L": (10000, 6206)},
    "anc": {"10^9/L": (1, 1), "/mm3": (1, 1000)},
    "fibrinogen": {"g/L": (1, 1), "mg/dL": (1, 100)},
    "inr": {"": (1, 1)},
    "aptt": {"s": (1, 1)},
    "alt": {"units/L": (1, 1), "ukat/L": (60, 1)},
    "ast": {"units/L": (1, 1), "ukat/L": (60, 1)},
    "ggt": {"units/L": (1, 1), "ukat/L": (60, 1)},
    "triglycerides": {"mg/dL": (1, 1), "mmol/L": (8857, 100)},
    "creatinine_clearance": {"mL/min": (1, 1)},
    "sofa_points": {"": (1, 1)},
    "age": {"years": (1, 1)},
}
WHOLE = {"minutes", "gcs", "sofa_points", "age"}
ABOVE_ZERO = {"fio2", "weight", "concentration"}

# Every way of writing a unit that is taken, beside the canonical names themselves.
SPELLINGS = {
    "ferritin": {"ng/mL": "ng/ml NG/ML", "mcg/L": "ug/L \u00b5g/L \u03bcg/L MCG/l", "mg/L": "mg/l", "pmol/L": "pmol/l"},
    "hla_dr": {"receptors/cell": "AB/C ab/cell abc receptors receptors/monocyte"},
    "pao2": {"mmHg": "mmhg torr", "kPa": "kpa KPA"},
    "fio2": {"": "fraction", "%": "%"},
    "spo2": {"%": "%"},
    "platelets": {
        "10^9/L": "10^9/l x10^9/L 10e9/L G/L 10^3/uL 10^3/\u00b5L 10^3/mcL K/uL",
        "/mcL": "/uL /\u00b5L /mm3 /mm^3",
    },
    "bilirubin": {"mg/dL": "mg/dl", "umol/L": "\u00b5mol/L \u03bcmol/L mcmol/L UMOL/L"},
    "creatinine": {"mg/dL": "mg/dl", "umol/L": "\u00b5mol/L mcmol/L"},
    "urine": {"mL/24h": "ml mL/d ml/day"},
    "urine_hours": {"h": "hours"},
    "map": {"mmHg": "torr", "kPa": "kpa"},
    "norepinephrine": {
        "mcg/kg/min": "ug/kg/min \u00b5g/kg/min",
        "mcg/min": "ug/min \u03bcg/min",
        "mL/h": "ml/h mL/hr",
    },
    "vasopressin": {"units/min": "u/min U/min iu/min unit/min", "units/h": "U/h iu/h unit/h units/hr u/hr"},
    "concentration": {"mcg/mL": "ug/mL \u00b5g/ml", "mg/mL": "mg/ml"},
    "minutes": {"min": "minutes"},
    "gcs": {"": "points"},
    "weight": {"kg": "KG", "lb": "lbs"},
    "hemoglobin": {"g/dL": "g/dl", "g/L": "g/l", "mmol/L": "mmol/l"},
    "anc": {"10^9/L": "x10^9/L 10e9/L 10^3/uL K/\u00b5L", "/mm3": "/uL /mcL"},
    "fibrinogen": {"g/L": "g/l", "mg/dL": "mg/dl"},
    "aptt": {"s": "sec S"},
    "alt": {"units/L": "U/L IU/L", "ukat/L": "\u00b5kat/L mckat/L"},
    "ast": {"units/L": "U/L IU/L", "ukat/L": "\u00b5kat/L"},
    "ggt": {"units/L": "U/L IU/L", "ukat/L": "\u00b5kat/L"},
    "triglycerides": {"mg/dL": "MG/DL", "mmol/L": "MMOL/L"},
    "creatinine_clearance": {"mL/min": "ml/min"},
    "sofa_points": {"": "points"},
    "age": {"years": "y Years"},
}


def taken(text: str, name: str, bands: Bands = NO_BANDS) -> Entry:
    entry = read_quantity(text, name, bands)
    assert isinstance(entry, Entry), str(entry)
    return entry


def refused(text: str, name: str, bands: Bands = NO_BANDS) -> Refusal:
    refusal = read_quantity(text, name, bands)
    assert isinstance(refusal, Refusal), str(refusal)
    return refusal


def codes(text: str, name: str, bands: Bands) -> list[str]:
    return [caution.code for caution in taken(text, name, bands).cautions]


# ---- factors and spellings ---------------------------------------------------------------------------------------
def test_every_analyte_and_unit_stands_in_the_hand_written_table() -> None:
    assert {name: {unit.name: unit.factor for unit in analyte.units} for name, analyte in ANALYTES.items()} == {
        name: {unit: None if factor is None else Fraction(*factor) for unit, factor in units.items()}
        for name, units in FACTORS.items()
    }
    assert {name for name, analyte in ANALYTES.items() if analyte.whole} == WHOLE
    assert {name for name, analyte in ANALYTES.items() if analyte.above_zero} == ABOVE_ZERO


@pytest.mark.parametrize(
    ("text", "name", "canonical"),
    [
        ("4.42mg/L", "ferritin", Fraction(4420)),
        ("4420 ug/L", "ferritin", Fraction(4420)),
        ("9931.74 pmol/L", "ferritin", Fraction(4420)),
        ("10 kPa", "pao2", Fraction("75.0062")),
        ("40%", "fio2", Fraction(2, 5)),
        ("150000/uL", "platelets", Fraction(150)),
        ("17.104 umol/L", "bilirubin", Fraction(1)),
        ("88.4 umol/L", "creatinine", Fraction(1)),
        ("220.46 lb", "weight", Fraction(100)),
        ("85 g/L", "hemoglobin", Fraction("8.5")),
        ("6.206 mmol/L", "hemoglobin", Fraction(10)),
        ("1500/mm3", "anc", Fraction("1.5")),
        ("2.4 U/h", "vasopressin", Fraction("0.04")),
        ("0.5 ukat/L", "alt", Fraction(30)),
        ("150 mg/dL", "fibrinogen", Fraction("1.5")),
        ("0.064 mg/mL", "concentration", Fraction(64)),
    ],
)
def test_a_value_is_converted_exactly(text: str, name: str, canonical: Fraction) -> None:
    assert taken(text, name).quantity.canonical == canonical


@pytest.mark.parametrize("name", [name for name, units in FACTORS.items() if None in units.values()])
def test_a_rate_that_needs_the_weight_is_never_converted_without_it(name: str) -> None:
    for unit in ("mcg/min", "mL/h"):
        with pytest.raises(ValueError, match=f"^{unit} cannot be converted without more facts$"):
            _ = quantity(name, "10", unit).canonical


def test_an_unknown_unit_has_no_factor() -> None:
    with pytest.raises(KeyError, match="ferritin has no unit g/L"):
        ANALYTES["ferritin"].unit("g/L")


@pytest.mark.parametrize(
    ("name", "unit", "spelling"),
    [
        (name, unit, spelling)
        for name, units in SPELLINGS.items()
        for unit, spellings in units.items()
        for spelling in spellings.split()
    ],
)
def test_every_spelling_of_a_unit_is_read(name: str, unit: str, spelling: str) -> None:
    texts = [f"12 {spelling}"] if spelling.startswith("10") else [f"12{spelling}", f"12 {spelling}"]
    for text in texts:
        entry = taken(text, name)
        assert entry.quantity == Quantity(name, Decimal(12), unit)
        assert entry.unit_stated


def test_a_unit_may_hold_a_space() -> None:
    assert taken("1500 mL/24 h", "urine").quantity == quantity("urine", 1500)


@pytest.mark.parametrize(
    ("name", "unit"), [(name, unit.name) for name, analyte in ANALYTES.items() for unit in analyte.units if unit.name]
)
def test_a_quantity_prints_back_as_it_can_be_typed(name: str, unit: str) -> None:
    assert taken(str(quantity(name, "12", unit)), name).quantity == quantity(name, "12", unit)


@pytest.mark.parametrize("name", list(ANALYTES))
def test_a_bare_number_is_read_in_the_canonical_unit(name: str) -> None:
    entry = taken("12", name)
    assert entry.quantity == Quantity(name, Decimal(12), next(iter(FACTORS[name])))
    assert not entry.unit_stated
    assert entry.cautions == ()


def test_the_three_micros_are_read_alike_and_other_letters_stay() -> None:
    assert {fold_unit(u + "mol/L") for u in ("u", "U", "mc", "MC", "\u00b5", "\u03bc")} == {"umol/l"}
    assert fold_unit("mcg/kg/min") == "ug/kg/min"
    assert fold_unit("mc") == "mc"
    assert fold_unit("cmc/x") == "cmc/x"


# ---- refusals ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "name", "code"),
    [
        ("", "ferritin", "empty"),
        ("4420  ng/mL", "ferritin", "space"),
        (" 4420 ng/mL", "ferritin", "space"),
        ("4420 ng/mL ", "ferritin", "wrong_unit"),
        ("4,420 ng/mL", "ferritin", "comma"),
        ("-5 ng/mL", "ferritin", "sign"),
        ("5. ng/mL", "ferritin", "trailing_point"),
        ("4420 ng/mL\n", "ferritin", "control_character"),
        ("4420 \x1b[31m", "ferritin", "control_character"),
        ("4.42e3", "ferritin", "exponent"),
        ("4.42E+3", "ferritin", "exponent"),
        ("4420 furlongs", "ferritin", "wrong_unit"),
        ("4420 g/L", "ferritin", "wrong_unit"),
        ("4420 \u00b5", "ferritin", "wrong_unit"),
        ("10^9/L", "platelets", "not_a_number"),
        ("2510^9/L", "platelets", "not_a_number"),
        ("25.510e9/L", "platelets", "not_a_number"),
        ("2510^3/uL", "anc", "not_a_number"),
        ("25%", "hla_dr", "wrong_unit"),
        ("500 MFI", "hla_dr", "wrong_unit"),
        ("30", "inr", None),
        ("1.5x", "inr", "wrong_unit"),
        ("14.5", "gcs", "not_whole"),
        ("10T", "gcs", "wrong_unit"),
        ("60 mL/h", "urine", "wrong_unit"),
        ("5 mg/h", "norepinephrine", "wrong_unit"),
        ("0", "fio2", "zero"),
        ("0%", "fio2", "zero"),
        ("0.0 kg", "weight", "zero"),
        ("0", "concentration", "zero"),
        ("0", "ferritin", None),
        ("0", "minutes", None),
        ("0.5", "minutes", "not_whole"),
    ],
)
def test_what_is_no_quantity_is_refused(text: str, name: str, code: str | None) -> None:
    found = read_quantity(text, name, NO_BANDS)
    assert (found.code if isinstance(found, Refusal) else None) == code
    if isinstance(found, Refusal):
        assert found.typed == text
        assert found.accepted == accepted_quantity(ANALYTES[name])


@pytest.mark.parametrize("text", ["25%", "25 %", "25% positive", "500 MFI", "500mfi", "500 mfi units"])
def test_percent_and_fluorescence_are_never_receptors(text: str) -> None:
    assert "cannot be turned into receptors per cell" in str(refused(text, "hla_dr").why)


@pytest.mark.parametrize(
    ("text", "name", "words"),
    [
        ("60 mL/h", "urine", "not an hourly rate"),
        ("60 ml/hr", "urine", "not an hourly rate"),
        ("0.5 mL/kg/h", "urine", "not an hourly rate"),
        ("5 mg/h", "dobutamine", "Convert to mcg/min first"),
        ("10T", "gcs", "untestable verbal score"),
        ("10VT", "gcs", "untestable verbal score"),
        ("25%x", "hla_dr", "%x is not a unit of this measurement."),
        ("5 mg/hour", "dopamine", "mg/hour is not a unit of this measurement."),
        ("5 x\x1b[2J", "dopamine", "x\\x1b[2J is not a unit of this measurement."),
    ],
)
def test_a_wrong_unit_is_answered_with_the_reason(text: str, name: str, words: str) -> None:
    refusal = refused(text, name)
    assert refusal.code == "wrong_unit"
    assert words in str(refusal.why)


def test_a_long_wrong_unit_is_cut() -> None:
    assert str(refused("5 " + "x" * 30, "dopamine").why) == "x" * 24 + "... is not a unit of this measurement."


def test_a_value_that_a_program_has_written_out_is_taken() -> None:
    assert taken("0." + "3" * 20, "ferritin").quantity.value == Decimal("0." + "3" * 20)
    assert refused("0." + "3" * 21, "ferritin").code == "too_many_decimals"


def test_forty_characters_are_read_and_one_more_is_not() -> None:
    assert refused("9" * 40, "ferritin").code == "too_long"
    assert str(refused("9" * 40, "ferritin").why) != "It is longer than 40 characters."
    assert refused("1 " + "x" * 38, "ferritin").code == "wrong_unit"
    refusal = refused("1 " + "x" * 39, "ferritin")
    assert refusal.code == "too_long"
    assert str(refusal.why) == "It is longer than 40 characters."


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        (
            "ferritin",
            "Accepted: a number with a decimal point if needed, in ng/mL; units taken: ng/mL, mcg/L, mg/L, pmol/L.",
        ),
        ("fio2", "Accepted: a number with a decimal point if needed, in fraction; units taken: %."),
        ("minutes", "Accepted: a whole number, in min; units taken: min."),
        ("gcs", "Accepted: a whole number, no unit."),
        ("inr", "Accepted: a number with a decimal point if needed, no unit."),
    ],
)
def test_what_is_accepted_is_said(name: str, sentence: str) -> None:
    assert str(accepted_quantity(ANALYTES[name])) == sentence


@given(st.text(max_size=45), st.sampled_from(list(ANALYTES)))
def test_any_text_is_taken_or_refused_and_never_breaks(text: str, name: str) -> None:
    found = read_quantity(text, name, NO_BANDS)
    if isinstance(found, Entry):
        assert text.startswith(format(found.quantity.value, "f"))
    else:
        assert str(found)


# ---- bands -------------------------------------------------------------------------------------------------------
def own_bands(protocol: Protocol) -> list[tuple[str, Band]]:
    return [(name, band) for name, bands in protocol.bands.items() for band in bands]


def beside(end: Decimal, name: str) -> Decimal:
    """One last digit of an end, at least one whole for analytes that are whole."""
    exponent = end.as_tuple().exponent
    assert isinstance(exponent, int)
    return Decimal(1) if ANALYTES[name].whole else Decimal(1).scaleb(min(exponent, 0) - 1)


def test_every_end_of_every_band_from_both_sides(protocol: Protocol) -> None:
    ends = 0
    for name, band in own_bands(protocol):
        for end, outwards, kind in (
            (band.refuse_below, -1, "below_limit"),
            (band.refuse_above, 1, "above_limit"),
            (band.ask_below, -1, f"{name}_low"),
            (band.ask_above, 1, f"{name}_high"),
        ):
            if end is None:
                continue
            inside = str(Quantity(name, end, band.unit))
            outside = str(Quantity(name, end + outwards * beside(end, name), band.unit))
            ends += 1
            if kind in ("below_limit", "above_limit"):
                if not (end == 0 and name in ABOVE_ZERO):
                    assert isinstance(read_quantity(inside, name, protocol.bands), Entry), inside
                code = "sign" if end == 0 and outwards < 0 else kind
                assert refused(outside, name, protocol.bands).code == code, outside
            else:
                assert codes(inside, name, protocol.bands) == [], inside
                assert codes(outside, name, protocol.bands) == [kind], outside
    assert ends > 50


def test_a_count_that_looks_like_a_percentage_is_asked_about_up_to_its_end(protocol: Protocol) -> None:
    assert codes("100", "hla_dr", protocol.bands) == ["hla_dr_low"]
    assert codes("100.1", "hla_dr", protocol.bands) == []


def test_another_unit_is_judged_by_the_band_of_the_canonical_one(protocol: Protocol) -> None:
    assert refused("1000.000001 mg/L", "ferritin", protocol.bands).code == "above_limit"
    assert codes("1000 mg/L", "ferritin", protocol.bands) == ["ferritin_high"]
    assert refused("20.9%", "fio2", protocol.bands).code == "below_limit"
    assert codes("21%", "fio2", protocol.bands) == []
    assert refused("3000001/uL", "platelets", protocol.bands).code == "above_limit"
    assert codes("7 mmol/L", "hemoglobin", protocol.bands) == []


def test_a_unit_with_a_band_of_its_own_is_judged_by_that(protocol: Protocol) -> None:
    assert codes("500 umol/L", "bilirubin", protocol.bands) == []
    assert codes("500.1 umol/L", "bilirubin", protocol.bands) == ["bilirubin_high"]
    assert refused("1200.1 umol/L", "bilirubin", protocol.bands).code == "above_limit"


def test_a_rate_that_cannot_be_converted_has_no_limits_yet(protocol: Protocol) -> None:
    assert codes("900 mcg/min", "norepinephrine", protocol.bands) == []


def test_without_a_band_in_a_unit_that_fits_nothing_is_judged() -> None:
    bands = {"bilirubin": (Band("umol/L", refuse_above=Decimal(10)),)}
    assert codes("20 mg/dL", "bilirubin", bands) == []
    assert refused("20 umol/L", "bilirubin", bands).code == "above_limit"


@pytest.mark.parametrize(
    ("text", "name", "sentence"),
    [
        (
            "40",
            "fio2",
            "40 is above the highest value taken, 1 . If it was reported in %, write 40 %, which is 0.4 .",
        ),
        (
            "7",
            "pao2",
            "7 mmHg is below the lowest value taken, 15 mmHg. If it was reported in kPa, write 7 kPa, which is "
            "52.5 mmHg.",
        ),
        (
            "3500",
            "platelets",
            "3500 10^9/L is above the highest value taken, 3000 10^9/L. If it was reported in /mcL, ",
        ),
        ("300", "map", "300 mmHg is above the highest value taken, 250 mmHg. 300 looks like a systolic pressure: "),
        (
            "12",
            "norepinephrine",
            "12 mcg/kg/min is above the highest value taken, 10 mcg/kg/min. 12 looks like mcg/min",
        ),
    ],
)
def test_a_refused_value_names_the_usual_entry_error(text: str, name: str, sentence: str, protocol: Protocol) -> None:
    assert str(refused(text, name, protocol.bands).why).startswith(sentence)


def test_without_a_usual_error_nothing_more_is_said(protocol: Protocol) -> None:
    assert str(refused("26", "urine_hours", protocol.bands).why) == "26 h is above the highest value taken, 24 h."
    (caution,) = taken("79", "spo2", protocol.bands).cautions
    assert str(caution.text) == "SpO2 79 % is unusually low: check the number and its unit."


@pytest.mark.parametrize(
    ("text", "name", "sentence"),
    [
        (
            "4.42",
            "ferritin",
            "Ferritin 4.42 ng/mL is unusually low: check the number and its unit. If it was reported in mg/L, write "
            "4.42 mg/L, which is 4420 ng/mL.",
        ),
        (
            "60000",
            "ferritin",
            "Ferritin 60000 ng/mL is unusually high: check the number and its unit. Values this high",
        ),
        ("25", "hla_dr", "Monocyte HLA-DR 25 receptors/cell is unusually low: check the number and its unit. 25 looks"),
        ("150", "map", "Mean arterial pressure 150 mmHg is unusually high: check the number and its unit. 150 looks"),
    ],
)
def test_an_unusual_value_is_asked_about_in_words(text: str, name: str, sentence: str, protocol: Protocol) -> None:
    (caution,) = taken(text, name, protocol.bands).cautions
    assert str(caution.text).startswith(sentence)


def test_every_hint_of_the_protocol_can_be_said(protocol: Protocol) -> None:
    used = set()
    for name, band in own_bands(protocol):
        for hint in (band.low_hint, band.high_hint):
            if hint is not None and hint not in HINTS:
                assert ANALYTES[name].unit(hint).factor is not None
            used.add(hint)
    assert set(HINTS) <= used


# ---- numbers for the eye -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (Decimal("4420"), 2, "4420"),
        (Decimal("4420.50"), 2, "4420.50"),
        (Decimal("1E+3"), 2, "1000"),
        (Decimal("0.0000001"), 2, "0.0000001"),
        (Fraction(1, 3), 2, "0.33"),
        (Fraction(2, 3), 2, "0.67"),
        (Fraction(5), 2, "5"),
        (Fraction(100), 0, "100"),
        (Fraction(1200), 2, "1200"),
        (Fraction(5, 2), 2, "2.5"),
        (Fraction(-1, 3), 3, "-0.333"),
        (Fraction(1, 1000), 2, "0"),
    ],
)
def test_a_number_in_plain_notation(value: Decimal | Fraction, places: int, text: str) -> None:
    assert plain(value, places) == text


def test_two_decimals_are_shown_if_nothing_else_is_asked() -> None:
    assert plain(Fraction(1, 7)) == "0.14"


@pytest.mark.parametrize(
    ("value", "other", "text"),
    [
        ("4420.01", "4420", "4420.01"),
        ("4420", "4420", "4420"),
        ("4419.9999", "4420", "4419.9999"),
        ("4420.0333", "4420", "4420.0333"),
        ("4420.00333", "4420", "4420.003"),
        ("4420.04", "4420.05", "4420.04"),
        ("199.96", "200", "199.96"),
        ("150.04", "200", "150.04"),
        ("150.00004", "200", "150"),
    ],
)
def test_a_number_is_never_shown_as_equal_to_a_limit_it_only_comes_near(value: str, other: str, text: str) -> None:
    assert distinct(Fraction(value), Fraction(other)) == text


@pytest.mark.parametrize(
    ("value", "other", "places", "text"),
    [
        (Fraction("0.1234"), 0, None, "0.1234"),
        (Fraction("0.1234"), 0, 1, "0.1"),
        (Fraction(31, 3), 0, None, "10.3"),
        (Fraction(29, 3), 0, None, "9.667"),
        (Fraction(301, 30), 10, None, "10.03"),
        (Fraction(2, 3), 0, 2, "0.67"),
        (Fraction(1, 300000), 0, 2, "0.000003"),
        (1 + Fraction(1, 10**60), 1, None, f"1.{'0' * 59}1"),
    ],
)
def test_a_number_that_does_not_end_is_cut_where_it_still_tells(
    value: Fraction, other: int, places: int | None, text: str
) -> None:
    assert distinct(value, Fraction(other), places) == text


@given(st.decimals(0, 10000, places=1), st.fractions(-1, 1))
def test_no_number_is_shown_as_a_printed_limit_unless_it_is_it(limit: Decimal, gap: Fraction) -> None:
    value = Fraction(limit) + gap
    assert (Fraction(distinct(value, Fraction(limit))) == Fraction(limit)) is (gap == 0)

"""Numbers and units: what is typed is read as it stands, or not at all."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from zoneinfo import ZoneInfo

from immunosep_tui.record.chart import Chart
from immunosep_tui.record.patient import Patient
from immunosep_tui.record.settings import SETTINGS
from immunosep_tui.rules import units
from immunosep_tui.rules.analytes import ANALYTES
from immunosep_tui.rules.monitoring import assess
from immunosep_tui.rules.number import Refusal, parse_number
from immunosep_tui.rules.phenotype import IMMUNOPARALYSIS, INDETERMINATE, MALS, UNCLASSIFIED, classify, phenotype_of
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.rules.span import Span, span
from immunosep_tui.rules.units import Entry, Quantity, read_quantity
from immunosep_tui.ward import doubts as against
from immunosep_tui.ward import field_reading, samples
from immunosep_tui.ward.second_entry import agrees, typed_twice
from immunosep_tui.ward.signing import parts
from tests.hazards.control import Many, cut, hazard, swap

UTC = ZoneInfo("UTC")

SPELLINGS = (
    "4,420", "4,42", "4.4.2", "4.4.20", "1e5", "1E3", "nan", "NaN", "inf", "-1", "+5", "4_420", ".5", "5.", "00", "007",
    "4 420", " 4420", "4420 ", "4420\n", "４４２０", "٤٤٢٠", "४४२०", "4⁠420", "4\u00a0420", "4'420", "0x10", "1/2", "½", "²",
    "<5", ">40000", "≤5", "~4420", "4420?", "4420ng", "--1", "1-2", "4,4,2", ".", ",", "-", "", "1.", "1..2", "4\x0020",
    "4420\u200b", "\u202e0244", "4420\u0301", "1e-3", "1E+5", "0b1", "1.2e3", "∞", "四", "Ⅳ", "10**3", "1,0", "0,5",
    "O5", "l0",
)  # fmt: skip


def _by_float(text: str, decimals: int) -> Decimal | Refusal:
    """What a program does that trusts its language: the number that float() makes of it."""
    try:
        return Decimal(str(float(text.replace(",", ""))))
    except (ValueError, InvalidOperation):
        return parse_number("", decimals)


@hazard("HZ-05", without=swap("tests.hazards.test_numbers.parse_number", _by_float))
def test_text_that_is_no_plain_number_is_refused_and_any_other_prints_back_as_typed(many: Many) -> None:
    for spelling in SPELLINGS:
        assert isinstance(parse_number(spelling, 9), Refusal), spelling
    chance = random.Random(5)
    for _turn in many(2_000, 1_000_000):
        text = "".join(chance.choice("0123456789..,e-+_ \u0664\uff14") for _ in range(chance.randint(0, 8)))
        found = parse_number(text, 9)
        assert isinstance(found, Refusal) or format(found, "f") == text


def _slips(text: str, chance: random.Random) -> list[str]:
    """What fingers make of a number: a digit too many, too few, doubled or swapped, the point moved."""
    at = chance.randrange(len(text))
    return [
        text[:at] + chance.choice("0123456789") + text[at:],
        text[:at] + text[at + 1 :],
        text[:at] + text[at] + text[at:],
        text[: at - 1] + text[at] + text[at - 1] + text[at + 1 :] if at else text,
        text + "0",
        text[:-1] + "." + text[-1:],
    ]


def _sheet(ferritin: str, hla_dr: str) -> Patient:
    texts = {"labs.ferritin": ferritin, "labs.hla_dr": hla_dr}
    return Patient("p", texts).keeping("labs.ferritin").keeping("labs.hla_dr")


def _phenotype(sheet: Patient, protocol: Protocol) -> str:
    return samples.phenotype_of_sample(sheet, 1, protocol).phenotype


@hazard(
    "HZ-06", without=(cut(typed_twice, "asked[key] = text"), cut(agrees, "one.canonical == other.canonical", "True"))
)
def test_a_slip_that_would_change_the_phenotype_is_refused_or_typed_a_second_time(
    protocol: Protocol, many: Many
) -> None:
    chance, empty, asked, entries = random.Random(6), Chart("p"), 0, 0
    for _turn in many(60, 100_000):
        typed = [str(round(chance.lognormvariate(7.6, 1.2)) + 30), str(round(chance.lognormvariate(9, 0.7)) + 101)]
        true = _phenotype(_sheet(*typed), protocol)
        for which, name in enumerate(("ferritin", "hla_dr")):
            entries += 1
            taken = read_quantity(typed[which], name, protocol.bands)
            asked += isinstance(taken, Entry) and bool(taken.cautions)
            for slip in _slips(typed[which], chance):
                sheet = _sheet(*(slip if which == n else text for n, text in enumerate(typed)))
                if _phenotype(sheet, protocol) in (true, INDETERMINATE):
                    continue
                twice = typed_twice(empty, parts(empty, sheet, protocol, UTC), protocol)
                assert f"labs.{name}" in twice, (typed, slip)
                assert not agrees(slip, typed[which], name, protocol)
    assert asked <= entries * 5 / 100  # what is asked too often is answered without reading


PMOL = Fraction("2.247")
BY_HAND = (
    ("4420", "ng/mL", Fraction(4420)), ("4420", "mcg/L", Fraction(4420)), ("4.42", "mg/L", Fraction(4420)),
    ("4.4201", "mg/L", Fraction("4420.1")), ("9932", "pmol/L", 9932 / PMOL), ("4420", "ug/L", Fraction(4420)),
    ("4420", "\u00b5g/L", Fraction(4420)), ("4420", "\u03bcg/l", Fraction(4420)),
)  # fmt: skip


def _taken(text: str, name: str, protocol: Protocol) -> Quantity:
    found = read_quantity(text, name, protocol.bands)
    assert isinstance(found, Entry), text
    return found.quantity


@hazard("HZ-07", without=swap("immunosep_tui.rules.units.Quantity.canonical", property(lambda q: Fraction(q.value))))
def test_ferritin_is_the_same_in_every_unit(protocol: Protocol, many: Many) -> None:
    for number, unit, exact in BY_HAND:
        assert _taken(f"{number} {unit}", "ferritin", protocol).canonical == exact
    chance = random.Random(7)
    for _turn in many(300, 100_000):
        thousandths = chance.randint(1, 50_000_000)
        plain = Decimal(thousandths).scaleb(-3)
        listed = [f"{plain:f} ng/mL", f"{plain:f} mcg/L", f"{plain.scaleb(-3):f} mg/L"]
        assert len({_taken(text, "ferritin", protocol).canonical for text in listed}) == 1


@hazard(
    "HZ-08",
    without=(
        lambda patch: patch.setitem(units._SPELLINGS["hla_dr"], "%", ANALYTES["hla_dr"].canonical),
        cut(against.to_confirm, 'sheet.is_kept(f"{place}.{name}")', "False"),
    ),
)
def test_hla_dr_in_percent_or_intensity_is_never_receptors(protocol: Protocol) -> None:
    for text in ("30%", "30 %", "4000 MFI", "4000mfi", "62 percent"):
        assert isinstance(read_quantity(text, "hla_dr", protocol.bands), Refusal), text
        assert _phenotype(_sheet("900", text), protocol) == INDETERMINATE
    assert [unit.factor for unit in ANALYTES["hla_dr"].units] == [1]  # nothing is ever converted into receptors
    for text in ("0", "30", "62.5", "100"):
        sheet = Patient("p", {"labs.ferritin": "900", "labs.hla_dr": text})
        assert _phenotype(sheet, protocol) == INDETERMINATE  # asked about first
        assert against.to_confirm(
            sheet.keeping("labs.hla_dr"), protocol
        )  # and no drug before the laboratory has said so
    assert not against.to_confirm(Patient("p", {"labs.ferritin": "900", "labs.hla_dr": "4000"}), protocol)


@hazard("HZ-14", without=swap("immunosep_tui.record.settings.FARTHEST", 10_000))
def test_an_upper_limit_of_normal_in_another_unit_is_no_setting(protocol: Protocol) -> None:
    for name, text in (("alt", "0.75"), ("ast", "450"), ("ggt", "1"), ("bilirubin", "20"), ("bilirubin", "1.1 umol/L")):
        assert isinstance(SETTINGS[name].read(text, protocol), Refusal), (name, text)
    for name, text in (("alt", "0.75 ukat/L"), ("bilirubin", "20 umol/L")):
        assert isinstance(SETTINGS[name].read(text, protocol), Quantity), (name, text)


@hazard("HZ-09", without=swap("immunosep_tui.rules.phenotype._grey_zone", lambda *_given: ()))
def test_hla_dr_near_its_cut_off_says_so_and_changes_nothing(protocol: Protocol) -> None:
    ferritin = _taken("900", "ferritin", protocol)
    for value in ("3749", "3749.99", "3750", "4999", "5000", "5001", "6250", "6250.01", "6251"):
        measured = _taken(value, "hla_dr", protocol)
        answer = classify(protocol, ferritin, measured)
        near = any(caution.code == "hla_dr_near_cutoff" for caution in answer.cautions)
        assert near == (Decimal(3750) <= Decimal(value) <= Decimal(6250)), value
        assert answer.phenotype == (IMMUNOPARALYSIS if Decimal(value) < 5000 else UNCLASSIFIED)


NOW = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)


def _drawn(at: datetime, protocol: Protocol) -> tuple[object, ...]:
    sheet = _sheet("900", "4000").typed("labs.sampled", f"{at:%Y-%m-%d %H:%M}")
    return tuple(against.sample_doubts(sheet, protocol, UTC, NOW))


@hazard("HZ-10", without=cut(samples.is_stale, "old is not None and old > ", "False and old > "))
def test_a_course_on_an_old_sample_asks_why(protocol: Protocol, many: Many) -> None:
    fresh = timedelta(hours=int(protocol.site.stale.value))
    assert _drawn(NOW - fresh, protocol) == ()
    assert len(_drawn(NOW - fresh - timedelta(minutes=1), protocol)) == 1
    chance = random.Random(10)
    for _turn in many(40, 100_000):
        minutes = chance.randint(0, 6 * 24 * 60)
        late = timedelta(minutes=minutes) > fresh
        assert bool(_drawn(NOW - timedelta(minutes=minutes), protocol)) == late


@hazard("HZ-10", without=cut(field_reading.read_time, "found > now + EARLY", "False"))
def test_a_sample_of_the_future_has_no_time(protocol: Protocol) -> None:
    sheet = _sheet("900", "4000").typed("labs.sampled", "2026-03-14 12:06").typed("labs.resulted", "2026-03-14 11:00")
    for key in ("labs.sampled", "labs.resulted"):
        assert field_reading.read_field(sheet, key, protocol, UTC, NOW).refusal is not None


@hazard(
    "HZ-11",
    without=(
        swap("immunosep_tui.rules.phenotype._hook_effect", lambda *_given: ()),
        cut(against.to_confirm, 'caution.code.endswith("suspected")', "False"),
    ),
)
def test_a_ferritin_that_fell_below_its_cut_off_is_confirmed_before_a_drug_is_started(
    protocol: Protocol, many: Many
) -> None:
    chance, cut_off = random.Random(11), protocol.phenotype.ferritin_above.value
    for _turn in many(150, 20_000):
        before, value = chance.randint(1, 300_000), chance.randint(1, 6_000)
        sheet = _sheet(str(value), "4000").typed("labs.ferritin_before", str(before)).keeping("labs.ferritin_before")
        fell = value <= cut_off and (before > cut_off or 2 * value < before)
        told = [text for text in against.to_confirm(sheet, protocol) if "hook effect" in text.template]
        assert bool(told) == fell, (before, value)


def _without_sign(text: str, decimals: int) -> Decimal | Refusal:
    return parse_number(text.lstrip("<>=≤≥ "), decimals)


@hazard("HZ-12", without=swap("immunosep_tui.rules.units.parse_number", _without_sign))
def test_a_value_that_the_laboratory_gives_as_a_limit_is_no_number(protocol: Protocol) -> None:
    for name in ("ferritin", "hla_dr"):
        for sign in ("<", ">", "<=", ">=", "≤", "≥", "greater than ", "less than "):
            for value in ("0", "5", "4419", "4420", "4421", "4999", "5000", "5001", "40000"):
                assert isinstance(read_quantity(f"{sign}{value}", name, protocol.bands), Refusal)
    assert _phenotype(_sheet(">40000", "4000"), protocol) == INDETERMINATE


def _without_the_values_behind(quantity: Quantity) -> Span:
    return span(replace(quantity, bound=""))


@hazard("HZ-12", without=swap("immunosep_tui.rules.monitoring.span", _without_the_values_behind))
def test_a_bound_meets_a_limit_only_where_every_value_behind_it_does(protocol: Protocol) -> None:
    item = next(each for each in protocol.checklist if each.id == "interferon-gamma-neutrophils")
    for text, met, possible in (
        ("<0.5", ["stop", "review"], []), ("<=0.5", ["review"], ["stop"]), ("<1.0", ["review"], ["stop"]),
        ("<3", [], ["stop", "review"]), (">0.4", [], ["stop", "review"]), (">=1", [], []), ("0.5", ["review"], []),
    ):  # fmt: skip
        found = read_quantity(text, "anc", protocol.bands, bounds=True)
        assert isinstance(found, Entry)
        finding = assess(item, found.quantity)
        assert [limit.level for limit in finding.met] == met, text
        assert [limit.level for limit in finding.possible] == possible, text


def _expected(ferritin: Fraction, hla_dr: Fraction) -> str:
    if ferritin > 4420:
        return MALS
    return IMMUNOPARALYSIS if hla_dr < 5000 else UNCLASSIFIED


@hazard(
    "HZ-13",
    without=(
        cut(phenotype_of, "ferritin > rule", "ferritin >= rule"),
        cut(phenotype_of, "hla_dr < rule", "hla_dr <= rule"),
    ),
)
def test_both_cut_offs_are_strict_and_exact(protocol: Protocol) -> None:
    steps = [Fraction(n, 100) for n in (-4000, -100, -2, -1, 0, 1, 2, 100, 4000)]
    for low in steps:
        for high in steps:
            ferritin, hla_dr = 4420 + low, 5000 + high
            assert phenotype_of(ferritin, hla_dr, protocol.phenotype) == _expected(ferritin, hla_dr)
    assert _phenotype(_sheet("4.42 mg/L", "5000"), protocol) == UNCLASSIFIED
    assert _phenotype(_sheet("4.420000001 mg/L", "5000"), protocol) == MALS


SWAPPED = (
    ("hemoglobin", "g/dL", ("90", "130", "400")),
    ("bilirubin", "mg/dL", ("71", "300", "1200")), ("creatinine", "mg/dL", ("41", "88", "3000")),
    ("pao2", "mmHg", ("8", "10", "14.9")), ("fio2", "", ("40", "60", "100", "0.2", "20")),
    ("platelets", "10^9/L", ("3001", "80000", "150000")), ("map", "mmHg", ("8.7", "9", "12")),
    ("fibrinogen", "g/L", ("21", "120", "400")), ("inr", "", ("0.4", "35", "100")), ("aptt", "s", ("1.1", "2.4")),
)  # fmt: skip


@hazard(
    "HZ-14",
    without=swap("immunosep_tui.rules.units._within", lambda quantity, _a, _b, _t, stated: Entry(quantity, stated)),
)
def test_a_value_in_another_unit_than_the_written_one_is_not_taken_silently(protocol: Protocol) -> None:
    for name, unit, numbers in SWAPPED:
        for number in numbers:
            found = read_quantity(f"{number} {unit}".strip(), name, protocol.bands)
            assert isinstance(found, Refusal) or found.cautions, (name, number, unit)

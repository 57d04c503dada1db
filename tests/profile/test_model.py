"""The border: an implausible, unsourced or unknown number is refused with its file, line and reason."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from immunosep_tui.profile.errors import Fault, ProfileError
from immunosep_tui.profile.files import check_unsealed
from immunosep_tui.rules.protocol import Protocol

HEAD = """\
kind = "protocol"
extends = "immunosep-2025"
id = "site"
version = "2"
"""
FACT = '{{ value = {value}, unit = "{unit}", source = "site", confidence = "L" }}'


def fact(value: str, unit: str) -> str:
    return FACT.format(value=value, unit=unit)


def check(folder: Path, body: str) -> Protocol:
    file = folder / "site.toml"
    file.write_text(f"{HEAD}{body}\n[end]\n", encoding="utf-8")
    return check_unsealed(file)


def faults(folder: Path, body: str) -> tuple[Fault, ...]:
    with pytest.raises(ProfileError) as error:
        check(folder, body)
    assert str(error.value) == "\n".join(map(str, error.value.faults))
    return error.value.faults


def test_a_site_may_change_a_number_within_reason(tmp_path: Path) -> None:
    found = check(tmp_path, f"[phenotype]\nferritin_above = {fact('5000.5', 'ng/mL')}\n")
    assert (found.id, found.version) == ("site", "2")
    assert str(found.phenotype.ferritin_above.value) == "5000.5"
    assert (found.phenotype.ferritin_above.source, found.phenotype.ferritin_above.confidence) == ("site", "L")
    assert found.phenotype.hla_dr_below.value == 5000


# (table, key, unit, lowest taken, highest taken, what lies one step outside on both sides)
RANGES = [
    ("phenotype", "ferritin_above", "ng/mL", "1000", "20000"),
    ("phenotype", "hla_dr_below", "receptors/cell", "1000", "20000"),
    ("regimens.anakinra", "interval_hours", "h", "4", "72"),
    ("regimens.anakinra", "days", "days", "1", "30"),
    ("regimens.anakinra", "dose", "mg", "50", "500"),
    ("regimens.interferon-gamma", "interval_hours", "h", "4", "72"),
    ("regimens.interferon-gamma", "days", "days", "1", "30"),
    ("regimens.interferon-gamma", "dose", "mcg", "10", "200"),
    ("regimens.anakinra.presentation", "volume", "mL", "0.1", "50"),
    ("regimens.anakinra.dummy", "volume", "mL", "0.1", "50"),
    ("regimens.anakinra.dummy", "interval_hours", "h", "4", "72"),
    ("regimens.anakinra.dummy", "days", "days", "1", "30"),
    ("endpoint", "decrease_at_least", "points", "0.1", "10"),
    ("endpoint", "death_score", "points", "24", "24"),
    ("reversal", "ferritin_fall_percent", "%", "1", "90"),
    ("reversal", "hla_dr_above", "receptors/cell", "1000", "50000"),
    ("reversal", "ferritin_below", "ng/mL", "1000", "20000"),
    ("eligibility", "age_at_least", "years", "18", "100"),
    ("eligibility", "hours_below", "h", "1", "240"),
    ("eligibility", "neutrophils_at_least", "10^9/L", "0.1", "5"),
    ("eligibility", "sofa_rise_at_least", "points", "1", "24"),
    ("assays.ferritin", "cv_low", "%", "0.1", "60"),
    ("assays.hla_dr", "cv_high", "%", "0.1", "60"),
    ("assays.hook_fall", "percent", "%", "10", "90"),
    ("site", "check_after", "h", "0", "23"),
    ("site", "before_dose", "h", "0", "24"),
    ("site", "acknowledged", "h", "1", "72"),
    ("site", "red_cells", "h", "1", "72"),
]


@pytest.mark.parametrize(("table", "key", "unit", "low", "high"), RANGES)
def test_every_range_from_both_sides(table: str, key: str, unit: str, low: str, high: str, tmp_path: Path) -> None:
    for value in (low, high):
        check(tmp_path, f"[{table}]\n{key} = {fact(value, unit)}\n")
    for value in (str(Decimal(low) - Decimal("0.01")), str(Decimal(high) + Decimal("0.01"))):
        (fault,) = faults(tmp_path, f"[{table}]\n{key} = {fact(value, unit)}\n")
        assert fault.file == str(tmp_path / "site.toml")
        assert fault.line in (5, 6)
        assert fault.place in (table, f"{table}.{key}")
        assert "implausible" in fault.reason or "must be" in fault.reason or "whole number" in fault.reason


@pytest.mark.parametrize(("table", "key", "unit", "low", "high"), RANGES)
def test_no_number_is_taken_in_another_unit(
    table: str, key: str, unit: str, low: str, high: str, tmp_path: Path
) -> None:
    (fault,) = faults(tmp_path, f"[{table}]\n{key} = {fact(high, 'mol')}\n")
    assert "must be" in fault.reason


@pytest.mark.parametrize(
    ("body", "line", "place", "reason"),
    [
        (
            f"[phenotype]\nferritin_above = {fact('442', 'ng/mL')}",
            6,
            "phenotype.ferritin_above",
            "442 ng/mL is implausible: 1000 to 20000 is taken",
        ),
        (
            f"[phenotype]\nferritin_above = {fact('44200', 'ng/mL')}",
            6,
            "phenotype.ferritin_above",
            "44200 ng/mL is implausible: 1000 to 20000 is taken",
        ),
        (
            f"[phenotype]\nferritin_above = {fact('4420', 'mg/L')}",
            6,
            "phenotype.ferritin_above",
            "the unit must be ng/mL, not mg/L",
        ),
        (
            f"[phenotype]\nferritin_above = {fact('4420', '')}",
            6,
            "phenotype.ferritin_above",
            "the unit must be ng/mL, not empty",
        ),
        (
            f"[regimens.interferon-gamma]\ndose = {fact('100', 'mg')}",
            5,
            "regimens.interferon-gamma",
            "the dose of interferon gamma-1b must be 10 to 200 mcg",
        ),
        (
            f"[regimens.anakinra]\ndose = {fact('200', 'mcg')}",
            5,
            "regimens.anakinra",
            "the dose of anakinra must be 50 to 500 mg",
        ),
        (
            f"[regimens.anakinra]\ninterval_hours = {fact('80', 'h')}",
            6,
            "regimens.anakinra.interval_hours",
            "80 h is implausible: 4 to 72 is taken",
        ),
        (
            f"[regimens.anakinra]\ninterval_hours = {fact('8.5', 'h')}",
            6,
            "regimens.anakinra.interval_hours",
            "a whole number is wanted",
        ),
        (
            f"[regimens.anakinra]\ndays = {fact('151', 'days')}",
            6,
            "regimens.anakinra.days",
            "151 days is implausible: 1 to 30 is taken",
        ),
        (
            f"[endpoint]\ndeath_score = {fact('23', 'points')}",
            6,
            "endpoint.death_score",
            "23 points is implausible: 24 to 24 is taken",
        ),
        (
            '[regimens.anakinra]\nphenotype = "immunoparalysis"',
            5,
            "regimens.anakinra",
            "anakinra is not what the trial gave to immunoparalysis",
        ),
        (
            '[regimens.interferon-gamma]\nphenotype = "mals"',
            5,
            "regimens.interferon-gamma",
            "interferon gamma-1b is not what the trial gave to mals",
        ),
        (
            f"[regimens.anakinra.presentation]\namount = {fact('100', 'mcg')}",
            5,
            "regimens.anakinra",
            "the pack of anakinra is counted in mg",
        ),
        (
            '[phenotype]\nferritin_above = { value = 4420, unit = "ng/mL", source = "", confidence = "V" }',
            6,
            "phenotype.ferritin_above.source",
            None,
        ),
        (
            '[variants.mine]\nferritin_above = { value = 4420, unit = "ng/mL", confidence = "V" }',
            6,
            "variants.mine.ferritin_above.source",
            "Field required",
        ),
        ("[phenotype]\nferitin_above = 1", 6, "phenotype.feritin_above", "Extra inputs are not permitted"),
        ("unknown = 1", 5, "unknown", "Extra inputs are not permitted"),
        (
            '[[bands.ferritin]]\nunit = "ng/mL"\nrefuse_above = true\nsource = "s"\nconfidence = "L"',
            7,
            "bands.ferritin.0.refuse_above",
            "a TOML number is wanted",
        ),
        (
            '[[bands.ferritin]]\nunit = "ng/mL"\nrefuse_above = "9"\nsource = "s"\nconfidence = "L"',
            7,
            "bands.ferritin.0.refuse_above",
            "a TOML number is wanted",
        ),
        (
            '[[bands.ferritin]]\nunit = "ng/mL"\nrefuse_above = inf\nsource = "s"\nconfidence = "L"',
            7,
            "bands.ferritin.0.refuse_above",
            "Input should be a finite number",
        ),
        (
            '[[bands.ferritin]]\nunit = "ng/mL"\nrefuse_above = nan\nsource = "s"\nconfidence = "L"',
            7,
            "bands.ferritin.0.refuse_above",
            "Input should be a finite number",
        ),
    ],
)
def test_what_is_wrong_is_told_with_line_and_reason(
    body: str, line: int, place: str, reason: str | None, tmp_path: Path
) -> None:
    fault = next(fault for fault in faults(tmp_path, body + "\n") if fault.place == place)
    assert fault.file == str(tmp_path / "site.toml")
    assert fault.line == line
    assert str(fault).startswith(f"{tmp_path / 'site.toml'}:{line}: {place}: ")
    if reason is not None:
        assert fault.reason == reason


def band(**limits: str) -> str:
    lines = "".join(f"{name} = {value}\n" for name, value in limits.items())
    return f'[[bands.ferritin]]\nsource = "s"\nconfidence = "L"\n{lines}'


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (band(unit='"ng/mL"', refuse_below="5", ask_below="4"), "the limits are not in order"),
        (band(unit='"ng/mL"', ask_below="5", ask_above="4"), "the limits are not in order"),
        (band(unit='"ng/mL"', ask_above="5", refuse_above="4"), "the limits are not in order"),
        (band(unit='"ng/mL"', refuse_below="5", ask_up_to="4"), "the limits are not in order"),
        (band(unit='"g/L"'), "bands.ferritin: g/L is not one of its units"),
        (band(unit='"ng/mL"', low_hint='"gram"'), "bands.ferritin: an unknown hint"),
        (band(unit='"ng/mL"', high_hint='"gram"'), "bands.ferritin: an unknown hint"),
        (band(unit='"ng/mL"').replace("ferritin", "sodium"), "bands.sodium: not an analyte"),
        (
            band(unit='"mcg/kg/min"', high_hint='"mcg/min"').replace("ferritin", "dopamine"),
            "bands.dopamine: an unknown hint",
        ),
    ],
)
def test_a_band_must_make_sense(body: str, reason: str, tmp_path: Path) -> None:
    assert any(fault.reason.startswith(reason) for fault in faults(tmp_path, body))


def test_a_band_may_have_its_ends_together_and_any_known_hint(tmp_path: Path) -> None:
    limits = {"refuse_below": "4", "ask_up_to": "4", "ask_below": "4", "ask_above": "4", "refuse_above": "4"}
    found = check(tmp_path, band(unit='"ng/mL"', low_hint='"mg/L"', high_hint='"dilute"', **limits))
    (mine,) = found.bands["ferritin"]
    assert [mine.refuse_below, mine.ask_up_to, mine.ask_below, mine.ask_above, mine.refuse_above] == [4] * 5
    assert (mine.low_hint, mine.high_hint) == ("mg/L", "dilute")


def item(analyte: str, limit: str, frequency: str = "daily") -> str:
    return (
        f'[[checklist]]\nid = "x"\nregimen = "anakinra"\nlabel = "X"\nfrequency = "{frequency}"\npriority = 1\n'
        f'analyte = "{analyte}"\nsource = "s"\nconfidence = "L"\n{limit}'
    )


def limit(when: str, unit: str, level: str = "review") -> str:
    return f'[[checklist.limits]]\nwhen = "{when}"\nvalue = {fact("1", unit)}\naction = "Look."\nlevel = "{level}"\n'


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (item("sodium", ""), "sodium is not an analyte"),
        (item("anc", limit("under", "10^9/L")), "when must be one of "),
        (item("anc", limit("below", "g/L")), "a limit of x that is below cannot have the unit g/L"),
        (item("anc", limit("fall_percent", "10^9/L")), "a limit of x that is fall_percent cannot have the unit 10^9/L"),
        (item("", limit("at_or_above", "points")), "a limit of x that is at_or_above cannot have the unit points"),
        (item("anc", limit("below", "10^9/L", "panic")), "Input should be"),
        (item("anc", "", "hourly"), "Input should be"),
        (item("anc", limit("fall", "10^9/L") + f"within = {fact('2', 'days')}\n"), "the unit must be h, not days"),
        (item("anc", limit("fall", "10^9/L") + f"within = {fact('0', 'h')}\n"), "0 h is implausible"),
        (item("anc", limit("fall", "10^9/L") + f"within = {fact('1.5', 'h')}\n"), "a whole number is wanted"),
        (item("anc", limit("fall", "10^9/L") + "within = 48\n"), "Input should be"),
        (
            item("anc", limit("fall", "10^9/L") + f"only_at_or_below = {fact('1', '%')}\n"),
            "only_at_or_below of x cannot have the unit %",
        ),
        (
            item("anc", limit("below", "10^9/L") + f"within = {fact('48', 'h')}\n"),
            "within and only_at_or_below belong to a fall, not to below",
        ),
        (
            item("anc", limit("above", "10^9/L") + f"only_at_or_below = {fact('1', '10^9/L')}\n"),
            "within and only_at_or_below belong to a fall, not to above",
        ),
        (item("anc", 'problem = "review"\n'), "x has a value, so that nobody can answer it with problem"),
        (item("", 'problem = "start"\n'), "Input should be"),
        (f"[upper_normal]\nsodium = {fact('1', 'mmol/L')}", "upper_normal.sodium: not an analyte"),
        (f"[upper_normal]\nalt = {fact('1', 'g/L')}", "upper_normal.alt: g/L is not one of its units"),
        (f"[upper_normal]\nalt = {fact('0', 'units/L')}", "upper_normal.alt: it must be above 0"),
    ],
)
def test_a_line_of_the_checklist_must_make_sense(body: str, reason: str, tmp_path: Path) -> None:
    assert any(fault.reason.startswith(reason) for fault in faults(tmp_path, body))


@pytest.mark.parametrize(
    ("analyte", "when", "unit"),
    [("anc", "below", "10^9/L"), ("anc", "below", "/mm3"), ("anc", "fall_percent", "%"), ("", "at_or_above", "")],
)
def test_a_line_of_the_checklist_that_makes_sense_is_taken(analyte: str, when: str, unit: str, tmp_path: Path) -> None:
    (mine,) = check(tmp_path, item(analyte, limit(when, unit))).checklist
    assert (mine.analyte, mine.every, mine.days, mine.limits[0].when) == (analyte, 1, (), when)
    assert (mine.limits[0].within, mine.limits[0].only_at_or_below, mine.problem) == (None, None, "")


def test_what_a_limit_or_a_line_says_beside_is_taken(tmp_path: Path) -> None:
    beside = f"within = {fact('48', 'h')}\nonly_at_or_below = {fact('1500', '/mm3')}\n"
    (mine,) = check(tmp_path, item("anc", limit("fall_percent", "%", "start") + beside)).checklist
    (found,) = mine.limits
    facts = (found.within, found.only_at_or_below)
    assert [(str(each.value), each.unit) for each in facts if each] == [("48", "h"), ("1500", "/mm3")]
    assert found.level == "start"
    (looked,) = check(tmp_path, item("", 'problem = "call"\n')).checklist
    assert looked.problem == "call"


def test_a_site_may_assume_another_upper_limit_of_normal(tmp_path: Path) -> None:
    found = check(tmp_path, f"[upper_normal]\nalt = {fact('0.7', 'ukat/L')}\n").upper_normal
    assert (found["alt"].value, found["alt"].unit) == (Decimal("0.7"), "ukat/L")
    assert found["ast"].value == 40


@pytest.mark.parametrize("day", ["2027-02-30", "1999-01-01", "2027-13-01", "2027-00-10", "2027-1-1", "soon"])
def test_the_day_of_review_looks_like_a_day(day: str, tmp_path: Path) -> None:
    if day == "2027-02-30":
        assert check(tmp_path, f'review_by = "{day}"\n').review_by == day
    else:
        assert any(fault.place == "review_by" for fault in faults(tmp_path, f'review_by = "{day}"\n'))


@pytest.mark.parametrize("text", ["a\x07b", "a\x1bb", "a\nb", ""])
def test_no_text_acts_on_a_terminal(text: str, tmp_path: Path) -> None:
    escaped = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)
    (fault,) = faults(tmp_path, f'title = "{escaped}"\n')
    assert fault.place == "title"

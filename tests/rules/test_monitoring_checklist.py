"""The shipped monitoring checklist is well formed, safely written, and asks for the published actions."""

from __future__ import annotations

import re
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from immunosep_tui.rules.analytes import ANALYTES
from immunosep_tui.rules.monitoring import ALL_LEVELS, COMPARISONS, FALLS, FREQUENCIES, START, assess, checklist
from immunosep_tui.rules.protocol import CONFIDENCE, CheckItem, Fact, Limit
from immunosep_tui.rules.units import Quantity
from tests.support.writing import UNSAFE

PROTOCOLS = Path(__file__).parents[2] / "profiles" / "protocols"


def fact(row: dict[str, Any]) -> Fact:
    return Fact(**row | {"value": Decimal(row["value"])})


def check_item(row: dict[str, Any]) -> CheckItem:
    facts = ("value", "within", "only_at_or_below")
    limits = tuple(Limit(**e | {name: fact(e[name]) for name in facts if name in e}) for e in row.get("limits", ()))
    return CheckItem(
        **{"every": 1} | row | {"days": tuple(row.get("days", ())), "limits": limits},
    )


def shipped() -> dict[str, tuple[CheckItem, ...]]:
    """The checklist of every shipped protocol that has one."""
    rows = {
        path.name: tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal).get("checklist", [])
        for path in sorted(PROTOCOLS.glob("*.toml*"))
    }
    return {name: tuple(check_item(row) for row in found) for name, found in rows.items() if found}


SHIPPED = shipped()
ITEMS = [pytest.param(entry, id=f"{name}:{entry.id}") for name, entries in SHIPPED.items() for entry in entries]
LIMITS = [
    pytest.param(entry, bound, id=f"{name}:{entry.id}:{number}")
    for name, entries in SHIPPED.items()
    for entry in entries
    for number, bound in enumerate(entry.limits)
]
FIRST_LIST = next(iter(SHIPPED.values()))


def of(entries: tuple[CheckItem, ...], name: str) -> CheckItem:
    return next(entry for entry in entries if entry.id == name)


def test_a_checklist_is_shipped_with_unique_ids() -> None:
    assert SHIPPED
    for entries in SHIPPED.values():
        assert len({entry.id for entry in entries}) == len(entries)


@pytest.mark.parametrize("entry", ITEMS)
def test_each_shipped_item_is_well_formed(entry: CheckItem) -> None:
    assert entry.regimen in {"anakinra", "interferon-gamma"}
    assert entry.id.startswith(f"{entry.regimen}-")
    assert entry.label
    assert entry.frequency in FREQUENCIES
    assert (entry.every > 1) is (entry.frequency == "every_n_days")
    assert bool(entry.days) is (entry.frequency == "on_days")
    assert entry.days == tuple(sorted(set(entry.days)))
    assert all(1 <= day <= 15 for day in entry.days)
    assert entry.analyte == "" or entry.analyte in ANALYTES
    assert "the trial's own monitoring schedule was not found" in entry.source
    assert entry.confidence == "G"


@pytest.mark.parametrize(("entry", "bound"), LIMITS)
def test_each_shipped_limit_is_well_formed(entry: CheckItem, bound: Limit) -> None:
    canonical = ANALYTES[entry.analyte].canonical.name if entry.analyte else ""
    comparison = COMPARISONS[bound.when]
    assert bound.value.unit == (canonical if comparison.unit is None else comparison.unit)
    assert bound.value.value > 0
    assert bound.value.source
    assert not bound.value.source.endswith(".")
    assert bound.value.confidence in CONFIDENCE
    assert bound.level in ALL_LEVELS
    assert (bound.level == START) is entry.id.endswith("-start")
    assert (bound.within is not None) is (bound.when in FALLS)
    assert re.fullmatch(r"[A-Z][^.]*(?:-1b[^.]*)?\.", bound.action), "one sentence"
    assert re.search("physician|pharmacist|Record", bound.action), "whom to call"


@pytest.mark.parametrize("entry", ITEMS)
def test_shipped_texts_are_written_safely(entry: CheckItem) -> None:
    for text in (entry.label, entry.source, *(t for b in entry.limits for t in (b.action, b.value.source))):
        assert not UNSAFE.search(text)


@pytest.mark.parametrize("name", SHIPPED)
def test_the_first_line_of_each_regimen(name: str) -> None:
    for day in range(1, 16):
        anakinra = checklist(SHIPPED[name], "anakinra", day)
        interferon = checklist(SHIPPED[name], "interferon-gamma", day)
        assert anakinra[0].id == "anakinra-hemoglobin"
        assert anakinra[1].id == "anakinra-bleeding"
        assert interferon[0].id == "interferon-gamma-bleeding"
        for due in (anakinra, interferon):
            assert [e.priority for e in due] == sorted({e.priority for e in due})


SHIPPED_VALUES = [
    ("anakinra-hemoglobin", "8", "", "", []),
    ("anakinra-hemoglobin", "7.99", "", "", ["review"]),
    ("anakinra-hemoglobin", "7.1", "", "", ["review"]),
    ("anakinra-hemoglobin", "7.0", "", "", ["call", "review"]),
    ("interferon-gamma-hemoglobin", "7.1", "", "", ["review"]),
    ("interferon-gamma-hemoglobin", "7.0", "", "", ["call", "review"]),
    ("interferon-gamma-hemoglobin", "6.99", "9", "", ["call", "review", "review"]),
    ("interferon-gamma-hemoglobin", "10.1", "12", "", []),
    ("interferon-gamma-hemoglobin", "10", "12", "", ["review"]),
    ("interferon-gamma-bleeding", "1", "", "", []),
    ("interferon-gamma-bleeding", "2", "", "", ["call"]),
    ("interferon-gamma-bleeding", "3", "", "", ["stop", "call"]),
    ("anakinra-bleeding", "4", "", "", ["stop", "call"]),
    ("anakinra-major-bleeding", "0", "", "", []),
    ("anakinra-major-bleeding", "1", "", "", ["stop"]),
    ("interferon-gamma-major-bleeding", "1", "", "", ["stop"]),
    ("interferon-gamma-platelets", "50", "100", "", []),
    ("interferon-gamma-platelets", "49.9", "99.8", "", ["call"]),
    ("interferon-gamma-platelets", "49.9", "100", "", ["call", "call"]),
    ("interferon-gamma-platelets", "150", "300.1", "", ["call"]),
    ("interferon-gamma-platelets", "150.1", "400", "", []),
    ("anakinra-platelets", "80", "161", "", ["review"]),
    ("anakinra-platelets", "151", "400", "", []),
    ("interferon-gamma-fibrinogen", "1.5", "", "", []),
    ("interferon-gamma-fibrinogen", "1.49", "", "", ["call"]),
    ("anakinra-fibrinogen", "1.49", "", "", ["review"]),
    ("anakinra-neutrophils-start", "1.5", "", "", []),
    ("anakinra-neutrophils-start", "1.499", "", "", ["start"]),
    ("anakinra-neutrophils", "1", "", "", []),
    ("anakinra-neutrophils", "0.5", "", "", ["review"]),
    ("interferon-gamma-neutrophils", "0.999", "", "", ["review"]),
    ("interferon-gamma-neutrophils", "0.499", "", "", ["stop", "review"]),
    ("anakinra-creatinine-clearance", "30", "", "", []),
    ("anakinra-creatinine-clearance", "29.9", "", "", ["review"]),
    ("interferon-gamma-creatinine-clearance", "29.9", "", "", ["review"]),
    ("anakinra-alt", "200", "", "40", []),
    ("anakinra-alt", "201", "", "40", ["review"]),
    ("interferon-gamma-ggt", "301", "", "60", ["review"]),
    ("interferon-gamma-bilirubin", "6.1", "", "1.2", ["review"]),
    ("anakinra-ferritin-day-3", "8500", "10000", "", []),
    ("anakinra-ferritin-day-3", "8501", "10000", "", ["review"]),
    ("interferon-gamma-ferritin", "4420", "", "", []),
    ("interferon-gamma-ferritin", "4420.1", "", "", ["call"]),
    ("interferon-gamma-hla-dr", "8001", "", "", []),
]


@pytest.mark.parametrize(("name", "value", "reference", "upper", "levels"), SHIPPED_VALUES)
def test_shipped_limits_from_both_sides(name: str, value: str, reference: str, upper: str, levels: list[str]) -> None:
    entry = of(FIRST_LIST, name)
    unit = ANALYTES[entry.analyte].canonical.name if entry.analyte else ""

    def quantity(text: str) -> Quantity | None:
        return Quantity(entry.analyte, Decimal(text), unit) if text else None

    finding = assess(entry, quantity(value), quantity(reference), quantity(upper))
    assert [bound.level for bound in finding.met] == levels


def test_every_shipped_limit_is_tried_above() -> None:
    tried = {name for name, *_, levels in SHIPPED_VALUES if levels}
    twins = {
        "anakinra-ast",
        "interferon-gamma-ast",
        "interferon-gamma-alt",
        "anakinra-ggt",
        "anakinra-bilirubin",
    }
    assert tried | twins == {entry.id for entry in FIRST_LIST if entry.limits}


@pytest.mark.parametrize(
    ("regimen", "day", "dose_due", "present", "absent"),
    [
        (
            "anakinra",
            1,
            True,
            {"neutrophils-start", "ferritin-baseline", "platelets", "alt"},
            {"neutrophils"},
        ),
        ("anakinra", 2, True, {"neutrophils", "platelets"}, {"neutrophils-start", "alt", "ferritin-day-3"}),
        ("anakinra", 3, True, {"ferritin-day-3", "alt"}, {"ferritin-baseline"}),
        ("anakinra", 15, False, {"neutrophils", "platelets"}, {"hla-dr"}),
        (
            "interferon-gamma",
            1,
            True,
            {"ferritin", "hla-dr", "platelets", "fibrinogen", "inr", "aptt"},
            set(),
        ),
        (
            "interferon-gamma",
            2,
            False,
            {"bleeding", "hemoglobin"},
            {"platelets", "fibrinogen", "inr", "aptt", "alt"},
        ),
        ("interferon-gamma", 7, True, {"ferritin", "hla-dr"}, {"triglycerides"}),
        ("interferon-gamma", 15, True, {"ferritin", "hla-dr", "alt"}, set()),
    ],
)
def test_shipped_items_on_their_days(
    regimen: str, day: int, dose_due: bool, present: set[str], absent: set[str]
) -> None:
    due = {entry.id.removeprefix(f"{regimen}-") for entry in checklist(FIRST_LIST, regimen, day, dose_due)}
    assert present <= due
    assert not absent & due


def test_renal_failure_is_reviewed_and_never_changes_a_dose() -> None:
    entry = of(FIRST_LIST, "anakinra-creatinine-clearance")
    text = str(assess(entry, Quantity("creatinine_clearance", Decimal(29), "mL/min")).text[0])
    assert text.startswith(f"{entry.label}: 29 mL/min is below 30 mL/min. Ask the pharmacist to review: ")
    for part in (
        "the trial's rule is not known",
        "every other day",
        "the prescriber decides",
        "nothing is changed",
    ):
        assert part in text


def test_a_checklist_has_the_same_lines_whatever_was_found() -> None:
    before = checklist(FIRST_LIST, "anakinra", 5)
    for value in ("3", "12", "20"):
        assess(of(FIRST_LIST, "anakinra-hemoglobin"), Quantity("hemoglobin", Decimal(value), "g/dL"))
    assert checklist(FIRST_LIST, "anakinra", 5) == before

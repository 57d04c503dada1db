"""The sample patients that came with the program: made-up sheets, each with the outcome that it shows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

from immunosep_tui.profile.files import data_folder
from immunosep_tui.profile.reading import read_toml
from immunosep_tui.record.patient import Patient
from immunosep_tui.rules.monitoring import ALL_LEVELS
from immunosep_tui.rules.phenotype import PHENOTYPES
from immunosep_tui.rules.response import HIGHEST_SOFA
from immunosep_tui.ward.case_head import EXPECT, Head, instant_at, read_head
from immunosep_tui.ward.case_table import CaseTable

NONE = "none"
"""How a case file writes that there is no regimen, no further dose or no verdict."""

_DECREASE = re.compile(r"-?[0-9]{1,3}(\.[0-9]{1,9}|/[1-9][0-9]{0,2})?")
_VERDICTS: Mapping[str, bool | None] = {"yes": True, "no": False, NONE: None}


@dataclass(frozen=True, slots=True)
class ExpectedScore:
    """SOFA 1996 of day 1: the total, ``low`` and ``high`` alike, or the range of an incomplete one."""

    low: int
    high: int
    complete: bool


@dataclass(frozen=True, slots=True)
class ExpectedResponse:
    """The verdict over a window; ``responder`` is None where there is none yet."""

    responder: bool | None
    provisional: bool
    died: bool
    decrease: Fraction
    cautions: frozenset[str]


@dataclass(frozen=True, slots=True)
class Expected:
    """What the rules make of a case at its instant, under the protocol that the program starts with.

    ``cautions`` are the codes of the phenotype and of the SOFA of day 1. ``refused`` names the texts that are refused on
    purpose. ``doses`` counts the doses that are not cancelled. ``responses`` has an entry for each window that has a
    mean. ``findings`` has the most urgent level for each text of the checklist that meets a limit.
    """

    phenotype: str
    regimen: str | None
    cautions: frozenset[str]
    refused: frozenset[str]
    sofa_day1: ExpectedScore
    doses: int
    next_dose: datetime | None
    responses: Mapping[str, ExpectedResponse]
    findings: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Case(Head):
    """A sample patient."""

    expected: Expected


@lru_cache
def cases() -> tuple[Case, ...]:
    """Every sample patient by case number; ProfileError where a file is damaged. Other cases are for teaching only."""
    tables = (_table(path) for path in (data_folder() / "cases").glob("*.toml"))
    found = [_case(table) for table in tables if EXPECT in table.keys]
    return tuple(sorted(found, key=lambda case: case.texts["identity.case"]))


def patient_of(case: Head) -> Patient:
    """The sheet of a case as it was typed."""
    patient = Patient(case.id, dict(case.texts))
    for key in sorted(case.kept):
        patient = patient.keeping(key)
    return patient


def load_case(path: Path) -> Case:
    """The sample patient of a file.

    Raises:
        ProfileError: unreadable, or a key is unknown, missing or not of the kind that is taken there.
    """
    return _case(_table(path))


def _table(path: Path) -> CaseTable:
    return CaseTable(path, *read_toml(path))


def _case(table: CaseTable) -> Case:
    head = read_head(table)
    for key in ("identity.place", "identity.case", "identity.identifier"):
        table.table("texts").text(key)
    expected = _expected(table.table(EXPECT), head.texts)
    return Case(head.id, head.title, head.story, head.teaches, head.texts, head.kept, head.now, head.zone, expected)


def _expected(table: CaseTable, texts: Mapping[str, str]) -> Expected:
    windows = ("day9", "day15")
    table.only("phenotype", "regimen", "cautions", "refused", "sofa_day1", "doses", "next_dose", "findings", *windows)
    regimen = table.text("regimen")
    findings = table.table("findings") if "findings" in table.keys else None
    levels: dict[str, str] = {}
    if findings is not None:
        findings.only(*texts)
        levels = {key: findings.choice(key, ALL_LEVELS) for key in findings.keys}
    return Expected(
        phenotype=table.choice("phenotype", PHENOTYPES),
        regimen=None if regimen == NONE else regimen,
        cautions=table.names("cautions"),
        refused=table.names("refused", texts),
        sofa_day1=_score(table.table("sofa_day1")),
        doses=table.whole("doses"),
        next_dose=None if table.text("next_dose") == NONE else instant_at(table, "next_dose"),
        responses={name: _response(table.table(name)) for name in windows if name in table.keys},
        findings=levels,
    )


def _score(table: CaseTable) -> ExpectedScore:
    complete = table.flag("complete")
    low, high = ("total", "total") if complete else ("low", "high")
    table.only("complete", low, high)
    return ExpectedScore(table.whole(low, HIGHEST_SOFA), table.whole(high, HIGHEST_SOFA), complete)


def _response(table: CaseTable) -> ExpectedResponse:
    table.only("responder", "provisional", "died", "decrease", "cautions")
    decrease = _DECREASE.fullmatch(table.text("decrease"))
    if decrease is None:
        raise table.fault("decrease", 'it must be a number or a fraction in quotes, such as "1.5" or "15/7"')
    return ExpectedResponse(
        _VERDICTS[table.choice("responder", tuple(_VERDICTS))],
        table.flag("provisional"),
        table.flag("died"),
        Fraction(decrease[0]),
        table.names("cautions") if "cautions" in table.keys else frozenset(),
    )

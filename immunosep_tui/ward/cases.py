"""The sample patients that came with the program: made-up sheets, each with the outcome that it shows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from immunosep_tui.profile.files import data_folder
from immunosep_tui.profile.reading import read_toml
from immunosep_tui.record.patient import Patient
from immunosep_tui.rules.instant import parse_start
from immunosep_tui.rules.monitoring import LEVELS
from immunosep_tui.rules.number import Refusal
from immunosep_tui.rules.phenotype import PHENOTYPES
from immunosep_tui.rules.response import HIGHEST_SOFA
from immunosep_tui.ward.case_table import CaseTable, sheet_keys

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
class Case:
    """A made-up patient.

    ``texts`` are as typed into the rooms; ``kept`` names those that were asked about and confirmed. ``now`` is the
    instant at which the case is looked at, ``zone`` the zone of its site.
    """

    id: str
    title: str
    story: str
    teaches: str
    texts: Mapping[str, str]
    kept: frozenset[str]
    now: datetime
    zone: ZoneInfo
    expected: Expected


@lru_cache
def cases() -> tuple[Case, ...]:
    """Every sample patient by case number; ProfileError where a file is damaged."""
    found = [load_case(path) for path in (data_folder() / "cases").glob("*.toml")]
    return tuple(sorted(found, key=lambda case: case.texts["identity.case"]))


def patient_of(case: Case) -> Patient:
    """The sheet of a case as it was typed."""
    patient = Patient(case.id, dict(case.texts))
    for key in sorted(case.kept):
        patient = patient.keeping(key)
    return patient


def load_case(path: Path) -> Case:
    """The case of a file.

    Raises:
        ProfileError: unreadable, or a key is unknown, missing or not of the kind that is taken there.
    """
    text, raw = read_toml(path)
    table = CaseTable(path, text, raw)
    table.only("id", "title", "story", "teaches", "texts", "kept", "now", "zone", "expect")
    if table.text("id") != path.stem:
        raise table.fault("id", f"it must be the name of the file, {path.stem}")
    sheet = table.table("texts")
    sheet.only(*sheet_keys(sheet.keys))
    texts = {key: sheet.text(key) for key in sheet.keys}
    for key in ("identity.place", "identity.case", "identity.identifier"):
        sheet.text(key)
    return Case(
        id=table.text("id"),
        title=table.text("title"),
        story=table.text("story"),
        teaches=table.text("teaches"),
        texts=texts,
        kept=table.names("kept", texts) if "kept" in table.keys else frozenset(),
        now=_instant(table, "now"),
        zone=_zone(table),
        expected=_expected(table.table("expect"), texts),
    )


def _instant(table: CaseTable, key: str) -> datetime:
    found = parse_start(table.text(key))
    if isinstance(found, Refusal):
        raise table.fault(key, f"{found.why} {found.accepted}")
    return found


def _zone(table: CaseTable) -> ZoneInfo:
    try:
        return ZoneInfo(table.text("zone"))
    except (KeyError, ValueError, OSError):
        raise table.fault("zone", "there is no zone of this name") from None


def _expected(table: CaseTable, texts: Mapping[str, str]) -> Expected:
    windows = ("day9", "day15")
    table.only("phenotype", "regimen", "cautions", "refused", "sofa_day1", "doses", "next_dose", "findings", *windows)
    regimen = table.text("regimen")
    findings = table.table("findings") if "findings" in table.keys else None
    levels: dict[str, str] = {}
    if findings is not None:
        findings.only(*texts)
        levels = {key: findings.choice(key, LEVELS) for key in findings.keys}
    return Expected(
        phenotype=table.choice("phenotype", PHENOTYPES),
        regimen=None if regimen == NONE else regimen,
        cautions=table.names("cautions"),
        refused=table.names("refused", texts),
        sofa_day1=_score(table.table("sofa_day1")),
        doses=table.whole("doses"),
        next_dose=None if table.text("next_dose") == NONE else _instant(table, "next_dose"),
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

"""How drugs, doses, units and times are written: nothing that is known to be misread stands in what people read."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

NEVER = {
    "microgram": r"[\u00b5\u03bc]g|\bug\b",
    "units": r"\d\s?(?:(?:IU|U|u)\b|I\.U\.)",
    "every day, every other day": r"\b[Qq]\.?[Oo]?\.?[Dd]\b|\bEOD\b",
    "hours": r"\b[Qq]\d+ ?h\b",
    "times a day": r"\b(?:TID|BID|QID|QHS|TIW|BIW)\b|\b[tbq]\.i\.d\.",
    "route": r"\b(?:SC|SQ)\b|\bsub q\b",
    "zero behind": r"\b\d+\.\d*0\s?(?:mg|mcg|mL|g)\b(?!/)",
    "no zero before": r"(?<![\w.\])])\.\d+(?: ?(?:mg|mcg|mL|kg)| g)\b",
    "no space": r"(?<![\w.])\d+(?:\.\d+)?(?:mg|mcg|mL|kg)\b(?!/)",
    "full stop": r"\b\d+ (?:mg|mcg|mL)\.(?=\w)",
    "drug": r"\bIFN\b|\u03b3|\bANK\b|IL-1RA",
    "thousands": r"(?<![\d,])\d{1,3},\d{3} ?(?:ng|mg|mcg|mL|pmol|units|receptors)\b",
    "days": r"\bx ?\d+d\b",
    "cubic centimeter, discharge": r"\bcc\b|\bD/C\b",
}
"""By what they are about; the patterns of the list of error-prone abbreviations, and of the house."""

SEEDED = {
    "microgram": ("100 µg", "100 μg", "100 ug"),
    "units": ("2 IU", "10U", "5 u", "3 I.U."),
    "every day, every other day": ("QOD", "q.d.", "QD", "EOD"),
    "hours": ("200 mg q8h", "Q12 h"),
    "times a day": ("TID", "t.i.d."),
    "route": ("100 mcg SC", "SQ", "sub q"),
    "zero behind": ("1.0 mg", "2.50 mL"),
    "no zero before": ("give .5 mg",),
    "no space": ("200mg IV", "0.5mL"),
    "full stop": ("10 mg.daily",),
    "drug": ("IFN", "interferon γ", "ANK 200"),
    "thousands": ("4,420 ng/mL",),
    "days": ("x15d",),
    "cubic centimeter, discharge": ("5 cc", "D/C"),
}

ALLOWED = {
    "or with ug/L, mg/L, pmol/L": "the help of a command names the spelling of a laboratory that it takes; never shown",
}
"""Pieces of text that are left out before the patterns are tried, each with its reason."""


def faults(text: str) -> list[str]:
    """What is written in a way that is misread."""
    for piece in ALLOWED:
        text = text.replace(piece, " ")
    return [f"{topic}: {found[0]!r} in {text[max(0, found.start() - 30) : found.end() + 20]!r}"
            for topic, pattern in NEVER.items() for found in re.finditer(pattern, text)]  # fmt: skip


def literals(source: str) -> Iterator[str]:
    """The texts of a module, without its documentation."""
    tree = ast.parse(source)
    bare = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in bare:
            yield node.value


def texts_of(value: object) -> Iterator[str]:
    """The texts in a table, its names left out."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from texts_of(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts_of(each)


def test_the_sources_say_nothing_that_is_misread() -> None:
    found = []
    for path in sorted((ROOT / "immunosep_tui").rglob("*.py")):
        for text in literals(path.read_text(encoding="utf-8")):
            found += [f"{path.relative_to(ROOT)}: {fault}" for fault in faults(text)]
    assert found == []


def test_the_profiles_say_nothing_that_is_misread() -> None:
    paths = sorted((ROOT / "profiles").rglob("*.toml"))
    assert len(paths) > 20
    found = []
    for path in paths:
        for text in texts_of(tomllib.loads(path.read_text(encoding="utf-8"))):
            found += [f"{path.name}: {fault}" for fault in faults(text)]
    assert found == []


@pytest.mark.parametrize("pattern", ["tests/ui/snapshots/*.txt", "docs/*.md", "*.md", "immunosep_tui/locale/**/*.po"])
def test_what_is_read_says_nothing_that_is_misread(pattern: str) -> None:
    """Approved pictures of every room, the documents, and translations where there are any."""
    found = [
        f"{path.name}: {fault}"
        for path in sorted(ROOT.glob(pattern))
        for fault in faults(path.read_text(encoding="utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize("topic", NEVER)
def test_each_pattern_finds_what_it_is_for(topic: str) -> None:
    for text in SEEDED[topic]:
        assert any(fault.startswith(topic) for fault in faults(text)), text


@pytest.mark.parametrize(
    "text", ["anakinra 200 mg IV every 8 hours", "interferon gamma-1b 100 mcg subcutaneous", "2 million international units",
             "0.5 mg", "10 mg. Then", "4420 ng/mL", "1996, 2", "12.0 g/dL", "day 15"],
)  # fmt: skip
def test_what_is_written_well_is_not_found(text: str) -> None:
    assert faults(text) == []


@pytest.mark.parametrize("piece", ALLOWED)
def test_an_exception_is_there_and_needed(piece: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "immunosep_tui").rglob("*.py")]
    assert any(piece in source for source in sources)
    monkeypatch.delitem(ALLOWED, piece)
    assert faults(piece)

"""The hazard log and the tests name each other: no hazard without a proven test, no test without a hazard."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

from tests.hazards.control import HAZARDS

ROOT = Path(__file__).parents[2]
LOG = ROOT / "docs" / "hazard-log.md"
FIELDS = ("Cause", "Severity", "Control", "Where", "Test")


def entries(text: str) -> dict[str, dict[str, str]]:
    """The hazards of the log, by identifier: their fields by name."""
    found: dict[str, dict[str, str]] = {}
    for block in re.split(r"^### ", text, flags=re.M)[1:]:
        identifier = block.split()[0]
        assert identifier not in found, identifier
        found[identifier] = dict(re.findall(r"^- (\w+): (.+)$", block, flags=re.M))
    return found


def gaps(log: dict[str, dict[str, str]], root: Path = ROOT) -> list[str]:
    """What does not fit between the log, the tests and the files."""
    for module in sorted(Path(__file__).parent.glob("test_*.py")):
        importlib.import_module(f"tests.hazards.{module.stem}")
    found = [f"{identifier} has a test and is not in the log" for identifier in HAZARDS.keys() - log.keys()]
    for identifier, fields in log.items():
        found += [f"{identifier} has no {name}" for name in FIELDS if not fields.get(name)]
        found += [f"{identifier} names {path}" for path in _paths(fields) if not (root / path).exists()]
        there = HAZARDS.get(identifier)
        modules = {name.partition("::")[0].replace(".", "/") + ".py" for name in there.tests} if there else set()
        if there is None or not there.proofs:
            found.append(f"{identifier} has no test with a proven control")
        elif not modules >= set(re.findall(r"`(tests/[^`]+)`", fields["Test"])):
            found.append(f"{identifier} is not tested in {fields['Test']}")
    return found


def _paths(fields: dict[str, str]) -> list[str]:
    return re.findall(r"`([^`]+)`", fields.get("Where", "") + fields.get("Test", ""))


def test_every_hazard_has_a_test_with_a_proven_control_and_every_test_a_hazard() -> None:
    log = entries(LOG.read_text(encoding="utf-8"))
    assert list(log) == [f"HZ-{number:02}" for number in range(1, 88)]
    assert gaps(log) == []


def test_a_gap_is_found() -> None:
    log = entries(LOG.read_text(encoding="utf-8"))
    without = {**log, "HZ-99": dict.fromkeys(FIELDS, "`tests/hazards/test_log.py`")}
    without["HZ-05"] = {**without["HZ-05"], "Where": "`immunosep_tui/gone.py`"}
    del without["HZ-06"]
    assert set(gaps(without)) - set(gaps(log)) == {
        "HZ-06 has a test and is not in the log",
        "HZ-05 names immunosep_tui/gone.py",
        "HZ-99 has no test with a proven control",
    }


def test_what_is_left_to_the_site_is_collected() -> None:
    """The list at the end of the log is that of its fields, word for word."""
    text = LOG.read_text(encoding="utf-8")
    _head, _heading, tail = text.partition("\n## What is left to the site\n")
    listed = dict(re.findall(r"^- (HZ-\d\d): (.+)$", tail, flags=re.M))
    assert listed == {identifier: fields["Left"] for identifier, fields in entries(text).items() if "Left" in fields}

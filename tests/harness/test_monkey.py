"""Random users in short, and the proof that what they look for is found."""

from __future__ import annotations

import ast
import inspect
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from immunosep_tui.rules.protocol import Protocol
from tests.harness import monkey_pilot, monkey_witness
from tests.harness.monkey_pilot import run
from tests.harness.monkey_sabotage import SABOTAGES
from tests.harness.monkey_script import play, small
from tests.harness.monkey_witness import Fault


def test_random_users_break_nothing(protocol: Protocol) -> None:
    seen, faults = run(400, 1, protocol)
    assert faults == []
    assert seen["steps of work"] > 10


@pytest.mark.deep
def test_many_random_users_break_nothing(protocol: Protocol) -> None:
    seen, faults = run(300_000, 1_000, protocol)
    assert faults == []
    for kind in ("dose", "course", "stop", "labs", "check", "bleeding", "acknowledged", "admitted", "void", "note"):
        assert seen[kind] > 0, kind


def test_a_seed_is_the_same_each_time(protocol: Protocol) -> None:
    assert run(150, 7, protocol) == run(150, 7, protocol)


@pytest.fixture(scope="module")
def filled(protocol: Protocol, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small ward at which nobody has typed anything."""
    folder = tmp_path_factory.mktemp("small")
    small(folder, protocol)
    return folder


@pytest.fixture
def folder(filled: Path, tmp_path: Path) -> Path:
    """Such a ward."""
    return Path(shutil.copytree(filled, tmp_path / "ward"))


@pytest.mark.parametrize("name", SABOTAGES)
def test_a_sabotaged_program_is_found_out(
    name: str, protocol: Protocol, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    SABOTAGES[name].breaks(monkeypatch)
    assert SABOTAGES[name].words in play(SABOTAGES[name].steps, folder, protocol)


@pytest.mark.deep
@pytest.mark.parametrize("name", SABOTAGES)
def test_nothing_is_found_without_the_sabotage(name: str, protocol: Protocol, folder: Path) -> None:
    assert play(SABOTAGES[name].steps, folder, protocol) == ""


def _faults() -> Iterator[str]:
    """What each ``raise Fault`` says, with {} for what it is filled with."""
    for module in (monkey_witness, monkey_pilot):
        for node in ast.walk(ast.parse(inspect.getsource(module))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == Fault.__name__:
                said = node.args[0]
                parts = said.values if isinstance(said, ast.JoinedStr) else [said]
                yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in parts)


def test_each_fault_has_a_sabotage() -> None:
    faults = list(_faults())
    assert len(faults) > 20
    words = {sabotage.words for sabotage in SABOTAGES.values()}
    assert [fault for fault in faults if not any(each in fault for each in words)] == []
    assert [each for each in words if not any(each in fault for fault in faults)] == []

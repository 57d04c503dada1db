"""Runs test functions without the weight of a test session: parametrized ones, with fixtures, the first failure ends it.

Only what the tests of the rules use is known: ``parametrize``, ``tmp_path``, ``monkeypatch`` and fixtures of their own.
"""

from __future__ import annotations

import inspect
import shutil
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest


@dataclass(frozen=True, slots=True)
class Case:
    """One call of a test function; ``name`` stays the same from run to run."""

    name: str
    function: Callable[..., object]
    arguments: Mapping[str, object]
    fixtures: tuple[str, ...]
    around: ModuleType


def cases(module: ModuleType) -> Iterator[Case]:
    """Every call of every test function of a module, but for those marked as deep."""
    for name, function in vars(module).items():
        if not name.startswith("test_") or not callable(function):
            continue
        marks = getattr(function, "pytestmark", [])
        if any(mark.name == "deep" for mark in marks):
            continue
        sets = [list(_arguments(mark)) for mark in marks if mark.name == "parametrize"]
        for number, chosen in enumerate(product(*sets)):
            arguments = {key: value for part in chosen for key, value in part.items()}
            fixtures = tuple(key for key in inspect.signature(function).parameters if key not in arguments)
            yield Case(f"{module.__name__}.{name}[{number}]", function, arguments, fixtures, module)


def _arguments(mark: pytest.Mark) -> Iterator[dict[str, object]]:
    names, rows = mark.args
    keys = [key.strip() for key in names.split(",")] if isinstance(names, str) else list(names)
    for row in rows:
        given = row.values if type(row).__name__ == "ParameterSet" else row if len(keys) > 1 else (row,)
        yield dict(zip(keys, given, strict=True))


class Runner:
    """Calls cases and keeps what their fixtures made that lasts longer than a call."""

    def __init__(self, conftest: ModuleType) -> None:
        self._conftest = conftest
        self._lasting: dict[str, object] = {}

    def passes(self, case: Case) -> bool:
        """Whether the call raises nothing, warnings included."""
        with ExitStack() as stack, warnings.catch_warnings():
            warnings.simplefilter("error")
            made: dict[str, object] = {}
            try:
                values = {name: self._fixture(name, case.around, stack, made) for name in case.fixtures}
                case.function(**case.arguments, **values)
            except (Exception, SystemExit, pytest.fail.Exception):
                return False
            return True

    def _fixture(self, name: str, around: ModuleType, stack: ExitStack, made: dict[str, object]) -> object:
        if name in made or name in self._lasting:
            return made.get(name, self._lasting.get(name))
        if name == "tmp_path":
            folder = tempfile.mkdtemp()
            stack.callback(shutil.rmtree, folder)
            made[name] = Path(folder)
        elif name == "monkeypatch":
            patch = pytest.MonkeyPatch()
            stack.callback(patch.undo)
            made[name] = patch
        else:
            function: Any = inspect.unwrap(getattr(around, name, None) or getattr(self._conftest, name))
            needs = inspect.signature(function).parameters
            value = function(**{need: self._fixture(need, around, stack, made) for need in needs})
            (made if needs else self._lasting)[name] = value
            return value
        return made[name]


def timed(modules: Sequence[ModuleType], runner: Runner) -> list[tuple[float, str]]:
    """Seconds and name of each case, all of which must pass; AssertionError names one that does not."""
    taken = []
    for module in modules:
        for case in cases(module):
            before = time.perf_counter()
            if not runner.passes(case):
                raise AssertionError(f"{case.name} fails without any change")
            taken.append((time.perf_counter() - before, case.name))
    return taken

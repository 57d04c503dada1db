"""A hazard's test, and the proof that it is its control that makes it pass: with the control taken out it fails."""

from __future__ import annotations
import __future__

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import FunctionType
from typing import Any, TypeVar

import pytest

Check = TypeVar("Check", bound=Callable[..., Any])
Removal = Callable[[pytest.MonkeyPatch], None]
"""Takes a control out for the time of one test."""


@dataclass
class Hazard:
    """What the tests hold of one hazard: their names, and how many controls were proven."""

    tests: list[str] = field(default_factory=list)
    proofs: int = 0


HAZARDS: dict[str, Hazard] = {}
"""By identifier, filled as the modules of the tests are imported."""

PROOFS: dict[str, tuple[Removal, ...]] = {}
"""The removals of each test, by module and name."""


def hazard(*identifiers: str, without: Removal | tuple[Removal, ...]) -> Callable[[Check], Check]:
    """Mark the test of these hazards; it runs once as it is and once without each of its controls, and must then fail.

    Args:
        identifiers: as ``HZ-05``.
        without: what takes the control out, one for each that has to hold by itself.
    """
    removals = without if isinstance(without, tuple) else (without,)

    def marked(check: Check) -> Check:
        name = f"{check.__module__}::{check.__name__}"
        PROOFS[name] = removals
        for identifier in identifiers:
            there = HAZARDS.setdefault(identifier, Hazard())
            there.tests.append(name)
            there.proofs += len(removals)
        return check

    return marked


class Many:
    """How often a test is repeated: a few times in each run, its full count in the long one."""

    def __init__(self, deep: bool) -> None:
        self.deep = deep

    def __call__(self, quick: int, deep: int) -> range:
        """So many turns."""
        return range(deep if self.deep else quick)


def swap(target: str, instead: object) -> Removal:
    """Put something else in the place of a name, given with its module."""
    return lambda patch: patch.setattr(target, instead)


def cut(function: Callable[..., Any], line: str, instead: str = "pass") -> Removal:
    """Replace a piece of a function's source, which must be there once, wherever the function is used."""
    source = textwrap.dedent(inspect.getsource(function))
    assert source.count(line) == 1, f"{line!r} is {source.count(line)} times in {function.__qualname__}"
    return lambda patch: patch.setattr(function, "__code__", _compiled(function, source.replace(line, instead)))


def every(*removals: Removal) -> Removal:
    """Several removals that make one: a control that stands at more than one place."""

    def remove(patch: pytest.MonkeyPatch) -> None:
        for removal in removals:
            removal(patch)

    return remove


def _compiled(function: Callable[..., Any], source: str) -> Any:
    tree = ast.parse(source)
    (definition,) = (node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    definition.decorator_list = []
    definition.name = "without_it"  # else a global of the same name would become a name of the wrapper
    assert isinstance(function, FunctionType), f"{function} is no plain function"
    cells = function.__code__.co_freevars
    outer = f"def outer():\n    {' = '.join(cells)} = None\n" if cells else "def outer():\n    pass\n"
    frame = ast.parse(outer)
    holder = frame.body[0]
    assert isinstance(holder, ast.FunctionDef)
    holder.body += [definition, *ast.parse(f"def given():\n    return {definition.name}\n").body[0].body]  # type: ignore[attr-defined]
    found: dict[str, Any] = {}
    flags = __future__.annotations.compiler_flag
    exec(compile(ast.fix_missing_locations(frame), "<without>", "exec", flags), function.__globals__, found)
    made = found["outer"]()
    assert made.__code__.co_freevars == cells
    return made.__code__


def variants(name: str) -> Iterator[tuple[str, Removal | None]]:
    """The ways in which a test is run: as it is, and without each of its controls."""
    yield "held", None
    removals = PROOFS[name]
    for number, removal in enumerate(removals, 1):
        yield "taken-out" + (f"-{number}" if len(removals) > 1 else ""), removal

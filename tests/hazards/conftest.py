"""Each hazard's test as it is, then without its control; with the full counts where it asks for many."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest

from tests.hazards.control import PROOFS, Many, Removal, variants


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One item for each way in which a test of a hazard is run."""
    name = f"{metafunc.module.__name__}::{metafunc.function.__name__}"
    if name not in PROOFS:
        return
    found = [pytest.param((removal, False), id=label) for label, removal in variants(name)]
    if "many" in metafunc.fixturenames:
        found.append(pytest.param((None, True), id="many", marks=pytest.mark.deep))
    metafunc.fixturenames.append("control")
    metafunc.parametrize("control", found, indirect=True)


@pytest.fixture
def control(request: pytest.FixtureRequest) -> tuple[Removal | None, bool]:
    """What is taken out, if anything, and whether the counts are the full ones."""
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def many(control: tuple[Removal | None, bool]) -> Many:
    """How often to repeat."""
    return Many(deep=control[1])


_PATCH = pytest.StashKey[pytest.MonkeyPatch]()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Take the control out before anything is set up: it may stand in how a store is made."""
    found = item.callspec.params if hasattr(item, "callspec") else {}
    removal, _deep = found.get("control", (None, False))
    if removal is not None:
        item.stash[_PATCH] = pytest.MonkeyPatch()
        removal(item.stash[_PATCH])


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    """Put it back."""
    if _PATCH in item.stash:
        item.stash[_PATCH].undo()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """Without its control, a test that passes is no test of it."""
    if _PATCH not in item.stash:
        return (yield)
    try:
        yield
    except (AssertionError, pytest.fail.Exception):
        return None
    pytest.fail("it passes although its control was taken out")

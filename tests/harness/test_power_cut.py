"""The power goes after any system call: nothing acknowledged is lost; with weaker settings it would be, and that is seen."""

from __future__ import annotations

import random

import pytest

from tests.harness.disk import Disk
from tests.harness.programs import run
from tests.harness.trace import Call, needs_strace


@needs_strace
@pytest.mark.parametrize(
    ("transactions", "states", "again"),
    [(6, 10, 2), pytest.param(60, 30, 20, marks=pytest.mark.deep)],
    ids=["quick", "deep"],
)
def test_no_power_cut_loses_or_damages_anything(transactions: int, states: int, again: int) -> None:
    found = run("power_cut", "--transactions", transactions, "--states", states, "--again", again)
    assert found.status == 0, found.output
    assert found.figure("acknowledged") > transactions
    assert found.figure("states") > transactions * states * 20


@needs_strace
@pytest.mark.parametrize("level", ["FULL", "NORMAL", "OFF"])
def test_weaker_settings_are_found_out(level: str) -> None:
    found = run("power_cut", "--transactions", 3, "--states", 8, "--synchronous", level)
    assert found.status == 1
    assert found.figure("lost") > 0
    if level == "OFF":
        assert found.figure("damaged") > 0


@needs_strace
@pytest.mark.deep
def test_a_sync_that_failed_before_the_power_cut_is_made_good() -> None:
    found = run("power_cut", "--transactions", 3, "--states", 10, "--failing")
    assert found.status == 0, found.output
    assert (found.figure("lost"), found.figure("half"), found.figure("damaged")) == (0, 0, 0)


# The disk that may lose power.


def disk(*calls: Call) -> Disk:
    """A disk with one durable file, after these calls."""
    made = Disk({"a": b"old"})
    for call in calls:
        made.do(call)
    return made


def ends(made: Disk) -> set[tuple[tuple[str, bytes | None], ...]]:
    """Every state of the disk that many power cuts leave."""
    rng = random.Random(1)
    choices = [(names, writes) for names in ("none", "all", "prefix") for writes in ("none", "all", "subset", "torn")]
    return {tuple(made.after_cut(rng, *choice).items()) for choice in choices for _time in range(50)}


def test_what_is_synced_stays() -> None:
    assert ends(disk(Call("write", "a", 0, b"new"), Call("sync", "a"))) == {(("a", b"new"),)}
    assert ends(disk(Call("remove", "a"), Call("sync", ""))) == {()}


def test_what_is_not_synced_may_be_there_or_not() -> None:
    assert ends(disk(Call("write", "a", 0, b"new"))) == {(("a", b"old"),), (("a", b"new"),)}
    assert ends(disk(Call("remove", "a"))) == {(("a", b"old"),), ()}
    assert ends(disk(Call("cut", "a", 1))) == {(("a", b"old"),), (("a", b"o"),)}


def test_a_file_that_was_synced_may_still_have_no_name() -> None:
    made = disk(Call("make", "b"), Call("write", "b", 0, b"x"), Call("sync", "b"))
    assert ends(made) == {(("a", b"old"),), (("a", b"old"), ("b", b"x"))}


def test_a_folder_that_was_not_made_durable_takes_its_files_with_it() -> None:
    made = disk(Call("folder", "f"), Call("make", "f/b"), Call("sync", "f"))
    assert ends(made) == {(("a", b"old"),), (("a", b"old"), ("f", None), ("f/b", b""))}


def test_a_long_write_is_torn_between_sectors() -> None:
    found = {dict(end)["a"] for end in ends(disk(Call("write", "a", 0, b"x" * 1024)))}
    assert b"x" * 512 + b"\0" * 512 in found
    assert b"old".ljust(512, b"\0") + b"x" * 512 in found

"""Numbers of a blinded trial: how a list is read, how numbers are given out, and what is behind them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from immunosep_tui.profile.files import load_unblinded
from immunosep_tui.record.entry import Proposal
from immunosep_tui.record.kinds import Admitted, Allocated, CodeBroken, Decision, Voided
from immunosep_tui.store.errors import Refused
from immunosep_tui.store.sealed_list import ARMS
from immunosep_tui.ward.allocation import (
    ListRefused,
    allocate,
    break_code,
    contents_text,
    marker_findings,
    next_number,
    number_of,
    prepared,
    read_arms,
    state_of,
    used_numbers,
)
from immunosep_tui.ward.signature import propose
from tests.support.blinded import DOCTOR, KEY, MALS, NAME, PARALYSIS, PHARMACIST, BlindedWard
from tests.support.sealed import make_guesses_cheap

make_guesses_cheap()

LIST = {"001": ARMS[0], "002": ARMS[1]}
IV_DUMMY, SC_DUMMY = ("placebo", "20 mL"), ("placebo", "0.5 mL")


@pytest.fixture
def ward(tmp_path: Path) -> Iterator[BlindedWard]:
    """A ward whose patient has a running course."""
    made = BlindedWard(tmp_path / "one", LIST)
    made.admit(MALS)
    made.start(MALS)
    yield made
    made.close()


# ---- the list ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "text", ["number,arm\n010,placebo\n002,precision\n", "\ufeffnumber,arm\r\n010,placebo\r\n002,precision"]
)
def test_a_list_is_read_in_its_order(tmp_path: Path, text: str) -> None:
    file = tmp_path / "list.csv"
    file.write_bytes(text.encode())
    assert list(read_arms(file).items()) == [("010", "placebo"), ("002", "precision")]


@pytest.mark.parametrize(
    ("text", "where", "why"),
    [
        (b"", "line 1", "does not name the columns"),
        (b"001,placebo\n", "line 1", "does not name the columns"),
        (b"number,arm\n", "", "no number"),
        (b"number,arm\n001,placebo\n001,precision\n", "line 3", "stands twice"),
        (b"number,arm\n001,anakinra\n", "line 2", "arm is not known"),
        (b"number,arm\n001, placebo\n", "line 2", "arm is not known"),
        (b"number,arm\n001,placebo,x\n", "line 2", "arm is not known"),
        (b"number,arm\n001\n", "line 2", "no comma"),
        (b"number,arm\n\n001,placebo\n", "line 2", "no comma"),
        (b"number,arm\n0 1,placebo\n", "line 2", "digits and hyphens"),
        ("number,arm\n٠٠١,placebo\n".encode(), "line 2", "digits and hyphens"),
        (b"number,arm\n001,placebo\n\xff,placebo\n", "line 3", "UTF-8"),
        (b"number,arm\n" + b"x" * 1_000_001, "", "larger than"),
    ],
)  # fmt: skip
def test_a_list_that_is_not_exact_is_refused_and_no_arm_is_said(
    tmp_path: Path, text: bytes, where: str, why: str
) -> None:
    file = tmp_path / "list.csv"
    file.write_bytes(text)
    with pytest.raises(ListRefused) as error:
        read_arms(file)
    assert error.value.where == where
    assert why in str(error.value.why)
    assert "anakinra" not in str(error.value.why)
    assert "number,arm" in str(error.value.accepted)


# ---- numbers -------------------------------------------------------------------------------------------------------
def test_the_next_number_is_the_first_that_was_never_given_out() -> None:
    assert next_number(LIST, set()) == "001"
    assert next_number(LIST, {"001"}) == "002"
    assert next_number(LIST, {"001", "002"}) is None


def test_a_course_gets_one_number_and_the_arm_is_not_written(ward: BlindedWard) -> None:
    ward.allocate()
    chart = ward.desk.ward.read_again(KEY)
    assert chart.course is not None
    assert number_of(chart, chart.course) == "001"
    assert chart.entries[-1].body == Allocated(chart.course.n, "001")
    words = (ARMS[0], '"placebo":true', '"placebo"}', "anakinra", "interferon")
    assert not any(word in entry.text for word in words for entry in chart.entries)
    assert used_numbers(ward.desk.ward.store) == {"001"}
    with pytest.raises(ValueError, match="no course"):
        allocate(chart, "002", ward.signature(PHARMACIST))


def test_a_number_that_was_taken_back_is_not_given_out_again(ward: BlindedWard) -> None:
    ward.allocate()
    store = ward.desk.ward.store
    chart = store.chart(KEY)
    store.append([propose(chart, Voided(chart.n), ward.now, ward.signature(PHARMACIST, "broken"))], chart.n)
    chart = store.chart(KEY)
    assert chart.course is not None
    assert number_of(chart, chart.course) == ""
    assert next_number(LIST, used_numbers(store)) == "002"
    store.append([allocate(chart, "002", ward.signature(PHARMACIST))], chart.n)
    chart = store.chart(KEY)
    assert chart.course is not None
    assert number_of(chart, chart.course) == "002"


def test_the_ledger_refuses_a_number_for_a_second_patient(ward: BlindedWard) -> None:
    """Two pharmacists may have read the same next number: the second one is told."""
    ward.allocate()
    store = ward.desk.ward.store
    store.append([propose(store.chart("q"), Admitted("8", "B-1", "77"), ward.now, ward.signature(DOCTOR))], 0)
    chart = store.chart(KEY)
    twice = allocate_for("q", ward)
    with pytest.raises(Refused) as error:
        store.append([twice], store.chart("q").n)
    assert error.value.rule == "once"
    assert chart == store.chart(KEY)


def allocate_for(record: str, ward: BlindedWard) -> Proposal:
    """The same number for another record, as a second pharmacist would propose it."""
    signed = propose(ward.desk.ward.store.chart(record), Allocated(1, "001"), ward.now, ward.signature(PHARMACIST))
    return replace(signed, key="allocated:001")


def test_a_broken_code_stays_broken(ward: BlindedWard) -> None:
    ward.allocate()
    store = ward.desk.ward.store
    chart = store.chart(KEY)
    store.append([break_code(chart, "precision: ...", ward.signature(DOCTOR, "surgery"))], chart.n)
    chart = store.chart(KEY)
    assert isinstance(chart.entries[-1].body, CodeBroken)
    signature = ward.signature(DOCTOR, "a mistake")
    for wrong in (
        propose(chart, Voided(chart.n), ward.now, signature),
        propose(chart, CodeBroken(chart.entries[-1].body.course, "nothing"), ward.now, signature, corrects=chart.n),
    ):
        with pytest.raises(Refused):
            store.append([wrong], chart.n)
    assert store.chart(KEY).code_break == chart.entries[-1]


# ---- what is behind them -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("regimen", "arm", "contents"),
    [
        ("anakinra", "precision", [("anakinra 200 mg", "2 x prefilled syringe, 1.34 mL"), SC_DUMMY]),
        ("anakinra", "placebo", [IV_DUMMY, SC_DUMMY]),
        ("interferon-gamma", "precision", [IV_DUMMY, ("interferon gamma-1b 100 mcg", "1 x vial, 0.5 mL")]),
        ("interferon-gamma", "placebo", [IV_DUMMY, SC_DUMMY]),
    ],
)
def test_each_syringe_holds_the_drug_or_its_dummy(regimen: str, arm: str, contents: list[tuple[str, str]]) -> None:
    protocol = load_unblinded(NAME)
    found = prepared(protocol, protocol.regimens[regimen], arm)
    assert [(each.content, each.drawn_from) for each in found] == contents
    assert [str(each.label) for each in found] == ["IV study drug", "subcutaneous study drug"]
    for each in found:
        assert ("inferred" in str(each.note)) == (each.content == "placebo")
    assert contents_text(arm, found).startswith(f"{arm}: IV: {contents[0][0]}; subcutaneous: ")


@pytest.mark.parametrize(("values", "regimen"), [(MALS, "anakinra"), (PARALYSIS, "interferon-gamma")])
def test_the_state_is_told_from_the_values_that_the_course_rests_on(
    tmp_path: Path, values: dict[str, str], regimen: str
) -> None:
    """The record says "study"; the pharmacist's side classifies the frozen values, whatever was measured later."""
    made = BlindedWard(tmp_path / "two", LIST)
    made.admit(values)
    made.start(values)
    made.treat(values)
    made.finish()
    protocol = load_unblinded(NAME)
    chart = made.desk.ward.read_again(KEY)
    assert chart.course is not None
    decision = chart.entries[chart.course.plan.decision - 1].body
    assert isinstance(decision, Decision)
    assert (decision.phenotype, decision.regimen) == ("study", "study-drug")
    found = state_of(chart, chart.course, protocol)
    assert found.regimen is not None
    assert found.regimen.name == regimen
    made.close()


def test_limits_on_the_markers_are_judged_for_the_pharmacist(tmp_path: Path) -> None:
    """Ferritin that did not fall by day 3, and a high one on interferon; the bedside's checklist has neither limit."""
    protocol = load_unblinded(NAME)
    for values, name, count in (
        (MALS, "anakinra", 1),
        (PARALYSIS, "interferon-gamma", 0),
        ({**PARALYSIS, "F4": "9900"}, "interferon-gamma", 1),
    ):
        made = BlindedWard(tmp_path / f"{name}{count}", LIST)
        made.admit(values)
        made.start(values)
        made.treat(values)
        made.finish()
        chart = made.desk.ward.read_again(KEY)
        assert chart.course is not None
        assert len(marker_findings(chart, chart.course, protocol.regimens[name], protocol)) == count
        made.close()

"""What a blinded bedside is told: the same for both states, and never which drug it could be."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunosep_tui.profile.files import load, load_unblinded
from immunosep_tui.rules.blinding import (
    MARKERS,
    STUDY_DRUG,
    CannotBlind,
    blind,
    classify_at_bedside,
)
from immunosep_tui.rules.monitoring import ALL_LEVELS
from immunosep_tui.rules.phenotype import INDETERMINATE, NOT_RANDOMIZED, STUDY, Answer
from immunosep_tui.rules.protocol import CheckItem, Protocol
from immunosep_tui.rules.reversal import reverse
from immunosep_tui.rules.schedule import schedule
from immunosep_tui.rules.units import Quantity

NAME = "immunosep-2025-blinded"
START = datetime(2026, 3, 2, 8, tzinfo=UTC)
DRUGS = ("anakinra", "interferon", "placebo")
STATES = ("MALS", "immunoparalysis", "hyper-inflammation:")


@pytest.fixture(scope="module")
def whole() -> Protocol:
    return load_unblinded(NAME)


@pytest.fixture(scope="module")
def seen() -> Protocol:
    return load(NAME)


def ask(protocol: Protocol, ferritin: str | None, hla_dr: str | None, **more: object) -> Answer:
    first = None if ferritin is None else Quantity("ferritin", Decimal(ferritin), "ng/mL")
    second = None if hla_dr is None else Quantity("hla_dr", Decimal(hla_dr), "receptors/cell")
    return classify_at_bedside(protocol, first, second, **more)  # type: ignore[arg-type]


def test_an_open_protocol_stays_as_it_is(protocol: Protocol) -> None:
    assert blind(protocol) is protocol
    assert load_unblinded("immunosep-2025") == load("immunosep-2025")


def test_blinding_twice_is_blinding_once(whole: Protocol, seen: Protocol) -> None:
    assert blind(whole) == seen
    assert blind(seen) is seen
    assert seen.sha256 == whole.sha256


def test_there_is_one_study_drug_with_two_lines_that_tell_nothing(seen: Protocol) -> None:
    assert list(seen.regimens) == [STUDY_DRUG]
    doses = schedule(seen.regimens[STUDY_DRUG], START, "open")
    assert doses == schedule(seen.regimens[STUDY_DRUG], START, "double-dummy")
    assert [sum(dose.route == route for dose in doses) for route in ("IV", "subcutaneous")] == [45, 8]
    assert {(dose.product, dose.dose, dose.volume, dose.containers, dose.container, dose.note, dose.placebo)
            for dose in doses} == {
        (name, "1 prepared dose", "", None, "", None, False) for name in ("IV study drug", "subcutaneous study drug")
    }  # fmt: skip
    assert [dose.route for dose in doses[:2]] == ["IV", "subcutaneous"]


def test_the_times_are_those_of_both_regimens(whole: Protocol, seen: Protocol) -> None:
    times = {(dose.due, dose.route) for dose in schedule(seen.regimens[STUDY_DRUG], START, "open")}
    for regimen in whole.regimens.values():
        assert {(dose.due, dose.route) for dose in schedule(regimen, START, "double-dummy")} == times


def test_both_states_get_the_same_answer_word_for_word(whole: Protocol, seen: Protocol) -> None:
    for protocol in (whole, seen):
        mals, paralysis = ask(protocol, "9000", "9000"), ask(protocol, "900", "3000")
        assert mals == paralysis
        assert (mals.phenotype, mals.missing) == (STUDY, ())
        assert mals.regimen is not None
        assert mals.regimen.name == STUDY_DRUG


@given(
    ferritin=st.one_of(st.none(), st.integers(0, 100_000)),
    hla_dr=st.one_of(st.none(), st.integers(0, 60_000)),
    before=st.one_of(st.none(), st.integers(1, 100_000)),
    covid19=st.sampled_from([None, True, False]),
)
def test_no_answer_names_a_state_a_drug_a_cut_off_or_a_distance(
    ferritin: int | None, hla_dr: int | None, before: int | None, covid19: bool | None
) -> None:
    earlier = None if before is None else Quantity("ferritin", Decimal(before), "ng/mL")
    values = [None if value is None else str(value) for value in (ferritin, hla_dr)]
    found = ask(load(NAME), *values, ferritin_before=earlier, covid19=covid19)
    assert found.phenotype in (STUDY, NOT_RANDOMIZED, INDETERMINATE)
    assert (found.regimen is None) == (found.phenotype != STUDY)
    said = " ".join([*(f"{each.text}" for each in found.reasons), *(f"{each.text}" for each in found.cautions)])
    said = said.replace("if the picture suggests hyper-inflammation", "")
    for word in (*DRUGS, *STATES, "hyper-inflammation", "above", "below"):
        assert word.casefold() not in said.casefold()
    numbers = {str(fact.value) for fact in (load(NAME).phenotype.ferritin_above, load(NAME).phenotype.hla_dr_below)}
    assert not numbers & (set(said.replace(".", " ").split()) - {str(ferritin), str(before)})
    codes = {each.rule for each in found.reasons} | {each.code for each in found.cautions}
    assert codes <= {
        "phenotype.study", "phenotype.not-randomized", "phenotype.indeterminate", "regimen.study-drug",
        "value_near_cutoff", "ferritin_hook_effect", "ferritin_hook_effect_suspected",
    }  # fmt: skip


def test_what_the_trial_did_not_randomize_is_told_in_one_way(seen: Protocol) -> None:
    assert ask(seen, "900", "9000") == ask(seen, "900", "3000", covid19=True)
    assert ask(seen, "900", "9000").phenotype == NOT_RANDOMIZED
    assert ask(seen, "9000", None, covid19=True).phenotype == STUDY


def test_what_is_missing_is_named_and_not_what_it_would_mean(seen: Protocol) -> None:
    found = ask(seen, "900", None)
    assert (found.phenotype, found.missing) == (INDETERMINATE, ("hla_dr",))
    assert str(found.reasons[0].text) == "Monocyte HLA-DR is missing and decides."
    assert str(ask(seen, None, None).reasons[0].text) == "Ferritin and Monocyte HLA-DR are missing."


def test_a_far_fall_is_suspected_whatever_side_of_the_cut_off_it_ends_on(seen: Protocol) -> None:
    for now in ("9000", "900"):
        before = Quantity("ferritin", Decimal(now) * 3, "ng/mL")
        assert ask(seen, now, "3000", ferritin_before=before).cautions[-1].code == "ferritin_hook_effect_suspected"


def test_the_checklist_is_that_of_both_drugs_and_names_none(whole: Protocol, seen: Protocol) -> None:
    own = {item.id.removeprefix("study-drug-"): item for item in seen.checklist}
    assert len(own) == len(seen.checklist)
    for item in whole.checklist:
        name = item.id.removeprefix(f"{item.regimen}-")
        there = own[item.analyte.replace("_", "-") if item.analyte in MARKERS else name]
        assert set(item.days) <= set(there.days) or there.frequency in ("daily", "each_shift")
        assert there.frequency == "each_shift" or item.frequency != "each_shift"
        assert there.frequency in ("daily", "each_shift") or item.frequency not in ("daily", "before_each_dose")
        assert there.every <= item.every
        if item.analyte in MARKERS:
            assert there.limits == ()
            continue
        for limit in item.limits:
            alike = [each for each in there.limits if (each.when, each.value.value) == (limit.when, limit.value.value)]
            assert len(alike) == 1
            assert ALL_LEVELS.index(alike[0].level) <= ALL_LEVELS.index(limit.level)
            assert (alike[0].within, alike[0].only_at_or_below) == (limit.within, limit.only_at_or_below)
        assert there.problem == item.problem
    shown = " ".join(
        f"{item.id} {item.label} {item.detail} {item.source} "
        + " ".join(f"{limit.action} {limit.value.source}" for limit in item.limits)
        for item in seen.checklist
    )
    for word in DRUGS:
        assert word not in shown.casefold()
    assert own["bleeding"].frequency == "each_shift"
    assert "Hold study drug" in own["bleeding"].limits[0].action
    assert own["platelets"].limits[0].level == "call"
    assert own["ferritin"].days == (1, 3, 7, 15)


def _fall(whole: Protocol, regimen: str, within: int | None, most: int | None, level: str) -> CheckItem:
    item = next(each for each in whole.checklist if each.id == f"{regimen}-platelets")
    (fall,) = (each for each in item.limits if each.when == "fall_percent")
    facts = [None if each is None else replace(fall.value, value=Decimal(each)) for each in (within, most)]
    return replace(item, limits=(replace(fall, within=facts[0], only_at_or_below=facts[1], level=level),))


@pytest.mark.parametrize(
    ("one", "other", "merged"),
    [
        ((48, 150, "start"), (168, 100, "review"), (168, 150, "review")),
        ((None, 150, "review"), (168, None, "call"), (None, None, "call")),
        ((48, None, "stop"), (48, 100, "start"), (48, None, "stop")),
        ((48, 100, "start"), (24, 100, "start"), (48, 100, "start")),
    ],
)
def test_of_two_falls_the_one_that_is_met_more_often_stays(
    one: tuple[int | None, int | None, str],
    other: tuple[int | None, int | None, str],
    merged: tuple[int | None, int | None, str],
    whole: Protocol,
) -> None:
    items = (_fall(whole, "anakinra", *one), _fall(whole, "interferon-gamma", *other))
    (item,) = blind(replace(whole, sha256=str((one, other)), checklist=items)).checklist
    (limit,) = item.limits
    facts = (limit.within, limit.only_at_or_below)
    assert (*(None if each is None else each.value for each in facts), limit.level) == merged


def test_the_answer_problem_keeps_its_more_urgent_level(whole: Protocol, seen: Protocol) -> None:
    assert {item.id: item.problem for item in seen.checklist if item.problem} == {
        "study-drug-mental-state": "review",
        "study-drug-new-infection": "review",
    }
    items = tuple(
        replace(item, problem="call" if item.regimen == "anakinra" else item.problem)
        for item in whole.checklist
        if item.id.endswith("mental-state")
    )
    (item,) = blind(replace(whole, sha256="problem", checklist=items)).checklist
    assert item.problem == "call"


def test_every_question_of_both_drugs_is_asked_once(whole: Protocol, seen: Protocol) -> None:
    asked = {question.id: question for question in seen.regimens[STUDY_DRUG].questions}
    for regimen in whole.regimens.values():
        for question in regimen.questions:
            assert question.text in asked[question.id].text
            assert asked[question.id].bars or not question.bars
    assert all(len(question.text) <= 400 for question in asked.values())


def test_the_notes_name_no_drug(seen: Protocol) -> None:
    notes = " ".join(note.text for note in seen.regimens[STUDY_DRUG].notes).casefold()
    assert not any(word in notes for word in DRUGS)


def test_immune_reversal_is_not_told(seen: Protocol) -> None:
    for values in product((None, Decimal(900), Decimal(9000)), repeat=3):
        found = reverse(seen.reversal, STUDY, *values)
        assert found.reversed is None
        assert "not told in a blinded trial" in str(found.reasons[0].text)


def test_regimens_that_look_different_from_outside_are_not_blinded(whole: Protocol) -> None:
    first = whole.regimens["anakinra"]
    days = replace(first.days, value=Decimal(7))
    for other in (replace(first, days=days), replace(first, dummy=None), replace(first, dose=None)):
        with pytest.raises(CannotBlind):
            blind(replace(whole, sha256="", regimens={**whole.regimens, "anakinra": other}))

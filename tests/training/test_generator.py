"""Made-up patients: each can be answered, none in two ways, and the same seed makes the same one."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.training.generator import PLAIN, RECIPES, TEMPTING, make
from immunosep_tui.training.item import LEVELS, Item
from immunosep_tui.training.mark import answer_of, mark
from immunosep_tui.training.question import Question
from immunosep_tui.training.topics import TOPICS
from immunosep_tui.ward.answers import sofa_day
from immunosep_tui.ward.reading import read

SEED = 20_261
REFUSED_ON_PURPOSE = {"labs.hla_dr"}
"""A percentage is typed where receptors are wanted."""


def faults(item: Item) -> list[str]:
    """What is wrong with a case; empty for one that can be used."""
    found = []
    for asked in item.questions():
        found += [f"{item.id} {asked.key}: {fault}" for fault in _faults(asked)]
    found += [f"{item.id}: {key} cannot be used" for key in _unusable(item)]
    if not item.story or "{" in item.story:
        found.append(f"{item.id}: its story is {item.story!r}")
    return found


def _faults(asked: Question) -> list[str]:
    values = [option.value for option in asked.options]
    labels = [str(option.label) for option in asked.options]
    found = []
    if len(set(values)) < len(values) or len(set(labels)) < len(labels):
        found.append("two options are alike")
    if asked.solution.value not in values and not asked.is_number:
        found.append("the answer is none of the options")
    right = [value for value in values if mark(asked, value).right]
    if not asked.is_number and right != [asked.solution.value]:
        found.append(f"{len(right)} options are right")
    if asked.is_number and asked.solution.value not in values:
        decimal = _decimal(asked.solution.value)
        if not mark(asked, str(answer_of(asked, decimal))).right:
            found.append(f"{decimal} is not taken as right")
    if asked.solution.value in asked.tempting:
        found.append("the right answer is a misreading")
    return found


def _decimal(value: str) -> str:
    """An answer as somebody types it."""
    numerator, _, denominator = value.partition("/")
    return f"{int(numerator) / int(denominator or 1):.3f}" if denominator else numerator


def _unusable(item: Item) -> list[str]:
    patient, protocol = item.situation.patient, item.situation.protocol
    markers = {"labs.ferritin": "ferritin", "labs.hla_dr": "hla_dr", "labs.ferritin_before": "ferritin"}
    found = [key for key, analyte in markers.items() if not read(patient, key, analyte, protocol).usable]
    day = sofa_day(patient, 1, protocol)
    found += [f"sofa.1.{name}" for name, _refusal in day.reading.refusals]
    return [key for key in found if key not in REFUSED_ON_PURPOSE]


def test_every_topic_has_a_recipe() -> None:
    assert RECIPES.keys() == TOPICS.keys()


@pytest.mark.parametrize("topic", RECIPES)
def test_each_case_has_one_answer(protocol: Protocol, topic: str) -> None:
    for level in LEVELS:
        for seed in range(4):
            item = make(topic, level, seed, protocol)
            assert faults(item) == []
            assert item.asks[0].topic == topic
            if level == TEMPTING and topic not in PLAIN:
                assert item.questions()[0].tempting


def test_the_same_seed_makes_the_same_case_and_another_one_another(protocol: Protocol) -> None:
    for topic in RECIPES:
        first, again = (make(topic, 2, 7, protocol) for _turn in range(2))
        assert (first.story, first.situation.patient, first.asks) == (again.story, again.situation.patient, again.asks)
    stories = {make("both-states", 1, seed, protocol).situation.patient.text("labs.ferritin") for seed in range(20)}
    assert len(stories) > 10


def test_a_case_can_be_made_against_a_misreading(protocol: Protocol) -> None:
    item = make("ferritin-above", 1, 3, protocol, "hla-dr-first")
    assert "hla-dr-first" in {each.id for one in item.questions() for each in one.tempting.values()}
    assert item.id == "made/ferritin-above/1/3/hla-dr-first"
    with pytest.raises(ValueError, match="no case of urine"):
        make("urine", 1, 1, protocol, "hla-dr-first")


def test_a_case_that_is_wrong_is_found(protocol: Protocol) -> None:
    from dataclasses import replace

    item = make("ferritin-exact", 1, 1, protocol)
    asked = item.questions()[0]
    twice = replace(asked, options=(*asked.options, asked.options[0]))
    other = replace(asked, solution=replace(asked.solution, value="nothing"))
    assert _faults(twice)
    assert _faults(other)
    assert faults(replace(item, story="")) != []


@pytest.mark.deep
def test_a_hundred_thousand_cases_are_each_answered_one_way(protocol: Protocol) -> None:
    """Topics and levels by weights that are asked for; what comes is counted against them."""
    chance = Random(SEED)
    topics, levels, answers = Counter[str](), Counter[int](), Counter[tuple[str, str]]()
    weights = [1 + n % 4 for n in range(len(RECIPES))]
    for seed in range(100_000):
        topic = chance.choices(list(RECIPES), weights)[0]
        level = chance.choices(LEVELS, (5, 3, 2))[0]
        item = make(topic, level, seed, protocol)
        assert faults(item) == []
        asked = item.questions()[0]
        topics[item.asks[0].topic] += 1
        levels[item.level] += 1
        answers[asked.key.split("/")[0], asked.solution.value if not asked.is_number else "number"] += 1
    for topic, weight in zip(RECIPES, weights, strict=True):
        expected = 100_000 * weight / sum(weights)
        assert abs(topics[topic] - expected) < 6 * expected**0.5
    for level, share in zip(LEVELS, (0.5, 0.3, 0.2), strict=True):
        assert abs(levels[level] - 100_000 * share) < 1_000
    for phenotype in ("mals", "immunoparalysis", "unclassified", "indeterminate"):
        assert answers["phenotype", phenotype] > 1_000

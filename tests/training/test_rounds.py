"""Which cases make a round: as often as asked, from what was missed, and the same for a class."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import sqrt

import pytest

from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.training import items, rounds
from immunosep_tui.training.generator import RECIPES, make
from immunosep_tui.training.item import Ask, Item
from immunosep_tui.training.kinds import KINDS
from immunosep_tui.training.progress import NEWCOMER, Standing, TopicStanding
from immunosep_tui.training.rounds import MODES, POOLS, WEIGHTS, Plan, kind_of, plan, spread
from immunosep_tui.training.topics import TOPICS

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
SEED = random.randrange(10**6)
KNOWN = TopicStanding(4, 4, NOW, NOW + timedelta(days=9), 0.95, missed=False, misreading="", level=1)


@pytest.fixture
def chance(monkeypatch: pytest.MonkeyPatch) -> random.Random:
    """What draws the seeds of a learner's own rounds, and everything else in a test."""
    print(f"seed {SEED}")
    source = random.Random(SEED)
    monkeypatch.setattr(rounds, "SystemRandom", lambda: source)
    return source


@pytest.fixture
def cases(protocol: Protocol, monkeypatch: pytest.MonkeyPatch) -> Mapping[str, Item]:
    """Two written cases of each of some topics, on levels 1 and 3."""
    topics = ("urine", "room-air", "both-states", "anemia", "responder", "limits")
    found = {
        f"case/{topic}-{level}": replace(make(topic, level, 7, protocol), id=f"{topic}-{level}")
        for topic in topics
        for level in (1, 3)
    }
    monkeypatch.setattr(items, "written", lambda _protocol: found)
    return found


@pytest.fixture
def quick(cases: Mapping[str, Item], monkeypatch: pytest.MonkeyPatch) -> None:
    """Made cases that only have a topic, so that very many rounds can be planned."""
    sheet = cases["case/responder-1"].situation

    def made(identity: str, _protocol: Protocol) -> Item:
        topic = identity.split("/")[1]
        return Item(identity, "", "", "", (), (), sheet, (Ask("day", topic),))

    monkeypatch.setattr(items, "item", made)


def topic_of(name: str) -> str:
    """The topic that a case was dealt for, where it is a made one."""
    return name.split("/")[1]


def stands(**topics: TopicStanding) -> Standing:
    by_id = {name.replace("_", "-"): each for name, each in topics.items()}
    due = tuple(name for name, each in by_id.items() if each.due <= NOW)
    return Standing(by_id, 0, due, ())


def test_draws_are_as_often_as_their_share(chance: random.Random) -> None:
    for _turn in range(300):
        weights = {name: chance.choice(tuple(WEIGHTS.values())) for name in "abcdefghij"[: chance.randrange(1, 11)]}
        count = chance.randrange(1, 30)
        counts = Counter(spread(weights, count, chance))
        assert counts.total() == count
        for name, weight in weights.items():
            share = count * weight / sum(weights.values())
            assert abs(counts[name] - share) < 1, (weights, count, counts)


def test_draws_have_no_favorites(chance: random.Random) -> None:
    weights, turns = {"a": 8, "b": 4, "c": 2, "d": 1, "e": 1}, 4000
    total, first = Counter[str](), Counter[str]()
    for _turn in range(turns):
        drawn = spread(weights, 3, chance)
        total.update(drawn)
        first[drawn[0]] += 1
    for name, weight in weights.items():
        assert abs(total[name] / (3 * turns) - weight / 16) < 0.02
        assert abs(first[name] / turns - weight / 16) < 0.05


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("mode", ["learn", "test", "sofa", "evidence"])
@pytest.mark.parametrize("plans", [pytest.param(500), pytest.param(20_000, marks=pytest.mark.deep)])
def test_topics_come_as_often_as_their_weights_say(
    mode: str, plans: int, chance: random.Random, protocol: Protocol, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "WRITTEN_SHARE", 0)  # a written case teaches several topics
    pool = sorted(POOLS[mode][0])
    due, missed = replace(KNOWN, due=NOW), replace(KNOWN, missed=True, due=NOW)
    kinds = {topic: chance.choice((None, KNOWN, due, missed)) for topic in pool}
    standing = stands(**{topic: each for topic, each in kinds.items() if each is not None})
    weights = {topic: WEIGHTS[kind_of(topic, standing)] for topic in pool}
    counts = Counter[str]()
    for _turn in range(plans):
        names = plan(mode, 10, None, standing, protocol).items
        assert len(set(names)) == len(names) == 10
        counts.update(map(topic_of, names))
    assert counts.total() == 10 * plans
    for topic in pool:
        share = weights[topic] / sum(weights.values())
        assert abs(counts[topic] / counts.total() - share) < 5 * sqrt(share / counts.total()), topic


@pytest.mark.usefixtures("quick")
def test_what_was_missed_comes_first_then_what_is_due(protocol: Protocol, chance: random.Random) -> None:
    due, missed = replace(KNOWN, due=NOW), replace(KNOWN, missed=True)
    standing = stands(
        **dict.fromkeys(list(TOPICS)[:9], KNOWN), urine=missed, anemia=due, table_gap=missed, evidence=due
    )
    order = list(WEIGHTS)
    for _turn in range(20):
        names = [name for name in plan("learn", 30, None, standing, protocol).items if name.startswith("made/")]
        kinds = [order.index(kind_of(topic_of(name), standing)) for name in names]
        assert kinds == sorted(kinds)
        assert set(kinds) >= {0, 1, 2}
    assert kind_of("urine", stands(urine=replace(KNOWN, misreading="x", due=NOW))) == "missed"
    assert chance


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("mode", MODES)
def test_a_class_gets_the_same_set_whatever_each_one_knows(mode: str, protocol: Protocol) -> None:
    ahead = replace(
        stands(**dict.fromkeys(TOPICS, replace(KNOWN, level=3))), items={"case/urine-1": True, "case/limits-3": True}
    )
    lost = stands(**dict.fromkeys(TOPICS, replace(KNOWN, missed=True, misreading="from-zero", due=NOW)))
    sets = [plan(mode, 8, 4711, standing, protocol, clock=60) for standing in (NEWCOMER, ahead, lost)]
    assert sets[0] == sets[1] == sets[2]
    assert (sets[0].mode, sets[0].seed, sets[0].clock, sets[0].in_class) == (mode, 4711, 60, True)
    seeds = {plan(mode, 8, seed, NEWCOMER, protocol).items for seed in range(20)}
    assert len(seeds) > 15
    levels = {name.split("/")[2] for names in seeds for name in names if name.startswith("made/")}
    assert levels == {"1", "2", "3"}


def test_a_round_of_ones_own_differs_each_time(protocol: Protocol, cases: Mapping[str, Item]) -> None:
    own = [plan("sofa", 3, None, NEWCOMER, protocol) for _turn in range(3)]
    assert len({each.items for each in own}) == 3
    assert not any(each.in_class or each.clock for each in own)
    assert cases


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("turns", [pytest.param(2), pytest.param(60, marks=pytest.mark.deep)])
def test_a_mode_has_only_its_own_cases(
    mode: str, turns: int, protocol: Protocol, cases: Mapping[str, Item], chance: random.Random
) -> None:
    wanted = 1 if mode == "bedside" else 6
    for _turn in range(turns):
        seed = chance.choice((None, chance.randrange(100)))
        names = plan(mode, 6, seed, NEWCOMER, protocol).items
        assert len(set(names)) == len(names) == wanted
        for name in names:
            case = cases[name] if name in cases else items.item(name, protocol)
            assert case.questions()
            topics = {ask.topic for ask in case.asks}
            if mode == "bedside":
                sheet = case.situation.patient
                assert sheet.text("treatment.start")
                assert len(sheet.within("response")) > 4
            else:
                assert topics <= POOLS[mode][0]


def test_the_topics_of_the_modes() -> None:
    assert POOLS["evidence"][0] == {"evidence", "limits"}
    assert {topic for topic in TOPICS if TOPICS[topic].source == "S18"} == POOLS["sofa"][0]
    assert POOLS["learn"][0] == POOLS["test"][0] == TOPICS.keys() == RECIPES.keys()
    assert set(POOLS) == set(MODES)


@pytest.mark.usefixtures("quick", "chance")
def test_the_level_of_a_made_case_is_the_learners(protocol: Protocol) -> None:
    levels = {topic: 1 + number % 3 for number, topic in enumerate(TOPICS)}
    standing = stands(**{topic: replace(KNOWN, level=level) for topic, level in levels.items()})
    names = plan("learn", 40, None, standing, protocol).items
    assert {int(name.split("/")[2]) - levels[topic_of(name)] for name in names if name.startswith("made/")} == {0}
    newcomer = plan("learn", 40, None, NEWCOMER, protocol).items
    assert {name.split("/")[2] for name in newcomer if name.startswith("made/")} == {"1"}


@pytest.mark.usefixtures("quick", "chance")
def test_written_cases_come_until_they_are_known(protocol: Protocol, cases: Mapping[str, Item]) -> None:
    def dealt(items: dict[str, bool], level: int = 1) -> set[str]:
        standing = replace(stands(limits=replace(KNOWN, level=level), evidence=KNOWN), items=items)
        drawn = [plan("evidence", 2, None, standing, protocol) for _turn in range(40)]
        return {name for each in drawn for name in each.items if name in cases}

    assert dealt({}) == {"case/limits-1"}  # the nearest in level first
    assert dealt({}, level=3) == {"case/limits-3"}
    assert dealt({"case/limits-1": False}) == {"case/limits-1"}
    assert dealt({"case/limits-1": True}) == {"case/limits-3"}
    assert dealt({"case/limits-1": True, "case/limits-3": True}) == set()


def test_a_topic_without_a_recipe_has_its_written_cases(
    protocol: Protocol, cases: Mapping[str, Item], monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(identity: str, _protocol: Protocol) -> Item:
        raise KeyError(identity)

    monkeypatch.setattr(items, "item", none)
    seen = replace(NEWCOMER, items=dict.fromkeys(cases, True))
    for standing in (NEWCOMER, seen):
        assert set(plan("evidence", 9, None, standing, protocol).items) == {"case/limits-1", "case/limits-3"}


def _reachable() -> list[tuple[str, str]]:
    return sorted({(each.topic or kind.topic, each.id) for kind in KINDS.values() for each in kind.misreadings})


FEW = [("both-states", "hla-dr-first"), ("urine", "urine-overlooked"), ("next-dose", "every-day")]
SELDOM = {
    ("carried-forward", "known-days-only"),
    ("sudden-fall", "earlier-ferritin"),
    ("anemia", "last-reading"),
    ("limits", "estimate-without-interval"),
}
"""The recipe of the topic lays this trap never, or hardly ever."""


@pytest.mark.parametrize(
    ("topic", "misreading"), [*FEW, *(pytest.param(*each, marks=pytest.mark.deep) for each in _reachable())]
)
def test_a_misreading_comes_back_where_it_is_wrong(
    topic: str, misreading: str, protocol: Protocol, monkeypatch: pytest.MonkeyPatch, chance: random.Random
) -> None:
    monkeypatch.setattr(items, "written", lambda _protocol: {})
    monkeypatch.setitem(POOLS, "learn", (frozenset({topic}), lambda _case: True))
    standing = stands(**{topic: replace(KNOWN, missed=True, misreading=misreading)})
    (name,) = plan("learn", 1, None, standing, protocol).items
    assert topic_of(name) == topic
    assert (topic, misreading) in SELDOM or items.tempts(items.item(name, protocol), misreading)
    assert chance


def test_a_misreading_comes_back_in_a_written_case_where_none_can_be_made(
    protocol: Protocol, cases: Mapping[str, Item], monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = {name for name in cases if items.tempts(cases[name], "hla-dr-first")}
    assert 0 < len(wanted) < len(cases)
    monkeypatch.setattr(rounds, "TRIES", 0)
    monkeypatch.setitem(POOLS, "learn", (frozenset({"both-states"}), lambda _case: True))
    standing = stands(both_states=replace(KNOWN, missed=True, misreading="hla-dr-first"))
    for seen in (False, True):
        standing = replace(standing, items=dict.fromkeys(cases, seen))
        (name,) = plan("learn", 1, None, standing, protocol).items
        assert name in wanted


def test_an_unknown_mode_is_no_mode(protocol: Protocol) -> None:
    with pytest.raises(KeyError):
        plan("exam", 3, 1, NEWCOMER, protocol)
    assert Plan("learn", 1, ()).clock == 0


def test_a_case_by_its_name(protocol: Protocol, cases: Mapping[str, Item]) -> None:
    assert items.item("made/urine/2/12", protocol) == make("urine", 2, 12, protocol)
    assert items.item("made/urine/2/12/urine-overlooked", protocol).asks
    assert items.item("case/urine-1", protocol) == cases["case/urine-1"]
    wrong = "", "urine", "case/none", "made/none/1/2", "made/urine/9/2", "made/urine/1", "made/urine/x/1"
    for name in (*wrong, "made/day-number/1/2/urine-overlooked"):
        with pytest.raises(KeyError):
            items.item(name, protocol)


def test_the_written_cases_of_the_program_are_dealt(protocol: Protocol, chance: random.Random) -> None:
    written = items.written(protocol)
    assert all(name == f"case/{case.id}" for name, case in written.items())
    dealt = {name for mode in MODES for name in plan(mode, 12, None, NEWCOMER, protocol).items}
    assert dealt & written.keys()
    assert all(items.item(name, protocol).asks for name in dealt)
    assert chance

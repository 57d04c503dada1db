"""The sample that decides: the one taken last, whatever the order of typing."""

from __future__ import annotations

import pytest

from immunosep_tui.record.kinds import Decision, Labs
from immunosep_tui.record.sampling import deciding_sample, last_taken, signed_samples
from immunosep_tui.rules.protocol import Protocol
from tests.support.story import Story, hour


@pytest.mark.parametrize(
    ("listed", "number"),
    [
        ([], None),
        ([(1, 10)], 1),
        ([(1, 10), (2, 20)], 2),
        ([(1, 20), (2, 10)], 1),
        ([(1, 10), (2, None)], 1),  # what is not known never outranks what is
        ([(1, None), (2, None)], 2),
        ([(1, 10), (2, 10)], 2),
    ],
)
def test_the_time_of_the_drawing_tells(listed: list[tuple[int, int | None]], number: int | None) -> None:
    assert last_taken(listed) == number


def test_a_result_that_arrives_late_does_not_decide(protocol: Protocol) -> None:
    """Blood of 06:00 that is typed after that of 18:00."""
    story = Story(protocol).at(11)
    story.sample("anakinra", taken=10)
    story.at(12).sample("interferon-gamma", taken=-2, number=2)
    deciding = deciding_sample(story.chart)
    assert deciding is not None
    assert (deciding.number, deciding.taken) == (1, hour(10))
    assert deciding.decision is not None
    assert deciding.decision.regimen == "anakinra"
    assert [(each.number, each.decided_by) for each in signed_samples(story.chart)] == [(1, 3), (2, 5)]


def test_what_settles_nothing_does_not_decide_before_what_does(protocol: Protocol) -> None:
    story = Story(protocol).at(-2)
    story.sample("anakinra", taken=-4)
    story.sign({"sample.2.ferritin": "900", "sample.2.sampled": "2026-05-12 05:00"})
    deciding = deciding_sample(story.chart)
    assert deciding is not None
    assert deciding.number == 1
    assert [each.is_settled for each in signed_samples(story.chart)] == [True, False]


def test_a_correction_decides_as_it_stands_now_and_a_voided_sample_not_at_all(protocol: Protocol) -> None:
    story = Story(protocol).at(-2)
    story.sample("anakinra", taken=-4)
    story.sample("interferon-gamma", taken=-3, number=2)
    story.sign({"sample.2.hla_dr": "9000"})
    deciding = deciding_sample(story.chart)
    assert deciding is not None
    assert deciding.decision is not None
    assert (deciding.number, deciding.decision.phenotype) == (2, "unclassified")
    found = []
    while (deciding := deciding_sample(story.chart)) is not None:
        assert deciding.decision is not None
        found.append((deciding.number, deciding.decision.phenotype))
        story.void(deciding.entry.n)
    assert found == [(2, "unclassified"), (2, "immunoparalysis"), (1, "mals")]  # a voided correction gives back


def test_a_sample_without_a_decision_as_another_program_may_write_it_settles_nothing(protocol: Protocol) -> None:
    story = Story(protocol).at(-2)
    story.record(Labs({"ferritin": "9800", "hla_dr": "6100"}, (), 1))
    story.sample("interferon-gamma", taken=-3, number=2)
    story.record(Labs({"ferritin": "9800"}, (), 3))
    found = [
        (each.number, each.decision is None, each.decided_by, each.is_settled) for each in signed_samples(story.chart)
    ]
    assert found == [(1, True, 0, False), (2, False, 4, True), (3, True, 0, False)]
    deciding = deciding_sample(story.chart)
    assert deciding is not None
    assert deciding.number == 2


def test_the_decision_of_a_sample_is_the_next_one_whatever_is_recorded_between(protocol: Protocol) -> None:
    story = Story(protocol).at(-2)
    story.record(Labs({"ferritin": "9800", "hla_dr": "6100"}, (), 1))
    story.bleed(0)
    n = story.record(Decision("mals", "anakinra", {}, (), ()))
    (found,) = signed_samples(story.chart)
    assert (found.decided_by, found.is_settled, found.taken) == (n, True, None)

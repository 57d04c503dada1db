"""What a course rests on: a CALL that only "continue" with a reason or a stop ends."""

from __future__ import annotations

from dataclasses import replace

import pytest

from immunosep_tui.record.attention import (
    CALL,
    DECIDE,
    DUE,
    HOOK,
    PHENOTYPE,
    RESTS_ON,
    REVIEW_FIRST,
    SAMPLE_TIME,
    Item,
)
from immunosep_tui.record.chart import fold
from immunosep_tui.record.kinds import CourseContinued, CourseStopped, Decision, Labs, Note
from immunosep_tui.record.rests_on import course_items, sample_items
from immunosep_tui.rules.protocol import Protocol
from tests.record.histories import ADMITTED, book, plan
from tests.support.story import Story, codes, hour, wall


def running(protocol: Protocol, drug: str = "anakinra") -> Story:
    story = Story(protocol).at(-4)
    story.course(drug)
    story.at(0.5).dose()
    return story


def rests_on(story: Story) -> list[Item]:
    return [item for item in story.attention().items if item.code == RESTS_ON]


def labs_of(story: Story, sample: int = 1) -> int:
    """Number of the entry of a sample that stands."""
    place = "labs" if sample == 1 else f"sample.{sample}"
    return story.chart.latest[place].n


def changed(story: Story, how: str) -> None:
    """Change what the course rests on, in one of the ways that there are."""
    if how == "corrected":
        story.sign({"labs.ferritin": "900", "labs.hla_dr": "3000"})
    elif how == "indeterminate":
        story.sign({"labs.ferritin": "900", "labs.hla_dr": ""})
    elif how == "voided":
        story.void(labs_of(story))
    elif how == "decision voided":
        story.void(next(entry.n for entry in story.entries if isinstance(entry.body, Decision)))
    elif how == "retimed":
        story.sign({"labs.sampled": wall(1)})
    elif how == "covid":
        story.sign({"labs.covid19": "yes"})
    else:
        assert how == "arrives late"
        story.sample("interferon-gamma", taken=-1, number=2)


WAYS = {
    "corrected": ("Phenotype it rests on", "immunoparalysis"),
    "indeterminate": ("Phenotype it rests on", "indeterminate"),
    "voided": ("Blood sample taken back", ""),
    "decision voided": ("Phenotype taken back", ""),
    "retimed": ("Blood sample drawn after the start", ""),
    "covid": ("COVID-19 after the start", "yes"),
    "arrives late": ("Blood drawn before the start", "immunoparalysis"),
}


@pytest.mark.parametrize("how", WAYS)
def test_what_a_course_rests_on_changes_and_that_is_a_call(how: str, protocol: Protocol) -> None:
    story = running(protocol).at(3)
    assert rests_on(story) == []
    before = story.attention()
    changed(story, how)
    (item,) = rests_on(story)
    assert (item.level, item.about, item.value) == (CALL, *WAYS[how])
    assert item.entries
    assert item.asks.startswith("Call the physician")
    assert story.attention().new_since(before) == (item,)


@pytest.mark.parametrize("how", WAYS)
def test_a_dose_that_is_due_then_reads_review_first_and_is_not_red(how: str, protocol: Protocol) -> None:
    story = running(protocol).at(3)
    changed(story, how)
    (due,) = story.at(9.5).attention().of(DUE)
    assert (due.value, due.is_red) == (REVIEW_FIRST, False)
    assert due.late > 0


@pytest.mark.parametrize("how", WAYS)
def test_continue_ends_it_and_so_does_a_stop(how: str, protocol: Protocol) -> None:
    story = running(protocol).at(3)
    changed(story, how)
    (item,) = rests_on(story)
    course = story.chart.course
    assert course is not None
    n = story.record(CourseContinued(course.n, item.entries), reason="benefit")
    assert rests_on(story) == []
    story.void(n)
    assert rests_on(story) == [item]
    story.at(5).record(CourseStopped(course.n, wall(5)), reason="not what was meant")
    assert rests_on(story) == []


@pytest.mark.parametrize("how", WAYS)
def test_it_interrupts_once_whatever_is_recorded_after_it(how: str, protocol: Protocol) -> None:
    story = running(protocol).at(3)
    changed(story, how)
    before = story.attention()
    story.at(4).bleed(0)
    assert story.attention().new_since(before) == ()


def test_continue_with_one_change_does_not_end_the_next(protocol: Protocol) -> None:
    story = running(protocol).at(3)
    changed(story, "covid")
    (item,) = rests_on(story)
    course = story.chart.course
    assert course is not None
    story.record(CourseContinued(course.n, item.entries), reason="known")
    assert rests_on(story) == []
    changed(story, "arrives late")
    assert [found.about for found in rests_on(story)] == ["Blood drawn before the start"]


def test_an_acknowledgement_does_not_end_it(protocol: Protocol) -> None:
    """It is not an alarm of a value: nothing but a decision ends it."""
    story = running(protocol).at(3)
    changed(story, "corrected")
    (item,) = rests_on(story)
    story.acknowledge(*item.entries)
    assert len(rests_on(story)) == 1


@pytest.mark.parametrize(
    "texts",
    [
        {"labs.ferritin": "9900"},
        {"labs.sampled": wall(-4.5)},
        {"labs.sampled": wall(0.5)},  # not after the first given dose
        {"labs.covid19": "no"},
    ],
)
def test_a_correction_that_changes_nothing_of_it_asks_nothing(texts: dict[str, str], protocol: Protocol) -> None:
    story = running(protocol).at(3)
    if texts.get("labs.covid19"):
        story.sign({"labs.ferritin": "9700"})
    story.sign(texts)
    assert rests_on(story) == []


def test_a_sample_drawn_after_the_start_with_another_treated_phenotype_is_to_be_decided(protocol: Protocol) -> None:
    story = running(protocol).at(30)
    story.sample("interferon-gamma", taken=29, number=2)
    (item,) = [item for item in story.attention().items if item.code == PHENOTYPE]
    assert item == Item(DECIDE, PHENOTYPE, "", hour(29), "immunoparalysis", (labs_of(story, 2),), n=2)
    assert rests_on(story) == []
    course = story.chart.course
    assert course is not None
    story.record(CourseContinued(course.n, item.entries), reason="benefit")
    assert codes(story.attention())[DECIDE, PHENOTYPE] == 0


@pytest.mark.parametrize("drug", ["", "anakinra"])
def test_one_that_is_unclassified_or_the_same_asks_nothing(drug: str, protocol: Protocol) -> None:
    story = running(protocol).at(30)
    story.sample(drug, taken=29, number=2)
    assert not {PHENOTYPE, RESTS_ON} & {item.code for item in story.attention().items}


def test_of_several_after_the_start_the_one_taken_last_is_asked_about(protocol: Protocol) -> None:
    story = running(protocol).at(40)
    story.sample("anakinra", taken=39, number=2)
    story.sample("interferon-gamma", taken=29, number=3)
    assert codes(story.attention())[DECIDE, PHENOTYPE] == 0


def test_a_late_sample_whose_time_is_not_known_asks_for_its_time(protocol: Protocol) -> None:
    story = running(protocol).at(30)
    story.sample("interferon-gamma", taken=None, number=2)
    (item,) = course_items(story.chart)
    expected = Item(DECIDE, SAMPLE_TIME, "", hour(30), "immunoparalysis", (labs_of(story, 2),), n=2)
    assert item == expected
    assert item in story.attention().items


def test_before_a_start_an_uncertain_time_that_would_change_the_phenotype_is_to_be_decided(protocol: Protocol) -> None:
    story = Story(protocol).at(-3)
    story.sample("anakinra", -5)
    story.sample("interferon-gamma", None, number=2)
    expected = Item(DECIDE, SAMPLE_TIME, "", hour(-3), "immunoparalysis", (labs_of(story, 2),), n=2)
    assert [item for item in story.attention().items if item.code == SAMPLE_TIME] == [expected]
    story.sign({"sample.2.sampled": wall(-5.5)})
    assert codes(story.attention())[DECIDE, SAMPLE_TIME] == 0


def test_a_sample_known_before_the_start_is_no_news(protocol: Protocol) -> None:
    story = Story(protocol).at(-4)
    story.sample("interferon-gamma", -5.5)
    story.sample("anakinra", -5, number=2)
    story.start()
    assert isinstance(story.entries[labs_of(story) - 1].body, Labs)
    assert rests_on(story) == []


def test_a_decision_without_a_sample_as_another_program_may_write_it_is_no_change(protocol: Protocol) -> None:
    story = Story(protocol).at(-4)
    story.record(Decision("mals", "anakinra", {}, (), ()))
    planned = running(protocol).chart.course
    assert planned is not None
    story.record(replace(planned.plan, decision=2))
    assert rests_on(story) == []


@pytest.mark.parametrize("end", ["die", "leave"])
def test_after_an_end_only_what_the_course_rests_on_is_asked(end: str, protocol: Protocol) -> None:
    story = running(protocol).at(30)
    story.sample("interferon-gamma", taken=29, number=2)  # to be decided while the course runs
    changed(story, "covid")
    getattr(story, end)()
    assert [(item.level, item.about) for item in course_items(story.chart)] == [(CALL, "COVID-19 after the start")]


def test_a_course_that_names_no_decision_has_nothing_to_rest_on() -> None:
    later = Labs({"ferritin": "900"}, (), 2), Decision("immunoparalysis", "interferon-gamma", {}, (), ())
    chart = fold("p", book(ADMITTED, Note("quiet night"), plan(decision=2), *later))
    assert list(course_items(chart)) == []


def test_a_course_rests_on_the_sample_that_decided_and_on_no_other(protocol: Protocol) -> None:
    story = Story(protocol).at(-4)
    story.sample("interferon-gamma", -5.5)
    story.sample("anakinra", -5, number=2)
    story.start()
    story.at(3).sign({"sample.2.ferritin": "900", "sample.2.hla_dr": "3000"})
    assert [(item.about, item.value) for item in rests_on(story)] == [("Phenotype it rests on", "immunoparalysis")]


def test_covid_19_that_was_known_at_the_start_is_no_news(protocol: Protocol) -> None:
    story = Story(protocol).at(-4)
    story.sample("anakinra", -5, covid19="yes")
    story.start()
    story.at(3).sign({"labs.ferritin": "9900"})
    assert rests_on(story) == []


@pytest.mark.parametrize(("taken", "calls"), [(0.5 - 1 / 60, True), (0.5, True), (0.5 + 1 / 60, False)])
def test_a_sample_drawn_up_to_the_first_given_dose_was_drawn_before_the_start(
    taken: float, calls: bool, protocol: Protocol
) -> None:
    story = running(protocol).at(3)
    story.sample("interferon-gamma", taken=taken, number=2)
    assert bool(rests_on(story)) is calls
    assert codes(story.attention())[DECIDE, PHENOTYPE] == (0 if calls else 1)


def test_a_possible_hook_effect_in_the_sample_that_decides_is_to_be_decided(protocol: Protocol) -> None:
    assert list(sample_items(fold("p", book(ADMITTED)))) == []
    story = Story(protocol).at(-3)
    story.record(Labs({"ferritin": "900", "hla_dr": "3000"}, (), 1))
    assert list(sample_items(story.chart)) == []  # without a decision, as another program may write it
    story.record(Decision("immunoparalysis", "interferon-gamma", {}, (), ("near-cut-off",)))
    assert list(sample_items(story.chart)) == []
    story.record(Labs({"ferritin": "900", "hla_dr": "3000"}, (), 1), reason="again", corrects=2)
    story.record(Decision("immunoparalysis", "interferon-gamma", {}, (), ("near-cut-off", "hook-suspected")))
    assert list(sample_items(story.chart)) == [Item(DECIDE, HOOK, "Ferritin", hour(-3), "", (4,))]


def test_a_sample_that_settles_nothing_does_not_ask_for_its_time(protocol: Protocol) -> None:
    story = Story(protocol).at(-3)
    story.sample("anakinra", -5)
    story.sign({"sample.2.ferritin": "900"})
    assert list(sample_items(story.chart)) == []

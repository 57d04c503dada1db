"""Courses of the program against a second model that was written apart, deed by deed and hour by hour."""

from __future__ import annotations

import os
from collections import Counter

import pytest

from immunosep_tui.record.attention import (
    CLOSE,
    DECIDE,
    DO,
    DOSE,
    DUE,
    EARLIER,
    HELD,
    NOT_CHARTED,
    RUNNING,
    Attention,
    Standing,
)
from immunosep_tui.record.chart import Chart
from immunosep_tui.record.objections import objection
from immunosep_tui.record.settings import effective
from immunosep_tui.record.standing import standing
from immunosep_tui.rules.protocol import Protocol
from tests.oracle import courses as model
from tests.oracle.courses import ASKS, DAY, TAKEN, Deed
from tests.support.attended import ZONE
from tests.support.coursed import Tried

FIRST = int(os.environ.get("IMMUNOSEP_SEED", "0"))
"""The first seed of the long run."""

RULES = {
    "no course": {"dose_has_course"},
    "no slot": {"dose_has_slot"},
    "second tap": {"one_dose"},
    "after the stop": {"dose_after_stop"},
    "another is next": {"dose_is_next"},
    "not due any more": {"dose_cancelled"},
    "no hold": {"hold_waits"},
    "not the first": {"moved_once"},
    "second stop": {"stopped_once"},
    "before the start": {"stop_after_start"},
    "before a dose": {"stop_after_dose"},
    "gone": {"patient_gone", "stop_before_gone"},
    "leant on": {"stands_on"},
    "before the return": {"left_after_return"},
    "still runs": {"one_active_course", "dose_in_running_course"},
    "does not stand": {"already_corrected", "corrects_own"},
    "has doses": {"course_has_doses"},
    "not restored": {"dose_is_voided_once"},
    "not away": {"return_after_leaving"},
}
"""The rules of the program for each word of the model."""

COMMON = {
    "second tap",
    "after the stop",
    "another is next",
    "not the first",
    "not due any more",
    "no hold",
    "still runs",
}
"""What refuses something in every few courses."""

NO_REASON = {"reason", "dose_reason"}


def check_verdict(tried: Tried, chart: Chart, deed: Deed, counts: Counter[str]) -> str:
    """Whether both say the same of a deed; what the model says."""
    word = tried.record.verdict(deed)
    if word == "twice":  # a second death or leaving: nothing stands against it, and the first one counts
        return word
    body = tried.body(deed)
    with_reason = objection(chart, tried.proposal(deed, body, "because"))[0]
    without = objection(chart, tried.proposal(deed, body, ""))[0]
    told = (word, with_reason, without, deed)
    if word in (TAKEN, ASKS):
        assert with_reason == "", told
        assert (without in NO_REASON) == (word == ASKS), told
    else:
        assert with_reason in RULES[word], told
        assert without, told
    counts[word] += 1
    return word


def check_hours(tried: Tried, chart: Chart, found: Standing, since: int, until: int) -> int:
    """Whether both say the same at every hour of a span; how many instants that are."""
    course = chart.course
    if course is None:
        assert found.course is None
        return 0
    plan = tried.record.lines[course.n - 1].deed.plan
    assert plan is not None
    assert tuple((slot.number, slot.due, slot.product) for slot in course.plan.slots) == plan_slots(tried, course.n)
    assert course.ends == tried.record.ends(course.n)
    earlier = [item.n for item in found.items if item.code == EARLIER]
    assert earlier == [count for each in chart.courses[:-1] if (count := tried.record.left_open(each.n))]
    count = 0
    for at in tried.instants(since, until):
        check_instant(tried.record.word(course.n, at), found, found.at(at), at, plan)
        count += 1
    for product in plan.gaps:
        unknown = {slot.number for slot in course.uncertain_before(product, since)}
        assert unknown == tried.record.uncertain(course.n, product, since), (product, since)
    return count


def plan_slots(tried: Tried, course: int) -> tuple[tuple[int, int, str], ...]:
    """The doses of a course by number, as the program has them."""
    return tuple(sorted((slot.number, slot.due, slot.product) for slot in tried.record.slots(course)))


def check_instant(word: model.Word, found: Standing, attention: Attention, at: int, plan: model.Plan) -> None:
    state = found.state_at(at)
    course = found.course
    assert course is not None
    day = course.day_at(at)
    following = found.next_dose(at)
    items = attention.of(DUE, DECIDE, DO)
    missed = [item.n for item in items if item.code == NOT_CHARTED]
    held = [item.n for item in items if item.code == HELD]
    told = model.Word(
        model.PLANNED if state == RUNNING and not course.is_given else state.upper(),
        sum(held),
        (day or 0) if course.is_given else 0,
        tuple(sorted(item.n for item in items if item.code == DOSE)),
        tuple(sorted(dose.n for dose in found.not_charted(at))),
        following.n if following is not None else 0,
    )
    wanted = word._replace(due=tuple(sorted(word.due)), not_charted=tuple(sorted(word.not_charted)))
    assert told == wanted, (at, told, wanted)
    assert course.days == plan.days
    assert max(missed, default=0) == (0 if found.gone_at is not None else len(word.not_charted))
    if found.gone_at is not None:
        assert sum(item.of for item in items if item.code == CLOSE) == len(word.not_charted)


def check(seed: object, protocol: Protocol) -> Counter[str]:
    """A course from its start to a day after its end; how often each word was said."""
    tried, settings = Tried(seed), effective({}, protocol, ZONE)
    counts: Counter[str] = Counter()
    chart = tried.chart
    for _deed in range(tried.rng.randrange(8, 45)):
        before = tried.now
        tried.pass_time()
        if tried.courses():
            counts["instants"] += check_hours(tried, chart, standing(chart, protocol, settings), before, tried.now)
        for _try in range(tried.rng.choice((1, 1, 1, 2, 4))):
            deed = tried.next()
            if check_verdict(tried, chart, deed, counts) in (TAKEN, ASKS):
                tried.take(deed, "because" if tried.record.verdict(deed) == ASKS else "")
                chart = tried.chart
    if chart.course is not None:
        end = max(chart.course.ends + DAY, tried.now)
        counts["instants"] += check_hours(tried, chart, standing(chart, protocol, settings), tried.now, end)
    return counts


@pytest.mark.parametrize("part", range(2))
def test_courses_are_as_the_second_model_has_them(part: int, protocol: Protocol) -> None:
    counts: Counter[str] = Counter()
    for number in range(25):
        counts += check(part * 25 + number, protocol)
    assert counts.keys() >= {TAKEN, ASKS, *COMMON}, counts  # otherwise they would agree on nothing


@pytest.mark.deep
@pytest.mark.parametrize("part", range(200))
def test_twenty_thousand_courses(part: int, protocol: Protocol) -> None:
    for number in range(100):
        check(f"deep/{FIRST + part * 100 + number}", protocol)

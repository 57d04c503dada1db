"""What a course rests on: whether the sample that decided, or one that arrives, says something else by now."""

from __future__ import annotations

from collections.abc import Iterator

from immunosep_tui.record.attention import CALL, DECIDE, HOOK, PHENOTYPE, RESTS_ON, SAMPLE_TIME, Item
from immunosep_tui.record.chart import Chart, standing_of
from immunosep_tui.record.course import Course
from immunosep_tui.record.courses import takers_of
from immunosep_tui.record.kinds import CourseContinued, Decision, Labs
from immunosep_tui.record.sampling import SignedSample, deciding_sample, signed_samples
from immunosep_tui.rules.reason import N_

_REVIEW = N_("Call the physician: what the course rests on has changed. Continue with a reason, or stop.")


def course_items(chart: Chart) -> Iterator[Item]:
    """What of the blood samples asks for a person about a course that was not stopped.

    After a death or a leaving only what the course rests on does, until somebody closes it.

    A CALL where what the course rests on was corrected, taken back or drawn after the start, or where a sample drawn
    before the start arrives with another phenotype; DECIDE where the last sample drawn after it has another treated one.
    """
    course = chart.course
    if course is None or course.stopped is not None:
        return
    decided = chart.entries[course.plan.decision - 1]
    if not isinstance(decided.body, Decision):
        return
    continued = {
        n
        for entry in standing_of(chart.entries)
        if isinstance(entry.body, CourseContinued) and entry.body.course == course.n
        for n in entry.body.entries
    }
    start = course.first_given or course.begins
    found = [*_changed(chart, course, decided.body, start), *_other_samples(chart, course, decided.body, start)]
    asked = [item for item in found if chart.running is not None or item.level == CALL]
    yield from (item for item in asked if not set(item.entries) <= continued)


def _changed(chart: Chart, course: Course, decided: Decision, start: int) -> Iterator[Item]:
    """The sample that decided, where it stands otherwise than it did at the start."""
    takers = takers_of(chart.entries)
    sample = next((each for each in signed_samples(chart) if each.number == course.plan.sample), None)
    if sample is None or course.plan.decision in takers:
        labs = (e.n for e in chart.entries if isinstance(e.body, Labs) and e.body.sample == course.plan.sample)
        gone = labs if sample is None else (course.plan.decision,)
        about = N_("Blood sample taken back") if sample is None else N_("Phenotype taken back")
        taker = max((takers[n] for n in gone if n in takers), key=lambda entry: entry.n, default=None)
        if taker is not None:  # else another program wrote a decision without its sample
            yield Item(CALL, RESTS_ON, about, taker.recorded, "", (taker.n,), asks=_REVIEW)
        return
    if sample.entry.n < course.plan.decision:
        return  # it stands as it was
    entries = (sample.entry.n,)
    body, now = sample.entry.body, sample.decision
    assert isinstance(body, Labs)
    if now is not None and now.phenotype != decided.phenotype:
        about, value = N_("Phenotype it rests on"), now.phenotype
    elif body.texts.get("covid19") == "yes" and decided.inputs.get("covid19") != "yes":
        about, value = N_("COVID-19 after the start"), "yes"
    elif sample.taken is not None and sample.taken > start:
        about, value = N_("Blood sample drawn after the start"), ""
    else:
        return
    yield Item(CALL, RESTS_ON, about, sample.entry.recorded, value, entries, asks=_REVIEW)


def _other_samples(chart: Chart, course: Course, decided: Decision, start: int) -> Iterator[Item]:
    others = [each for each in signed_samples(chart) if each.number != course.plan.sample and each.is_settled]
    for sample in others:
        late = sample.entry.n > course.n and (sample.taken is None or sample.taken <= start)
        if late and _phenotype(sample) != decided.phenotype:
            entries = (sample.entry.n,)
            about = N_("Blood drawn before the start")
            if sample.taken is None:
                since = sample.entry.recorded
                yield Item(DECIDE, SAMPLE_TIME, "", since, _phenotype(sample), entries, n=sample.number)
            else:
                yield Item(CALL, RESTS_ON, about, sample.taken, _phenotype(sample), entries, asks=_REVIEW)
    after = [each for each in others if each.taken is not None and each.taken > start]
    last = max(after, key=lambda each: (each.taken or 0, each.number), default=None)
    if (
        last is not None
        and last.decision is not None
        and last.decision.regimen
        and _phenotype(last) != decided.phenotype
    ):
        assert last.taken is not None
        yield Item(DECIDE, PHENOTYPE, "", last.taken, _phenotype(last), (last.entry.n,), n=last.number)


def _phenotype(sample: SignedSample) -> str:
    """The phenotype of a sample that settles it."""
    assert sample.decision is not None
    return sample.decision.phenotype


def sample_items(chart: Chart) -> Iterator[Item]:
    """What of the blood samples has to be decided before a course: a possible hook effect, a time that is not known.

    After a stop only what was signed since then asks.
    """
    deciding = deciding_sample(chart)
    if deciding is None or (chart.course is not None and deciding.entry.n < chart.course.n):
        return
    since = deciding.entry.recorded
    cautions = deciding.decision.cautions if deciding.decision is not None else ()
    if any(code.endswith("suspected") for code in cautions):
        yield Item(DECIDE, HOOK, N_("Ferritin"), since, "", (deciding.entry.n,))
    for sample in signed_samples(chart):
        differs = sample.is_settled and _phenotype(sample) != _phenotype(deciding)
        if differs and sample.taken is None and sample.number != deciding.number:
            recorded = sample.entry.recorded
            yield Item(DECIDE, SAMPLE_TIME, "", recorded, _phenotype(sample), (sample.entry.n,), n=sample.number)

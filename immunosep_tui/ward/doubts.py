"""What stands against the start of a course: what forbids it, what the laboratory confirms, what asks a reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from immunosep_tui.record.course import Course
from immunosep_tui.record.patient import Patient
from immunosep_tui.rules.analytes import ANALYTES
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.rules.reason import N_, Sentence, say
from immunosep_tui.rules.schedule import without_trailing_zeros
from immunosep_tui.ward import screening
from immunosep_tui.ward.instants import moment
from immunosep_tui.ward.reading import read
from immunosep_tui.ward.samples import MARKERS, Draw, deciding, draws, is_stale, phenotype, place_of_sample
from immunosep_tui.ward.starting import Plan

AGE = "age"
"""The criterion that no reason sets aside: all figures of the trial are those of adults."""

LABORATORY = "laboratory"
"""The answer that names who confirmed at the laboratory what was in doubt."""


def bars(sheet: Patient, protocol: Protocol, zone: ZoneInfo, now: datetime) -> tuple[Sentence, ...]:
    """What forbids a start whatever reason is given: a patient who is no adult."""
    judged = screening.judged(sheet, protocol, zone, now)
    return tuple(each.text for each in judged if each.id == AGE and each.met is False)


def to_confirm(sheet: Patient, protocol: Protocol) -> tuple[Sentence, ...]:
    """What the laboratory has to confirm before a drug is started: a possible hook effect, a marker so unusual that it
    was asked about."""
    found = [caution.text for caution in phenotype(sheet, protocol).cautions if caution.code.endswith("suspected")]
    place = place_of_sample(deciding(sheet, protocol))
    for name in MARKERS:
        if sheet.is_kept(f"{place}.{name}"):
            measured = read(sheet, f"{place}.{name}", name, protocol).quantity
            words = N_("{label} {quantity} is unusual: unit and method are confirmed by the laboratory.")
            found.append(
                say(words, label=say(ANALYTES[name].label), quantity=measured or sheet.text(f"{place}.{name}"))
            )
    return tuple(found)


def sample_doubts(sheet: Patient, protocol: Protocol, zone: ZoneInfo, now: datetime) -> Iterator[Sentence]:
    """That the blood that decides is old, or that nobody knows when it was taken."""
    sample = _sample(sheet, protocol, zone)
    if sample is None or not sample.sampled:
        yield say(N_("The time of the blood sample is not known."))
    elif is_stale(sample, now, protocol):
        words = N_("The blood sample is {hours} hours old (old after {limit}, local convention).")
        hours = (now - sample.sampled) // timedelta(hours=1)
        yield say(words, hours=hours, limit=without_trailing_zeros(protocol.site.stale.value))


def _of_other_drug(planned: Plan, zone: ZoneInfo, earlier: Sequence[Course]) -> Iterator[Sentence]:
    """That another drug was given so lately that its next dose would not have been due yet; parts of a dose count."""
    drugs = {slot.product for slot in planned.body.slots if not slot.placebo}
    first = min(slot.due for slot in planned.body.slots)
    for course in earlier:
        for product in dict.fromkeys(slot.product for slot in course.plan.slots if not slot.placebo):
            last = max((entry.at for entry in course.received(product)), default=None)
            if product in drugs or last is None or first >= last + course.interval(product):
                continue
            words = N_(
                "Given before: {product}, last {when}. The first dose comes within its interval of {hours} hours "
                "(local convention: no washout is published)."
            )
            when = f"{moment(last).astimezone(zone):%Y-%m-%d %H:%M}"
            yield say(words, product=product, when=when, hours=course.interval(product) // 3_600_000)


def _sample(sheet: Patient, protocol: Protocol, zone: ZoneInfo) -> Draw | None:
    rests_on = deciding(sheet, protocol)
    return next((draw for draw in draws(sheet, protocol, zone) if draw.number == rests_on), None)


def doubts(
    sheet: Patient,
    planned: Plan,
    protocol: Protocol,
    zone: ZoneInfo,
    now: datetime,
    answers: Mapping[str, str],
    earlier: Sequence[Course] = (),
) -> tuple[Sentence, ...]:
    """What speaks against a start without forbidding it; whoever starts in spite of it says why.

    Args:
        sheet: as the course is planned from it.
        planned: the course.
        protocol: by which it is planned.
        zone: of the site.
        now: the present instant.
        answers: to the questions before the start.
        earlier: the courses that the patient had before.
    """
    found = [*sample_doubts(sheet, protocol, zone, now), *_of_other_drug(planned, zone, earlier)]
    judged = screening.judged(sheet, protocol, zone, now)
    found += [criterion.text for criterion in judged if criterion.met is False and criterion.id != AGE]
    unknown = [criterion.text for criterion in judged if criterion.met is None]
    if unknown:
        words = N_("Screening (F2): {count} criteria are not known. The first: {first}")
        found.append(say(words, count=len(unknown), first=unknown[0]))
    asked = (question for question in planned.regimen.questions if not question.bars)
    yes = N_("{label}: YES. {question}")
    found += [
        say(yes, label=say(question.label), question=say(question.text))
        for question in asked
        if answers.get(question.id) == "yes"
    ]
    return tuple(found)

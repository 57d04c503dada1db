"""One course followed for 15 days: what is known on each day, what is asked, and what the record would hold.

The values are those of the sheet, or were drawn from the name of the case before the first day: no decision changes them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Final

from immunosep_tui.i18n import _, words
from immunosep_tui.record import attention
from immunosep_tui.record.patient import Patient
from immunosep_tui.rules.monitoring import Finding
from immunosep_tui.rules.reason import N_, say
from immunosep_tui.rules.schedule import Dose
from immunosep_tui.training.feedback import NOT_GIVEN, because, feedback
from immunosep_tui.training.item import Item
from immunosep_tui.training.lines import Line, rows
from immunosep_tui.training.mark import Mark
from immunosep_tui.training.question import Option, Question, Situation, Solution, question
from immunosep_tui.training.sheet import Group, checks, groups
from immunosep_tui.ward.answers import LAST_DAY, course, first_dose, regimen_of
from immunosep_tui.ward.checks import typed_readings
from immunosep_tui.ward.instants import instant
from immunosep_tui.ward.reading import read

GIVE, HOLD, STOP = "give", "hold", "stop"
DECISIONS: Final = {
    GIVE: N_("give it"),
    HOLD: N_("hold it and ask the physician"),
    STOP: N_("stop the whole course"),
}
"""What can be done about the doses of a day."""

SLOTS: Final = 8
"""Numbers that each day has for its questions, so that a question keeps its number whatever is decided before it."""

_DECISION, _VERDICT = 6, 7
"""Their numbers within a day. No rule answers a decision: it is recorded, and only compared with the checklist."""

_DOSE: Final = "dose"
"""The kind of a decision."""

ASKED_ON: Final[Mapping[int, tuple[str, str]]] = {2: ("next-dose", "next-dose"), 4: ("day", "day-number")}
VERDICT_DAY: Final = 9
MOST_ITEMS: Final = 2
"""Checklist items that are asked about on one day."""

WRITTEN_BEFORE: Final = N_("The values of the coming days were written before: no decision changes them.")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of one day of the course."""

    day: int
    question: Question


def steps(item: Item, decided: Mapping[int, str], *, answered: bool = False) -> Iterator[tuple[int, Asked]]:
    """The questions of the course that have no answer yet, or those that have one, in order, each with its number.

    Args:
        item: a case whose treatment began.
        decided: answers so far by their numbers; after a stop there is nothing left to decide.
        answered: whether those with an answer are wanted.
    """
    chart = charted(item)
    stops = [number // SLOTS + 1 for number, answer in decisions(decided).items() if answer == STOP]
    last = max(decided, default=0) // SLOTS + 1
    for day in range(1, last + 1) if answered else range(last, LAST_DAY + 1):
        known = as_of(chart, day)
        for slot, key, topic in _slots(known, day):
            number = (day - 1) * SLOTS + slot
            over = has_died(known.patient, day) or (stops and day > stops[0])
            if (number in decided) is not answered or (over and slot != _VERDICT):
                continue
            asked = _decision(known, day) if slot == _DECISION else question(known, key, topic)
            if asked is not None:
                yield number, Asked(day, asked)


def _slots(known: Situation, day: int) -> Iterator[tuple[int, str, str]]:
    """What is asked on a day: number within the day, key, and topic."""
    if day in ASKED_ON:
        yield 0, *ASKED_ON[day]
    found = [each for each in _findings(known, day) if each.item.limits]
    met = [each for each in found if each.met]
    regimen = regimen_of(known.patient, known.protocol)
    topic = "bleeding" if regimen and regimen.name == "interferon-gamma" else "anemia"
    for slot, each in enumerate((met or found[:1])[:MOST_ITEMS], start=1):
        yield slot, f"action/{day}/{each.item.id}", topic
    yield _DECISION, "", ""
    if day == VERDICT_DAY:
        yield _VERDICT, "response/day9", "responder"


def decisions(decided: Mapping[int, str]) -> dict[int, str]:
    """Of the answers those that say what is done about a dose."""
    return {number: answer for number, answer in decided.items() if number % SLOTS == _DECISION}


def _findings(known: Situation, day: int) -> list[Finding]:
    regimen = regimen_of(known.patient, known.protocol)
    listed = [item for item in known.protocol.checklist if regimen and item.regimen == regimen.name]
    readings = typed_readings(known.patient, known.protocol, known.zone, known.now)
    in_order = sorted(listed, key=lambda item: item.priority)
    found = (readings.finding(item, f"monitoring.{day}.{item.id}") for item in in_order)
    return [each for each in found if each is not None]


# ---- what is known ---------------------------------------------------------------------------------------------------
_DAILY: Final = frozenset({"monitoring", "sofa", "response"})


def as_of(chart: Situation, day: int) -> Situation:
    """The sheet as it is known at the beginning of a treatment day, before its doses."""
    start = first_dose(chart.patient, chart.zone)
    assert isinstance(start, datetime)

    def is_known(key: str) -> bool:
        room, number, *_rest = key.split(".")
        if room == "treatment":
            return number != "stop"
        if room == "sample":
            sampled = instant(chart.patient, f"sample.{number}.sampled", chart.zone)
            return isinstance(sampled, datetime) and sampled <= now
        return room not in _DAILY or (number.isdigit() and int(number) <= day)

    now = start + timedelta(hours=24 * (day - 1))
    texts = {key: text for key, text in chart.patient.texts.items() if is_known(key)}
    return replace(chart, patient=replace(chart.patient, texts=texts), now=now)


def has_died(patient: Patient, day: int) -> bool:
    """Whether a death was written down up to a day."""
    return any(patient.text(f"response.{on}") in ("D", "d") for on in range(1, day + 1))


def charted(item: Item) -> Situation:
    """The sheet of a case with the checks of every day: its own, or drawn from its name where it has none."""
    return item.situation if item.situation.patient.within("monitoring") else _with_checks(item.id, item.situation)


def _with_checks(identity: str, situation: Situation) -> Situation:
    regimen = regimen_of(situation.patient, situation.protocol)
    if regimen is None:
        return situation
    chance = Random(f"bedside/{identity}")  # noqa: S311 - reproducible, no secret
    texts: dict[str, str] = {}
    name = regimen.name
    hemoglobin, platelets, neutrophils = chance.randint(100, 125), chance.randint(110, 260), chance.randint(60, 140)
    fall, bleeds = chance.randint(3, 8), chance.choice((5, 7, 9))
    grade = chance.choice((2, 3))
    counted = read(situation.patient, "sofa.1.platelets", "platelets", situation.protocol).quantity
    for day in range(1, LAST_DAY + 1):
        if has_died(situation.patient, day):
            break
        hemoglobin = max(62, hemoglobin - (chance.randint(20, 26) if day == fall else chance.randint(-2, 2)))
        platelets = max(
            min(54, platelets),
            platelets - (platelets * chance.randint(48, 56) // 100 if day == bleeds else chance.randint(-8, 6)),
        )
        if day == 1 and counted is not None:  # one patient has one count
            platelets = int(counted.canonical)
        neutrophils = max(16, neutrophils + chance.randint(-9, 7))
        before_start = "-start" if name == "anakinra" and day == 1 else ""
        texts |= {
            f"monitoring.{day}.{name}-hemoglobin": f"{hemoglobin / 10:.1f}",
            f"monitoring.{day}.{name}-bleeding": str(grade if day == bleeds else 0),
            f"monitoring.{day}.{name}-neutrophils{before_start}": f"{neutrophils / 10:.1f}",
        }
        if name == "anakinra" or day % 2:
            texts[f"monitoring.{day}.{name}-platelets"] = str(platelets)
    patient = replace(situation.patient, texts={**situation.patient.texts, **texts})
    for key in texts:
        patient = patient.keeping(key)
    return replace(situation, patient=patient)


# ---- decisions -------------------------------------------------------------------------------------------------------
def doses_of(known: Situation, day: int) -> list[Dose]:
    """The doses of the active drug that are due on a treatment day."""
    doses = course(known.patient, known.protocol, known.zone).doses
    return [dose for dose in doses if dose.day == day and not dose.placebo]


def stands_against(known: Situation) -> Finding | None:
    """The finding, if there is one, whose limit asks to hold the drug: a better value does not end it."""
    readings = typed_readings(known.patient, known.protocol, known.zone, known.now)
    raised = (met for fact in readings.facts for met in readings.raised(fact) if met.level == attention.STOP)
    worst = max(raised, key=lambda met: met.badness, default=None)
    return None if worst is None else readings.finding(worst.item, worst.observation.place)


def is_decision(asked: Question) -> bool:
    """Whether a question asks what is done, which no rule answers."""
    return asked.key.startswith(f"{_DOSE}/")


def _decision(known: Situation, day: int) -> Question | None:
    due = doses_of(known, day)
    if not due:
        return None
    against = stands_against(known)
    times = ", ".join(f"{dose.due.astimezone(known.zone):%H:%M}" for dose in due)
    prompt = say(
        N_("Day {day}: {product} {dose} {route} is due at {times}. What do you do?"),
        day=day,
        product=due[0].product,
        dose=due[0].dose,
        route=due[0].route,
        times=times,
    )
    if against is None:
        solution = Solution(GIVE, say(N_("No limit of the checklist asks to hold the drug.")), (), "")
    else:
        rule = say(N_("The most urgent limit that is met asks to hold the drug and to call."))
        solution = Solution(HOLD, rule, against.text[:1], against.met[0].value.source)
    options = tuple(Option(value, say(label)) for value, label in DECISIONS.items())
    return Question(f"{_DOSE}/{day}", "", prompt, options, False, solution, {})


def judge(asked: Question, given: str) -> Mark:
    """A decision is wrong only where it goes against a line of the checklist, or where none was taken."""
    against = asked.solution.value == HOLD and given == GIVE
    return Mark(asked, given, not against and given != NOT_GIVEN, None)


_RECORDED: Final = {
    GIVE: N_("Recorded: given."),
    HOLD: N_("Recorded: held, with the reason. A held dose is never made up, and the schedule does not move."),
    STOP: N_(
        "Recorded: the course is stopped. The doses still to come are cancelled, and none can be recorded any more; "
        "SOFA is scored on, for the response."
    ),
    NOT_GIVEN: N_("Nothing was recorded: the dose stands as overdue, and it is never made up."),
}


def told(mark: Mark, known: Situation) -> list[Line]:
    """What is said about an answer: of a decision what the record would hold, of a question whether it was right."""
    if not is_decision(mark.question):
        return feedback(mark, known.protocol)
    lines: list[Line] = [("title", _(_RECORDED[mark.given]))]
    if mark.question.solution.value == HOLD:
        good = mark.given in (HOLD, STOP)
        text = N_("[+] AS THE CHECKLIST ASKS") if good else N_("[x] AGAINST THE CHECKLIST")
        lines += [("good" if good else "bad", _(text)), *because(mark.question, known.protocol)]
        if mark.given == STOP:
            lines.append(
                ("note", _("The line asks to hold and to call: whether the course ends is a physician's to say."))
            )
    elif mark.given != GIVE:
        lines.append(("note", _("No limit of the checklist asks for it today; a person may still have a reason.")))
    return [*lines, ("plain", ""), ("dim", _(WRITTEN_BEFORE))]


# ---- pages -----------------------------------------------------------------------------------------------------------
def page(item: Item, day: int, decided: Mapping[int, str], *, is_day_told: bool = True) -> list[Line]:
    """The chart on a day: what is new, what was recorded of the doses, then all that was known before.

    The story and the title of the case are left out: they tell how it ends.
    """
    known = as_of(charted(item), day)
    total = known.patient.text(f"response.{day}")
    new = [(_("SOFA total"), _("died") if total in ("D", "d") else total)] if total else []
    new += checks(known.patient, day, known.protocol)
    told_day = _("Day {day} of {last}").format(day=day, last=LAST_DAY) if is_day_told else _("A new treatment day")
    lines: list[Line] = [("title", told_day)]
    lines += rows([Group(_("New today"), tuple(new) or ((_("Nothing"), _("was measured")),))])
    if recorded := record(decided):
        lines += [("dim", _("Recorded so far")), *recorded]
    lines.append(("dim", _("Written before; no decision changes it.")))
    before = replace(known, patient=replace(known.patient, texts=_without(known.patient.texts, "monitoring.")))
    return [*lines, *rows(groups(before))]


def _without(texts: Mapping[str, str], prefix: str) -> dict[str, str]:
    return {key: text for key, text in texts.items() if not key.startswith(prefix)}


def record(decided: Mapping[int, str]) -> list[Line]:
    """What was recorded of the doses, by days."""
    days: dict[str, list[int]] = {}
    for number, answer in sorted(decisions(decided).items()):
        days.setdefault(answer, []).append(number // SLOTS + 1)
    labels = {GIVE: N_("given"), HOLD: N_("held"), STOP: N_("stopped"), NOT_GIVEN: N_("no entry")}
    return [
        ("plain", _("{what}: day {days}").format(what=_(label), days=", ".join(map(str, days[value]))))
        for value, label in labels.items()
        if value in days
    ]


def summary(item: Item, marks: Mapping[int, Mark]) -> list[Line]:
    """The page at the end: what was recorded, how far it agrees with the rules, and the response."""
    asked = [mark for mark in marks.values() if not is_decision(mark.question)]
    against = [number // SLOTS + 1 for number, mark in marks.items() if is_decision(mark.question) and not mark.right]
    lines: list[Line] = [
        ("title", _("What was recorded")),
        *record({number: mark.given for number, mark in marks.items()}),
    ]
    right = sum(mark.right for mark in asked)
    lines += [
        ("title", _("Agreement with the rules")),
        ("plain", _("Questions: {right} of {count} right.").format(right=right, count=len(asked))),
    ]
    if against:
        days = ", ".join(map(str, against))
        lines.append(("bad", _("[x] Doses against the checklist, or without an entry: day {days}.").format(days=days)))
    else:
        lines.append(("good", _("[+] No dose went against a line of the checklist.")))
    found = question(as_of(charted(item), VERDICT_DAY), "response/day9", "responder")
    if found is not None:
        label = next(each.label for each in found.options if each.value == found.solution.value)
        lines += [("title", _("Response by day 9: {verdict}").format(verdict=words(label)))]
        lines += [("plain", f"  {words(each)}") for each in found.solution.decided]
    return [*lines, ("dim", _(WRITTEN_BEFORE))]

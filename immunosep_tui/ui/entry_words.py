"""What an entry of the record says: its kind, one line, and every value with its unit. For screens and for commands."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final
from zoneinfo import ZoneInfo

from immunosep_tui.i18n import _
from immunosep_tui.record import bodies as said
from immunosep_tui.record.bodies import Body, Texts
from immunosep_tui.record.courses import takers_of
from immunosep_tui.record.entry import Entry
from immunosep_tui.record.settings import SETTINGS
from immunosep_tui.rules.analytes import ANALYTES
from immunosep_tui.rules.grades import ISTH_CRITICAL_SITES
from immunosep_tui.rules.phenotype import LABELS
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.rules.reason import N_
from immunosep_tui.ui.times import moment_text
from immunosep_tui.ward.doubts import LABORATORY
from immunosep_tui.ward.instants import moment
from immunosep_tui.ward.value_words import readings, value_label, value_text

Facts = list[tuple[str, str]]
"""What an entry says, value by value: the name and the text with its unit."""

KINDS: Final[Mapping[str, str]] = {
    "admitted": N_("Identity"),
    "screened": N_("Screening"),
    "labs": N_("Labs"),
    "sofa": N_("SOFA"),
    "total": N_("SOFA total"),
    "decision": N_("Phenotype"),
    "course": N_("Course started"),
    "stop": N_("Course stopped"),
    "dose": N_("Dose"),
    "check": N_("Check"),
    "bleeding": N_("Bleeding"),
    "died": N_("Death"),
    "left": N_("No more values"),
    "follow-up": N_("Follow-up"),
    "acknowledged": N_("Acknowledged"),
    "limit-end": N_("Alarm ended"),
    "continued": N_("Course continued"),
    "red-cells": N_("Red cells"),
    "allocated": N_("Allocation"),
    "code-break": N_("CODE BROKEN"),
    "void": N_("Taken back"),
    "note": N_("Note"),
    "sign-off": N_("Reviewed"),
    "person": N_("Signer"),
    "setting": N_("Ward setting"),
    "protocol": N_("Ward protocol"),
    "opened": N_("Ward opened"),
}
"""Each kind of entry in plain words."""


@dataclass(frozen=True)
class Book:
    """The entries of one record in order, and what is needed to say them.

    Args:
        entries: of the record.
        zone: for times.
        protocol: names items and questions; an entry of another protocol says what it holds itself.
    """

    entries: tuple[Entry, ...]
    zone: ZoneInfo
    protocol: Protocol | None = None

    @cached_property
    def takers(self) -> Mapping[int, Entry]:
        """The entry that took back each one that does not stand."""
        return takers_of(self.entries)

    def entry(self, n: int) -> Entry | None:
        """The entry of a number; None where the record has none."""
        return self.entries[n - 1] if 0 < n <= len(self.entries) else None

    def standing(self, entry: Entry) -> str:
        """What took an entry back; empty for one that stands."""
        taker = self.takers.get(entry.n)
        if taker is None:
            return ""
        by_void = isinstance(taker.body, said.Voided)
        return (_("taken back by no. {n}") if by_void else _("corrected by no. {n}")).format(n=taker.n)

    def line(self, entry: Entry) -> str:
        """One line: the kind and what it says."""
        kind = _(KINDS[entry.kind])
        if entry.corrects is not None:
            kind += " " + _("(corrects no. {n})").format(n=entry.corrects)
        brief = self.brief(entry.body)
        return f"{kind}: {brief}" if brief else kind

    def brief(self, body: Body) -> str:
        """What a body says in one line, without its kind."""
        told = _BRIEFS.get(type(body))
        if told is not None:
            return told(self, body)
        return ", ".join(f"{label} {text}" for label, text in self.facts(body) if text)

    def facts(self, body: Body) -> Facts:
        """Every value of a body with its unit."""
        return _FACTS[type(body)](self, body)

    def changes(self, entry: Entry) -> list[tuple[str, str, str]]:
        """Name, text before and text of each value that a correction changed; one that was not there before is empty."""
        old = None if entry.corrects is None else self.entry(entry.corrects)
        if old is None:
            return []
        before, after = dict(self.facts(old.body)), dict(self.facts(entry.body))
        names = dict.fromkeys((*before, *after))
        return [
            (name, before.get(name, ""), after.get(name, "")) for name in names if before.get(name) != after.get(name)
        ]

    def time(self, instant: int) -> str:
        """An instant of the record with its weekday and year."""
        return moment_text(moment(instant), self.zone)

    def product(self, regimen: str) -> str:
        """The drug of a regimen."""
        known = self.protocol.regimens.get(regimen) if self.protocol else None
        return known.product if known else regimen

    def slots(self, dose: said.Dose) -> tuple[said.Slot, ...]:
        """The doses of the course of a dose."""
        course = self.entry(dose.course)
        return course.body.slots if course and isinstance(course.body, said.CourseStarted) else ()

    def planned(self, dose: said.Dose) -> str:
        """The product of a dose as its course planned it: blind where the course is."""
        return next((f"{s.product} {s.dose} {s.route}" for s in self.slots(dose) if s.number == dose.slot), "")

    def checked(self, check: said.Check) -> str:
        """What was found at a check, with its unit."""
        items = self.protocol.checklist if self.protocol else ()
        analyte = next((item.analyte for item in items if item.id == check.item), "")
        return readings(check.text, ANALYTES.get(analyte))

    def question(self, regimen: str, name: str) -> str:
        """The question before the start of a course that was answered."""
        if name == LABORATORY:
            return _("Confirmed by the laboratory")
        if name == LABORATORY:
            return _("Confirmed by the laboratory")
        known = self.protocol.regimens.get(regimen) if self.protocol else None
        return next((_(each.text) for each in known.questions if each.id == name), name) if known else name


def _brief_labs(_book: Book, body: said.Labs) -> str:
    texts = ", ".join(f"{label} {text}" for label, text in _values(body.texts, body.kept))
    return texts if body.sample == 1 else _("sample {n}, {texts}").format(n=body.sample, texts=texts)


def _brief_decision(book: Book, body: said.Decision) -> str:
    label = _(LABELS[body.phenotype]) if body.phenotype in LABELS else body.phenotype
    return f"{label}; {book.product(body.regimen) if body.regimen else _('no drug')}"


def _brief_course(book: Book, body: said.CourseStarted) -> str:
    told = _("{product}, {count} doses, first at {start}")
    return told.format(product=book.product(body.regimen), count=len(body.slots), start=body.start)


def _brief_dose(book: Book, body: said.Dose) -> str:
    what = book.planned(body)
    return f"{_which(book, body)} {_(body.outcome)}" + (f": {what}" if what else "")


def _brief_check(book: Book, body: said.Check) -> str:
    return _on_day(body.day, f"{_(body.label)} {book.checked(body)}{_mark(body.level)}")


def _brief_bleeding(_book: Book, body: said.Bleeding) -> str:
    site = _(ISTH_CRITICAL_SITES.get(body.site, body.site))
    grade = "" if body.grade is None else ", " + _("WHO grade {grade}").format(grade=body.grade)
    return f"{site}{grade}{_mark(body.level)}: {body.text}"


def _brief_acknowledged(book: Book, body: said.Acknowledged) -> str:
    listed = ", ".join(str(n) for n in body.entries)
    return _("no. {list}, urgent again from {time}").format(list=listed, time=book.time(body.until))


def _brief_limit_ended(book: Book, body: said.LimitEnded) -> str:
    there = book.entry(body.entry)
    told = f"{_(body.level).upper()} {_('no. {n}').format(n=body.entry)}"
    return told if there is None else f"{told}, {book.line(there)}"


def _numbers(entries: Sequence[int]) -> str:
    return _("no. {n}").format(n=", ".join(str(n) for n in entries))


def _brief_voided(book: Book, body: said.Voided) -> str:
    there = book.entry(body.entry)
    told = _("no. {n}").format(n=body.entry)
    return told if there is None or isinstance(there.body, said.Voided) else f"{told}, {book.line(there)}"


def _on_day(day: int, text: str) -> str:
    return _("day {day}, {text}").format(day=day, text=text)


def _mark(level: str) -> str:
    """The most urgent limit that was met, as the list shows it."""
    return f" [{_(level).upper()}]" if level else ""


_BRIEFS: Final[Mapping[type[Body], Callable[[Book, Any], str]]] = {
    said.Labs: _brief_labs,
    said.SofaDay: lambda _book, body: _on_day(body.day, _score(body.low, body.high, body.total)),
    said.SofaTotal: lambda _book, body: _on_day(body.day, str(body.total)),
    said.Decision: _brief_decision,
    said.CourseStarted: _brief_course,
    said.Dose: _brief_dose,
    said.Check: _brief_check,
    said.Bleeding: _brief_bleeding,
    said.Died: lambda _book, body: _("day {day}").format(day=body.day),
    said.Left: lambda _book, _body: _("the patient left alive"),
    said.FollowUp: lambda _book, body: _on_day(body.day, _(body.status)),
    said.Acknowledged: _brief_acknowledged,
    said.LimitEnded: _brief_limit_ended,
    said.CourseContinued: lambda _book, body: _("in spite of {entries}").format(entries=_numbers(body.entries)),
    said.RedCells: lambda _book, body: _("{units} units").format(units=body.units),
    said.Allocated: lambda _book, body: _("course no. {n}, number {number}").format(n=body.course, number=body.number),
    said.CodeBroken: lambda _book, body: body.contents,
    said.Voided: _brief_voided,
    said.Note: lambda _book, body: body.text,
    said.SignedOff: lambda _book, body: _("up to no. {n}: {meaning}").format(n=body.upto, meaning=body.meaning),
}
"""How the kinds are said in one line that say less, or more, than the list of their values."""


def _score(low: int, high: int, total: int | None) -> str:
    return _("incomplete, {low} to {high} possible").format(low=low, high=high) if total is None else str(total)


def _values(texts: Texts, kept: Sequence[str] = ()) -> Facts:
    confirmed = _("(unusual, confirmed)")
    return [
        (value_label(name), value_text(name, text) + (f" {confirmed}" if name in kept else ""))
        for name, text in texts.items()
    ]


def _identity(_book: Book, body: said.Admitted) -> Facts:
    return _values({"place": body.place, "case": body.case, "identifier": body.identifier})


def _labs(_book: Book, body: said.Labs) -> Facts:
    return [(_("Sample"), str(body.sample)), *_values(body.texts, body.kept)]


def _sofa(_book: Book, body: said.SofaDay) -> Facts:
    score = (_("SOFA 1996"), _score(body.low, body.high, body.total))
    return [(_("Day"), str(body.day)), score, *_values(body.texts, body.kept)]


def _decision(book: Book, body: said.Decision) -> Facts:
    label = LABELS.get(body.phenotype)
    facts = [(_("Phenotype"), _(label) if label else body.phenotype)]
    facts.append((_("The trial's regimen"), book.product(body.regimen) if body.regimen else _("no drug")))
    facts += [(_("From {name}").format(name=value_label(name)), text) for name, text in body.inputs.items()]
    if body.missing:
        facts.append((_("Missing"), ", ".join(value_label(name) for name in body.missing)))
    if body.cautions:
        facts.append((_("Cautions"), ", ".join(code.replace("_", " ") for code in body.cautions)))
    return facts


def _course(book: Book, body: said.CourseStarted) -> Facts:
    facts = [
        (_("Regimen"), book.product(body.regimen)),
        (_("Design"), body.design or _("open")),
        (_("First dose at"), body.start),
        (_("Rests on"), _("decision no. {n}, sample {sample}").format(n=body.decision, sample=body.sample)),
        (_("Ends"), book.time(body.ends)),
        (_("On time within"), _minutes(body.window)),
        (_("Least gap"), _minutes(body.least_gap)),
    ]
    facts += [(book.question(body.regimen, name), text) for name, text in body.answers.items()]
    for slot in body.slots:
        label = _("Dose {n}, day {day}").format(n=slot.number, day=slot.day)
        facts.append((label, f"{slot.product} {slot.dose} {slot.route}, {book.time(slot.due)}"))
    for check in body.checks:
        days = ", ".join(str(day) for day in dict.fromkeys(check.days))
        facts.append((_("Check {name}").format(name=_(check.label)), _("on days {days}").format(days=days)))
    return [(label, text) for label, text in facts if text]


def _minutes(milliseconds: int) -> str:
    """A span of a local convention; empty where there is none."""
    return _("{minutes} min (local convention)").format(minutes=milliseconds // 60_000) if milliseconds else ""


def _stop(book: Book, body: said.CourseStopped) -> Facts:
    return [(_("Course"), _("no. {n}").format(n=body.course)), (_("Stopped at"), body.stop)]


def _dose(book: Book, body: said.Dose) -> Facts:
    facts = [
        (_("Course"), _("no. {n}").format(n=body.course)),
        (_("Dose"), _which(book, body)),
        (_("Outcome"), _(body.outcome)),
        (_("Planned"), book.planned(body)),
        (_("Due"), next((book.time(slot.due) for slot in book.slots(body) if slot.number == body.slot), "")),
    ]
    return [(label, text) for label, text in facts if text]


def _which(book: Book, body: said.Dose) -> str:
    """Which dose of its course it is."""
    count = len(book.slots(body))
    return _("{slot} of {count}").format(slot=body.slot, count=count) if count else str(body.slot)


def _check(book: Book, body: said.Check) -> Facts:
    kept = " " + _("(unusual, confirmed)") if body.kept else ""
    facts = [(_("Day"), str(body.day)), (_(body.label), book.checked(body) + kept)]
    return [*facts, (_("Limit met"), _(body.level).upper())] if body.level else facts


def _bleeding(_book: Book, body: said.Bleeding) -> Facts:
    facts = [
        (_("Site"), _(ISTH_CRITICAL_SITES.get(body.site, body.site))),
        (_("WHO grade"), "" if body.grade is None else str(body.grade)),
        (_("Major by ISTH"), ", ".join(each.replace("_", " ") for each in body.major)),
        (_("Limit met"), _(body.level).upper()),
        (_("What happened"), body.text),
    ]
    return [(label, text) for label, text in facts if text]


def _acknowledged(book: Book, body: said.Acknowledged) -> Facts:
    listed = ", ".join(str(n) for n in body.entries)
    return [(_("Entries"), _("no. {n}").format(n=listed)), (_("Urgent again from"), book.time(body.until))]


def _voided(book: Book, body: said.Voided) -> Facts:
    there = book.entry(body.entry)
    return [(_("Entry"), _("no. {n}").format(n=body.entry)), *([(_("It said"), book.line(there))] if there else [])]


def _person(_book: Book, body: said.Person) -> Facts:
    state = _("may sign") if body.active else _("does not sign any more")
    return [(_("Initials"), body.initials), (_("Role"), _(body.role)), (_("State"), state)]


def _ward_protocol(_book: Book, body: said.WardProtocol) -> Facts:
    return [(_("Name"), body.name), (_("Hash"), body.sha256)]


def _setting(_book: Book, body: said.Setting) -> Facts:
    label = _(SETTINGS[body.name].label) if body.name in SETTINGS else body.name
    return [(label, body.text or _("default"))]


def _of(*names: tuple[str, str]) -> Callable[[Book, Any], Facts]:
    """The values of a body that are shown as they are, by their names in it."""

    def facts(_book: Book, body: object) -> Facts:
        return [(_(label), str(getattr(body, name))) for name, label in names]

    return facts


_COURSE: Final = ("course", N_("Course, entry no."))
_FACTS: Final[Mapping[type[Body], Callable[[Book, Any], Facts]]] = {
    said.Admitted: _identity,
    said.Screened: lambda _book, body: _values(body.texts, body.kept),
    said.Labs: _labs,
    said.SofaDay: _sofa,
    said.SofaTotal: _of(("day", N_("Day")), ("total", N_("SOFA total"))),
    said.Decision: _decision,
    said.CourseStarted: _course,
    said.CourseStopped: _stop,
    said.Dose: _dose,
    said.Check: _check,
    said.Bleeding: _bleeding,
    said.Died: _of(("day", N_("Died on day"))),
    said.Left: _of(("text", N_("The patient left alive"))),
    said.FollowUp: lambda _book, body: [(_("Day"), str(body.day)), (_("Status"), _(body.status))],
    said.Acknowledged: _acknowledged,
    said.LimitEnded: lambda _book, body: [(_("Level"), _(body.level).upper()), (_("Entry"), _numbers((body.entry,)))],
    said.CourseContinued: lambda _book, body: [(_("Course"), str(body.course)), (_("Entries"), _numbers(body.entries))],
    said.RedCells: _of(("units", N_("Units of red cells"))),
    said.Allocated: _of(_COURSE, ("number", N_("Number"))),
    said.CodeBroken: _of(_COURSE, ("contents", N_("What was given"))),
    said.Voided: _voided,
    said.Note: _of(("text", N_("Note"))),
    said.SignedOff: _of(("upto", N_("Up to no.")), ("meaning", N_("Meaning"))),
    said.Person: _person,
    said.Setting: _setting,
    said.WardProtocol: _ward_protocol,
    said.Opened: lambda _book, body: [(_("Ward"), body.ward), *body.facts.items()],
}

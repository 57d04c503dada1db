"""A teacher's case checked before it is used: what is wrong with it, by file and line, with what the rules say instead."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from immunosep_tui.i18n import _, words
from immunosep_tui.profile.errors import Fault, ProfileError
from immunosep_tui.profile.reading import read_toml
from immunosep_tui.record.chart import Chart
from immunosep_tui.record.patient import Patient
from immunosep_tui.rules.number import Refusal
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.training.case_files import (
    Written,
    answer_meant,
    asked_of,
    load_written,
    protocol_of,
    read_ask,
    read_lesson,
    same_place,
)
from immunosep_tui.training.mark import label_of
from immunosep_tui.training.question import Question, Situation
from immunosep_tui.ward.bodies import View, said_at
from immunosep_tui.ward.case_head import EXPECT, read_head
from immunosep_tui.ward.case_table import CaseTable
from immunosep_tui.ward.checks import typed_readings
from immunosep_tui.ward.instants import instant
from immunosep_tui.ward.signing import place_of_key

_NOT_SIGNED = ("identity", "treatment")
"""Rooms whose texts are not recorded by signing a sheet: of them only times can be refused."""


def check_file(path: Path, protocol: Protocol) -> tuple[Fault, ...]:
    """What is wrong with a teaching case, in the order of its lines; nothing if it can be used.

    Args:
        path: of the file.
        protocol: what the case is asked under if it names none.
    """
    try:
        table = CaseTable(path, *read_toml(path))
        found = _of_form(table, protocol) or list(_of_content(load_written(path, protocol), protocol))
    except ProfileError as error:
        return error.faults
    return tuple(sorted(found, key=lambda fault: fault.line))


def checked_lines(path: Path, protocol: Protocol) -> tuple[str, ...]:
    """What is told of a teaching case: a line for each fault, or that all is well."""
    faults = check_file(path, protocol)
    if faults:
        return tuple(str(fault) for fault in faults)
    count = len(load_written(path, protocol).item.asks)
    if count == 1:
        return (_("1 question, its answer as the rules compute it."),)
    return (_("{count} questions, all answers as the rules compute them.").format(count=count),)


# ---- its form --------------------------------------------------------------------------------------------------
def _of_form(table: CaseTable, protocol: Protocol) -> list[Fault]:
    """The first fault of each part."""
    found: list[Fault] = []

    def tried(read: Callable[[], object]) -> None:
        try:
            read()
        except ProfileError as error:
            found.extend(error.faults)

    tried(lambda: read_head(table))
    tried(lambda: read_lesson(table))
    tried(lambda: protocol_of(table, protocol))
    try:
        asks = table.tables("ask")
    except ProfileError as error:
        return [*found, *error.faults]
    for each in asks:
        tried(lambda each=each: read_ask(each))  # type: ignore[misc]
    return found


# ---- its content -----------------------------------------------------------------------------------------------
def _of_content(case: Written, protocol: Protocol) -> Iterator[Fault]:
    yield from _texts(case)
    table = case.table
    asked = {ask.topic for ask in case.item.asks}
    if asked != case.lesson.topics:
        names = ", ".join(sorted(asked))
        yield _fault(table, "topics", f"its questions are about: {names}")
    if other := same_place(case, protocol):
        yield _fault(table, "course", f"place {case.lesson.course} of the first course is that of {other}")
    known = case.item.situation.protocol.sources
    for source in case.lesson.sources:
        if source not in known and " " not in source:
            yield _fault(table, "sources", f"{source} is neither a source of the protocol nor a citation in full")
    rows = zip(table.tables("ask"), case.item.asks, case.answers, strict=True)
    for row, ask, answer in rows:
        found = asked_of(case.item.situation, ask)
        if isinstance(found, str):
            yield _fault(row, "question", found)
            continue
        if reason := _wrong(found, answer):
            yield _fault(row, "answer", reason)
        if gives_away(found, ask.hint):
            yield _fault(row, "hint", "it gives the answer away")


def gives_away(asked: Question, text: str) -> bool:
    """Whether a text names the answer of a question, by its label or by the word that stands for it."""
    right = asked.solution.value
    names = {words(label_of(asked, right)), *([right] if right.replace("-", "").isalpha() else [])}
    return any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE) for name in names)


def _fault(table: CaseTable, key: str, reason: str) -> Fault:
    return table.fault(key, reason).faults[0]


def _wrong(asked: Question, answer: str) -> str:
    """Why a written answer is not what the rules give; empty if it is."""
    right = asked.solution.value
    if answer_meant(asked, answer) == right:
        return ""
    why = " ".join(words(sentence) for sentence in asked.solution.decided)
    reason = f'the rules give "{_typed(asked, right)}", {words(label_of(asked, right))}: {why}'
    values = [option.value for option in asked.options]
    if not asked.is_number and answer_meant(asked, answer) not in values:
        return f"it is none of: {', '.join(values)}; {reason}"
    return reason


def _typed(asked: Question, value: str) -> str:
    """An answer as it is written in a file."""
    return words(label_of(asked, value)) if asked.is_number and value.replace("/", "").isdecimal() else value


def _texts(case: Written) -> Iterator[Fault]:
    """Texts of the sheet that the program would not use as they stand, and marks that no text needs."""
    situation, table = case.item.situation, case.table
    sheet = table.table("texts")
    kept = table.names("kept") if "kept" in table.keys else frozenset()
    expect = table.table(EXPECT) if EXPECT in table.keys else None
    on_purpose = kept | (expect.names("refused") if expect else frozenset())
    for key in _unused(situation.patient, situation):
        if key not in on_purpose:
            yield _fault(sheet, key, "it is refused, or asked about: mend it, or name it in 'kept' if that is meant")
    needed = _unused(replace(situation.patient, kept=frozenset()), situation)
    for key in sorted(kept - set(needed)):
        yield _fault(table, "kept", f"{key} is neither refused nor asked about")


def _unused(sheet: Patient, situation: Situation) -> list[str]:
    """Keys whose text is refused or waits for an answer."""
    readings = typed_readings(sheet, situation.protocol, situation.zone, situation.now)
    view = View(sheet, Chart(sheet.key), situation.protocol, situation.zone, readings, situation.now)
    places = dict.fromkeys(place_of_key(key) for key in sheet.texts if not key.startswith(_NOT_SIGNED))
    found = [key for place in places for key in said_at(place, view).withheld if not _is_death(key, view)]
    times = ("treatment.start", "treatment.stop")
    return found + [key for key in times if isinstance(instant(sheet, key, situation.zone), Refusal)]


def _is_death(key: str, view: View) -> bool:
    """Whether a text says a death on a day that has come: a case tells it on its sheet, a ward by a deed of its own."""
    day = key.removeprefix("response.").removeprefix("day")
    return view.sheet.says_death(key) and day.isdecimal() and view.has_come(int(day))

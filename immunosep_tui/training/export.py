"""What a supervisor gets of a learner: topics, misreadings and rounds as JSON, as a table, and as lines to read."""

from __future__ import annotations

import json
import secrets
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from immunosep_tui import __version__
from immunosep_tui.cohort.rows import quoted
from immunosep_tui.i18n import _
from immunosep_tui.rules.reason import N_
from immunosep_tui.rules.text import show
from immunosep_tui.store.folders import write_new
from immunosep_tui.training.book import Book, Round
from immunosep_tui.training.kinds import KINDS
from immunosep_tui.training.progress import Given, Standing, standing
from immunosep_tui.training.topics import TOPICS
from immunosep_tui.ward.instants import moment

NOTICE: Final = N_("TRAINING - NOT A PATIENT")

WIDTH: Final = 78
"""Columns of the lines."""

RISKY: Final = frozenset("=+-@\t\r\n\0'" + "＝＋－＠")
"""A text that begins with one of these is a formula to some spreadsheet, or would be taken for a text made safe."""

COLUMNS: Final = ("notice", "learner", "part", "id", "text", "answered", "right", "level", "begun", "last", "due")


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that is known of a learner.

    ``followed`` has each misreading with how often it was followed and when it last was, the most frequent first; ``now``
    is when it was put together, in the zone in which times are written.
    """

    learner: str
    now: datetime
    answers: tuple[Given, ...]
    standing: Standing
    rounds: tuple[Round, ...]
    followed: tuple[tuple[str, int, datetime], ...]

    @property
    def right(self) -> int:
        """How many answers were right."""
        return sum(given.right for given in self.answers)


def report(book: Book, learner: str, now: datetime) -> Report:
    """Put together what a supervisor gets; StoreError.

    Args:
        book: the learners' file.
        learner: one of ``book.learners()``.
        now: with an offset from UTC.
    """
    answers = book.answers(learner)
    stands = standing(answers, now)
    of_misreading = {name: [each.at for each in answers if each.misreading == name] for name in stands.missed}
    followed = tuple((name, len(times), moment(max(times))) for name, times in of_misreading.items())
    return Report(learner, now, answers, stands, book.rounds(learner), followed)


def lines(of: Report) -> tuple[str, ...]:
    """A report as plain text of at most ``WIDTH`` columns."""
    head = [_(NOTICE), _("{learner}, {time}").format(learner=of.learner, time=_local(of.now, of)), ""]
    counts = _("Answers: {count}, right: {right}. Days in a row: {days}.")
    head.append(counts.format(count=len(of.answers), right=of.right, days=of.standing.streak))
    return tuple(show(line) for line in (*head, *_topic_lines(of), *_misreading_lines(of), *_round_lines(of)))


def _topic_lines(of: Report) -> Iterator[str]:
    yield from ("", _("Topics, the one due first in front (right of all, level, due)"))
    for topic, each in of.standing.topics.items():
        due = _("now") if topic in of.standing.due else f"{each.due.astimezone(of.now.tzinfo):%Y-%m-%d}"
        yield f"{each.right:5}/{each.seen:<4} {each.level}  {due:<10}  {_title(topic)}"[:WIDTH]


def _misreading_lines(of: Report) -> Iterator[str]:
    yield from ("", _("What was misread, the most frequent first (times)"))
    for name, count, _last in of.followed:
        yield from textwrap.wrap(f"{count:5}  {_why(name)}", WIDTH, subsequent_indent=" " * 7)


def _round_lines(of: Report) -> Iterator[str]:
    yield from ("", _("Rounds (begun, right of all, mode)"))
    for each in of.rounds:
        text = f"{_local(moment(each.begun), of)} {each.right:5}/{each.answered:<4} {_about(each)}"
        yield text if each.ended is not None else _("{round}, not ended").format(round=text)


def as_json(of: Report) -> str:
    """A report for programs: every text as it is, times in UTC."""
    content = {
        "notice": NOTICE,
        "program": f"immunosep-tui {__version__}",
        "learner": of.learner,
        "written": _utc(of.now),
        "answered": len(of.answers),
        "right": of.right,
        "days_in_a_row": of.standing.streak,
        "topics": [
            {
                "id": topic,
                "title": _title(topic),
                "answered": each.seen,
                "right": each.right,
                "level": each.level,
                "last": _utc(each.last),
                "due": _utc(each.due),
                "retrievability": round(each.retrievability, 3),
            }
            for topic, each in of.standing.topics.items()
        ],
        "misreadings": [
            {"id": name, "why": _why(name), "times": count, "last": _utc(last)} for name, count, last in of.followed
        ],
        "rounds": [
            {
                "id": each.id,
                "mode": each.plan.mode,
                "seed": each.plan.seed,
                "in_class": each.plan.in_class,
                "clock_seconds": each.plan.clock,
                "cases": list(each.plan.items),
                "answered": each.answered,
                "right": each.right,
                "begun": _utc(moment(each.begun)),
                "ended": None if each.ended is None else _utc(moment(each.ended)),
            }
            for each in of.rounds
        ],
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def as_csv(of: Report) -> str:
    """A report for a spreadsheet: one row a topic, a misreading or a round.

    Texts stand in quotes; one that a spreadsheet could take for a formula has an apostrophe in front, as the header says.
    """
    header = ("notice (a leading ' is no part of a text)", *COLUMNS[1:])
    rows: list[tuple[str | int, ...]] = []
    for topic, each in of.standing.topics.items():
        last, due = _utc(each.last), _utc(each.due)
        rows.append(("topic", topic, _title(topic), each.seen, each.right, each.level, "", last, due))
    for name, count, at in of.followed:
        rows.append(("misreading", name, _why(name), count, 0, "", "", _utc(at), ""))
    for one in of.rounds:
        begun, ended = _utc(moment(one.begun)), "" if one.ended is None else _utc(moment(one.ended))
        rows.append(("round", one.id, _about(one), one.answered, one.right, "", begun, ended, ""))
    table = [header, *((NOTICE, of.learner, *row) for row in rows)]
    return "".join(",".join(map(_cell, row)) + "\n" for row in table)


def save(of: Report, folder: Path) -> tuple[Path, Path]:
    """Write a report as JSON and as a table into a folder, under names that say when and not who.

    Raises:
        OSError: the folder is not there, or cannot be written.
    """
    stem = f"immunosep_training_{of.now.astimezone(UTC):%Y-%m-%dT%H%MZ}_{secrets.token_hex(2)}"
    found = folder / f"{stem}.json", folder / f"{stem}.csv"
    for path, text in zip(found, (as_json(of), as_csv(of)), strict=True):
        write_new(path, text)
    return found


def _cell(value: str | int) -> str:
    if isinstance(value, int):
        return str(value)
    return quoted(f"'{value}" if value[:1] in RISKY else value)


def _title(topic: str) -> str:
    """A topic of another version of the program has only its id."""
    return _(TOPICS[topic].title) if topic in TOPICS else topic


def _why(misreading: str) -> str:
    whys = {each.id: each.why for kind in KINDS.values() for each in kind.misreadings}
    return _(whys[misreading]) if misreading in whys else misreading


def _about(each: Round) -> str:
    text = _("{mode}, cases: {count}, class seed {seed}") if each.plan.in_class else _("{mode}, cases: {count}")
    return text.format(mode=each.plan.mode, count=len(each.plan.items), seed=each.plan.seed)


def _utc(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _local(instant: datetime, of: Report) -> str:
    return f"{instant.astimezone(of.now.tzinfo):%Y-%m-%d %H:%M}"

"""The written teaching cases: files with a story, a sheet, and questions whose written answers the rules must give."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Final

from immunosep_tui.i18n import _
from immunosep_tui.profile.errors import ProfileError
from immunosep_tui.profile.files import DEFAULT, data_folder, load, site_cases
from immunosep_tui.profile.reading import read_toml
from immunosep_tui.rules.instant import parse_start
from immunosep_tui.rules.number import Refusal
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.training.item import LEVELS, Ask, Item
from immunosep_tui.training.kinds import KINDS
from immunosep_tui.training.mark import answer_of
from immunosep_tui.training.question import Question, Situation, question
from immunosep_tui.training.topics import TOPICS
from immunosep_tui.ward.case_head import read_head
from immunosep_tui.ward.case_table import CaseTable
from immunosep_tui.ward.cases import patient_of

LONGEST_COURSE: Final = 10
"""Cases of the first course, which together show every rule."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a case teaches; ``course`` is its place in the first course from 1, 0 for a case outside it."""

    topics: frozenset[str]
    traps: tuple[str, ...]
    sources: tuple[str, ...]
    level: int
    course: int


@dataclass(frozen=True, slots=True)
class Written:
    """A teaching case as its file has it.

    ``answers`` are those that are written for its questions, in their order. ``table`` is the file, so that a fault can
    be told with its line.
    """

    item: Item
    answers: tuple[str, ...]
    lesson: Lesson
    table: CaseTable

    def agrees(self) -> bool:
        """Whether the rules give every written answer."""
        for ask, answer in zip(self.item.asks, self.answers, strict=True):
            asked = asked_of(self.item.situation, ask)
            if isinstance(asked, str) or answer_meant(asked, answer) != asked.solution.value:
                return False
        return True


def teaching_cases(protocol: Protocol) -> Mapping[str, Item]:
    """Every teaching case by its id: those of the program, then those of the site.

    A case whose written answers a protocol does not give was written for another one and is left out, as is a file of
    the site that is faulty.

    Args:
        protocol: what a case is asked under that names none.

    Raises:
        ProfileError: a file of the program is damaged.
    """
    return {each.item.id: each.item for each in _all(protocol)}


def first_course(protocol: Protocol) -> tuple[str, ...]:
    """The ids of the cases with which somebody begins who knows none of the rules, in order.

    A place that two files claim is that of the program's, else of the first by name.
    """
    places: dict[int, str] = {}
    for each in _all(protocol):
        if each.lesson.course:
            places.setdefault(each.lesson.course, each.item.id)
    return tuple(places[place] for place in sorted(places))


def same_place(case: Written, protocol: Protocol) -> Path | None:
    """Another file with the place of a case in the first course: in use already, or in the folder of the case."""
    wanted, path = case.lesson.course, case.table.path
    if not wanted:
        return None
    used = (each.table.path for each in _all(protocol) if each.lesson.course == wanted)
    beside = (other for other in sorted(path.parent.glob("*.toml")) if _claims(other, wanted))
    return next((other for other in chain(used, beside) if other.stem != path.stem), None)


def _claims(path: Path, place: int) -> bool:
    try:
        return read_toml(path)[1].get("course") == place
    except ProfileError:
        return False


@lru_cache(maxsize=4)
def _all(protocol: Protocol) -> tuple[Written, ...]:
    found = {path.stem: _written(table, protocol) for path, table in _tables(data_folder() / "cases")}
    if protocol.id != DEFAULT:  # under the program's own protocol they agree: a test of the release holds them to it
        found = {name: each for name, each in found.items() if each.agrees()}
    for path in sorted(site_cases().glob("*.toml")):
        try:
            own = load_written(path, protocol)
        except ProfileError:
            continue
        if own.agrees():
            found.setdefault(path.stem, own)
    return tuple(found.values())


def teaching_files() -> tuple[Path, ...]:
    """The files of the program's teaching cases, by name."""
    return tuple(path for path, _table in _tables(data_folder() / "cases"))


def _tables(folder: Path) -> Iterator[tuple[Path, CaseTable]]:
    """The files of a folder that ask something."""
    for path in sorted(folder.glob("*.toml")):
        table = CaseTable(path, *read_toml(path))
        if "ask" in table.keys:
            yield path, table


def load_written(path: Path, protocol: Protocol) -> Written:
    """The teaching case of a file.

    Args:
        path: of the file.
        protocol: what it is asked under if it names none.

    Raises:
        ProfileError: unreadable, or a key is unknown, missing or not of the kind that is taken there.
    """
    return _written(CaseTable(path, *read_toml(path)), protocol)


def _written(table: CaseTable, protocol: Protocol) -> Written:
    head, lesson = read_head(table), read_lesson(table)
    asked = tuple(read_ask(each) for each in table.tables("ask"))
    item = Item(
        id=head.id,
        title=_(head.title),
        story=_(head.story),
        teaches=_(head.teaches),
        traps=tuple(_(trap) for trap in lesson.traps),
        sources=lesson.sources,
        situation=Situation(patient_of(head), protocol_of(table, protocol), head.zone, head.now),
        asks=tuple(ask for ask, _answer in asked),
        level=lesson.level,
    )
    return Written(item, tuple(answer for _ask, answer in asked), lesson, table)


def read_lesson(table: CaseTable) -> Lesson:
    """What a case teaches; ProfileError where a key of it is missing or not of its kind."""
    traps, sources = table.listed("traps"), table.listed("sources")
    for key, found in (("traps", traps), ("sources", sources)):
        if not all(found) or not found:
            raise table.fault(key, "at least one is needed, and none of them empty")
    topics = table.names("topics")
    for topic in sorted(topics - TOPICS.keys()):
        raise table.fault("topics", f"there is no topic {topic}")
    level = table.whole("level", LEVELS[-1])
    if level not in LEVELS:
        raise table.fault("level", "it must be 1, 2 or 3")
    course = table.whole("course", LONGEST_COURSE) if "course" in table.keys else 0
    return Lesson(topics, traps, sources, level, course)


def read_ask(table: CaseTable) -> tuple[Ask, str]:
    """A question and its written answer."""
    table.only("question", "topic", "answer", "hint")
    topic = table.text("topic")
    if topic not in TOPICS:
        raise table.fault("topic", f"there is no topic {topic}")
    hint = _(table.text("hint")) if "hint" in table.keys else ""
    return Ask(table.text("question"), topic, hint), table.text("answer")


def protocol_of(table: CaseTable, otherwise: Protocol) -> Protocol:
    """The protocol that a case names, as its bedside sees it."""
    if "protocol" not in table.keys:
        return otherwise
    try:
        return load(table.text("protocol"))
    except ProfileError as error:
        raise table.fault("protocol", error.faults[0].reason) from None


def asked_of(situation: Situation, ask: Ask) -> Question | str:
    """The question that is asked, or why it cannot be."""
    kind = ask.key.partition("/")[0]
    if kind not in KINDS:
        return f"there is no kind of question {kind}; there are {', '.join(KINDS)}"
    try:
        found = question(situation, ask.key, ask.topic)
    except (ValueError, IndexError, KeyError) as error:
        return f"it names nothing that can be asked: {error}"
    return found or "the rules leave it open: the sheet does not say enough to answer it"


def answer_meant(asked: Question, text: str) -> str:
    """The answer that is written for a question: that of an option, a number, or an instant with its offset."""
    if any(option.value == text for option in asked.options):
        return text
    if asked.is_number:
        number = answer_of(asked, text)
        return text if isinstance(number, Refusal) else number
    moment = parse_start(text)
    return text if isinstance(moment, Refusal) else moment.astimezone(UTC).isoformat(timespec="minutes")

"""The learners' file: rounds and every answer, committed before it is acknowledged, never changed or deleted."""

from __future__ import annotations

import json
import threading
import unicodedata
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Final

from immunosep_tui.rules.number import Refusal
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.rules.reason import N_, say
from immunosep_tui.rules.text import show
from immunosep_tui.store import schema, troubles
from immunosep_tui.store.engine import Broken, Row, Value, Violated
from immunosep_tui.store.errors import InDoubt, Refused, StoreError, Unusable
from immunosep_tui.store.files import elsewhere, keep_folders, make_private, refuse_unsafe, schema_version
from immunosep_tui.store.migration import migrate
from immunosep_tui.store.place import data_folder
from immunosep_tui.store.rows import typed
from immunosep_tui.store.schema import Guard, guard_statements
from immunosep_tui.store.sqlite import SqliteEngine
from immunosep_tui.training import items
from immunosep_tui.training.progress import Given
from immunosep_tui.training.rounds import Plan
from immunosep_tui.ward.instants import ms

FILE_NAME: Final = "training.db"

LONGEST_NAME: Final = 40
"""Characters of a learner's name."""

TABLES: Final = (
    "CREATE TABLE learner (name TEXT PRIMARY KEY CHECK (name <> ''), since INTEGER NOT NULL) STRICT",
    "CREATE TABLE round (id TEXT PRIMARY KEY, learner TEXT NOT NULL REFERENCES learner (name), mode TEXT NOT NULL,"
    " seed INTEGER NOT NULL, items TEXT NOT NULL, clock INTEGER NOT NULL, in_class INTEGER NOT NULL,"
    " begun INTEGER NOT NULL) STRICT",
    'CREATE TABLE answer ("round" TEXT NOT NULL REFERENCES round (id), "place" INTEGER NOT NULL, "ask" INTEGER NOT NULL,'
    ' "item" TEXT NOT NULL, "key" TEXT NOT NULL, "topic" TEXT NOT NULL, "answer" TEXT NOT NULL, "right" INTEGER NOT NULL,'
    ' "hinted" INTEGER NOT NULL, "seconds" INTEGER NOT NULL, "at" INTEGER NOT NULL, "misreading" TEXT NOT NULL,'
    " CONSTRAINT answered_once PRIMARY KEY (round, place, ask)) STRICT",
    "CREATE TABLE ended (round TEXT PRIMARY KEY REFERENCES round (id), at INTEGER NOT NULL) STRICT",
)

GUARDS: Final = (
    *(
        Guard(f"{table}_is_not_{done}", table, event)
        for table in ("learner", "round", "answer", "ended")
        for done, event in (("changed", "UPDATE"), ("deleted", "DELETE"))
    ),
    Guard("round_goes_on", "answer", "INSERT", "EXISTS (SELECT 1 FROM ended WHERE round = NEW.round)"),
)

MIGRATIONS: Final = ((*TABLES, *(line for guard in GUARDS for line in guard_statements(guard, "sqlite"))),)
"""The statements of each step of the schema; a step is never changed after a release."""

_FIELDS: Final = tuple(field.name for field in fields(Given))
_LINE: Final = ", ".join(f'a."{name}"' for name in _FIELDS)
_TYPES: Final = (str, int, int, str, str, str, str, int, int, int, int, str)
_GIVE: Final = f"INSERT INTO answer VALUES ({', '.join(':' + name for name in _FIELDS)})"  # noqa: S608
_GIVEN: Final = 'SELECT "answer" FROM answer WHERE round = :round AND place = :place AND ask = :ask'
_LEARN: Final = "INSERT INTO learner VALUES (:learner, :now) ON CONFLICT (name) DO NOTHING"
_BEGIN: Final = (
    "INSERT INTO round (id, learner, mode, seed, items, clock, in_class, begun)"
    " VALUES (:id, :learner, :mode, :seed, :items, :clock, :in_class, :now)"
)
_END: Final = "INSERT INTO ended VALUES (:round, :now) ON CONFLICT (round) DO NOTHING"
_LEARNERS: Final = "SELECT name FROM learner"
_ANSWERS: Final = (
    f"SELECT {_LINE} FROM answer a JOIN round r ON r.id = a.round WHERE r.learner = :learner ORDER BY a.rowid"  # noqa: S608
)
_OF_ROUND: Final = f"SELECT {_LINE} FROM answer a WHERE a.round = :round ORDER BY a.place, a.ask"  # noqa: S608
_ROUNDS: Final = (
    "SELECT r.id, r.mode, r.seed, r.items, r.clock, r.in_class, r.begun, e.at,"
    " (SELECT COUNT(*) FROM answer a WHERE a.round = r.id),"
    ' (SELECT COUNT(*) FROM answer a WHERE a.round = r.id AND a."right" = 1)'
    " FROM round r LEFT JOIN ended e ON e.round = r.id WHERE r.learner = :learner ORDER BY r.rowid"
)
_ROUND_TYPES: Final = (str, str, int, str, int, int, int, int | None, int, int)

_RULES: Final = {
    "answer.round, answer.place, answer.ask": N_("This question has been answered already."),
    "round_goes_on": N_("This round has ended."),
    "corrects_own": N_("There is no such round."),
    "storable": N_("A text has a character, or a number a size, that cannot be stored."),
}
"""What stands against an answer, by what the database says."""


@dataclass(frozen=True, slots=True)
class OpenRound:
    """A round that has not ended: its plan and the answers so far, in the order of the questions."""

    id: str
    learner: str
    plan: Plan
    begun: int
    answers: tuple[Given, ...]

    def next_question(self, protocol: Protocol) -> tuple[int, int] | None:
        """Place and ask of the first question without an answer; None where every one has its answer.

        A case that is no longer there is passed over.
        """
        answered = {(given.place, given.ask) for given in self.answers}
        for place, name in enumerate(self.plan.items):
            try:
                asks = items.item(name, protocol).asks
            except KeyError:
                continue
            for ask in range(len(asks)):
                if (place, ask) not in answered:
                    return place, ask
        return None


@dataclass(frozen=True, slots=True)
class Round:
    """A round for the list: when it was begun and ended (milliseconds of UTC, None while it is open), and its marks."""

    id: str
    plan: Plan
    begun: int
    ended: int | None
    answered: int
    right: int


class Book:
    """The open file. It can be used from several threads; what it raises is a StoreError.

    Args:
        engine: the connection to a file of the latest schema.
    """

    def __init__(self, engine: SqliteEngine) -> None:
        self.engine = engine
        self._lock = threading.RLock()

    def learners(self) -> tuple[str, ...]:
        """Everybody who began a round, in the order of the alphabet."""
        with self._reading():
            names = [str(typed(row, (str,))[0]) for row in self.engine.run(_LEARNERS)]
            return tuple(sorted(names, key=str.casefold))

    def begin(self, learner: str, plan: Plan, now: datetime) -> str:
        """Begin a round; its id.

        Args:
            learner: as ``learner_of`` gives it.
            plan: what is asked.
            now: with an offset from UTC.
        """
        identity = uuid.uuid4().hex
        values: dict[str, Value] = {
            "id": identity,
            "learner": learner,
            "mode": plan.mode,
            "seed": plan.seed,
            "items": json.dumps(plan.items),
            "clock": plan.clock,
            "in_class": int(plan.in_class),
            "now": ms(now),
        }
        with self._writing():
            self.engine.run(_LEARN, {"learner": learner, "now": ms(now)})
            self.engine.run(_BEGIN, values)
        return identity

    def give(self, given: Given) -> None:
        """Record an answer: it is on the disk when this returns. The same one again is no error, another one is."""
        values: dict[str, Value] = dict(zip(_FIELDS, astuple(given), strict=True))
        with self._writing():
            place = {name: values[name] for name in ("round", "place", "ask")}
            if self.engine.run(_GIVEN, place) != [(given.answer,)]:
                self.engine.run(_GIVE, values)

    def end(self, round_id: str, now: datetime) -> None:
        """End a round; once more is no error."""
        with self._writing():
            self.engine.run(_END, {"round": round_id, "now": ms(now)})

    def open_round(self, learner: str) -> OpenRound | None:
        """The newest round of a learner that has not ended."""
        with self._reading():
            still_open = [each for each in self._rounds(learner) if each.ended is None]
            if not still_open:
                return None
            newest = still_open[-1]
            answers = tuple(map(_given, self.engine.run(_OF_ROUND, {"round": newest.id})))
            return OpenRound(newest.id, learner, newest.plan, newest.begun, answers)

    def answers(self, learner: str) -> tuple[Given, ...]:
        """Every answer of a learner, in the order in which they were given."""
        with self._reading():
            return tuple(map(_given, self.engine.run(_ANSWERS, {"learner": learner})))

    def rounds(self, learner: str) -> tuple[Round, ...]:
        """Every round of a learner, the oldest first."""
        with self._reading():
            return self._rounds(learner)

    def close(self) -> None:
        """Close the file; it is opened again by the next call."""
        with self._lock:
            self.engine.close()

    def _rounds(self, learner: str) -> tuple[Round, ...]:
        return tuple(map(_round, self.engine.run(_ROUNDS, {"learner": learner})))

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """One state of the file, and its troubles in words."""
        with self._lock:
            try:
                with self.engine.reading():
                    yield
            except (Broken, Violated) as error:
                raise _unusable(self.engine.path, error) from error

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One commit, and its troubles in words."""
        with self._lock:
            try:
                with self.engine.transaction():
                    yield
            except Violated as error:
                text = _RULES.get(error.rule, N_("A rule of the learners' file forbids it."))
                raise Refused(say(text), say(N_("What was recorded stays as it is.")), error.rule) from error
            except Broken as error:
                self.engine.close()  # the next try opens the file anew: the disk may be writable by then
                if error.code == "damaged":
                    raise _unusable(self.engine.path, error) from error
                not_saved = troubles.not_saved(error)
                if error.committing:
                    advice = N_("It is not known whether it was recorded. Answer again: nothing is recorded twice.")
                    raise InDoubt(not_saved.text, say(advice)) from error
                raise not_saved from error


def open_book(path: Path | None = None) -> Book:
    """The learners' file, made where there is none.

    Args:
        path: of the file; in the user's data folder unless given.

    Raises:
        Unusable: it is another file, damaged or newer, cannot be made, lies on a network file system, or is open to others.
    """
    path = path or data_folder() / FILE_NAME
    refuse_unsafe(path, schema.LEARNERS_ID)
    engine = SqliteEngine(path)
    try:
        latest = len(MIGRATIONS)
        version = 0 if make_private(path) else schema_version(engine, path, schema.LEARNERS_ID, latest)
        if version < latest:
            keep_folders(path)
            migrate(engine, version, MIGRATIONS[version:], schema.LEARNERS_ID)
        if engine.run("PRAGMA quick_check(1)") != [("ok",)]:
            raise Broken("damaged", "quick_check")
    except (Broken, Violated) as error:
        engine.close()
        raise _unusable(path, error) from error
    except StoreError:
        engine.close()
        raise
    return Book(engine)


def learner_of(text: str, known: Iterable[str] = ()) -> str | Refusal:
    """A learner's name or initials from what was typed; one that differs from a known one only in case is that one."""
    name = " ".join(unicodedata.normalize("NFC", text).split())
    accepted = say(N_("Accepted: a name or initials, up to {count} characters."), count=LONGEST_NAME)
    if not name:
        return Refusal("empty", text, say(N_("There is no name.")), accepted)
    if len(name) > LONGEST_NAME:
        return Refusal("too_long", text, say(N_("The name is too long.")), accepted)
    if show(name) != name:
        return Refusal("control_character", text, say(N_("It holds a control or invisible character.")), accepted)
    return next((there for there in known if there.casefold() == name.casefold()), name)


def _unusable(path: Path, error: Broken | Violated) -> Unusable:
    """Why the file cannot be read, and what to do: there is nothing in it that a patient needs."""
    if isinstance(error, Violated) or error.code == "damaged":
        text, advice = N_("{path} is damaged."), N_("Move it away: a new one is then begun. No patient is in it.")
        return Unusable(say(text, path=path), say(advice))
    if error.code == "missing":
        return Unusable(say(N_("There is no such file: {path}."), path=path), elsewhere(schema.LEARNERS_ID))
    return troubles.unreadable(error)


def _given(row: Row) -> Given:
    values = dict(zip(_FIELDS, typed(row, _TYPES), strict=True))
    return Given(**{**values, "right": bool(values["right"]), "hinted": bool(values["hinted"])})  # type: ignore[arg-type]


def _round(row: Row) -> Round:
    identity, mode, seed, listed, clock, in_class, begun, ended, answered, right = typed(row, _ROUND_TYPES)
    try:
        names = tuple(map(str, json.loads(str(listed))))
    except (ValueError, TypeError) as error:
        raise Broken("damaged", "the cases of a round") from error
    plan = Plan(str(mode), _whole(seed), names, _whole(clock), bool(in_class))
    return Round(
        str(identity), plan, _whole(begun), None if ended is None else _whole(ended), _whole(answered), _whole(right)
    )


def _whole(value: Value) -> int:
    assert isinstance(value, int)
    return value

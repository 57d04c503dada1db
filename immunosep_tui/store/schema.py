"""The tables of the ledger and the guards on them: one text for both databases, in numbered steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from immunosep_tui.record.entry import GENESIS

APPLICATION_ID: Final = 0x49534550
"""Marks a SQLite file as a ledger of this program: the letters ISEP."""

TRAINING_ID: Final = 0x49535054
"""Marks a ledger for training: ISPT."""

LEARNERS_ID: Final = 0x4953504C
"""Marks the file of the answers of learners, with tables of its own: ISPL."""


@dataclass(frozen=True, slots=True)
class Guard:
    """A rule that the database itself holds: the event on a table is refused where the condition is true."""

    name: str
    table: str
    event: str
    condition: str = "1 = 1"


LEDGER = """
CREATE TABLE ledger (
  seq {whole} PRIMARY KEY CHECK (seq > 0),
  record {text} NOT NULL,
  n {whole} NOT NULL CHECK (n > 0),
  kind {text} NOT NULL CHECK (kind <> ''),
  text {text} NOT NULL,
  at {whole} NOT NULL,
  recorded {whole} NOT NULL,
  mono {whole} NOT NULL,
  boot {text} NOT NULL,
  author {text} NOT NULL CHECK (author <> ''),
  role {text} NOT NULL,
  place {text} NOT NULL,
  reason {text} NOT NULL,
  corrects {whole},
  protocol {text} NOT NULL,
  program {text} NOT NULL,
  key {text} NOT NULL CONSTRAINT one_deed UNIQUE CHECK (key <> ''),
  prev {text} NOT NULL CONSTRAINT one_chain UNIQUE,
  hash {text} NOT NULL CONSTRAINT one_hash UNIQUE,
  CONSTRAINT one_place UNIQUE (record, n),
  CONSTRAINT corrects_own FOREIGN KEY (record, corrects) REFERENCES ledger (record, n)
) {strict}
"""

HEAD = """
CREATE TABLE head (
  id {whole} PRIMARY KEY CHECK (id = 1),
  seq {whole} NOT NULL,
  hash {text} NOT NULL,
  recorded {whole}
) {strict}
"""

COURSE = """
CREATE TABLE course (
  record {text} NOT NULL,
  n {whole} NOT NULL,
  slots {whole} NOT NULL,
  begins {whole} NOT NULL,
  ends {whole} NOT NULL,
  least_gap {whole} NOT NULL CHECK (least_gap >= 0),
  closed {whole},
  PRIMARY KEY (record, n),
  FOREIGN KEY (record, n) REFERENCES ledger (record, n)
) {strict}
"""

DOSE = """
CREATE TABLE dose (
  record {text} NOT NULL,
  n {whole} NOT NULL,
  course {whole} NOT NULL,
  slot {whole} NOT NULL CHECK (slot > 0),
  product {text} NOT NULL,
  outcome {text} NOT NULL,
  at {whole} NOT NULL,
  voided {whole},
  PRIMARY KEY (record, n),
  FOREIGN KEY (record, n) REFERENCES ledger (record, n),
  FOREIGN KEY (record, course) REFERENCES course (record, n)
) {strict}
"""

BOARD = """
CREATE TABLE board (
  record {text} PRIMARY KEY,
  n {whole} NOT NULL,
  place {text} NOT NULL,
  case_number {text} NOT NULL,
  identifier {text} NOT NULL,
  state {text} NOT NULL,
  phenotype {text} NOT NULL,
  regimen {text} NOT NULL,
  totals {text} NOT NULL,
  first_due {whole},
  next_due {whole},
  wanted {text} NOT NULL,
  urgency {whole} NOT NULL,
  sought {text} NOT NULL
) {strict}
"""

SIGN_IN = """
CREATE TABLE sign_in (
  initials {text} PRIMARY KEY,
  failures {whole} NOT NULL,
  wait_until {whole} NOT NULL,
  last_at {whole},
  last_place {text} NOT NULL
) {strict}
"""

TABLES: Final = (LEDGER, HEAD, COURSE, DOSE, BOARD, SIGN_IN)

INDEXES: Final = (
    "CREATE UNIQUE INDEX one_active_course ON course (record) WHERE closed IS NULL",
    "CREATE UNIQUE INDEX one_dose ON dose (record, course, slot) WHERE voided IS NULL",
    "CREATE UNIQUE INDEX one_case ON board (case_number) WHERE state = 'in' AND case_number <> ''",
    "CREATE INDEX board_order ON board (urgency, place, case_number, record)",
    "CREATE INDEX board_due ON board (next_due)",
)

_OPEN_COURSE = "SELECT 1 FROM course c WHERE c.record = NEW.record AND c.n = NEW.course"

GUARDS: Final = (
    Guard("ledger_is_not_changed", "ledger", "UPDATE"),
    Guard("ledger_is_not_deleted", "ledger", "DELETE"),
    Guard("ledger_follows", "ledger", "INSERT", "NEW.prev <> (SELECT hash FROM head WHERE id = 1)"),
    Guard("head_is_not_deleted", "head", "DELETE"),
    Guard("head_goes_on", "head", "UPDATE", "NEW.seq <> OLD.seq + 1"),
    Guard("course_is_not_deleted", "course", "DELETE"),
    Guard("dose_is_not_deleted", "dose", "DELETE"),
    Guard("dose_is_voided_once", "dose", "UPDATE", "OLD.voided IS NOT NULL OR NEW.voided IS NULL"),
    Guard("dose_has_course", "dose", "INSERT", f"NOT EXISTS ({_OPEN_COURSE})"),
    Guard("dose_has_slot", "dose", "INSERT", f"NOT EXISTS ({_OPEN_COURSE} AND NEW.slot <= c.slots)"),
    Guard("dose_in_running_course", "dose", "INSERT", f"NOT EXISTS ({_OPEN_COURSE} AND c.closed IS NULL)"),
    Guard(
        "dose_in_time",
        "dose",
        "INSERT",
        f"NOT EXISTS ({_OPEN_COURSE} AND NEW.at BETWEEN c.begins - c.least_gap AND c.ends)",
    ),
    Guard(
        "dose_after_gap",
        "dose",
        "INSERT",
        "NEW.outcome = 'given' AND EXISTS (SELECT 1 FROM dose d JOIN course c ON c.record = d.record AND c.n = NEW.course"
        " WHERE d.record = NEW.record AND d.product = NEW.product AND d.outcome = 'given' AND d.voided IS NULL"
        " AND ABS(NEW.at - d.at) < c.least_gap)",
    ),
)

WORDS: Final = {
    "sqlite": {"whole": "INTEGER", "text": "TEXT", "strict": "STRICT"},
    "postgresql": {"whole": "BIGINT", "text": 'TEXT COLLATE "C"', "strict": ""},
}
"""What the two databases write differently. Collation C sorts by bytes, as SQLite does, and does not change when the
system's locales are updated, which would make unique indexes miss rows that are there."""


def guard_statements(guard: Guard, dialect: str) -> tuple[str, ...]:
    """The trigger of a guard in the words of a database; its message is the guard's name."""
    trigger = f"CREATE TRIGGER {guard.name} BEFORE {guard.event} ON {guard.table}"
    if dialect == "sqlite":
        return (f"{trigger} WHEN {guard.condition} BEGIN SELECT RAISE(ABORT, '{guard.name}'); END",)
    result = "OLD" if guard.event == "DELETE" else "NEW"
    body = f"BEGIN IF {guard.condition} THEN RAISE EXCEPTION '{guard.name}'; END IF; RETURN {result}; END"
    function = f"CREATE FUNCTION {guard.name}() RETURNS trigger LANGUAGE plpgsql AS $guard$ {body} $guard$"
    return function, f"{trigger} FOR EACH ROW EXECUTE FUNCTION {guard.name}()"


def _first(dialect: str) -> tuple[str, ...]:
    statements = [table.format(**WORDS[dialect]) for table in TABLES]
    statements += INDEXES
    for guard in GUARDS:
        statements += guard_statements(guard, dialect)
    if dialect == "postgresql":
        statements += [
            f"CREATE TRIGGER {table}_is_not_emptied BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_not_deleted()"
            for table in ("ledger", "head", "course", "dose")
        ]
    statements.append("INSERT INTO head (id, seq, hash) VALUES (1, 0, '" + GENESIS + "')")
    return tuple(statements)


def _standing_on_board(dialect: str) -> tuple[str, ...]:
    """The board keeps the standing of each patient and the rules that it was judged by; nothing is judged yet."""
    text = WORDS[dialect]["text"]
    return (
        f"ALTER TABLE board ADD COLUMN standing {text} NOT NULL DEFAULT ''",
        f"ALTER TABLE board ADD COLUMN judged_by {text} NOT NULL DEFAULT ''",
        "ALTER TABLE board DROP COLUMN first_due",
        "ALTER TABLE board DROP COLUMN wanted",
        "UPDATE board SET urgency = -1",
    )


_REASON = "(SELECT l.reason FROM ledger l WHERE l.record = NEW.record AND l.n = NEW.n) = ''"
_GIVEN = "NEW.outcome IN ('given', 'extra')"

ONE_DOSE: Final = (
    "CREATE UNIQUE INDEX one_dose ON dose (record, course, slot) WHERE voided IS NULL AND outcome <> 'extra'"
)
"""Each slot has one entry that stands; a part or a further syringe takes none."""

WITH_REASON: Final = (
    Guard(
        "dose_in_running_course",
        "dose",
        "INSERT",
        f"NOT EXISTS ({_OPEN_COURSE} AND c.closed IS NULL) AND {_REASON}",
    ),
    Guard(
        "dose_in_time",
        "dose",
        "INSERT",
        f"NOT EXISTS ({_OPEN_COURSE} AND NEW.at BETWEEN c.begins - c.least_gap AND 2 * c.ends - c.begins) AND {_REASON}",
    ),
    Guard(
        "dose_after_gap",
        "dose",
        "INSERT",
        f"{_GIVEN} AND EXISTS (SELECT 1 FROM dose d JOIN course c ON c.record = d.record AND c.n = NEW.course"
        " WHERE d.record = NEW.record AND d.product = NEW.product AND d.outcome IN ('given', 'extra')"
        f" AND d.voided IS NULL AND ABS(NEW.at - d.at) < c.least_gap) AND {_REASON}",
    ),
    Guard("dose_not_given", "dose", "INSERT", f"NEW.outcome <> 'given' AND {_REASON}"),
)
"""What a chart records although it was not planned so asks for a reason; nothing that happened is refused."""


def _doses_as_they_happened(dialect: str) -> tuple[str, ...]:
    """A dose late, early, after a short gap or after the end is taken with a reason, a part takes no slot."""
    statements = ["DROP INDEX IF EXISTS one_dose"]
    for guard in GUARDS:
        if guard.name in {each.name for each in WITH_REASON}:
            on_table = " ON dose" if dialect == "postgresql" else ""
            statements.append(f"DROP TRIGGER IF EXISTS {guard.name}{on_table}")
            statements += [f"DROP FUNCTION IF EXISTS {guard.name}()"] if dialect == "postgresql" else []
    statements.append(ONE_DOSE)
    for guard in WITH_REASON:
        statements += guard_statements(guard, dialect)
    return tuple(statements)


Step = Callable[[str], tuple[str, ...]]
"""The statements of one migration, for a dialect."""

MIGRATIONS: Final[tuple[Step, ...]] = (_first, _standing_on_board, _doses_as_they_happened)
"""What turns schema version N into N + 1, for N from 0; a step is never changed after a release."""

LATEST: Final = len(MIGRATIONS)


def steps(dialect: str, version: int) -> Sequence[tuple[str, ...]]:
    """The statements of each step that a database of a version still lacks."""
    return [migration(dialect) for migration in MIGRATIONS[version:]]

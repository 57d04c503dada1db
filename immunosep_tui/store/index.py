"""The rows beside the ledger: guarded courses and doses, and the board. All of them follow from the entries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from immunosep_tui.record.attention import DUE, LEVELS
from immunosep_tui.record.chart import Chart
from immunosep_tui.record.courses import CourseRow, course_rows
from immunosep_tui.record.glance import GLANCE_COLUMNS, NOT_JUDGED, Glance, glance
from immunosep_tui.store.engine import Engine, Row, Value
from immunosep_tui.store.judge import Judge
from immunosep_tui.store.rows import typed, types_of

_TYPES = types_of(Glance, GLANCE_COLUMNS)
_COURSES = "SELECT n, closed FROM course WHERE record = :record"
_DOSES = "SELECT n, voided FROM dose WHERE record = :record"
_NEW_COURSE = (
    "INSERT INTO course (record, n, slots, begins, ends, least_gap, closed)"
    " VALUES (:record, :n, :slots, :begins, :ends, :least_gap, NULL)"
)
_NEW_DOSE = (
    "INSERT INTO dose (record, n, course, slot, product, outcome, at, voided)"
    " VALUES (:record, :n, :course, :slot, :product, :outcome, :at, NULL)"
)
_CLOSE = "UPDATE course SET closed = :closed WHERE record = :record AND n = :n"
_VOID = "UPDATE dose SET voided = :voided WHERE record = :record AND n = :n"

_BOARD_COLUMNS = (*GLANCE_COLUMNS, "sought")
_SET = ", ".join(f"{name} = excluded.{name}" for name in _BOARD_COLUMNS if name != "record")
_PUT_ON_BOARD = (
    f"INSERT INTO board ({', '.join(_BOARD_COLUMNS)}) VALUES ({', '.join(':' + name for name in _BOARD_COLUMNS)})"
    f" ON CONFLICT (record) DO UPDATE SET {_SET}"
)


def bring_up_to_date(engine: Engine, chart: Chart, judge: Judge | None = None) -> None:
    """Make the rows of one patient say what the chart says; the database refuses what it does not allow.

    Args:
        engine: inside a transaction.
        chart: of the patient.
        judge: gives the standing that the board keeps; without it the row says that nobody judged.
    """
    courses = _pairs(engine.run(_COURSES, {"record": chart.key}))
    doses = _pairs(engine.run(_DOSES, {"record": chart.key}))
    # At most one course stays open: whatever closes is closed before it is opened.
    for row in sorted(course_rows(chart), key=lambda row: row.closed is None):
        _course(engine, chart.key, row, courses, doses)
    put_on_board(engine, chart, judge)


def put_on_board(engine: Engine, chart: Chart, judge: Judge | None) -> None:
    """Make the row of a patient on the board say what the chart says, inside a transaction."""
    engine.run(_PUT_ON_BOARD, board_row(judged_glance(chart, judge)))


def not_judged(engine: Engine, limit: int) -> list[str]:
    """The keys of patients whose standing nobody has judged, at most so many."""
    return [str(row[0]) for row in engine.run(_NOT_JUDGED, {"limit": limit})]


def judged_glance(chart: Chart, judge: Judge | None) -> Glance:
    """The row of a patient's chart, judged where there is somebody to judge."""
    return glance(chart) if judge is None else glance(chart, judge(chart), judge.name)


def _pairs(rows: Sequence[Row]) -> dict[Value, Value]:
    return {first: second for first, second in rows}  # noqa: C416 - a row is a tuple of any length to the types


def _course(engine: Engine, key: str, row: CourseRow, courses: dict[Value, Value], doses: dict[Value, Value]) -> None:
    """A course with its doses: opened first and closed last, so that every dose passes the guards."""
    of_course: dict[str, Value] = {"record": key, "n": row.n}
    if row.n not in courses:
        new = of_course | {name: getattr(row, name) for name in ("slots", "begins", "ends", "least_gap")}
        engine.run(_NEW_COURSE, new)
    elif courses[row.n] is not None and row.closed is None:
        engine.run(_CLOSE, of_course | {"closed": None})
    for dose in row.doses:
        of_dose: dict[str, Value] = {"record": key, "n": dose.n}
        if dose.n not in doses:
            names = ("course", "slot", "product", "outcome", "at")
            engine.run(_NEW_DOSE, of_dose | {name: getattr(dose, name) for name in names})
        if doses.get(dose.n) != dose.voided:
            engine.run(_VOID, of_dose | {"voided": dose.voided})
    if row.closed is not None and courses.get(row.n) != row.closed:
        engine.run(_CLOSE, of_course | {"closed": row.closed})


def board_row(row: Glance) -> dict[str, Value]:
    """A row of the board's table."""
    sought = f"{row.place}\n{row.case_number}\n{row.identifier}".casefold()
    return {**asdict(row), "sought": sought}


_COLUMNS = ", ".join(GLANCE_COLUMNS)
_DUE = LEVELS.index(DUE)
_LATE = f"SELECT {_COLUMNS} FROM board WHERE urgency > {_DUE} AND next_due < :late"
_REST = f"SELECT {_COLUMNS} FROM board WHERE 1 = 1"
_FOUND = " AND sought LIKE :pattern ESCAPE '!'"
_ORDER = " ORDER BY urgency, place, case_number, record LIMIT :limit"
_COUNT = "SELECT COUNT(*) FROM board WHERE 1 = 1"
_NOT_JUDGED = f"SELECT record FROM board WHERE urgency = {NOT_JUDGED} ORDER BY record LIMIT :limit"
_ONE = f"SELECT {_COLUMNS} FROM board WHERE record = :record"
_IN_BED = f"SELECT {_COLUMNS} FROM board WHERE state = 'in' AND sought LIKE :pattern ESCAPE '!' ORDER BY record"
_CASE = "SELECT record FROM board WHERE case_number = :case AND state = 'in'"


def list_board(engine: Engine, search: str, late: int, limit: int) -> tuple[list[Glance], int]:
    """The rows that hold a text, what needs a person first, and how many there are.

    Args:
        search: part of a place or an identifier, in any case of letters; empty for all.
        late: doses that are due from before this instant and are not recorded bring their patient up.
        limit: most rows.
    """
    values: dict[str, Value] = {"limit": limit}
    found = ""
    if search:
        found, values["pattern"] = _FOUND, f"%{_literal(search.casefold())}%"
    # Two questions that an index answers each; one that sorts by what is late now would read every row.
    rows = engine.run(_LATE + found + _ORDER, values | {"late": late}) + engine.run(_REST + found + _ORDER, values)
    glances = {glance.record: glance for glance in map(_glance, rows)}
    count = engine.run(_COUNT + found, {name: value for name, value in values.items() if name != "limit"})[0][0]
    return sorted(glances.values(), key=lambda glance: _place_on_board(glance, late))[:limit], int(count or 0)


def _literal(text: str) -> str:
    """A text as it stands for itself in LIKE."""
    for special in "!%_":
        text = text.replace(special, f"!{special}")
    return text


def _place_on_board(glance: Glance, late: int) -> tuple[int, str, str, str]:
    overdue = glance.next_due is not None and glance.next_due < late
    urgency = min(glance.urgency, _DUE) if overdue else glance.urgency
    return urgency, glance.place, glance.case_number, glance.record


def board_of(engine: Engine, record: str) -> Glance | None:
    """The row of one patient."""
    rows = engine.run(_ONE, {"record": record})
    return _glance(rows[0]) if rows else None


def record_of_case(engine: Engine, case: str) -> str | None:
    """The key of the patient on the ward who has this case number."""
    rows = engine.run(_CASE, {"case": case})
    return str(rows[0][0]) if rows else None


def in_bed(engine: Engine, place: str) -> list[Glance]:
    """The rows of those on the ward whose bed this is, in any case of letters."""
    return [_glance(row) for row in engine.run(_IN_BED, {"pattern": f"{_literal(place.casefold())}\n%"})]


def _glance(row: Row) -> Glance:
    return Glance(*typed(row, _TYPES))  # type: ignore[arg-type]

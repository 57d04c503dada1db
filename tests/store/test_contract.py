"""What every store keeps, in a file and on a server alike: each test runs on both."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path

import pytest

from immunosep_tui.record.attention import DO, PLAN, STOP, Item, Standing
from immunosep_tui.record.chart import Chart
from immunosep_tui.record.entry import COLUMNS, WARD, Entry
from immunosep_tui.record.kinds import (
    KINDS,
    Acknowledged,
    Allocated,
    Bleeding,
    Check,
    CodeBroken,
    CourseContinued,
    CourseStopped,
    Died,
    Dose,
    ExtraDose,
    FollowUp,
    HoldEnded,
    Kind,
    Labs,
    Left,
    LimitEnded,
    Note,
    Opened,
    Person,
    PlanMoved,
    RedCells,
    Returned,
    Screened,
    Setting,
    SignedOff,
    SofaDay,
    SofaTotal,
    Voided,
    WardProtocol,
)
from immunosep_tui.store import schema
from immunosep_tui.store.engine import Broken, Violated
from immunosep_tui.store.errors import ClockWrong, NotSaved, Refused, Stale, Unusable
from immunosep_tui.store.judge import Judge
from immunosep_tui.store.migration import migrate, stored_version
from immunosep_tui.store.store import Store
from immunosep_tui.store.verify import verify
from tests.record.histories import DAY, HOUR, MINUTE, HandClock, plan, play
from tests.store.acts import DECISION, admitted, now, proposal, record, running_course
from tests.store.conftest import FileWard, ServerWard, Ward

# Appending and reading back.


def test_what_was_appended_is_read_back_by_another_program(ward: Ward, store: Store) -> None:
    """All columns, in order, and the head is the last entry's."""
    written = store.append([proposal("p", admitted("p")), proposal("p", Labs({"ferritin": "900"}))], 0)
    other = ward.open()
    assert tuple(other.entries("p")) == written
    assert [entry.n for entry in written] == [1, 2]
    assert other.head().hash == written[-1].hash == written[-1].digest()
    assert [other.find(entry.key) for entry in written] == list(written)
    assert other.records() == ["p"]


def test_every_kind_of_entry_keeps_its_body(ward: Ward, store: Store) -> None:
    """One entry of each kind, read by another program."""
    course = plan(now() - 8 * HOUR)
    bodies: dict[str, list[Kind]] = {
        "p": [
            admitted("p"),
            DECISION,
            course,
            Labs({"ferritin": "4.9 mg/L", "hla_dr": "3200"}, ("ferritin",)),
            SofaDay(1, {"gcs": "15"}, 3, 7, None, ("gcs",)),
            SofaTotal(2, 9),
            Dose(3, 1, "given"),
            Check(1, "hemoglobin", "Hemoglobin", "7.1 g/dL", "urgent", kept=True),
            Bleeding("line", "oozing"),
            Note("words"),
            SignedOff(10, "reviewed"),
            Screened({"age": "61"}, ("age",)),
            Labs({"ferritin": "12000"}, sample=2),
            Acknowledged((8, 9), now() + HOUR),
            Allocated(3, "017"),
            CodeBroken(3, "IV placebo"),
            LimitEnded(9, "call"),
            RedCells(2),
            CourseContinued(3, (13,)),
            ExtraDose(3, 1, "half a syringe"),
            Dose(3, 2, "held"),
            HoldEnded(3, (21,)),
            FollowUp(28, "alive"),
            CourseStopped(3, "10:00"),
            Voided(10),
            Left("to the ward"),
            Returned("from the ward"),
        ],
        "moved": [admitted("moved"), DECISION, course, Dose(3, 1, "given"), PlanMoved(3, 1)],
        "q": [admitted("q"), Died(4)],
        WARD: [
            Opened("ICU 1", {"zone": "Europe/Athens"}),
            WardProtocol("site", "0" * 64, "text"),
            Person("AB", "nurse", "hash", active=False),
            Setting("alt", "45"),
        ],
    }
    for key, each in bodies.items():
        record(store, key, *each, reason="why")
    assert {type(body) for each in bodies.values() for body in each} == set(KINDS.values())
    other = ward.open()
    for key, each in bodies.items():
        assert [entry.body for entry in other.entries(key)] == each
    assert verify(other).sound


TEXTS = (
    "naïve Müller — 家属 🩸 e\u0301 می\u200cخواهم",
    "100% of :key and %(key)s, 50%% !_ \\ ' \" '' ; -- /* */ $1 {0}",
    "line one\nline two\ttab\n",
    "x" * 100_000,
)


@pytest.mark.parametrize("text", TEXTS, ids=["scripts", "signs", "lines", "long"])
def test_any_text_is_read_back_as_it_was_written(ward: Ward, store: Store, text: str) -> None:
    """In a body, on the board and in the columns beside."""
    record(store, "p", admitted("p", place=text), Note(text), reason=text, place=text)
    entry = ward.open().entries("p")[1]
    assert (entry.body, entry.reason, entry.place) == (Note(text), text, text)
    rows, count = ward.open().board()
    assert (rows[0].place, count) == (text, 1)


@pytest.mark.parametrize("text", ["\x1b[2J", "\x01", "\x7f", "\x85", "\r", "\u202e", "\u2028", "\ufeff", "\xad"])
def test_a_text_that_a_terminal_would_obey_is_not_recorded(store: Store, text: str) -> None:
    """In a body, in the columns beside, or as a name."""
    for body, more in (
        (admitted("p", place=text), {}),
        (admitted("p"), {"reason": f"a{text}"}),
        (admitted("p"), {"place": text}),
    ):
        with pytest.raises(Refused) as refused:
            record(store, "p", body, **more)
        assert refused.value.rule == "clean"
    assert store.head().seq == 0


@pytest.mark.parametrize("text", ["nul \x00 inside", "half \ud800 a character"])
def test_a_text_that_cannot_be_stored_is_refused_and_leaves_nothing(store: Store, text: str) -> None:
    """Not every database takes every text; what is not taken is refused in words."""
    for key, more in (("p", {"reason": text}), ("q", {"place": text}), (text, {})):
        taken: list[Entry] = []
        with suppress(Refused):
            taken += record(store, key, admitted("p", place=text), **more)
        with suppress(Refused):
            assert store.entries(key) == taken
        assert store.head().seq == 0
        store.engine.close()
    record(store, "another", admitted("another"))
    assert verify(store).sound


def test_a_number_that_cannot_be_stored_is_refused(store: Store) -> None:
    """Larger than eight bytes."""
    with pytest.raises(Refused) as refused:
        store.append([proposal("p", admitted("p"), at=-(2**70))], 0)
    assert refused.value.rule == "storable"
    assert store.head().seq == 0


def test_signs_of_a_statement_that_look_like_parameters_are_left_alone(store: Store) -> None:
    """Colons and percent signs within its texts, with and without parameters."""
    text = "50% :name ''%(name)s''"
    read = text.replace("''", "'")
    assert store.engine.run(f"SELECT '{text}' || :name || '%'", {"name": ":x%s"}) == [(f"{read}:x%s%",)]
    assert store.engine.run(f"SELECT '{text}'") == [(read,)]


# The same deed twice, and somebody else's deed first.


def test_the_same_deed_again_gives_what_was_recorded_then(ward: Ward, store: Store) -> None:
    """From this program or another, on an old reading or a new one."""
    deed = [proposal("p", admitted("p")), proposal("p", Note("once"))]
    written = store.append(deed, 0)
    record(store, "p", Note("later"))
    for again in (store, ward.open()):
        assert again.append(deed, 0) == written
        assert again.append(deed, 3) == written
    assert store.head().seq == 3


def test_a_deed_of_which_a_part_was_recorded_is_refused_whole(store: Store) -> None:
    """A key belongs to one entry."""
    (first,) = store.append([deed := proposal("p", admitted("p"))], 0)
    with pytest.raises(Refused):
        store.append([proposal("p", Note("new")), deed], 1)
    assert store.entries("p") == [first]


def test_who_decided_on_an_old_reading_is_told_what_is_new(ward: Ward, store: Store) -> None:
    """And records nothing."""
    record(store, "p", admitted("p"))
    other = ward.open()
    (new,) = record(other, "p", Note("faster"))
    with pytest.raises(Stale) as stale:
        store.append([proposal("p", Note("slower"))], 1)
    assert stale.value.entries == (new,)
    assert store.entries("p")[1:] == [new]
    with pytest.raises(Stale):
        store.append([proposal("p", Note("from the future"))], 3)


def test_a_deed_that_is_refused_in_part_leaves_nothing(store: Store) -> None:
    """The first entry of the two would have been taken."""
    running_course(store, "p")
    before = store.head(), store.glance("p")
    with pytest.raises(Refused) as refused:
        store.append([proposal("p", Dose(3, 1, "given")), proposal("p", Dose(3, 1, "held"))], 3)
    assert refused.value.rule == "one_dose"
    assert (store.head(), store.glance("p")) == before
    assert verify(store).sound


def test_two_programs_see_each_other(ward: Ward, store: Store) -> None:
    """Entries, the board, and a number that moves with every foreign commit and not without one."""
    other = ward.open()
    before = store.changes()
    assert store.changes() == before
    record(other, "p", admitted("p", place="bed 7"))
    after = store.changes()
    assert after != before
    assert store.changes() == after
    assert [row.place for row in store.board()[0]] == ["bed 7"]
    assert store.record_of_case("case p") == "p"


def test_many_writers_lose_nothing_and_repeat_nothing(ward: Ward, store: Store) -> None:
    """Four programs of two threads each, with one patient between all of them."""
    record(store, "p", admitted("p"))
    programs = [ward.open() for _ in range(4)]

    def write(number: int) -> None:
        program, words = programs[number % 4], Note(f"from {number}")
        for _attempt in range(1000):
            try:
                program.append([proposal("p", words, key=f"key {number}")], len(program.entries("p")))
            except (Stale, NotSaved):
                continue
            return

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(40)))
    notes = [entry.body for entry in store.entries("p")[1:]]
    assert len(notes) == 40
    assert set(map(str, notes)) == {str(Note(f"from {number}")) for number in range(40)}
    assert verify(store).sound


# What the database itself refuses, whoever asks.

_A_DOSE = (
    "INSERT INTO dose (record, n, course, slot, product, outcome, at) VALUES ('p', {n}, {course}, {slot}, '{what}', "
)
_COPY = ", ".join(COLUMNS[1:])


def _dose(
    n: int = 5, course: int = 3, slot: int = 2, what: str = "drug two", outcome: str = "given", at: int = 0
) -> str:
    return _A_DOSE.format(n=n, course=course, slot=slot, what=what) + f"'{outcome}', {at or now()})"


FORBIDDEN: dict[str, Callable[[], str]] = {
    "ledger_is_not_changed": lambda: "UPDATE ledger SET reason = 'another' WHERE seq = 2",
    "ledger_is_not_deleted": lambda: "DELETE FROM ledger WHERE seq = 5",
    "ledger_follows": lambda: (
        f"INSERT INTO ledger (seq, {_COPY}) SELECT 99, record, 99, kind, text, at, recorded, mono, boot, author, role,"
        " place, reason, corrects, protocol, program, 'key', 'another', 'hash' FROM ledger WHERE seq = 1"
    ),
    "head_is_not_deleted": lambda: "DELETE FROM head",
    "head_goes_on": lambda: "UPDATE head SET seq = seq - 1",
    "course_is_not_deleted": lambda: "DELETE FROM course",
    "dose_is_not_deleted": lambda: "DELETE FROM dose",
    "dose_is_voided_once": lambda: "UPDATE dose SET voided = NULL",
    "dose_has_course": lambda: _dose(course=2),
    "dose_has_slot": lambda: _dose(slot=4),
    "dose_in_running_course": lambda: "UPDATE course SET closed = 1",
    "dose_in_time": lambda: _dose(at=now() + 3 * DAY),
    "dose_after_gap": lambda: _dose(what="drug one", at=now() - 5 * HOUR),
    "one_dose": lambda: _dose(slot=1),
    "one_active_course": lambda: (
        "INSERT INTO course (record, n, slots, begins, ends, least_gap) VALUES ('p', 5, 1, 0, 1, 0)"
    ),
    "one_case": lambda: "UPDATE board SET case_number = 'case p' WHERE record = 'q'",
    "one_deed": lambda: _entry("key = (SELECT key FROM ledger WHERE seq = 1)"),
    "one_hash": lambda: _entry("hash = (SELECT prev FROM ledger WHERE seq = 2)"),
    "one_place": lambda: _entry("n = 1"),
    "corrects_own": lambda: _entry("corrects = 77"),
}
"""A statement that breaks each rule, in the ledger of ``a_ward``."""


ALSO_BROKEN = {"dose_has_course": ("dose_has_course", "dose_has_slot", "dose_in_running_course", "dose_in_time")}
"""Where several rules are broken, SQLite does not say which of them it names."""


def _entry(changed: str) -> str:
    """A new entry that follows as it should but for one column."""
    name, _, value = changed.partition(" = ")
    columns = {column: column for column in COLUMNS} | {
        "seq": "99",
        "n": "99",
        "key": "'new key'",
        "prev": "(SELECT hash FROM head)",
        "hash": "'new hash'",
        name: value,
    }
    return f"INSERT INTO ledger ({', '.join(columns)}) SELECT {', '.join(columns.values())} FROM ledger WHERE seq = 4"


def a_ward(store: Store) -> None:
    """Two patients; the first has a running course with one dose of three given eight hours ago, and a note."""
    running_course(store, "p", gap=4 * HOUR)
    record(store, "p", Dose(3, 1, "given"), at=now() - 8 * HOUR)
    record(store, "p", Note("words"))
    record(store, "q", admitted("q"))


def test_every_guard_and_every_unique_rule_has_its_statement() -> None:
    """So that no rule is left out below."""
    named = {statement.split()[3] for statement in schema.INDEXES if statement.startswith("CREATE UNIQUE")}
    named |= {word for word in schema.LEDGER.split() if word in ("one_deed", "one_hash", "one_place", "corrects_own")}
    assert set(FORBIDDEN) == {guard.name for guard in schema.GUARDS} | named


@pytest.mark.parametrize("rule", FORBIDDEN)
def test_the_database_refuses_by_itself(store: Store, rule: str) -> None:
    """Raw statements past the program; the error is the rule's name, and nothing is changed."""
    a_ward(store)
    if rule == "dose_in_running_course":
        store.engine.run(FORBIDDEN[rule]())
        statement = _dose()
    else:
        statement = FORBIDDEN[rule]()
    before = {table: sorted(map(repr, store.engine.run(f"SELECT * FROM {table}"))) for table in TABLES}
    with pytest.raises(Violated) as refused:
        store.engine.run(statement)
    assert refused.value.rule in ALSO_BROKEN.get(rule, (rule,))
    assert {table: sorted(map(repr, store.engine.run(f"SELECT * FROM {table}"))) for table in TABLES} == before


TABLES = ("ledger", "head", "course", "dose", "board", "sign_in")


def test_a_second_dose_is_refused_with_the_first(store: Store) -> None:
    """Under another key, by somebody else, whatever became of the first."""
    running_course(store, "p")
    (first,) = record(store, "p", Dose(3, 1, "given"))
    for outcome in ("given", "held"):
        with pytest.raises(Refused) as refused:
            record(store, "p", Dose(3, 1, outcome), reason="again")
        assert (refused.value.rule, refused.value.entry) == ("one_dose", first)


def test_a_second_course_and_a_second_patient_of_a_case_are_refused(store: Store) -> None:
    """The case number is free again when its patient has left."""
    running_course(store, "p")
    with pytest.raises(Refused) as refused:
        record(store, "p", plan(now()))
    assert refused.value.rule == "one_active_course"
    with pytest.raises(Refused) as refused:
        record(store, "q", admitted("p"))
    assert refused.value.rule == "one_case"
    assert store.entries("q") == []
    record(store, "p", Left("home"))
    record(store, "q", admitted("p"))
    assert store.record_of_case("case p") == "q"


# Times.


def test_a_time_in_the_future_is_asked_about(store: Store) -> None:
    """A little is taken: two clocks are never quite the same."""
    with pytest.raises(ClockWrong):
        store.append([proposal("p", admitted("p"), at=now() + 6 * MINUTE)], 0)
    store.append([proposal("p", admitted("p"), at=now() + 4 * MINUTE)], 0)
    store.append([proposal("p", Note("planned"), at=now() + DAY)], 1, despite_clock=True)


@pytest.mark.parametrize(("away", "why"), [(10 * MINUTE, "behind"), (-40 * DAY, "ahead")])
def test_a_clock_that_cannot_be_believed_is_asked_about(ward: Ward, store: Store, away: int, why: str) -> None:
    """It lies before the last entry, or long after it; what is recorded in spite of it never goes back in time."""
    record(store, "p", admitted("p"))
    last = now() + away
    ward.tamper(f"UPDATE head SET recorded = {last}")
    assert store.doubt() == why
    with pytest.raises(ClockWrong):
        record(store, "p", Note("words"))
    (entry,) = store.append([proposal("p", Note("words"), reason="set by hand")], 1, despite_clock=True)
    assert entry.recorded >= last


def test_entries_are_stamped_with_the_present_moment(store: Store) -> None:
    """By the clock of this machine or, to the same, of the server beside it."""
    (entry,) = record(store, "p", admitted("p"))
    assert abs(entry.recorded - now()) < MINUTE
    assert store.doubt() == ""


# The board.


def places(store: Store, search: str = "") -> list[str]:
    rows, count = store.board(search)
    assert count == len(rows)
    return [row.place for row in rows]


def by_hand(chart: Chart) -> Standing:
    """A bleeding asks to stop; who has no course waits for one; else nothing."""
    items = [Item(STOP, "limit", "Bleeding", 0) for entry in chart.entries if entry.kind == "bleeding"]
    items += [Item(DO, PLAN, "", 0)] if chart.course is None else []
    return Standing(items=tuple(items))


JUDGE = Judge("by hand", by_hand)


def test_the_board_is_sorted_by_urgency_and_then_by_the_letters_of_the_place(store: Store) -> None:
    """Letters as bytes, on every machine and in every language alike."""
    store.judge = lambda: JUDGE
    beds = ["bed 2", "Bed 10", "bed 10", "Äbed", "zed", "bed-2", "床 1", "🛏", "_", "%"]
    for number, place in enumerate(beds):
        record(store, str(number), admitted(str(number), place=place))
    record(store, "calm", admitted("calm", place="bed 1"), DECISION, plan(now()), SofaTotal(1, 9))
    record(store, "bled", admitted("bled", place="zz"), DECISION, plan(now()), Bleeding("line", "oozing"))
    assert places(store) == ["zz", *sorted(beds, key=str.encode), "bed 1"]
    rows, count = store.board(limit=3)
    assert (len(rows), count) == (3, len(beds) + 2)


def test_who_was_not_judged_is_read_before_all_others(store: Store) -> None:
    """A row that another program wrote, or an older one, may hide a STOP."""
    store.judge = lambda: JUDGE
    record(store, "bled", admitted("bled", place="bed 1"), Bleeding("line", "oozing"))
    store.judge = lambda: None
    record(store, "unknown", admitted("unknown", place="bed 9"))
    rows, _count = store.board()
    assert [(row.record, row.judged_by) for row in rows] == [("unknown", ""), ("bled", "by hand")]
    assert Standing.read(rows[1].standing) == by_hand(store.chart("bled"))


def test_a_late_dose_brings_its_patient_up(store: Store) -> None:
    """And only from the instant on at which it is late."""
    store.judge = lambda: JUDGE
    record(store, "a", admitted("a", place="bed 1"))
    running_course(store, "p")
    record(store, "p", SofaTotal(1, 9))
    assert [row.record for row in store.board()[0]] == ["a", "p"]
    assert [row.record for row in store.board(late=now())[0]] == ["p", "a"]


EVERY = ["%", "wow!", "axb", "a_b", "STRASSE", "Ångström", "İstanbul", "Σίσυφος"]


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("", EVERY),
        ("%", ["%"]),
        ("_", ["a_b"]),
        ("!", ["wow!"]),
        ("straße", ["STRASSE"]),
        ("ÅNG", ["Ångström"]),
        ("σίσυφοσ", ["Σίσυφος"]),
        ("CASE 3", ["a_b"]),
        ("mrn", EVERY),
        ("'; DROP TABLE board; --", []),
        ("x" * 10_000, []),
    ],
)
def test_the_board_finds_a_part_of_a_place_or_an_identifier(store: Store, search: str, found: list[str]) -> None:
    """In any case of letters, and signs mean themselves."""
    for number, place in enumerate(EVERY):
        record(store, str(number), admitted(str(number), place=place))
    assert sorted(places(store, search)) == sorted(found)


def test_a_search_that_cannot_be_asked_finds_nothing_or_is_refused(store: Store) -> None:
    """Never another error."""
    for search in ("\x00", "\ud800"):
        with suppress(Refused):
            assert store.board(search) == ([], 0)


# Deeds in doubt.


def test_what_became_of_a_deed_is_found_by_its_keys(ward: Ward, store: Store) -> None:
    """Whole, or not at all; asked by any program."""
    deed = [proposal("p", admitted("p")), proposal("p", Note("words"))]
    assert store.settle(deed) == ()
    written = store.append(deed, 0)
    assert ward.open().settle(deed) == written
    assert store.settle([*deed, proposal("p", Note("more"))]) == ()


def test_a_deed_that_fails_half_way_leaves_nothing(store: Store) -> None:
    """Whatever goes wrong in the block; and there is one block at a time."""

    def half_done() -> None:
        with store.engine.transaction():
            store.engine.run("UPDATE head SET seq = seq + 1")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half_done()
    assert store.head().seq == 0
    with pytest.raises(Broken), store.engine.transaction(), store.engine.transaction():
        pass
    record(store, "p", admitted("p"))


def test_a_closed_store_is_opened_again_by_the_next_question(store: Store) -> None:
    """Both for reading and for writing."""
    record(store, "p", admitted("p"))
    store.close()
    assert store.head().seq == 1
    store.close()
    record(store, "p", Note("words"))


def test_the_whole_ledger_is_read_in_order(ward: Ward, store: Store) -> None:
    """Within a block that reads, and outside one."""
    a_ward(store)
    with store.engine.reading():
        seqs = [entry.seq for entry in store.all_entries()]
        assert store.engine.run("SELECT seq FROM head") == [(6,)]
    assert seqs == [1, 2, 3, 4, 5, 6] == [entry.seq for entry in ward.open().all_entries()]


# Is everything as it was written?


def test_a_store_of_many_histories_is_sound(store: Store) -> None:
    """Random deeds on three patients, also refused and repeated ones."""
    seed = random.SystemRandom().randrange(10**9)
    print("seed", seed)
    clock = HandClock(now() - 90 * DAY)
    for patient in range(3):
        play(store, clock, f"patient {patient}", seed, 40)
    report = verify(store)
    assert report.sound, report.findings
    assert report.head == store.head()


TAMPERED = {
    "a text": 'UPDATE ledger SET text = \'{"text":"other words"}\' WHERE seq = 5',
    "an author": "UPDATE ledger SET author = 'ZZ' WHERE seq = 2",
    "a time by a millisecond": "UPDATE ledger SET at = at + 1 WHERE seq = 3",
    "the last entry is gone": "DELETE FROM ledger WHERE seq = 6",
    "an entry is gone": "DELETE FROM ledger WHERE seq = 5",
    "two entries change places": (
        "UPDATE ledger SET seq = CASE seq WHEN 4 THEN 105 ELSE 104 END WHERE seq IN (4, 5)",
        "UPDATE ledger SET seq = seq - 100 WHERE seq > 100",
    ),
    "the head": "UPDATE head SET hash = 'another'",
    "the head's number": "UPDATE head SET seq = 7",
    "a dose is gone": "DELETE FROM dose",
    "a dose is voided": "UPDATE dose SET voided = 5",
    "a dose changes its slot": "UPDATE dose SET slot = 2",
    "a course is closed": "UPDATE course SET closed = 1",
    "a row of the board": "UPDATE board SET place = 'bed 9' WHERE record = 'p'",
    "a row of the board is gone": "DELETE FROM board WHERE record = 'p'",
    "a stranger on the board": (
        "UPDATE board SET record = 'stranger' WHERE record = 'q'",
        "DELETE FROM board WHERE record = 'q'",
    ),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_whatever_is_changed_from_outside_is_noticed(ward: Ward, store: Store, what: str) -> None:
    """By somebody who switched the guards off."""
    a_ward(store)
    assert verify(store).sound
    store.close()
    statements = TAMPERED[what]
    for statement in (statements,) if isinstance(statements, str) else statements:
        ward.tamper(statement)
    assert not verify(ward.open()).sound


def test_the_same_history_is_the_same_ledger_on_both(
    server_ward: ServerWard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Entry by entry, hash by hash, with the same board and the same refusals.

    Where a time breaks two guards at once, the two databases need not name the same one.
    """
    seed = random.SystemRandom().randrange(10**9)
    print("seed", seed)
    found = []
    with closing(FileWard(tmp_path / "twin.db")) as file_ward:
        for each in (server_ward, file_ward):
            clock = HandClock()
            one = each.open(clock)
            monkeypatch.setattr(one.engine, "server_time", lambda: None)
            refused: Counter[str] = Counter()
            for name in ("a", "b", "c"):
                for rule, times in play(one, clock, name, seed, 60).refused.items():
                    refused["time" if rule in OF_TIME else rule] += times
            found.append((refused, list(one.all_entries()), one.board(), one.board(late=clock.utc)))
    assert found[0] == found[1]


OF_TIME = ("dose_in_running_course", "dose_in_time", "dose_after_gap")


# The schema.


def test_opening_again_changes_nothing(ward: Ward, store: Store) -> None:
    """Migrations are applied once."""
    a_ward(store)
    before = list(store.all_entries())
    again = ward.open()
    assert list(again.all_entries()) == before
    assert stored_version(again.engine) == schema.LATEST


def test_several_programs_that_start_at_once_make_one_store(ward: Ward) -> None:
    """Eight of them, on a place where there is none."""
    gate = threading.Barrier(8)

    def start(number: int) -> Store:
        gate.wait()
        return ward.open()

    with ThreadPoolExecutor(8) as pool:
        stores = list(pool.map(start, range(8)))
    for number, each in enumerate(stores):
        record(each, str(number), admitted(str(number)))
    assert stores[0].head().seq == 8
    assert verify(stores[0]).sound


def test_a_migration_that_fails_leaves_the_store_as_it_was(store: Store) -> None:
    """Also its version; and a migration from a version that is no longer there does nothing."""
    record(store, "p", admitted("p"))
    engine = store.engine
    with pytest.raises(Broken):
        migrate(engine, schema.LATEST, [["CREATE TABLE more (one BIGINT)", "CREATE NONSENSE"]])
    migrate(engine, schema.LATEST - 1, [["CREATE TABLE more (one BIGINT)"]])
    assert stored_version(engine) == schema.LATEST
    with pytest.raises(Broken):
        engine.run("SELECT one FROM more")
    migrate(engine, schema.LATEST, [["CREATE TABLE more (one BIGINT)"], ["CREATE TABLE yet_more (one BIGINT)"]])
    assert stored_version(engine) == schema.LATEST + 2
    assert engine.run("SELECT one FROM yet_more") == []
    record(store, "p", Note("words"))


def test_a_store_of_a_newer_program_is_refused(ward: Ward, store: Store) -> None:
    """In words, and nothing in it is changed."""
    migrate(store.engine, schema.LATEST, [["CREATE TABLE more (one BIGINT)"]])
    with pytest.raises(Unusable) as refused:
        ward.open()
    assert "newer version" in str(refused.value.text)

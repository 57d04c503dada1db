"""A patient from another store: everything that is new comes, nothing twice, and nothing that is here is replaced."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from immunosep_tui.record.chart import Chart, fold
from immunosep_tui.record.entry import Entry
from immunosep_tui.record.glance import glance
from immunosep_tui.record.kinds import (
    Acknowledged,
    Admitted,
    Bleeding,
    Check,
    CourseContinued,
    CourseStarted,
    CourseStopped,
    Dose,
    Labs,
    LimitEnded,
    Note,
    Person,
    SignedOff,
    SofaTotal,
    Voided,
)
from immunosep_tui.store.files import open_file
from immunosep_tui.store.store import Store
from immunosep_tui.store.verify import verify
from immunosep_tui.ward import transfer_file
from immunosep_tui.ward.transfer import Import, Plan, import_entries, plan_import
from immunosep_tui.ward.transfer_file import ImportRefused, read_file, written
from tests.record.histories import DECISION, HOUR, HandClock, plan, play
from tests.store.acts import now, proposal, record, running_course

IDENTITY = Admitted("bed 1", "case p", "MRN 1")


def brought() -> Import:
    return Import("p.json", "root", "desk 1", datetime.now(UTC))


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Store]:
    """The store that imports."""
    with closing(open_file(tmp_path / "here.db")) as store:
        yield store


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Store]:
    """The store that a patient comes from: a course with a dose, a correction and a void."""
    with closing(open_file(tmp_path / "there.db")) as store:
        record(store, "other", Admitted("bed 9", "case o", "MRN 9"))
        record(store, "p", IDENTITY, DECISION, plan(now() - 8 * HOUR), Labs({"ferritin": "900"}))
        record(store, "p", Labs({"ferritin": "901"}), corrects=4, reason="typed wrongly")
        record(store, "p", Dose(3, 1, "given"), Note("an error"))
        record(store, "p", Voided(7), reason="another patient's")
        record(store, "p", SofaTotal(1, 9), SignedOff(9, "reviewed"))
        yield store


def brought_in(store: Store, entries: list[Entry], tmp_path: Path) -> Plan:
    """Import entries by way of a file."""
    file = tmp_path / "p.json"
    file.write_text(written(entries), encoding="utf-8")
    found = plan_import(store, read_file(file), brought())
    import_entries(store, found)
    assert verify(store).sound
    return found


def state(chart: Chart) -> tuple[object, ...]:
    """What a record adds up to, whoever recorded it when and under which number."""
    doses = [
        {slot: replace(entry.body, course=0) for slot, entry in course.doses.items() if isinstance(entry.body, Dose)}
        for course in chart.courses
    ]
    plans = [(replace(course.plan, decision=0), course.stopped) for course in chart.courses]
    courses = [
        (plan, chart.entries[course.plan.decision - 1].body) for plan, course in zip(plans, chart.courses, strict=True)
    ]
    return chart.sheet, chart.decision, courses, doses, chart.totals, replace(glance(chart), n=0)


def test_a_new_patient_comes_whole(here: Store, there: Store, tmp_path: Path) -> None:
    """With author, time of the fact and protocol of each entry, and where it comes from in the reason."""
    done = brought_in(here, there.entries("p"), tmp_path)
    assert (len(done.proposals), done.known, done.not_taken) == (11, 0, [])
    assert state(here.chart("p")) == state(there.chart("p"))
    first = there.entries("p")
    *copied, note = here.entries("p")
    for old, new in zip(first, copied, strict=True):
        kept = ("n", "kind", "text", "at", "author", "role", "corrects", "protocol", "place")
        assert [getattr(new, name) for name in kept] == [getattr(old, name) for name in kept]
        assert old.reason in new.reason
        assert old.hash[:12] in new.reason
        assert new.key == f"import:{old.key}"
    assert (note.author, note.role, note.kind) == ("root", "import", "note")
    assert "10 of 10 entries from p.json" in note.text


def test_an_import_that_is_repeated_adds_nothing(here: Store, there: Store, tmp_path: Path) -> None:
    brought_in(here, there.entries("p"), tmp_path)
    head = here.head()
    again = brought_in(here, there.entries("p"), tmp_path)
    assert (again.proposals, again.known, again.not_taken) == ([], 10, [])
    assert here.head() == head


def test_what_was_added_there_since_is_added_here(here: Store, there: Store, tmp_path: Path) -> None:
    """The numbers by which entries name each other are those of this store."""
    brought_in(here, there.entries("p"), tmp_path)
    record(there, "p", Dose(3, 2, "held"), CourseStopped(3, "now"), reason="fever")
    record(there, "p", Voided(6), reason="wrong slot")
    later = brought_in(here, there.entries("p"), tmp_path)
    assert (len(later.proposals), later.known) == (4, 10)
    assert state(here.chart("p")) == state(there.chart("p"))


def test_a_patient_that_comes_back_home_adds_nothing(here: Store, there: Store, tmp_path: Path) -> None:
    brought_in(here, there.entries("p"), tmp_path)
    back = brought_in(there, here.entries("p"), tmp_path)
    assert back.known == 10
    assert [left.entry.kind for left in back.not_taken] == []
    assert [said.kind for said in back.proposals] == ["note", "note"]  # who imported it there, and who did here
    assert state(there.chart("p")) == state(here.chart("p"))


def test_what_is_recorded_here_stays(here: Store, there: Store, tmp_path: Path) -> None:
    """The same patient was admitted here under another key, and has values of his own."""
    record(here, "mine", IDENTITY, Labs({"ferritin": "5"}), DECISION, SofaTotal(1, 3))
    before = here.chart("mine")
    done = brought_in(here, there.entries("p"), tmp_path)
    assert done.chart.key == "mine"
    chart = here.chart("mine")
    assert chart.entries[: before.n] == before.entries
    assert chart.sheet == before.sheet
    assert chart.totals == before.totals
    assert here.records() == ["mine"]
    reasons = {left.entry.n: str(left.why) for left in done.not_taken}
    assert set(reasons) == {1, 2, 3, 4, 5, 6, 9, 10}
    assert reasons[1] == "What is recorded here stays."
    assert reasons[6] == "It belongs to an entry that is not taken."
    assert [entry.kind for entry in chart.entries[before.n :]] == ["note", "void", "note"]
    again = brought_in(here, there.entries("p"), tmp_path)
    assert again.proposals == []


def test_what_names_other_entries_names_them_by_their_numbers_here(here: Store, there: Store, tmp_path: Path) -> None:
    """And is not taken where one of them is not: nobody has seen here what is not here."""
    record(there, "p", Bleeding("line", "seen", 3), Check(1, "x", "X", "6.6"), reason="why")
    bled, checked = 11, 12
    record(there, "p", Acknowledged((bled,), now() + HOUR), Acknowledged((checked,), now() + HOUR), reason="seen")
    there.append([proposal("p", LimitEnded(bled, "call"), reason="over")], 14)
    record(there, "p", CourseContinued(3, (5,)), reason="benefit")
    record(here, "p", IDENTITY, Check(1, "x", "X", "9.9"))
    done = brought_in(here, there.entries("p"), tmp_path)
    assert sorted(type(each.entry.body).__name__ for each in done.not_taken) == [
        "Acknowledged",
        "Admitted",
        "Check",
        "SignedOff",
    ]
    chart = here.chart("p")
    at = {type(entry.body): entry for entry in chart.entries}
    seen, ended, goes_on = (at[kind].body for kind in (Acknowledged, LimitEnded, CourseContinued))
    assert isinstance(seen, Acknowledged)
    assert isinstance(ended, LimitEnded)
    assert isinstance(goes_on, CourseContinued)
    assert seen.entries == (ended.entry,) == (at[Bleeding].n,)
    assert (goes_on.course, goes_on.entries) == (at[CourseStarted].n, (chart.latest["labs"].n,))


def test_a_course_that_is_running_here_is_not_doubled(here: Store, there: Store, tmp_path: Path) -> None:
    running_course(here, "p")
    done = brought_in(here, there.entries("p"), tmp_path)
    chart = here.chart("p")
    assert [course.n for course in chart.courses] == [3]
    assert chart.courses[0].doses == {}
    assert {3, 6} <= {left.entry.n for left in done.not_taken}


@pytest.mark.parametrize(
    ("admitted", "key"),
    [
        (Admitted("bed 1", "case p", "MRN 2"), "p"),
        (Admitted("bed 1", "case q", "MRN 1"), "p"),
        (Admitted("bed 1", "case p", "MRN 2"), "another"),
        (Admitted("bed 1", "case p", "mrn 1"), "another"),
    ],
)
def test_two_identifiers_must_be_the_same(
    admitted: Admitted, key: str, here: Store, there: Store, tmp_path: Path
) -> None:
    record(here, key, admitted)
    head = here.head()
    with pytest.raises(ImportRefused, match="case number and second identifier"):
        brought_in(here, there.entries("p"), tmp_path)
    assert here.head() == head


def test_a_shared_second_identifier_alone_is_another_patient(here: Store, there: Store, tmp_path: Path) -> None:
    """It may be a date of birth."""
    record(here, "another", Admitted("bed 1", "case q", "MRN 1"))
    assert brought_in(here, there.entries("p"), tmp_path).chart.key == "p"


def test_one_without_two_identifiers_is_refused(here: Store, there: Store, tmp_path: Path) -> None:
    record(there, "r", Admitted("bed 1", "case r", ""))
    with pytest.raises(ImportRefused, match="two identifiers"):
        brought_in(here, there.entries("r"), tmp_path)


def test_a_key_that_means_something_else_here_is_refused(here: Store, there: Store, tmp_path: Path) -> None:
    entries = there.entries("p")
    here.append([proposal("x", Admitted("bed 2", "case x", "MRN 7"), key=entries[3].key)], 0)
    with pytest.raises(ImportRefused, match="same key"):
        brought_in(here, entries, tmp_path)
    assert here.records() == ["x"]


def test_a_time_in_the_future_is_refused(here: Store, there: Store, tmp_path: Path) -> None:
    entries = there.entries("p")
    entries[3] = signed(replace(entries[3], at=now() + HOUR))
    with pytest.raises(ImportRefused, match="future"):
        brought_in(here, entries, tmp_path)


@pytest.mark.parametrize("seed", [*range(4), *(pytest.param(seed, marks=pytest.mark.deep) for seed in range(4, 200))])
def test_any_history_comes_whole(seed: int, tmp_path: Path) -> None:
    """Random histories, in two parts: what they add up to is the same, and a third import adds nothing."""
    clock, rng = HandClock(), random.Random(f"transfer {seed}")
    with (
        closing(open_file(tmp_path / "there.db", clock=clock)) as there,
        closing(open_file(tmp_path / "here.db", clock=clock)) as here,
    ):
        there.append([proposal("p", IDENTITY, at=clock.utc, key="first")], 0)
        play(there, clock, "p", seed, 90)
        entries, file = there.entries("p"), tmp_path / "p.json"
        for number in sorted((rng.randrange(1, len(entries)), len(entries), len(entries))):
            file.write_text(written(entries[:number]), encoding="utf-8")
            sheet = fold("p", entries[:number]).sheet
            at = datetime.fromtimestamp(clock.utc / 1000, UTC)
            if not sheet.case or not sheet.identifier or sheet.identifier != here.chart("p").sheet.identifier != "":
                with pytest.raises(ImportRefused, match="identifiers"):
                    plan_import(here, read_file(file), replace(brought(), now=at))
                return
            found = plan_import(here, read_file(file), replace(brought(), now=at))
            import_entries(here, found)
            assert found.not_taken == [], seed
            assert verify(here).sound
            assert state(here.chart("p")) == state(fold("p", entries[:number])), seed
        assert found.proposals == []


# The file.


def signed(entry: Entry) -> Entry:
    """An entry that somebody made up, with the hash that fits."""
    return replace(entry, hash=entry.digest())


def as_lines(entries: list[Entry]) -> list[dict[str, Any]]:
    return list(json.loads(written(entries))["entries"])


Bad = Callable[[list[dict[str, Any]]], object]

BAD: dict[str, tuple[Bad, str]] = {
    "no entries": (lambda lines: lines.clear(), "entries"),
    "a gap": (lambda lines: lines.pop(2), "entry 3, n"),
    "another order": (lambda lines: lines.reverse(), "entry 1, n"),
    "another author": (lambda lines: lines[2].update(author="ZZ"), "entry 3, hash"),
    "another text": (lambda lines: lines[3].update(text='{"kept": [], "texts": {"ferritin": "1"}}'), "entry 4, hash"),
    "a field more": (lambda lines: lines[1].update(more=1), "entry 2, more"),
    "a field less": (lambda lines: lines[1].pop("at"), "entry 2, at"),
    "a number as text": (lambda lines: lines[1].update(at="5"), "entry 2, at"),
    "a broken number": (lambda lines: lines[1].update(at=5.0), "entry 2, at"),
    "true as a number": (lambda lines: lines[1].update(n=True), "entry 2, n"),
    "too large a number": (lambda lines: lines[1].update(at=10**30), "entry 2, at"),
    "a hash in capitals": (lambda lines: lines[1].update(hash=lines[1]["hash"].upper()), "entry 2, hash"),
    "too long a text": (lambda lines: lines[1].update(reason="x" * 30_000), "entry 2, reason"),
    "another patient's": (lambda lines: lines[1].update(record="q"), "entry 2, record"),
    "the ward's own": (lambda lines: [line.update(record="") for line in lines], "entry 1, record"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_file_that_was_changed_is_refused_with_its_place(name: str, there: Store, tmp_path: Path) -> None:
    change, where = BAD[name]
    lines = as_lines(there.entries("p"))
    change(lines)
    file = tmp_path / "p.json"
    file.write_text(json.dumps({"format": "immunosep-tui patient 1", "entries": lines}))
    with pytest.raises(ImportRefused) as caught:
        read_file(file)
    assert caught.value.where == where
    assert "patient export" in str(caught.value.accepted)


def test_a_made_up_entry_must_still_be_one_of_a_patient(there: Store, tmp_path: Path) -> None:
    """Right hashes are no proof of anything: kinds, capacities and characters are checked too."""
    file, entries = tmp_path / "p.json", there.entries("p")
    person = json.dumps(asdict(Person("ZZ", "doctor", "pin")), sort_keys=True, separators=(",", ":"))
    made_up = {
        "kind": replace(entries[1], kind="person", text=person),
        "role": replace(entries[1], role="king"),
        "text": replace(entries[1], text='{"phenotype": "high"}'),
        "reason": replace(entries[1], reason="\x1b[2J"),
        "author": replace(entries[1], author="A\u202eB"),
    }
    for field, entry in made_up.items():
        file.write_text(written([entries[0], signed(entry)]))
        with pytest.raises(ImportRefused) as caught:
            read_file(file)
        assert caught.value.where == f"entry 2, {field}"
    note = signed(replace(entries[1], kind="note", text=json.dumps({"text": "fine\u0007bell"})))
    file.write_text(written([entries[0], note]))
    with pytest.raises(ImportRefused) as caught:
        read_file(file)
    assert caught.value.where == "entry 2, text"
    harmless = signed(
        replace(entries[1], kind="note", text=json.dumps({"text": "two\nlines \u0645\u06cc\u200c\u062e"}))
    )
    file.write_text(written([entries[0], harmless]))
    assert read_file(file) == [entries[0], harmless]


RAW: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "line 1"),
    "not JSON": (b'{"format": "immunosep-tui patient 1",\n "entries": [}', "line 2"),
    "not UTF-8": (b'{"format":\n "\xe9"}', "line 2"),
    "a list": (b"[]", "entries"),
    "another format": (b'{"format": "immunosep-tui patient 2", "entries": [{}]}', "format"),
    "a key twice": (b'{"format": "immunosep-tui patient 1", "format": "x", "entries": []}', ""),
    "not a number": (b'{"format": NaN}', ""),
    "a number bomb": (b'{"format": 1e999999}', "format"),
    "a digit bomb": (b'{"format": ' + b"9" * 100_000 + b"}", ""),
    "a deep nest": (b"[" * 200_000, ""),
}


@pytest.mark.parametrize("name", RAW)
def test_a_file_that_is_something_else_is_refused(name: str, tmp_path: Path) -> None:
    raw, where = RAW[name]
    file = tmp_path / "p.json"
    file.write_bytes(raw)
    with pytest.raises(ImportRefused) as caught:
        read_file(file)
    assert caught.value.where == where


def test_a_file_that_is_too_large_or_none_is_refused(tmp_path: Path) -> None:
    large = tmp_path / "large.json"
    large.write_bytes(b" " * (transfer_file.LARGEST + 1))
    for path in (large, tmp_path, tmp_path / "none", Path("/dev/zero")):
        with pytest.raises(ImportRefused):
            read_file(path)


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.deep)])
def test_random_damage_is_refused_or_harmless(seed: int, there: Store, tmp_path: Path) -> None:
    """A file with changed, lost or added bytes is refused in words, or says the very same."""
    rng, file = random.Random(seed), tmp_path / "p.json"
    entries = there.entries("p")
    raw = written(entries).encode()
    for _try in range(300 if seed == 1 else 20_000):
        damaged = bytearray(raw)
        for _change in range(rng.choice((1, 1, 1, 5))):
            at = rng.randrange(len(damaged))
            damaged[at : at + rng.choice((0, 1, 1, 10))] = rng.randbytes(rng.choice((0, 1, 1, 3)))
        file.write_bytes(bytes(damaged))
        try:
            found = read_file(file)
        except ImportRefused:
            continue
        assert found == entries, damaged

"""A store and an export of the program before what stands was kept beside the ledger: both are read as they are.

``before/store.sql`` is a dump of a store as that program left it on 16 May 2026 at 11:10 UTC: ``p`` had bled (WHO 3)
with a hemoglobin of 6.8 on anakinra, and both were acknowledged for 72 hours; ``q`` is on interferon gamma, ``r`` waits
for HLA-DR, ``s`` has died. ``before/patient.json`` is its export of ``p``.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from immunosep_tui.record.attention import CALL, STOP, Attention
from immunosep_tui.record.clock import Reading, ms
from immunosep_tui.record.entry import Author, Proposal
from immunosep_tui.record.glance import GONE, NOT_JUDGED
from immunosep_tui.record.kinds import Acknowledged, Note
from immunosep_tui.record.settings import effective
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.store import schema
from immunosep_tui.store.backup import open_copy
from immunosep_tui.store.drafts import FILE_NAME, Drafts
from immunosep_tui.store.files import open_file
from immunosep_tui.store.migration import stored_version
from immunosep_tui.store.postgres import open_server
from immunosep_tui.store.store import Store
from immunosep_tui.store.verify import verify
from immunosep_tui.ward.judging import judge_of
from immunosep_tui.ward.protocols import Protocols, name_first_protocol
from immunosep_tui.ward.signature import Signature
from immunosep_tui.ward.transfer import Import, import_entries, plan_import
from immunosep_tui.ward.transfer_file import read_file
from immunosep_tui.ward.ward import Ward
from tests.support.old_stores import OldStore
from tests.support.wards import UTC as ZONE

BEFORE = Path(__file__).parent / "before"
OLD = OldStore(BEFORE / "store.sql", 1)
LEFT_AT = datetime(2026, 5, 16, 11, 10, tzinfo=UTC)
BLEEDING, HEMOGLOBIN, SEEN = 38, 37, 39
"""Numbers of entries of ``p``: the bleeding, the low value, and the acknowledgement of both."""


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """The store of before, opened by this program at the hour at which that one left it."""

    def clock() -> Reading:
        return Reading(ms(LEFT_AT), ms(LEFT_AT) * 1_000_000, "boot")

    path = tmp_path / "ward.db"
    opened: Callable[[], Store] = lambda: open_file(OLD.file(path), clock=clock)  # noqa: E731
    if request.param == "postgresql":
        url = OLD.database(request.getfixturevalue("server_ward").url, path)
        opened = lambda: open_server(url, clock=clock)  # noqa: E731
    with closing(opened()) as store:
        yield store


def ward_of(store: Store, protocol: Protocol, folder: Path, hours: float = 0) -> Ward:
    """A ward so many hours after the old program was left."""
    return Ward(
        store, Drafts(folder / FILE_NAME, "ws-1"), lambda: protocol, ZONE, lambda: LEFT_AT + timedelta(hours=hours)
    )


def test_it_opens_on_the_schema_of_today_and_every_entry_is_there(store: Store) -> None:
    assert stored_version(store.engine) == schema.LATEST
    assert len(list(store.all_entries())) == store.head().seq == 50
    assert store.records() == ["p", "q", "r", "s"]
    assert {glance.urgency for glance in store.board()[0]} == {NOT_JUDGED}
    assert verify(store).sound


def test_a_copy_of_before_is_kept_and_found_sound_and_its_damage_is_found(tmp_path: Path) -> None:
    """The board of that copy is of another program; ledger, courses and doses are compared as ever."""
    open_file(OLD.file(tmp_path / "ward.db")).close()
    copy = tmp_path / "ward-before-schema-2.db"
    with closing(open_copy(copy)) as kept:
        assert stored_version(kept.engine) == 1
        assert verify(kept).sound
    with closing(sqlite3.connect(copy)) as connection:
        (guard,) = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'dose_is_voided_once'").fetchone()
        connection.execute("DROP TRIGGER dose_is_voided_once")
        connection.execute("UPDATE dose SET outcome = 'held' WHERE slot = 1")
        connection.execute(guard)
        connection.commit()
    with closing(open_copy(copy)) as damaged:
        (found,) = verify(damaged).findings
        assert dict(found.text.facts) == {"record": "p"}


def test_a_stop_is_listed_first_however_many_nobody_has_judged(
    store: Store, protocol: Protocol, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One row has room, and by bed alone the patient with the STOP comes last."""
    monkeypatch.setattr("immunosep_tui.ward.ward.MOST_ROWS", 1)
    with store.alone():
        store.engine.run("UPDATE board SET place = 'Z' WHERE record = 'p'")
    assert store.board(limit=1)[0][0].record != "p"
    assert ward_of(store, protocol, tmp_path).listing().rows[0].key == "p"
    assert NOT_JUDGED not in {glance.urgency for glance in store.board()[0]}
    assert verify(store).sound


def test_its_alarms_are_on_the_board_before_anybody_writes(store: Store, protocol: Protocol, tmp_path: Path) -> None:
    listing = ward_of(store, protocol, tmp_path).listing()
    assert [listing.rows[at].key for at in (0, -1)] == ["p", "s"]
    told = [(item.level, item.about, item.value) for item in listing.rows[0].attention.alarms]
    assert told == [
        ("stop", "Bleeding", "WHO 3"),
        ("call", "Bleeding", "WHO 2"),
        ("call", "Hemoglobin", "6.8 g/dL"),
    ]
    assert (listing.summary.patients, listing.summary.stops) == (3, 1)
    assert listing.rows[-1].is_gone


def test_an_acknowledgement_of_72_hours_calms_for_8_from_its_time(
    store: Store, protocol: Protocol, tmp_path: Path
) -> None:
    def seen(hours: float) -> dict[str, str]:
        found = ward_of(store, protocol, tmp_path, hours).attention(store.chart("p").sheet)
        return {
            item.about: "" if item.seen is None else item.seen.by
            for item in found.alarms
            if BLEEDING in item.entries or HEMOGLOBIN in item.entries
        }

    assert seen(7.9) == {"Bleeding": "AB", "Hemoglobin": "AB"}
    assert seen(8) == {"Bleeding": "", "Hemoglobin": ""}


def test_an_entry_is_signed_and_the_board_keeps_what_stands(store: Store, protocol: Protocol) -> None:
    judge = judge_of(Protocols(protocol), effective({}, protocol, ZONE))
    store.judge = lambda: judge
    author = Author("AB", "doctor")
    for record in store.records():
        note = Proposal(record, Note("read"), author, ms(LEFT_AT), f"note-{record}")
        store.append([note], store.chart(record).n, despite_clock=True)  # a server has a clock of its own
    rows = {glance.record: glance for glance in store.board()[0]}
    assert (rows["p"].urgency, rows["s"].urgency) == (0, GONE)
    assert all(glance.judged_by == judge.name and glance.standing for glance in rows.values())
    assert verify(store).sound


def test_an_export_of_before_is_imported_and_its_acknowledgement_names_the_entries_here(
    protocol: Protocol, tmp_path: Path
) -> None:
    """Where an entry of the file is not taken, all that follow have other numbers here than they had there."""
    imported = LEFT_AT + timedelta(hours=2)
    clock = lambda: Reading(ms(imported), ms(imported) * 1_000_000, "boot")  # noqa: E731
    with closing(open_file(tmp_path / "here.db", clock=clock)) as store:
        entries = read_file(BEFORE / "patient.json")
        first = plan_import(store, entries[:1], Import("p.json", "root", "desk", imported))
        import_entries(store, first)  # with the note that says so: the next number is 3
        plan = plan_import(store, entries, Import("p.json", "root", "desk", imported))
        import_entries(store, plan)
        assert (plan.known, plan.not_taken) == (1, [])
        chart = store.chart("p")
        (seen,) = [entry for entry in chart.entries if isinstance(entry.body, Acknowledged)]
        assert (seen.n, seen.body) == (
            SEEN + 1,
            Acknowledged((BLEEDING + 1, HEMOGLOBIN + 1), ms(LEFT_AT) + 72 * 3_600_000),
        )
        assert verify(store).sound

        def calm(hours: float) -> set[str]:
            found: Attention = ward_of(store, protocol, tmp_path, hours).attention(chart.sheet)
            return {item.about for item in found.of(STOP, CALL) if item.is_calm and BLEEDING + 1 in item.entries}

        assert calm(7.9) == {"Bleeding"}
        assert calm(8) == set()  # eight hours from when it was seen, not from the import


def test_a_ward_that_named_no_protocol_reads_its_courses_by_their_own(
    store: Store, protocol: Protocol, tmp_path: Path
) -> None:
    """The old program's edition is not on this machine, or it is: a course is never read by one that is not its own."""
    ward = ward_of(store, protocol, tmp_path)
    assert (ward.protocols.kept.named, ward.protocols.differs) == (None, False)
    charts = [store.chart(record) for record in store.records()]
    assert any(chart.course is not None for chart in charts)
    for chart in charts:
        found = ward.protocols.edition(chart)
        if chart.course is None:
            assert (found.protocol, found.missing) == (protocol, "")
        else:
            hashed = chart.entries[chart.course.n - 1].protocol
            assert found.missing == ("" if hashed in ("", found.protocol.sha256) else hashed[:12])
    signature = Signature(Author("AB", "doctor"), LEFT_AT, "first", protocol.sha256)
    name_first_protocol(store, ward.protocols, signature, despite_clock=True)
    ward.read_settings()
    assert ward.protocols.kept.sha256 == protocol.sha256
    assert verify(store).sound

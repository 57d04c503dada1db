"""A store, a copy and an export of the program that refused doses which did not go as planned: all are read as they are.

``before/store-2.sql`` is a dump of a store as that program left it on 13 May 2026 at 04:00 UTC, with three courses that
began on 12 May at 08:00: ``p`` has two doses, bled (WHO 3) and the STOP was ended; of ``q`` the second dose was held and
the course stopped at 16:30; ``r`` left at 02:00. ``before/patient-2.json`` is its export of ``p``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from immunosep_tui.record.attention import DECIDE, NOT_CHARTED, RUNNING, STOPPED
from immunosep_tui.record.clock import Reading, ms
from immunosep_tui.record.entry import Author, Proposal
from immunosep_tui.record.kinds import Dose, Kind, Returned, Voided
from immunosep_tui.record.settings import effective
from immunosep_tui.record.standing import standing
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.store import schema
from immunosep_tui.store.backup import open_copy
from immunosep_tui.store.errors import Refused
from immunosep_tui.store.files import open_file
from immunosep_tui.store.migration import stored_version
from immunosep_tui.store.postgres import open_server
from immunosep_tui.store.store import Store
from immunosep_tui.store.verify import verify
from immunosep_tui.ward.transfer import Import, import_entries, plan_import
from immunosep_tui.ward.transfer_file import read_file
from tests.support.old_stores import OldStore
from tests.support.wards import UTC as ZONE

BEFORE = Path(__file__).parent / "before"
OLD = OldStore(BEFORE / "store-2.sql", 2)
BEGAN = datetime(2026, 5, 12, 8, 0, tzinfo=UTC)
LEFT_AT = BEGAN + timedelta(hours=20)
DOCTOR = Author("AB", "doctor")


def clock() -> Reading:
    """The hour at which that program was left."""
    return Reading(ms(LEFT_AT), ms(LEFT_AT) * 1_000_000, "boot")


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """The store of before, opened by this program."""
    path = tmp_path / "ward.db"
    if request.param == "postgresql":
        url = OLD.database(request.getfixturevalue("server_ward").url, path)
        opened = open_server(url, clock=clock)
    else:
        opened = open_file(OLD.file(path), clock=clock)
    with closing(opened) as store:
        yield store


def record(store: Store, key: str, body: Kind, at: datetime = LEFT_AT, reason: str = "") -> None:
    """Append one entry."""
    n = store.chart(key).n
    store.append([Proposal(key, body, DOCTOR, ms(at), f"new-{key}-{n}", reason)], n, despite_clock=True)


def test_it_opens_on_the_schema_of_today_with_every_entry(store: Store) -> None:
    assert stored_version(store.engine) == schema.LATEST
    assert [(key, store.chart(key).n) for key in store.records()] == [("p", 9), ("q", 7), ("r", 6)]
    assert verify(store).sound


def test_a_dose_that_it_refused_is_taken_with_a_reason(store: Store) -> None:
    """The third dose was due at 00:00; at 03:30 it is late, which asks for a reason and refuses no more."""
    course = store.chart("p").courses[0].n
    late = BEGAN + timedelta(hours=19, minutes=30)
    with pytest.raises(Refused) as refused:
        record(store, "p", Dose(course, 3, "given"), late)
    assert refused.value.rule == "dose_reason"
    record(store, "p", Dose(course, 3, "given"), late, "the pump was changed")
    with pytest.raises(Refused) as again:
        record(store, "p", Dose(course, 3, "given"), late, "the pump was changed")
    assert again.value.rule == "one_dose"
    assert verify(store).sound


def test_its_stopped_course_and_its_patient_who_left_go_on_as_they_are(store: Store, protocol: Protocol) -> None:
    """After the stop the held dose becomes a given one; who left comes back, and the dose of the night is not charted."""
    settings = effective({}, protocol, ZONE)
    q = store.chart("q")
    assert standing(q, protocol, settings).state_at(ms(LEFT_AT)) == STOPPED
    record(store, "q", Voided(q.courses[0].doses[2].n), reason="it was given")
    record(store, "q", Dose(q.courses[0].n, 2, "given"), BEGAN + timedelta(hours=8), "charted after the stop")
    record(store, "r", Returned("from the ward"))
    back = standing(store.chart("r"), protocol, settings)
    assert back.state_at(ms(LEFT_AT)) == RUNNING
    (missed,) = [each for each in back.at(ms(LEFT_AT)).of(DECIDE) if each.code == NOT_CHARTED]
    assert missed.n == 1  # 16:00; that of midnight is still due
    assert verify(store).sound


def test_a_copy_of_before_is_kept_and_its_export_comes_in(tmp_path: Path) -> None:
    open_file(OLD.file(tmp_path / "ward.db"), clock=clock).close()
    with closing(open_copy(tmp_path / "ward-before-schema-3.db")) as kept:
        assert stored_version(kept.engine) == 2
        assert verify(kept).sound
    with closing(open_file(tmp_path / "other.db", clock=clock)) as other:
        found = read_file(BEFORE / "patient-2.json")
        brought = Import("patient-2.json", "root", "ws-2", LEFT_AT)
        planned = plan_import(other, found, brought)
        import_entries(other, planned)
        assert planned.not_taken == []
        assert len(other.chart("p").courses[0].doses) == 2
        assert verify(other).sound

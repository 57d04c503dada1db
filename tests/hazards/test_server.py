"""Several workstations and a server: one entry a dose, nothing twice after an error, nothing believed stored that is not."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest

from immunosep_tui.record.kinds import Dose, Note
from immunosep_tui.record.patient import Patient
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.store import postgres_link, schema
from immunosep_tui.store.engine import Broken, Row, Value, Violated
from immunosep_tui.store.errors import Refused, Stale, StoreError
from immunosep_tui.store.opening import open_store
from immunosep_tui.store.place import place_of
from immunosep_tui.store.postgres import open_server
from immunosep_tui.store.postgres_engine import PostgresEngine
from immunosep_tui.store.sqlite import SqliteEngine
from immunosep_tui.store.store import Store
from immunosep_tui.ui.app import ImmunoSepApp
from tests.harness.conflict import judge, race_of
from tests.harness.server_kill import HARNESSES, LONGEST
from tests.hazards.control import Many, cut, hazard, swap
from tests.store.acts import admitted, now, proposal, record, running_course
from tests.support.cable import HOLE, Cable
from tests.support.server import Server
from tests.support.wards import desk_of
from tests.ui.screen import screen_text
from tests.ui.test_recording import SHEET, Bedside

NAIVE = {"naive": False}
"""Whether the programs of the harnesses do without the store's looking: they write by themselves then."""

EMPTY: Mapping[str, Value] = {}


def naive(patch: pytest.MonkeyPatch) -> None:
    """Programs that look first and write afterwards, or repeat under another key what seemed to have failed."""
    patch.setitem(NAIVE, "naive", True)


@hazard("HZ-30", "HZ-57", without=naive)
def test_many_workstations_at_once_record_each_dose_once_and_lose_no_change(place: str, many: Many) -> None:
    attempts = len(many(200, 100_000))
    open_store(place_of(place)).close()
    name, told = race_of(place, 4, attempts, 30, NAIVE["naive"])
    tally = judge(place, name, told)
    assert tally.attempts >= attempts
    assert (tally.doubles, tally.lost) == (0, 0)
    assert tally.wrong == [], tally.wrong[:3]


@hazard("HZ-30", without=swap("immunosep_tui.store.schema.ONE_DOSE", schema.ONE_DOSE.replace("UNIQUE ", "")))
def test_the_database_itself_holds_one_entry_a_dose(place: str) -> None:
    with closing(open_store(place_of(place))) as store:
        running_course(store, "p")
        record(store, "p", Dose(3, 1, "given"), Note("seen"))
        values = {"at": now()}
        with pytest.raises(Violated) as refused:
            store.engine.run("INSERT INTO dose VALUES ('p', 5, 3, 1, 'drug one', 'given', :at, NULL)", values)
        assert refused.value.rule == "one_dose"


@hazard("HZ-30", without=swap("immunosep_tui.store.store.objection", lambda *_given: ("", None)))
def test_the_second_one_is_told_who_was_first(place: str) -> None:
    with closing(open_store(place_of(place))) as first, closing(open_store(place_of(place))) as second:
        running_course(first, "p")
        (recorded,) = record(first, "p", Dose(3, 1, "given"))
        with pytest.raises(Refused) as refused:
            record(second, "p", Dose(3, 1, "given"))
        assert (refused.value.rule, refused.value.entry) == ("one_dose", recorded)
        assert "AB recorded it first" in str(refused.value.advice)


class _Mute:
    """An engine whose commit is done and whose answer is lost, when it is asked for."""

    loses = False

    def run(self, statement: str, values: Mapping[str, Value] = EMPTY) -> list[Row]:
        found: list[Row] = super().run(statement, values)  # type: ignore[misc]
        if statement == "COMMIT" and self.loses:
            self.loses = False
            raise Broken("lost", "the answer to the commit was lost")
        return found


class _MuteFile(_Mute, SqliteEngine):
    pass


class _MuteServer(_Mute, PostgresEngine):
    pass


LOOKS = "if not error.committing and self._in_doubt.isdisjoint(proposal.key for proposal in proposals):"
KNOWN = "done = [found for proposal in proposals if (found := self._by_key(proposal.key))]"


@hazard("HZ-31", without=(cut(Store._settle, LOOKS, "if True:"), cut(Store._write, KNOWN, "done = []")))
def test_what_seemed_to_have_failed_is_looked_up_and_never_recorded_again(place: str) -> None:
    """Without the controls a failed commit is called not saved, or the same deed is tried as another one."""
    open_store(place_of(place)).close()
    engine = _MuteServer(place) if place_of(place).url else _MuteFile(Path(place))
    with closing(Store(engine)) as store:
        record(store, "p", admitted("p"))
        deed = [proposal("p", Note("seen"))]
        engine.loses = True
        told = []
        for _try in range(4):
            try:
                told.append(store.append(deed, 1))
            except StoreError as error:
                pytest.fail(f"told {type(error).__name__}: {error}")
        assert len({entries[0].hash for entries in told}) == 1
        assert len(store.entries("p")) == 2


@hazard("HZ-31", "HZ-56", without=naive)
def test_a_connection_that_is_cut_at_any_byte_loses_nothing_and_doubles_nothing(own_server: Server, many: Many) -> None:
    """Without the control what seemed to have failed is repeated under another key."""
    rounds = len(many(30, 10_000))
    found = HARNESSES["cuts"](own_server, rounds, 31, naive=NAIVE["naive"])
    assert found.rounds == rounds
    assert found.acknowledged > 0
    assert found.sound, str(found)


@pytest.mark.deep
@pytest.mark.parametrize(("what", "rounds"), [("kills", 1_000), ("holes", 200)])
def test_a_server_that_is_killed_or_silent_loses_nothing_and_doubles_nothing(
    own_server: Server, what: str, rounds: int
) -> None:
    found = HARNESSES[what](own_server, rounds, 56, naive=False)
    assert found.rounds == rounds
    assert found.sound, str(found)


NO_HOUR = cut(postgres_link._ending, "if monotonic() > until:", "if False:")


@hazard("HZ-56", without=NO_HOUR)
def test_a_network_that_says_nothing_any_more_holds_up_nobody_for_ever(
    own_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The wait is made shorter; without the control the call lasts as long as the silence."""
    monkeypatch.setattr("immunosep_tui.store.postgres_engine.PATIENCE", 0.5)
    cable = Cable(own_server.port)
    database = own_server.new_database()
    open_server(own_server.url(database)).close()
    store = Store(PostgresEngine(own_server.url(database, port=cable.port)))
    record(store, "p", admitted("p"))
    cable.arm(HOLE, 40)
    told: list[str] = []

    def write() -> None:
        try:
            store.append([proposal("p", Note("seen"))], 1)
        except StoreError as error:
            told.append(type(error).__name__)

    writer = threading.Thread(target=write, daemon=True)
    writer.start()
    writer.join(LONGEST / 2)
    try:
        assert not writer.is_alive(), "no answer"
        assert told in (["NotSaved"], ["InDoubt"])
    finally:
        cable.mend()
        writer.join()
        store.close()
        cable.end()


@hazard("HZ-56", without=cut(ImmunoSepApp._store_troubled, "self._store_trouble = error"))
async def test_a_server_that_is_away_is_said_and_its_return_too(
    protocol: Protocol, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = desk_of(protocol, [Patient("p", SHEET)], folder=tmp_path)
    app = ImmunoSepApp(desk)

    def away() -> int:
        raise Broken("unreachable", "no route to host")

    async with app.run_test(size=(80, 24)) as pilot:
        bed = Bedside(desk, app, pilot)
        await bed.sees("A-12")
        with monkeypatch.context() as patch:
            patch.setattr(desk.ward.store.engine, "changes", away)
            await app._look()
            await pilot.pause()
            assert "NOTHING IS STORED. The server cannot be reached." in screen_text(app)
        await app._look()
        await pilot.pause()
        assert "NOTHING IS STORED" not in screen_text(app)
    desk.close()


@hazard("HZ-57", without=cut(Store._write, "len(before) != follows", "False"))
def test_the_slower_of_two_is_told_what_the_faster_wrote_and_overwrites_nothing(place: str, many: Many) -> None:
    with closing(open_store(place_of(place))) as one, closing(open_store(place_of(place))) as other:
        record(one, "p", admitted("p"))
        for turn in many(8, 1_000):
            seen = one.chart("p").n
            (faster,) = record(other, "p", Note(f"turn {turn}"))
            with pytest.raises(StoreError) as refused:
                one.append([proposal("p", Note("slower"))], seen)
            assert isinstance(refused.value, Stale)
            assert list(refused.value.entries) == [faster]
            assert other.entries("p")[-1] == faster

"""A ward's server: what it must be, who may do what on it, and what is said when it is not there."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import psycopg
import pytest

from immunosep_tui.record.kinds import Dose, Note
from immunosep_tui.store import postgres_engine
from immunosep_tui.store.engine import Broken, Violated
from immunosep_tui.store.errors import NotSaved, ReadOnly, Unusable
from immunosep_tui.store.place import Place
from immunosep_tui.store.postgres import open_server
from immunosep_tui.store.postgres_engine import PostgresEngine
from immunosep_tui.store.store import Store
from immunosep_tui.store.verify import verify
from tests.record.histories import HandClock
from tests.store.acts import admitted, now, proposal, record, running_course
from tests.store.conftest import ServerWard
from tests.support.cable import CUT, Cable
from tests.support.server import OWNER, Server, programs_or_skip

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture
def store(server_ward: ServerWard) -> Store:
    """A new store on the server."""
    return server_ward.open()


def refusal(url: str) -> str:
    """Why a store cannot be opened, with the advice."""
    with pytest.raises(Unusable) as refused:
        open_server(url)
    return f"{refused.value.text} {refused.value.advice}"


# What the server must be.


def test_a_server_that_is_too_old_is_refused(server_ward: ServerWard, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ours is as new as it is; the oldest one is moved above it."""
    monkeypatch.setattr(postgres_engine, "OLDEST", 99)
    assert "older than PostgreSQL 15" in refusal(server_ward.url)


def test_a_database_without_every_character_is_refused(server: Server) -> None:
    """Its encoding is asked when it is opened."""
    database = server.new_database(template="template0", options="ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'")
    assert "UTF8" in refusal(server.url(database))


def test_the_encoding_of_the_environment_changes_nothing(
    server_ward: ServerWard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Texts go as UTF-8 whatever libpq was told."""
    monkeypatch.setenv("PGCLIENTENCODING", "LATIN1")
    record(server_ward.open(), "p", admitted("p", place="家 🩸"))
    assert server_ward.open().board()[0][0].place == "家 🩸"


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes"])
def test_a_server_that_forgets_in_a_power_cut_is_refused(server: Server, server_ward: ServerWard, setting: str) -> None:
    """Where what was committed may be only in memory."""
    with _set(server, setting, "off"):
        assert "settings that keep it safe" in refusal(server_ward.url)
    server_ward.open()


def test_a_commit_is_on_the_disk_before_it_is_acknowledged(server: Server, server_ward: ServerWard) -> None:
    """Also where the server would be content with less."""
    server.run(f'ALTER DATABASE "{server_ward.database}" SET synchronous_commit = off')
    assert server_ward.open().engine.run("SHOW synchronous_commit") == [("on",)]
    server.run(f'ALTER DATABASE "{server_ward.database}" SET synchronous_commit = remote_apply')
    assert server_ward.open().engine.run("SHOW synchronous_commit") == [("remote_apply",)]


@contextmanager
def _set(server: Server, name: str, value: str) -> Iterator[None]:
    """A setting of the whole server for a while."""
    ((before,),) = server.run(f"SHOW {name}")

    def tell(statement: str, wanted: object) -> None:
        server.run(statement)
        server.run("SELECT pg_reload_conf()")
        while server.run(f"SHOW {name}") != [(wanted,)]:
            time.sleep(0.01)

    tell(f"ALTER SYSTEM SET {name} = {value}", value)
    try:
        yield
    finally:
        tell(f"ALTER SYSTEM RESET {name}", before)


def test_a_database_of_another_program_is_refused(server: Server, server_ward: ServerWard) -> None:
    """And is left as it is."""
    server.run("CREATE TABLE ledger (amount BIGINT)", server_ward.database)
    assert "tables of another program" in refusal(server_ward.url)
    assert server.run("SELECT * FROM ledger", server_ward.database) == []


def test_without_the_driver_it_is_said_how_to_get_it() -> None:
    """In a fresh interpreter that has no psycopg."""
    code = (
        "import sys; sys.modules['psycopg'] = None\n"
        "from immunosep_tui.store.opening import open_store\n"
        "from immunosep_tui.store.place import Place\n"
        "from immunosep_tui.store.errors import Unusable\n"
        "try: open_store(Place(url='postgresql://nowhere/ward'))\n"
        "except Unusable as refused: print(refused.text, refused.advice)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "immunosep-tui[postgres]" in done.stdout


# Reaching it.


def test_where_there_is_no_server_the_reason_is_given(server: Server) -> None:
    """Nothing listens, no such database, no such user: in the server's own words and without the password."""
    addresses = {
        "postgresql://ab:geheim@127.0.0.1:1/ward": "refused",
        server.url("nowhere"): "nowhere",
        server.url(user="stranger", password="geheim"): "stranger",
        server.url(password="geheim"): "password authentication failed",
    }
    for address, reason in addresses.items():
        words = refusal(address)
        assert reason in words
        assert "geheim" not in words
        assert "Check the address" in words


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://ab:geheim@x@127.0.0.1/ward",
        "postgresql://ab:geheim/x@127.0.0.1/ward",
        "postgresql://ab:geheim?x@127.0.0.1/ward",
        "postgresql://ab:gehe%ZZim@127.0.0.1/ward",
        "postgresql://ab@127.0.0.1:1/ward?password=geheim",
        "postgresql://ab@127.0.0.1:1/ward?sslpassword=geheim&password=geheim",
    ],
)
def test_a_password_is_never_shown(address: str) -> None:
    """However it is written, also where its signs make the address another one."""
    words = refusal(address)
    assert "geheim" not in words
    assert "gehe" not in words
    assert "geheim" not in Place(url=address).shown


def test_a_password_is_taken_from_a_file_of_its_owners(server: Server, server_ward: ServerWard, tmp_path: Path) -> None:
    """The address is given to libpq as it is; a file that others can read is not used."""
    password = server_ward.url.split(":")[2].partition("@")[0]
    word = tmp_path / "pgpass"
    word.write_text(f"127.0.0.1:{server.port}:*:{OWNER}:{password}\n")
    address = f"postgresql://{OWNER}@127.0.0.1:{server.port}/{server_ward.database}?passfile={word}"
    word.chmod(0o600)
    open_server(address).close()
    word.chmod(0o644)
    assert "no password" in refusal(address)


def test_a_name_server_that_does_not_answer_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of libpq bounds that wait; the answer comes while the name is still being asked for."""
    answered = threading.Event()

    def ask(*_question: object, **_named: object) -> None:
        answered.wait(60)
        raise OSError("no such name")

    monkeypatch.setattr("socket.getaddrinfo", ask)
    assert "no answer in time" in refusal("postgresql://ward@server.example/ward")
    answered.set()


def test_a_restarted_server_is_found_again_by_the_next_deed(server: Server, store: Store) -> None:
    """Whether it reads or writes; nobody is told of a connection that was lost while nothing was asked."""
    hang_up = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'immunosep-tui'"
    record(store, "p", admitted("p"))
    server.run(hang_up)
    assert store.head().seq == 1
    server.run(hang_up)
    store.append([proposal("p", Note("words"))], 1)
    server.run(hang_up)
    assert len(list(store.all_entries())) == 2


def test_a_connection_that_is_lost_is_made_again_by_the_next_statement(store: Store) -> None:
    """The statement that lost it says so."""
    with pytest.raises(Broken) as lost:
        store.engine.run("SELECT pg_terminate_backend(pg_backend_pid())")
    assert lost.value.code == "lost"
    assert store.engine.run("SELECT 1") == [(1,)]


# Failures within a deed.


def test_a_connection_that_is_lost_within_a_deed_is_not_made_again_there(store: Store) -> None:
    """The rest of the deed must not run outside its transaction."""

    def cut_short() -> None:
        with store.engine.transaction():
            store.engine.run("UPDATE head SET seq = seq + 1")
            with suppress(Broken):
                store.engine.run("SELECT pg_terminate_backend(pg_backend_pid())")
            store.engine.run("UPDATE head SET seq = seq + 1")

    with pytest.raises(Broken) as lost:
        cut_short()
    assert lost.value.code == "lost"
    assert not lost.value.committing
    assert store.head().seq == 0


def test_a_commit_whose_answer_is_lost_is_found_by_its_key(server: Server, server_ward: ServerWard) -> None:
    """The cable is cut when the server has the commit and before the client has the answer."""
    record(server_ward.open(), "p", admitted("p"))
    cable = Cable(server.port)
    through = open_server(server.url(server_ward.database, port=cable.port))
    try:
        for number, bytes_left in enumerate((12, 13, 29)):
            cable.arm(CUT, bytes_left, aim=b"COMMIT\0")
            (entry,) = through.append([proposal("p", Note(f"note {number}"))], number + 1)
            assert cable.fired.is_set()
            assert through.entries("p")[-1] == entry
        cable.arm(CUT, 3, aim=b"COMMIT\0")
        with pytest.raises(NotSaved):
            through.append([proposal("p", Note("lost"))], 4)
    finally:
        through.close()
        cable.end()
    assert len(server_ward.open().entries("p")) == 4


FAILURES = {
    "53100": "The disk is full",
    "25006": "read-only",
    "40001": "Another program",
    "57014": "did not answer in time",
    "XX001": "damaged",
    "58030": "gave an error",
}


@pytest.mark.parametrize("state", FAILURES)
def test_a_failure_of_the_server_is_said_in_words(server_ward: ServerWard, store: Store, state: str) -> None:
    """While the entry is written, and while it is committed: nothing is recorded either way."""
    deferred = "CONSTRAINT TRIGGER fails AFTER INSERT ON ledger DEFERRABLE INITIALLY DEFERRED"
    for trigger in ("TRIGGER fails BEFORE INSERT ON ledger", deferred):
        server_ward.tamper(
            "CREATE OR REPLACE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN RAISE 'simulated' USING ERRCODE = '{state}'; END $$",
            f"CREATE {trigger} FOR EACH ROW EXECUTE FUNCTION fail()",
        )
        with pytest.raises(NotSaved) as failed:
            record(store, "p", admitted("p"))
        assert FAILURES[state] in str(failed.value.text)
        server_ward.tamper("DROP TRIGGER fails ON ledger")
    assert store.entries("p") == []


def test_a_workstation_that_dies_while_it_writes_holds_the_others_up_for_a_moment(
    server_ward: ServerWard, store: Store
) -> None:
    """It holds the lock of the ledger and says nothing more: the server puts it out."""
    other = PostgresEngine(server_ward.url)

    def hold_the_ledger() -> None:
        with other.transaction():
            other.run("SELECT * FROM head FOR UPDATE")
            record(store, "p", admitted("p"))

    with closing(other), pytest.raises(Broken) as lost:
        hold_the_ledger()
    assert lost.value.code == "lost"
    assert store.head().seq == 1


def test_who_waits_too_long_for_the_ledger_records_nothing(server_ward: ServerWard, store: Store) -> None:
    """Somebody who is not put out holds it."""
    with psycopg.connect(server_ward.url) as other:
        other.execute("SELECT * FROM head FOR UPDATE")
        with pytest.raises(NotSaved) as failed:
            record(store, "p", admitted("p"))
        assert "in time" in str(failed.value.text)
    record(store, "p", admitted("p"))


def test_a_server_that_takes_no_entries_can_be_read(server: Server, server_ward: ServerWard, store: Store) -> None:
    """It is known when it is opened; nothing is tried."""
    record(store, "p", admitted("p"))
    server.run(f'ALTER DATABASE "{server_ward.database}" SET default_transaction_read_only = on')
    reader = server_ward.open()
    assert reader.why_read_only is not None
    assert len(reader.entries("p")) == 1
    with pytest.raises(ReadOnly):
        record(reader, "p", Note("words"))


def test_the_ledger_is_read_as_it_was_while_others_write(server_ward: ServerWard, store: Store) -> None:
    """A reader holds up no writer, and a writer changes nothing under a reader; left in the middle, it is closed."""
    for number in range(3):
        record(store, str(number), admitted(str(number)))
    other = server_ward.open()
    seqs = []
    for entry in store.all_entries():
        seqs.append(entry.seq)
        record(other, f"new {entry.seq}", admitted(f"new {entry.seq}"))
    assert seqs == [1, 2, 3]
    for _entry in store.all_entries():
        break
    with store.engine.reading():
        assert store.engine.run("SELECT seq FROM head") == [(6,)]
        record(other, "p", admitted("p"))
        assert store.engine.run("SELECT seq FROM head") == [(6,)]
    assert store.head().seq == 7
    assert verify(store).sound


def test_entries_are_timed_by_the_server(server_ward: ServerWard) -> None:
    """A workstation whose clock is wrong by months records at the right time."""
    wrong = server_ward.open(HandClock())
    (entry,) = record(wrong, "p", admitted("p"))
    assert abs(entry.recorded - now()) < 60_000
    assert wrong.doubt() == ""


# Who may do what.


@pytest.mark.parametrize("table", ["ledger", "head", "course", "dose"])
def test_not_even_the_owner_empties_a_table(store: Store, table: str) -> None:
    """TRUNCATE passes by the guards of single rows; it has one of its own."""
    running_course(store, "p")
    with pytest.raises(Violated) as refused:
        store.engine.run(f"TRUNCATE {table} CASCADE")
    assert refused.value.rule == "ledger_is_not_deleted"
    assert store.head().seq == 3


@pytest.mark.parametrize(
    ("guard", "statement"),
    [
        ("ledger_follows", "ALTER TABLE ledger DISABLE TRIGGER ledger_follows"),
        ("dose_in_time", "DROP TRIGGER dose_in_time ON dose"),
        ("head_is_not_emptied", "DROP TRIGGER head_is_not_emptied ON head"),
        ("one_dose", "DROP INDEX one_dose"),
        (
            "dose_has_slot",
            "CREATE OR REPLACE FUNCTION dose_has_slot() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        ),
    ],
)
def test_a_guard_that_is_not_in_force_is_noticed(
    server_ward: ServerWard, store: Store, guard: str, statement: str
) -> None:
    """Missing, switched off or changed."""
    assert verify(store).sound
    server_ward.tamper(statement)
    (finding,) = verify(store).findings
    assert guard in str(finding.text)


@pytest.fixture(scope="module")
def prepared(server: Server) -> Iterator[Server]:
    """The server with the roles and the database of the documentation, its tables made by their owner."""
    _psql(server, DOCS / "postgresql-roles.sql", "postgres", OWNER)
    for role in ("immunosep_owner", "immunosep"):
        server.run(f"ALTER ROLE {role} PASSWORD 'word'")
    words = refusal(server.url("immunosep", user="immunosep", password="word"))
    assert "prepared and updated by its owner" in words
    open_server(server.url("immunosep", user="immunosep_owner", password="word")).close()
    for _again in range(2):
        _psql(server, DOCS / "postgresql-rights.sql", "immunosep", "immunosep_owner", "word")
    yield server
    server.run("DROP DATABASE immunosep WITH (FORCE)")
    server.run("DROP ROLE immunosep, immunosep_owner")


def _psql(server: Server, script: Path, database: str, user: str, password: str = "") -> None:
    """Run a script as the documentation says."""
    with script.open() as lines:
        address = server.url(database, user=user, password=password)
        command = [str(programs_or_skip() / "psql"), "-q", "-v", "ON_ERROR_STOP=1", address]
        subprocess.run(command, stdin=lines, check=True, capture_output=True)


FORBIDDEN = (
    "DELETE FROM ledger",
    "UPDATE ledger SET text = 'another'",
    "UPDATE ledger SET key = key WHERE seq = 1",
    "TRUNCATE ledger",
    "DELETE FROM head",
    "INSERT INTO head (id, seq, hash) VALUES (1, 0, '')",
    "UPDATE head SET id = 2",
    "DELETE FROM course",
    "UPDATE course SET ends = 0",
    "DELETE FROM dose",
    "UPDATE dose SET outcome = 'given'",
    "DELETE FROM board",
    "DELETE FROM sign_in",
    "UPDATE schema_version SET version = 0",
    "INSERT INTO schema_version (version) VALUES (99)",
    "DROP TABLE ledger",
    "ALTER TABLE ledger DISABLE TRIGGER USER",
    "DROP TRIGGER ledger_is_not_deleted ON ledger",
    "CREATE OR REPLACE FUNCTION ledger_is_not_deleted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'",
    "CREATE TABLE another (one BIGINT)",
    "CREATE TEMP TABLE head (id BIGINT, hash TEXT)",
    "SET session_replication_role = replica",
    "COPY ledger FROM PROGRAM 'id'",
)


def test_a_workstation_can_do_its_work_and_nothing_else(prepared: Server) -> None:
    """With the rights of the documentation: admit, start, give, correct, search, verify; not one of the rest."""
    address = prepared.url("immunosep", user="immunosep", password="word")
    with closing(open_server(address)) as store:
        running_course(store, "p")
        record(store, "p", Dose(3, 1, "given"), Note("words"))
        store.append([proposal("p", Dose(3, 1, "held"), reason="wrong row", corrects=4)], 5)
        assert store.board("case p")[1] == 1
        before = list(store.all_entries())
        for statement in FORBIDDEN:
            with pytest.raises(Broken) as refused:
                store.engine.run(statement)
            assert refused.value.code == "privilege", statement
        assert list(store.all_entries()) == before
        assert verify(store).sound


def test_another_user_cannot_even_connect(prepared: Server) -> None:
    """The database is not everybody's."""
    prepared.run("CREATE ROLE visitor LOGIN PASSWORD 'word'")
    assert "permission denied" in refusal(prepared.url("immunosep", user="visitor", password="word"))
    prepared.run("DROP ROLE visitor")


# Encrypted connections.


@pytest.fixture(scope="module")
def certified(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The server with a certificate for localhost from an authority of the ward; the folder of both."""
    folder = tmp_path_factory.mktemp("certificates")
    for line in _openssl_lines():
        subprocess.run(["bash", "-c", line], cwd=folder, check=True, capture_output=True)
    for name in ("server.crt", "server.key"):
        target = server.data / name
        target.write_bytes((folder / name).read_bytes())
        target.chmod(stat.S_IRUSR)
        os.chown(target, server.data.stat().st_uid, server.data.stat().st_gid)
    with _set(server, "ssl", "on"):
        yield folder


def _openssl_lines() -> list[str]:
    """The commands of the documentation, with localhost for the server's name."""
    text = (DOCS / "postgresql.md").read_text("utf-8").replace("db.icu.example", "localhost")
    block = text.partition("```sh\n# The ward's authority")[2].partition("```")[0]
    return [line for line in block.replace("\\\n", "").splitlines() if line.startswith("openssl")]


def test_the_connection_is_encrypted_and_the_server_is_who_it_says(certified: Path, server_ward: ServerWard) -> None:
    """With the address of the documentation: the ward's authority and the server's name are checked."""
    full = f"sslmode=verify-full&sslrootcert={certified / 'ca.crt'}"
    named = server_ward.url.replace("127.0.0.1", "localhost")
    with closing(open_server(f"{named}?{full}")) as store:
        encrypted = "SELECT ssl::text FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
        assert store.engine.run(encrypted) == [("true",)]
    assert "does not match" in refusal(f"{server_ward.url}?{full}")
    assert "certificate" in refusal(f"{named}?sslmode=verify-full&sslrootcert={certified / 'server.crt'}")


def test_a_server_without_a_certificate_is_not_talked_to_in_the_open(server_ward: ServerWard, tmp_path: Path) -> None:
    """With sslmode=verify-full there is no way round it."""
    words = refusal(f"{server_ward.url}?sslmode=verify-full&sslrootcert={tmp_path / 'none.crt'}")
    assert "SSL" in words or "certificate" in words

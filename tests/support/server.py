"""A PostgreSQL server of the tests' own: on loopback, in a folder that is thrown away, never run as root."""

from __future__ import annotations

import itertools
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, NoReturn

import psycopg
import pytest

OWNER: Final = "ward_owner"
"""The superuser of the server; its password is made anew for each server."""

NEEDED: Final = "IMMUNOSEP_NEEDS_SERVER"
"""Set to 1 where a missing server, or what else the tests install, is a failure and not a reason to skip."""

_SETTINGS: Final = {
    "max_connections": "60",
    "max_wal_size": "64MB",
    "password_encryption": "scram-sha-256",
    "log_min_messages": "fatal",
}


def programs() -> Path | None:
    """The folder of the newest server's programs, where one is installed."""
    packaged = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    found = packaged[-1] if packaged else shutil.which("initdb")
    return Path(found).parent if found else None


def programs_or_skip() -> Path:
    """The folder of the programs; without one the test is skipped in words, or fails where a server is needed."""
    found = programs()
    if found is None:
        skip_or_fail("PostgreSQL's server programs are not installed: apt-get install postgresql")
    return found


def skip_or_fail(words: str) -> NoReturn:
    """Skip the test in words, or fail where what is missing is needed."""
    if os.environ.get(NEEDED) == "1":
        pytest.fail(words)
    pytest.skip(words)


class Server:
    """A server that is started, stopped and killed by tests; ``port`` stays the same over its life."""

    def __init__(self, bin_folder: Path, **settings: str) -> None:
        self._bin = bin_folder
        self._password = secrets.token_urlsafe(12)
        self._numbers = itertools.count(1)
        self._user = _other_user() if os.geteuid() == 0 else None
        self.folder = Path(tempfile.mkdtemp(prefix="immunosep-server-"))
        if self._user:
            os.chown(self.folder, self._user.pw_uid, self._user.pw_gid)
        self.data = self.folder / "data"
        self.port = _free_port()
        self._settings = {**_SETTINGS, **settings, "port": str(self.port), "listen_addresses": "127.0.0.1"}
        self._settings["unix_socket_directories"] = str(self.folder)
        self.environment: dict[str, str] = {}
        """Variables that are added to the environment in which it is started."""
        self._process: subprocess.Popen[bytes] | None = None
        self._watch: subprocess.Popen[bytes] | None = None
        self._initialise()
        self.start()

    def _initialise(self) -> None:
        word = self.folder / "word"
        word.write_text(self._password)
        if self._user:
            os.chown(word, self._user.pw_uid, self._user.pw_gid)
        options = ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--wal-segsize=4", "--no-sync"]
        self._run("initdb", "-D", str(self.data), "-U", OWNER, f"--pwfile={word}", *options)

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [self._bin / program, *arguments], capture_output=True, text=True, check=False, **self._as_user()
        )
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stdout}{done.stderr}")

    def _as_user(self) -> dict[str, Any]:
        if self._user is None:
            return {"cwd": self.folder}
        return {"cwd": self.folder, "user": self._user.pw_uid, "group": self._user.pw_gid, "extra_groups": []}

    def start(self) -> None:
        """Start, or start again after a kill, and wait until it answers."""
        options = [f"--{name}={value}" for name, value in self._settings.items()]
        for _attempt in range(20):
            with (self.folder / "log").open("ab") as log:
                self._process = subprocess.Popen(
                    [self._bin / "postgres", "-D", str(self.data), *options],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=log,
                    start_new_session=True,
                    env={**os.environ, **self.environment},
                    **self._as_user(),
                )
            while self._process.poll() is None:
                try:
                    psycopg.connect(self.url(), connect_timeout=5).close()
                except psycopg.OperationalError:
                    time.sleep(0.05)
                else:
                    self._watch = self._watched(self._process.pid)
                    return
            time.sleep(0.2)  # what is left of a killed server still holds its memory
        raise RuntimeError((self.folder / "log").read_text(errors="replace")[-2000:])

    def _watched(self, pid: int) -> subprocess.Popen[bytes]:
        """Who stops the server and throws its folder away should the tests be killed: their end of its pipe closes."""
        orders = 'cat; kill -QUIT "$1"; sleep 1; rm -rf "$2"'
        return subprocess.Popen(
            ["/bin/sh", "-c", orders, "watch", str(pid), self.folder], stdin=subprocess.PIPE, start_new_session=True
        )

    def _unwatch(self) -> None:
        if self._watch is not None:
            self._watch.kill()
            self._watch.communicate()
            self._watch = None

    def kill(self) -> None:
        """End the server and everything that it started, at once and without a word."""
        assert self._process is not None
        self._unwatch()
        for child in _children(self._process.pid):
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        self._process.kill()
        self._process.wait()

    def restart(self, environment: dict[str, str]) -> None:
        """Stop in good order and start anew with these variables; what is stored stays."""
        assert self._process is not None
        self._unwatch()
        self._process.send_signal(signal.SIGINT)
        self._process.wait(30)
        self.environment = environment
        self.start()

    def stop(self) -> None:
        """Stop the server and throw its folder away."""
        self._unwatch()
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(30)
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str = "postgres", *, port: int | None = None, user: str = OWNER, password: str = "") -> str:
        """The address of a database, over another port where something stands between."""
        return f"postgresql://{user}:{password or self._password}@127.0.0.1:{port or self.port}/{database}"

    def run(self, statement: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """Run a statement as the superuser, outside any transaction."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def new_database(self, *, template: str = "template1", options: str = "") -> str:
        """Make a database and give its name."""
        name = f"ward_{next(self._numbers)}"
        self.run(f'CREATE DATABASE "{name}" TEMPLATE "{template}" {options}')
        return name


def _other_user() -> pwd.struct_passwd:
    """Who the server runs as where the tests run as root: PostgreSQL refuses root."""
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name)
    raise RuntimeError("there is no user but root to run a server as")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _children(parent: int) -> list[int]:
    """Processes that a process started."""
    return [int(word) for word in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]

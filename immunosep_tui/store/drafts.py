"""What was typed and not signed yet, kept on this machine: it survives a crash, and is never a record by itself."""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from immunosep_tui.store.clock import machine_clock
from immunosep_tui.store.engine import Broken, Row, Value, Violated
from immunosep_tui.store.files import make_private
from immunosep_tui.store.sqlite import Connect, SqliteEngine, plain

FILE_NAME: Final = "drafts.db"

DELAY: Final = 0.1
"""Seconds between a key and the writing of what was typed until then."""

_TABLE: Final = """
CREATE TABLE IF NOT EXISTS draft (
  store TEXT NOT NULL,
  record TEXT NOT NULL,
  process INTEGER NOT NULL,
  boot TEXT NOT NULL,
  texts TEXT NOT NULL,
  kept TEXT NOT NULL,
  authors TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (store, record, process, boot)
) STRICT
"""
_KEEP: Final = "INSERT OR REPLACE INTO draft VALUES (:store, :record, :process, :boot, :texts, :kept, :authors, :at)"
_DROP: Final = "DELETE FROM draft WHERE store = :store AND record = :record AND process = :process AND boot = :boot"
_LIST: Final = "SELECT record, process, boot, texts, kept, authors, at FROM draft WHERE store = :store ORDER BY at"


@dataclass(frozen=True, slots=True)
class Draft:
    """What was typed for one patient.

    Args:
        record: key of the patient.
        texts: by key of the sheet; an empty text takes a recorded one away.
        kept: texts that were asked about and confirmed, as ``key=text``.
        authors: initials of those who were signed in while it was typed.
        at: when it was last typed into, milliseconds of UTC.
    """

    record: str
    texts: Mapping[str, str] = field(default_factory=dict)
    kept: frozenset[str] = frozenset()
    authors: tuple[str, ...] = ()
    at: int = 0

    def over(self, older: Draft) -> Draft:
        """This draft with what only an older one has."""
        authors = tuple(dict.fromkeys((*older.authors, *self.authors)))
        return replace(self, texts={**older.texts, **self.texts}, kept=older.kept | self.kept, authors=authors)


class Drafts:
    """The drafts of one store on this machine, written by a thread of their own soon after each key.

    Args:
        path: the file, made where there is none.
        store: names the store that the drafts belong to.
        connect: opens the file; another one is given where it is encrypted.
    """

    def __init__(self, path: Path, store: str, *, connect: Connect = plain) -> None:
        self._store = store
        self._path = path
        self._engine = SqliteEngine(path, connect=connect)
        self._process, self._boot = os.getpid(), machine_clock().boot
        self._drafts: dict[str, Draft] = {}
        self._unwritten: set[str] = set()
        self._changed = threading.Condition()
        self._writing = threading.Lock()
        self._closing = False
        self._writer: threading.Thread | None = None
        self.trouble: Broken | None = None
        """Why the last change could not be kept; None where it could."""
        self._open()

    def _open(self) -> None:
        """Read what there is, and make the drafts of programs that have ended this one's."""
        try:
            make_private(self._path)
            with self._engine.transaction():
                self._engine.run(_TABLE)
                for row in self._engine.run(_LIST, {"store": self._store}):
                    self._adopt(row)
        except (Broken, Violated) as error:
            self.trouble = error if isinstance(error, Broken) else Broken("damaged", error.rule)

    def _adopt(self, row: Row) -> None:
        record, process, boot, texts, kept, authors, at = row
        mine = process == self._process and boot == self._boot
        if not mine and boot == self._boot and _is_alive(int(process or 0)):
            return
        found = Draft(
            str(record),
            json.loads(str(texts)),
            frozenset(json.loads(str(kept))),
            tuple(json.loads(str(authors))),
            int(at or 0),
        )
        older = self._drafts.get(found.record)
        self._drafts[found.record] = found.over(older) if older else found
        if not mine:
            self._engine.run(_DROP, {"store": self._store, "record": record, "process": process, "boot": boot})
            self._write(found.record)

    def get(self, record: str) -> Draft | None:
        """The draft of a patient."""
        return self._drafts.get(record)

    def all(self) -> tuple[Draft, ...]:
        """Every draft, the oldest first."""
        return tuple(self._drafts.values())

    def put(self, draft: Draft) -> None:
        """Keep a draft; one without texts is dropped. It is on the disk about a tenth of a second later."""
        with self._changed:
            if draft.texts:
                self._drafts[draft.record] = draft
            else:
                self._drafts.pop(draft.record, None)
            self._unwritten.add(draft.record)
            if self._writer is None:
                self._writer = threading.Thread(target=self._write_on, name="drafts", daemon=True)
                self._writer.start()
            self._changed.notify()

    def _write_on(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: bool(self._unwritten) or self._closing)
                if self._closing:
                    return
                self._changed.wait_for(lambda: self._closing, timeout=DELAY)
            self.flush()
            if self.trouble is not None:
                with self._changed:
                    self._changed.wait_for(lambda: self._closing, timeout=1.0)

    def flush(self) -> bool:
        """Write what is not on the disk yet; whether everything is."""
        with self._writing:
            with self._changed:
                records, self._unwritten = self._unwritten, set()
            if not records:
                return self.trouble is None
            try:
                make_private(self._path)
                with self._engine.transaction():
                    self._engine.run(_TABLE)
                    for record in sorted(records):
                        self._write(record)
            except (Broken, Violated) as error:
                self.trouble = error if isinstance(error, Broken) else Broken("damaged", error.rule)
                self._engine.close()
                with self._changed:
                    self._unwritten |= records
                return False
            self.trouble = None
            return True

    def _write(self, record: str) -> None:
        draft = self._drafts.get(record)
        place: dict[str, Value] = {"store": self._store, "record": record, "process": self._process, "boot": self._boot}
        if draft is None:
            self._engine.run(_DROP, place)
            return
        values: dict[str, Value] = {
            "texts": json.dumps(dict(draft.texts), ensure_ascii=False),
            "kept": json.dumps(sorted(draft.kept), ensure_ascii=False),
            "authors": json.dumps(draft.authors),
            "at": draft.at,
        }
        self._engine.run(_KEEP, place | values)

    def close(self) -> bool:
        """Write what is left and close the file; whether everything is on the disk."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        if self._writer is not None:
            self._writer.join()
        written = self.flush()
        self._engine.close()
        return written


def _is_alive(process: int) -> bool:
    """Whether a program with this number runs; it is still typing its own drafts."""
    if sys.platform == "win32":
        import ctypes

        handle = ctypes.windll.kernel32.OpenProcess(0x0010_0000, False, process)
        if handle:
            ctypes.windll.kernel32.CloseHandle(handle)
        return bool(handle)
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True

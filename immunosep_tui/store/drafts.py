"""What was typed and not signed yet, kept on this machine: it survives a crash, and is never a record by itself."""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, NamedTuple

from immunosep_tui.store.clock import machine_clock
from immunosep_tui.store.engine import Broken, Row, Value, Violated
from immunosep_tui.store.files import make_private
from immunosep_tui.store.sqlite import Connect, SqliteEngine, plain

FILE_NAME: Final = "drafts.db"

DELAY: Final = 0.1
"""Seconds between a key and the writing of what was typed until then."""

_TABLES: Final = (
    """
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
""",
    """
CREATE TABLE IF NOT EXISTS sheet_draft (
  store TEXT NOT NULL,
  record TEXT NOT NULL,
  sheet TEXT NOT NULL,
  about TEXT NOT NULL,
  process INTEGER NOT NULL,
  boot TEXT NOT NULL,
  texts TEXT NOT NULL,
  idempotency_key TEXT NOT NULL,
  authors TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (store, record, sheet, about, process, boot)
) STRICT
""",
)
"""The forms of the patients, then the sheets that record: a file of before has the first only, and is read as it is."""

_OWN: Final = "store = :store AND record = :record AND process = :process AND boot = :boot"
_KEEP: Final = "INSERT OR REPLACE INTO draft VALUES (:store, :record, :process, :boot, :texts, :kept, :authors, :at)"
_DROP: Final = f"DELETE FROM draft WHERE {_OWN}"
_LIST: Final = "SELECT record, process, boot, texts, kept, authors, at FROM draft WHERE store = :store ORDER BY at"
_KEEP_SHEET: Final = (
    "INSERT OR REPLACE INTO sheet_draft VALUES"
    " (:store, :record, :sheet, :about, :process, :boot, :texts, :idempotency_key, :authors, :at)"
)
_DROP_SHEET: Final = f"DELETE FROM sheet_draft WHERE {_OWN} AND sheet = :sheet AND about = :about"
_LIST_SHEETS: Final = (
    "SELECT record, process, boot, sheet, about, texts, idempotency_key, authors, at"
    " FROM sheet_draft WHERE store = :store ORDER BY at"
)


class DraftKey(NamedTuple):
    """Names a draft: of which patient, of which sheet, and what that sheet was about; no sheet for the patient's forms."""

    record: str
    sheet: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """What was typed for one patient: into the forms, or into one sheet that records.

    Args:
        record: key of the patient.
        texts: by key of the sheet; an empty text takes a recorded one away.
        kept: texts that were asked about and confirmed, as ``key=text``.
        authors: initials of those who were signed in while it was typed.
        at: when it was last typed into, milliseconds of UTC.
        sheet: name of the sheet that records, empty for the forms.
        about: the entries or the dose that the sheet was about when it was typed.
        idempotency_key: of the entry that the sheet would record.
    """

    record: str
    texts: Mapping[str, str] = field(default_factory=dict)
    kept: frozenset[str] = frozenset()
    authors: tuple[str, ...] = ()
    at: int = 0
    sheet: str = ""
    about: str = ""
    idempotency_key: str = ""

    @property
    def key(self) -> DraftKey:
        """What names it."""
        return DraftKey(self.record, self.sheet, self.about)

    def over(self, older: Draft) -> Draft:
        """This draft with what only an older one has."""
        authors = tuple(dict.fromkeys((*older.authors, *self.authors)))
        return replace(self, texts={**older.texts, **self.texts}, kept=older.kept | self.kept, authors=authors)


def merged(newer: Draft, older: Draft | None) -> tuple[Draft, ...]:
    """Two drafts of one key: forms become one, while two sheets stay two, the older about nothing that is offered again."""
    if older is None:
        return (newer,)
    if not newer.sheet:
        return (newer.over(older),)
    if newer.idempotency_key == older.idempotency_key:
        return (newer,)
    return (replace(older, about=f"{older.about}#{older.idempotency_key}"), newer)


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
        self._drafts: dict[DraftKey, Draft] = {}
        self._unwritten: set[DraftKey] = set()
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
                self._make_tables()
                for record, process, boot, texts, kept, authors, at in self._listed(_LIST):
                    found = Draft(
                        str(record),
                        json.loads(str(texts)),
                        frozenset(json.loads(str(kept))),
                        tuple(json.loads(str(authors))),
                        int(at or 0),
                    )
                    self._adopt(found, int(process or 0), str(boot))
                for record, process, boot, sheet, about, texts, idempotency_key, authors, at in self._listed(
                    _LIST_SHEETS
                ):
                    found = Draft(
                        str(record),
                        json.loads(str(texts)),
                        frozenset(),
                        tuple(json.loads(str(authors))),
                        int(at or 0),
                        str(sheet),
                        str(about),
                        str(idempotency_key),
                    )
                    self._adopt(found, int(process or 0), str(boot))
        except (Broken, Violated) as error:
            self.trouble = error if isinstance(error, Broken) else Broken("damaged", error.rule)

    def _make_tables(self) -> None:
        for table in _TABLES:
            self._engine.run(table)

    def _listed(self, statement: str) -> list[Row]:
        return list(self._engine.run(statement, {"store": self._store}))

    def _adopt(self, found: Draft, process: int, boot: str) -> None:
        mine = process == self._process and boot == self._boot
        if not mine and boot == self._boot and _is_alive(process):
            return
        listed = merged(found, self._drafts.get(found.key))
        for each in listed:
            self._drafts[each.key] = each
        if not mine:
            self._engine.run(_DROP_SHEET if found.sheet else _DROP, self._row_of(found.key, process, boot))
        if not mine or len(listed) > 1:
            for each in listed:
                self._write(each.key)

    def get(self, record: str, sheet: str = "", about: str = "") -> Draft | None:
        """The draft of a patient's forms, or of one sheet that records."""
        return self._drafts.get(DraftKey(record, sheet, about))

    def all(self) -> tuple[Draft, ...]:
        """The draft of every patient's forms, the oldest first."""
        return tuple(draft for draft in tuple(self._drafts.values()) if not draft.sheet)

    def sheets(self, record: str | None = None) -> tuple[Draft, ...]:
        """Every draft of a sheet that records, or those of one record, the oldest first."""
        found = [each for each in tuple(self._drafts.values()) if each.sheet and record in (None, each.record)]
        return tuple(sorted(found, key=lambda each: each.at))

    def put(self, draft: Draft) -> None:
        """Keep a draft; one without texts is dropped. It is on the disk about a tenth of a second later."""
        with self._changed:
            if draft.texts:
                self._drafts[draft.key] = draft
            else:
                self._drafts.pop(draft.key, None)
            self._unwritten.add(draft.key)
            if self._writer is None:
                self._writer = threading.Thread(target=self._write_on, name="drafts", daemon=True)
                self._writer.start()
            self._changed.notify()

    def drop(self, draft: Draft) -> None:
        """Throw a draft away."""
        self.put(replace(draft, texts={}))

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
                keys, self._unwritten = self._unwritten, set()
            if not keys:
                return self.trouble is None
            try:
                make_private(self._path)
                with self._engine.transaction():
                    self._make_tables()
                    for key in sorted(keys):
                        self._write(key)
            except (Broken, Violated) as error:
                self.trouble = error if isinstance(error, Broken) else Broken("damaged", error.rule)
                self._engine.close()
                with self._changed:
                    self._unwritten |= keys
                return False
            self.trouble = None
            return True

    def _row_of(self, key: DraftKey, process: int, boot: str) -> dict[str, Value]:
        row: dict[str, Value] = {"store": self._store, "record": key.record, "process": process, "boot": boot}
        return row | ({"sheet": key.sheet, "about": key.about} if key.sheet else {})

    def _write(self, key: DraftKey) -> None:
        draft, row = self._drafts.get(key), self._row_of(key, self._process, self._boot)
        if draft is None:
            self._engine.run(_DROP_SHEET if key.sheet else _DROP, row)
            return
        values: dict[str, Value] = {
            "texts": json.dumps(dict(draft.texts), ensure_ascii=False),
            "authors": json.dumps(draft.authors),
            "at": draft.at,
        }
        if key.sheet:
            self._engine.run(_KEEP_SHEET, row | values | {"idempotency_key": draft.idempotency_key})
        else:
            self._engine.run(_KEEP, row | values | {"kept": json.dumps(sorted(draft.kept), ensure_ascii=False)})

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
    return not _has_ended(process)


def _has_ended(process: int) -> bool:
    """Whether a program has ended and its parent has not heard of it yet; Linux still gives its number away then."""
    try:
        stat = Path(f"/proc/{process}/stat").read_text("ascii", errors="replace")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[:1] == ["Z"]

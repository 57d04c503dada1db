"""A backup becomes the store again: verified first, and the store that was there is kept beside it under a dated name."""

from __future__ import annotations

import os
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from immunosep_tui.rules.reason import N_, Sentence, say
from immunosep_tui.store.backup import (
    COMPANIONS,
    Copy,
    blank,
    cannot,
    dated_path,
    open_copy,
    part_in,
    put_in_place,
    same_file,
    sync_file,
    verified_copy,
)
from immunosep_tui.store.clock import shown
from immunosep_tui.store.encrypted import refuse_other_key
from immunosep_tui.store.engine import Broken, Violated
from immunosep_tui.store.envelope import carry_key
from immunosep_tui.store.errors import Declined, Unusable
from immunosep_tui.store.files import open_file, refuse_unsafe, schema_version
from immunosep_tui.store.folders import sync_folder
from immunosep_tui.store.last_seen import missing, note
from immunosep_tui.store.ledger_copy import copy_ledger
from immunosep_tui.store.opening import open_store
from immunosep_tui.store.other_machine import stranger
from immunosep_tui.store.place import Place, data_folder, key_file
from immunosep_tui.store.sqlite import Connect, SqliteEngine, plain
from immunosep_tui.store.verify import Report, verify

_LINES: Final = "SELECT hash, recorded FROM ledger ORDER BY seq"


@dataclass(frozen=True, slots=True)
class Restored:
    """The store as it was read back, and where the one before it lies now; None where there was none."""

    report: Report
    aside: Path | None


def restore(file: Path, place: Place, now: datetime, *, replace: bool = False, connect: Connect = plain) -> Restored:
    """Make a backup the store at a place. Whatever interrupts it, either the old or the new store is there, whole.

    Args:
        file: the backup; it is only read.
        place: a file, or a database without entries.
        now: for the name of the store that is set aside.
        replace: set it aside also where it has entries that the backup lacks.
        connect: opens both files; another one is given where they are encrypted.

    Raises:
        Declined: the present store has entries that would be set aside, or the server has any.
        Unusable: the backup or the place cannot be used; nothing was changed.
    """
    if place.path is None:
        return Restored(_onto_server(file, place, connect), None)
    path = place.path.absolute()
    if same_file(file, path):
        raise Declined(say(N_("{path} is the store itself."), path=path), say(N_("Name a backup.")))
    refuse_unsafe(path)
    refuse_other_key(file, path)
    with closing(open_copy(file, connect=connect)) as backup, verified_copy(backup, path.parent) as copy:
        aside = dated_path(path.parent, f"{path.stem}-before-restore", now)
        if not (path.exists() or key_file(path).exists()):
            carry_key(file, path)
        kept = _take_place(copy, path, aside, replace)
    with closing(open_file(path, connect=connect)) as store:
        report = _read_back(verify(store), path)
        note(store)  # a person has decided that this is the record now
        return Restored(report, aside if kept else None)


def accept(place: Place, *, replace: bool = False, connect: Connect = plain) -> Report:
    """Take the store in a file for the record on this machine, as it lies, whichever machine wrote it last.

    Args:
        place: a file.
        replace: also where it lacks entries that were recorded on this machine.
        connect: opens it.

    Raises:
        Declined: it lacks such entries, or is on a server.
        Unusable: it is damaged, or what was decided cannot be kept.
    """
    if place.path is None:
        text = say(N_("A server is written by every machine: there is nothing to accept."))
        raise Declined(text, say(N_("Name a file with --store.")))
    with closing(open_file(place.path, connect=connect)) as store:
        if store.why_read_only is not None:
            raise store.why_read_only
        report = verify(store)
        if not report.sound:
            text = say(N_("{path} is damaged: {finding}"), path=place.path, finding=report.findings[0].text)
            raise Unusable(text, say(N_("Nothing was changed. Take a backup: immunosep-tui restore FILE.")))
        lacking = missing(store)
        if lacking and not replace:
            text = say(N_("{count} or more entries that were recorded on this machine are not in it."), count=lacking)
            raise Declined(text, say(N_("Nothing was changed. With --replace it is accepted all the same.")))
        note(store)
        if stranger(store.engine) is not None:
            text = say(N_("{path} cannot be written; what was decided is kept there."), path=data_folder())
            raise Unusable(text, say(N_("Nothing was changed. Give this user a data folder.")))
        return report


def _onto_server(file: Path, place: Place, connect: Connect) -> Report:
    """Fill a database without entries."""
    with closing(open_copy(file, connect=connect)) as backup:
        report = verify(backup)
        if not report.sound:
            text = say(N_("{path} is damaged: {finding}"), path=file, finding=report.findings[0].text)
            raise Unusable(text, say(N_("Nothing was changed. Take another backup.")))
        with closing(open_store(place)) as store:
            if store.why_read_only is not None:
                raise store.why_read_only
            try:
                copy_ledger(backup, store)
            except (Broken, Violated) as error:
                store.close()
                raise cannot(N_("{path} was not restored: {why}"), error, file) from error
            return _read_back(verify(store), file)


def _read_back(report: Report, path: Path) -> Report:
    """The report of the store as it is now."""
    if not report.sound:
        text = N_("{path} was restored, and what was read back is not sound: {finding}")
        advice = N_("Do not write. Check the disk: immunosep-tui doctor.")
        raise Unusable(say(text, path=path, finding=report.findings[0].text), say(advice))
    return report


def _take_place(copy: Copy, path: Path, aside: Path, replace: bool) -> bool:
    """Make a copy the store; whether a store was there and is kept."""
    try:
        if not path.exists():
            _move_companions(path, aside)
            put_in_place(copy.path, path, replace=False)
            return False
        try:
            return _exchange_content(copy, path, aside, replace)
        except Broken as error:
            if error.code != "damaged":
                raise
        if not replace:
            raise _sets_aside(say(N_("The store cannot be read; what it has that the backup lacks is not known.")))
        _exchange_files(copy, path, aside)
    except (Broken, Violated, OSError) as error:
        raise cannot(N_("{path} was not restored: {why}"), error, path) from error
    return True


def _exchange_content(copy: Copy, path: Path, aside: Path, replace: bool) -> bool:
    """Put the content of a copy into the store, alone with it, as one commit.

    The file stays the same one: were it renamed, programs that have it open would go on writing into the old one, and
    take the journal of the new one for theirs.
    """
    engine = SqliteEngine(path, connect=copy.connect)
    with closing(engine), closing(SqliteEngine(copy.path, writable=False, connect=copy.connect)) as source:
        version = schema_version(engine, path)
        engine.hold()
        if version:
            lost = _lost(engine, source)
            if lost and not replace:
                raise _sets_aside(lost)
            with part_in(path.parent) as part:
                with closing(blank(part, copy.connect)) as target:
                    engine.copy_into(target)
                sync_file(part)
                carry_key(path, aside)
                put_in_place(part, aside, replace=False)
        try:
            source.copy_into(engine)
        except (Broken, Violated):
            for name in (aside, key_file(aside)):
                name.unlink(missing_ok=True)  # the store is still what it was
            raise
    return bool(version)


def _exchange_files(copy: Copy, path: Path, aside: Path) -> None:
    """Put a copy into the place of a file that is no database any more, so that no program can have it open as one."""
    _move_companions(path, aside)
    carry_key(path, aside)
    try:
        aside.hardlink_to(path)
    except OSError:  # a file system without hard links
        path.rename(aside)
    sync_folder(path.parent)
    put_in_place(copy.path, path, replace=True)


def _move_companions(path: Path, aside: Path) -> None:
    """Take away what an earlier database of this name left: it would be played into the new one."""
    for name in COMPANIONS:
        if os.path.lexists(f"{path}{name}"):
            Path(f"{path}{name}").replace(f"{aside}{name}")
    sync_folder(path.parent)


def _lost(present: SqliteEngine, backup: SqliteEngine) -> Sentence | None:
    """What the present store has that the backup lacks."""
    known = {row[0] for row in backup.run(_LINES)}
    try:
        recorded = [row[1] for row in present.run(_LINES) if row[0] not in known]
    except (Broken, Violated):
        return say(N_("The store cannot be read; what it has that the backup lacks is not known."))
    if not recorded:
        return None
    text = N_("The store has {count} entries that the backup lacks, the first of {since}.")
    return say(text, count=len(recorded), since=shown(min(int(instant or 0) for instant in recorded)))


def _sets_aside(what: Sentence) -> Declined:
    advice = N_(
        "Nothing was changed. With --replace the store is set aside, not deleted, and the backup takes its place."
    )
    return Declined(what, say(advice))

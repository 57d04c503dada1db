"""The words for each trouble with the store: what happened, whether anything was recorded, and what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from immunosep_tui.record.entry import Entry
from immunosep_tui.rules.reason import N_, Sentence, say
from immunosep_tui.store.clock import shown
from immunosep_tui.store.engine import Broken
from immunosep_tui.store.errors import ClockWrong, InDoubt, NotSaved, OtherMachine, ReadOnly, Refused, Stale, Unusable

_CAUSES: Final[Mapping[str, tuple[str, str]]] = {
    "full": (N_("The disk is full."), N_("Free some space, then try again; what was typed stays on the screen.")),
    "read-only": (
        N_("The file, the disk or the server is read-only."),
        N_("Ask for write access: to the data folder, or to the server that is not a copy."),
    ),
    "permission": (N_("The file may not be opened."), N_("Check who owns the data folder: immunosep-tui doctor.")),
    "busy": (
        N_("Another program has held the store for too long."),
        N_("Try again; if it stays, run immunosep-tui doctor."),
    ),
    "damaged": (N_("The store is damaged."), N_("Do not write. Restore the last backup: immunosep-tui restore FILE.")),
    "encrypted": (
        N_("The store has been encrypted."),
        N_("Close the program and open it again: it asks for the passphrase then."),
    ),
    "unreachable": (N_("The server cannot be reached."), N_("Check the network, then try again. Nothing is queued.")),
    "lost": (N_("The connection to the server was lost."), N_("Try again; what was typed stays on the screen.")),
    "timeout": (N_("The server did not answer in time."), N_("Check the network, then try again.")),
    "replaced": (
        N_("The file was moved or replaced while it was open."),
        N_("Try again: the file that is there now is opened."),
    ),
    "missing": (N_("There is no such file."), N_("Check the path of --store.")),
    "address": (
        N_("The address of the server cannot be read."),
        N_("Write postgresql://user@host/database, special characters as %XX; keep the password in a pgpass file."),
    ),
    "privilege": (
        N_("The server does not give this user the right to do that."),
        N_("A database is prepared and updated by its owner: see docs/postgresql.md."),
    ),
    "occupied": (N_("The database has tables of another program."), N_("Give the ward a database of its own.")),
    "old-server": (N_("The server is older than PostgreSQL 15."), N_("Update the server.")),
    "not-utf8": (
        N_("The database does not store every character: its encoding is not UTF8."),
        N_("Create it anew: CREATE DATABASE ... ENCODING 'UTF8' TEMPLATE template0."),
    ),
    "engine": (
        N_("SQLite {version} is known to damage files or to answer wrongly: nothing is written with it."),
        N_("Use a Python with a newer SQLite; immunosep-tui doctor says what is wrong with this one."),
    ),
    "settings": (N_("The store does not take the settings that keep it safe."), N_("Run immunosep-tui doctor.")),
}
_OTHER = (N_("The disk or the file gave an error."), N_("Run immunosep-tui doctor."))

_RULES: Final[Mapping[str, str]] = {
    "one_dose": N_("This dose has been recorded already."),
    "one_active_course": N_("This patient has a running course already."),
    "one_case": N_("Another patient on the ward has this case number."),
    "dose_in_running_course": N_("The course has ended: say why it is recorded after that."),
    "dose_in_time": N_("The time lies outside the course: say why."),
    "dose_has_slot": N_("The course has no such dose."),
    "dose_has_course": N_("There is no such course."),
    "dose_after_gap": N_("It is too soon after the last given dose of this drug (local convention): say why."),
    "dose_not_given": N_("What was not given needs a reason."),
    "dose_reason": N_("It is not as planned, so it needs a reason."),
    "dose_is_next": N_("An earlier dose of this drug is open: only the next one is given early."),
    "dose_after_stop": N_("The course was stopped before that time: correct the time of the stop first."),
    "dose_cancelled": N_("This dose was cancelled by the stop or the death."),
    "stopped_once": N_("The course has been stopped already."),
    "stop_after_start": N_("A course is not stopped before it was started."),
    "stop_after_dose": N_("A dose was given in this course after that time."),
    "stop_before_gone": N_("The patient died or left before that time, and the course ended with it."),
    "stands_on": N_("A later entry stands on it: take that one back first."),
    "left_after_return": N_("The patient came back after that time."),
    "hold_waits": N_("No held dose waits under this number."),
    "moved_once": N_("A plan is moved once, with its first given dose and before another dose is recorded."),
    "return_after_leaving": N_("Only who left alive comes back, and not before leaving."),
    "course_has_decision": N_("A course needs a phenotype decision of this record that gave its regimen."),
    "course_has_doses": N_("Doses are recorded in this course: stop it, it can no longer be corrected or voided."),
    "patient_gone": N_("The patient died or left; no course can be started."),
    "dose_is_voided_once": N_("A dose that was taken back cannot be restored; record it again."),
    "wrong_patient": N_("The screen names another patient than the record: nothing was written."),
    "admitted_first": N_("The patient has not been admitted yet."),
    "admitted_once": N_("The patient has been admitted already."),
    "already_corrected": N_("This entry has been corrected already."),
    "corrects_alike": N_("An entry is corrected by one of its own kind."),
    "stays": N_("It stays: the breaking of a code and who may sign are never corrected or taken back."),
    "once": N_("Another record has this already: a number of the sealed list is given out once."),
    "reason": N_("A correction, and the end of an alarm, need a reason."),
    "names_own": N_("It names an entry that is not in this record."),
    "ends_own": N_("The entry whose alarm is to be ended does not stand in this record."),
    "ends_stop": N_("A STOP is ended by a doctor."),
    "storable": N_("A text has a character, or a number a size, that cannot be stored."),
    "clean": N_("A text has a character that a terminal would obey or hide."),
    "corrects_own": N_("The entry to be corrected is not in this record."),
}

_CLOCK: Final[Mapping[str, str]] = {
    "behind": N_("The clock of this machine lies before the last entry."),
    "ahead": N_("The clock of this machine lies more than 30 days after the last entry."),
    "jumped": N_("The clock of this machine has been moved since the program was started."),
    "future": N_("The time lies in the future."),
}


def _cause(error: Broken) -> tuple[Sentence, Sentence]:
    text, advice = _CAUSES.get(error.code, _OTHER)
    facts = {"version": error.detail} if error.code == "engine" else {}
    return say(text, **facts), say(advice)


def not_saved(error: Broken) -> NotSaved:
    """Nothing was recorded."""
    return NotSaved(*_cause(error))


def in_doubt(error: Broken) -> InDoubt:
    """Nobody knows yet."""
    text, _advice = _cause(error)
    return InDoubt(text, say(N_("It is not known yet whether it was recorded: do not repeat it, look it up.")))


def unreadable(error: Broken) -> Unusable:
    """The store cannot be read now."""
    return Unusable(*_cause(error))


def damaged(_detail: str) -> Unusable:
    """The content is not what was written."""
    text, advice = _CAUSES["damaged"]
    return Unusable(say(text), say(advice))


def damaged_for_writing() -> ReadOnly:
    """What is read can be looked at with care; nothing is written into a damaged store."""
    text, advice = _CAUSES["damaged"]
    return ReadOnly(say(text), say(advice))


def read_only(error: Broken) -> ReadOnly:
    """The store can be read and not written."""
    return ReadOnly(*_cause(error))


def old_copy(missing: int) -> ReadOnly:
    """The file was put back from a time before the last entries that were written on this machine."""
    text = N_("OLD COPY: {count} or more entries that were recorded on this machine are not in it.")
    advice = N_(
        "Do not give a dose by it. Find the newer file; or close the program and accept this one: "
        "immunosep-tui restore --accept."
    )
    return ReadOnly(say(text, count=max(1, missing)), say(advice))


def other_machine(place: str, recorded: int) -> OtherMachine:
    """The last entry was recorded elsewhere: two machines must not write one file."""
    text = N_("ANOTHER MACHINE writes this file: {place}, last at {at}.")
    advice = N_(
        "For several machines use a PostgreSQL server. If it has moved here for good, close the program, then: "
        "immunosep-tui restore --accept."
    )
    return OtherMachine(say(text, place=place or "?", at=shown(recorded)), say(advice))


def refused(rule: str, entry: Entry | None) -> Refused:
    """A rule of the ledger stands against it."""
    text = say(_RULES.get(rule, N_("A rule of the store forbids this entry.")))
    advice = N_("Look at the record: {author} recorded it first.") if entry else N_("Look at the record.")
    return Refused(text, say(advice, author=entry.author) if entry else say(advice), rule, entry)


def stale(entries: Sequence[Entry]) -> Stale:
    """Somebody was faster."""
    authors = ", ".join(sorted({entry.author for entry in entries}))
    text = say(N_("{author} has changed this record since it was opened."), author=authors)
    return Stale(text, say(N_("Nothing was recorded. Look at both, then sign again.")), entries)


def clock_wrong(why: str) -> ClockWrong:
    """The clock is in doubt."""
    of_machine = why != "future"
    advice = (
        N_("Set the clock of this machine, or look at the time and confirm it.") if of_machine else N_("Type it again.")
    )
    return ClockWrong(say(_CLOCK[why]), say(advice), of_machine=of_machine)

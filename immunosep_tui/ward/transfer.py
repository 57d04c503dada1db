"""A patient's entries from another store: what is new is appended, and nothing that is here is replaced."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final, NoReturn

from immunosep_tui.record.chart import IN_WARD, Chart, fold
from immunosep_tui.record.entry import WARD, Author, Entry, Proposal, write_body
from immunosep_tui.record.kinds import IMPORTER, CourseStarted, Decision, Kind, Note, SignedOff, WardProtocol
from immunosep_tui.record.objections import objection
from immunosep_tui.record.protocols import kept_protocols
from immunosep_tui.rules.reason import N_, Sentence, say
from immunosep_tui.store import troubles
from immunosep_tui.store.store import FUTURE, Store
from immunosep_tui.ward.instants import moment, ms
from immunosep_tui.ward.transfer_file import ImportRefused

_MARK: Final = "import:"
"""What the key of an imported entry begins with; the rest is the key that it was first recorded under."""


@dataclass(frozen=True, slots=True)
class NotTaken:
    """An entry of the file that is not imported, and why."""

    entry: Entry
    why: Sentence


@dataclass(slots=True)
class Plan:
    """What an import would do.

    Args:
        chart: the record here, with what would be appended.
        follows: how many entries it has now.
        proposals: what would be appended.
        known: how many entries of the file are here already.
        not_taken: those that would replace something, or that the rules of the ledger refuse.
    """

    chart: Chart
    follows: int
    proposals: list[Proposal] = field(default_factory=list)
    known: int = 0
    not_taken: list[NotTaken] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Import:
    """A file that is brought in: what it is called, who brings it, from which workstation and when."""

    source: str
    user: str
    place: str
    now: datetime


def plan_import(store: Store, entries: Sequence[Entry], brought: Import) -> Plan:
    """What importing these entries of one patient would append.

    Raises:
        ImportRefused: it cannot be told whose they are, they contradict what is here, or lie in the future.
        StoreError: the store cannot be read.
    """
    record = _whose(store, entries)
    chart = store.chart(record)
    plan, numbers = Plan(chart, chart.n), dict[int, int]()
    for entry in entries:
        if entry.at > ms(brought.now) + FUTURE:
            _refuse(f"entry {entry.n}, at", say(N_("The time lies in the future.")))
        origin = entry.key.removeprefix(_MARK)
        there = store.find(origin) or store.find(_MARK + origin)
        if there is None:
            _add(plan, entry, numbers, brought)
            continue
        if (there.record, there.kind, there.at, there.author) != (record, entry.kind, entry.at, entry.author):
            _refuse(f"entry {entry.n}, key", say(N_("Another entry has been recorded here under the same key.")))
        numbers[entry.n] = there.n
        plan.known += 1
    if plan.proposals:
        plan.proposals.append(_note(plan, entries, brought))
    return plan


def keep_protocols(store: Store, protocols: Sequence[WardProtocol], entries: Sequence[Entry], brought: Import) -> None:
    """Keep the protocols of courses that come in, so that they are read by them; the ward goes on to plan by its own.

    Raises what ``Store.append`` raises.
    """
    chart = store.chart(WARD)
    named = {entry.protocol for entry in entries if isinstance(entry.body, CourseStarted)}
    there = kept_protocols(chart.entries).entries
    author = Author(brought.user, IMPORTER)
    wanted = [
        Proposal(WARD, each, author, ms(brought.now), f"{_MARK}protocol:{each.sha256}", protocol=each.sha256)
        for each in protocols
        if each.sha256 in named and each.sha256 not in there
    ]
    if wanted:
        store.append(wanted, chart.n)


def import_entries(store: Store, plan: Plan) -> tuple[Entry, ...]:
    """Append what is planned, all of it or nothing; raises what ``Store.append`` raises."""
    return store.append(plan.proposals, plan.follows) if plan.proposals else ()


def _whose(store: Store, entries: Sequence[Entry]) -> str:
    """The key of the patient here whose two identifiers are those of the file; that of the file where the patient is new."""
    record = entries[0].record
    sheet = fold(record, entries).sheet
    if not (sheet.case and sheet.identifier):
        _refuse("", say(N_("The file does not have two identifiers of the patient.")))
    here = store.glance(record)
    if here is not None and (here.case_number, here.identifier) != (sheet.case, sheet.identifier):
        _refuse("", say(N_("The patient of this record has other identifiers here.")))
    if here is not None:
        return record
    found, _count = store.board(sheet.case, limit=10**6)
    alike = [glance for glance in found if glance.case_number == sheet.case]
    if any(glance.identifier != sheet.identifier for glance in alike):
        _refuse("", say(N_("Another patient here has this case number.")))
    present = [glance for glance in alike if glance.state == IN_WARD] or alike
    if len(present) > 1:
        _refuse("", say(N_("Several patients here have these identifiers.")))
    return present[0].record if present else record


def _add(plan: Plan, entry: Entry, numbers: dict[int, int], brought: Import) -> None:
    """Plan one entry, or say why not; ``numbers`` has the number here of each entry of the file that is or will be here."""
    body = _renumbered(entry.body, numbers)
    corrects = None if entry.corrects is None else numbers.get(entry.corrects)
    if body is None or (entry.corrects is not None and corrects is None):
        plan.not_taken.append(NotTaken(entry, say(N_("It belongs to an entry that is not taken."))))
        return
    if _replaces(body, plan.chart, set(numbers.values())):
        plan.not_taken.append(NotTaken(entry, say(N_("What is recorded here stays."))))
        return
    proposal = Proposal(
        record=plan.chart.key,
        body=body,
        author=Author(entry.author, entry.role),
        at=entry.at,
        key=_MARK + entry.key.removeprefix(_MARK),
        reason=_reason(entry, brought),
        corrects=corrects,
        protocol=entry.protocol,
        place=entry.place,
    )
    rule, _there = objection(plan.chart, proposal)
    if rule:
        plan.not_taken.append(NotTaken(entry, troubles.refused(rule, None).text))
        return
    n = plan.chart.n + 1
    numbers[entry.n] = n
    here = replace(entry, record=plan.chart.key, n=n, text=write_body(body), corrects=corrects)
    plan.proposals.append(proposal)
    plan.chart = fold(plan.chart.key, [*plan.chart.entries, here])


def _replaces(body: Kind, chart: Chart, from_file: set[int]) -> bool:
    """Whether an entry would stand before something that was recorded here and does not come from the file."""
    place = body.section
    there = None if place is None else chart.latest.get(place)
    if there is not None:
        return there.n not in from_file
    own = [entry for entry in chart.entries if entry.n not in from_file and entry.role != IMPORTER]
    if isinstance(body, SignedOff):
        return bool(own)  # what was reviewed was another record
    return isinstance(body, Decision) and any(isinstance(entry.body, Decision) for entry in own)


def _renumbered(body: Kind, numbers: dict[int, int]) -> Kind | None:
    """The body with the numbers that the entries it names have here; None where one of them is not here."""
    here: dict[str, int | tuple[int, ...]] = {}
    for name in body.refers:
        named = getattr(body, name)
        listed = named if isinstance(named, tuple) else (named,)
        if not all(number in numbers for number in listed):
            return None
        found = tuple(numbers[number] for number in listed)
        here[name] = found if isinstance(named, tuple) else found[0]
    return replace(body, **here) if here else body


def _reason(entry: Entry, brought: Import) -> str:
    """Why it was signed there, where it comes from and when it was recorded there."""
    recorded = moment(entry.recorded).astimezone(UTC).isoformat(timespec="seconds")
    origin = f"imported from {brought.source}: entry {entry.seq} {entry.hash[:12]}, recorded {recorded}"
    return f"{entry.reason}; {origin}" if entry.reason else origin


def _note(plan: Plan, entries: Sequence[Entry], brought: Import) -> Proposal:
    """The entry that says who imported what."""
    text = f"Imported {len(plan.proposals)} of {len(entries)} entries from {brought.source}"
    deed = sha256(f"{plan.follows} {' '.join(entry.hash for entry in entries)}".encode()).hexdigest()[:32]
    author = Author(brought.user, IMPORTER)
    key = f"imported:{plan.chart.key}:{deed}"
    return Proposal(plan.chart.key, Note(text), author, ms(brought.now), key, place=brought.place)


def _refuse(where: str, why: Sentence) -> NoReturn:
    accepted = N_("Accepted: a patient who is new here, or whose case number and second identifier are the same here.")
    raise ImportRefused(where, why, say(accepted))

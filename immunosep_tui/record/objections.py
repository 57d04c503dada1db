"""What may follow in a record: the rule that a new entry would break, before the database is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from immunosep_tui.record.chart import Chart, fold
from immunosep_tui.record.courses import taken_back
from immunosep_tui.record.entry import Entry, Proposal, write_body
from immunosep_tui.record.kinds import (
    Admitted,
    Dose,
    ExtraDose,
    Objection,
    Voided,
)
from immunosep_tui.record.patient import Patient


def objection(chart: Chart, proposal: Proposal) -> Objection:
    """The name of the rule that stands against an entry, empty if none does, and the entry that is in the way."""
    rule, there = objection_to_taking_back(chart, proposal)
    if not rule and isinstance(proposal.body, Voided):
        rule, there = _objection_to_what_stands_then(chart, proposal, proposal.body.entry)
    if not rule:
        rule, there = proposal.body.guard(chart, proposal)
    if rule or all(0 < number <= chart.n for number in proposal.body.named):
        return rule, there
    return "names_own", None


def is_of_another(chart: Chart, proposals: Sequence[Proposal]) -> bool:
    """Whether the screen showed another patient than the one whose record this is, or is to become."""
    whose = chart.sheet
    admitted = next((each.body for each in proposals if isinstance(each.body, Admitted)), None)
    if not chart.n and admitted is not None:
        whose = Patient(chart.key, {"identity.case": admitted.case, "identity.identifier": admitted.identifier})
    return any(each.shown not in ("", whose.fingerprint) for each in proposals)


def objection_to_taking_back(chart: Chart, proposal: Proposal) -> Objection:
    """The rule that stands against what an entry corrects or voids, in the record of a patient or of the ward."""
    body = proposal.body
    taken = body.entry if isinstance(body, Voided) else proposal.corrects
    if taken is None:
        return "", None
    there: Entry | None = chart.standing.get(taken)
    if there is None:
        by = next((entry for entry in reversed(chart.entries) if taken_back(entry) == taken), None)
        return ("already_corrected", by) if by else ("corrects_own", None)
    if there.body.stays:
        return "stays", there
    if proposal.corrects is not None and there.kind != proposal.kind:
        return "corrects_alike", there
    if not proposal.reason:
        return "reason", there
    return there.body.guard_taken(chart, there, proposal)


def _objection_to_what_stands_then(chart: Chart, proposal: Proposal, taken: int) -> Objection:
    """The rule that stands against taking an entry back because of what stands again without it."""
    there = chart.entries[taken - 1]
    number = taken_back(there)
    if number is None:
        return "", None
    again = chart.entries[number - 1]
    if isinstance(again.body, Dose | ExtraDose):
        return "dose_is_voided_once", again
    void = replace(there, n=chart.n + 1, kind=proposal.kind, text=write_body(proposal.body), corrects=None)
    then = fold(chart.key, [*chart.entries, void])
    if number not in then.standing:
        return "", None
    return again.body.guard(then, replace(proposal, body=again.body, at=again.at, corrects=again.n))

"""Why the record would refuse an entry, in words, with the entry that is in the way."""

from __future__ import annotations

from immunosep_tui.i18n import _, words
from immunosep_tui.record.chart import Chart
from immunosep_tui.record.entry import Entry, Proposal
from immunosep_tui.record.objections import objection
from immunosep_tui.store.troubles import refused
from immunosep_tui.ui.desk import Desk
from immunosep_tui.ui.entry_words import Book


def rule_text(rule: str) -> str:
    """What a rule of the record says."""
    return words(refused(rule, None).text)


def in_the_way(book: Book, entry: Entry) -> str:
    """Which entry is in the way: its number, what it says, and when that was."""
    told = _("In the way: no. {n}, {line}, {when}.")
    return told.format(n=entry.n, line=book.line(entry), when=book.time(entry.at))


def against(desk: Desk, chart: Chart, proposal: Proposal) -> str:
    """Why the record would refuse an entry; empty where it would take it."""
    rule, there = objection(chart, proposal)
    if not rule:
        return ""
    book = Book(chart.entries, desk.zone, desk.ward.protocol_of(chart.key))
    return " ".join([rule_text(rule), *([in_the_way(book, there)] if there is not None else [])])

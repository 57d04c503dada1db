"""The whole of one entry as lines of a panel: every value, what it changed, who and when, and how it is tied in."""

from __future__ import annotations

from immunosep_tui.i18n import _
from immunosep_tui.record.entry import Entry
from immunosep_tui.ui.entry_words import Book
from immunosep_tui.ui.panel import Line

SHORT = 12
"""How many characters of a hash are shown: enough to compare by eye."""


def entry_lines(book: Book, entry: Entry) -> list[Line]:
    """What an entry says, value by value, then who said it when and why, then where it lies in the chain."""
    return [*head_lines(book, entry), *_values(book, entry), *_signed(book, entry), *_tied(entry)]


def head_lines(book: Book, entry: Entry) -> list[Line]:
    """The number and the kind, and whether it stands."""
    title = _("No. {n}: {kind}").format(n=entry.n, kind=_(entry.body.title))
    if entry.corrects is not None:
        title += " " + _("(corrects no. {n})").format(n=entry.corrects)
    lines: list[Line] = [("title", title)]
    taker = book.takers.get(entry.n)
    if taker is not None:
        told = _("DOES NOT STAND: {how}, by {author} ({role}), {when}. Reason: {reason}")
        lines.append(
            (
                "warn",
                told.format(
                    how=book.took_back(entry),
                    author=taker.author,
                    role=_(taker.role),
                    when=book.time(taker.recorded),
                    reason=taker.reason or "-",
                ),
            )
        )
    return lines


def _values(book: Book, entry: Entry) -> list[Line]:
    changed = {name: (before, after) for name, before, after in book.changes(entry)}
    lines: list[Line] = []
    for name, (before, after) in changed.items():
        old, new = before or _("(nothing)"), after or _("(nothing)")
        lines.append(("note", _("  {name}: {before} -> {after}").format(name=name, before=old, after=new)))
    same = [(name, text) for name, text in entry.body.told(book) if name not in changed]
    return lines + [("plain", f"  {name}: {text}") for name, text in same]


def _signed(book: Book, entry: Entry) -> list[Line]:
    when = _("When {at}; recorded {recorded}, by {author} ({role}).").format(
        at=book.time(entry.at), recorded=book.time(entry.recorded), author=entry.author, role=_(entry.role)
    )
    lines: list[Line] = [("plain", when)]
    return [*lines, ("plain", _("Reason: {text}").format(text=entry.reason))] if entry.reason else lines


def _tied(entry: Entry) -> list[Line]:
    told = _("Protocol {protocol}  workstation {place}  program {program}").format(
        protocol=entry.protocol[:SHORT] or "-", place=entry.place or "-", program=entry.program
    )
    chain = _("Ledger no. {seq}  hash {hash}  follows {prev}  deed {key}").format(
        seq=entry.seq, hash=entry.hash[:SHORT], prev=entry.prev[:SHORT], key=entry.key
    )
    return [("dim", told), ("dim", chain)]

"""What a form is made of: fields, choices, verdicts, and the pure geometry of its rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from rich.cells import cell_len

from immunosep_tui.rules.reason import N_, say
from immunosep_tui.ui.cells import NO_ROOM, Piece, cut_words, pad, visible

Mark = Literal["", "ok", "refused", "asks", "note", "open"]

PARTS = ("label", "value", "unit", "active", "ok", "refused", "asks", "note", "open", "heading", "dim")
"""The parts that a piece can play."""

SIGNS: dict[Mark, str] = {"": "", "ok": "ok", "refused": "!!", "asks": "??", "note": "!", "open": "-"}
"""How each mark is written, so that it is read without colour; ``open`` is taken, and a limit of it cannot be judged."""

NARROWEST = 40
"""Cells that a form needs; wider ones share the rest among their columns."""

_MARK_WIDTH = 2


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer of a field that has a list of answers: the key typed for it, what is stored, what is read."""

    key: str
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Field:
    """One row: its texts are already in the reader's language; ``heading`` is a dim line above it.

    Of a ``secret`` text only the length is drawn. A text that is typed ``anew`` proves or answers something now.
    """

    name: str
    label: str
    unit: str = ""
    heading: str = ""
    choices: tuple[Choice, ...] = ()
    hint: str = ""
    secret: bool = False
    anew: bool = False

    @property
    def is_kept(self) -> bool:
        """Whether its text is kept as a draft."""
        return not (self.secret or self.anew)

    def drawn(self, text: str) -> str:
        """The text as it may be seen."""
        return "*" * len(text) if self.secret else text


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the model says about a row's text: a mark, the value it was read as, and why or what is asked."""

    mark: Mark = ""
    echo: str = ""
    message: str = ""


def choice_of(field: Field, text: str) -> Choice | None:
    """The choice that was typed: its key, its value, its label or a start of its label that no other label shares."""
    typed = text.strip().casefold()
    if not typed:
        return None
    for choice in field.choices:
        if typed == choice.key.casefold():
            return choice
    for choice in field.choices:
        if typed in {choice.value.casefold(), choice.label.casefold()}:
            return choice
    starts = [choice for choice in field.choices if choice.label.casefold().startswith(typed)]
    return starts[0] if len(starts) == 1 else None


def options(field: Field) -> str:
    """Every choice with the key typed for it."""
    return ", ".join(f"{choice.key} {choice.label}" for choice in field.choices)


def judge_choice(field: Field, text: str, translate: Callable[[str], str]) -> Verdict:
    """The verdict on the text of a field with choices: the choice it names, or that it names none or more than one."""
    if not text:
        return Verdict()
    choice = choice_of(field, text)
    if choice is not None:
        return Verdict("ok", "" if text.casefold() == choice.label.casefold() else choice.label)
    why = say(
        N_('"{typed}" does not name one choice. Accepted: {options}.'), typed=visible(text), options=options(field)
    )
    return Verdict("refused", message=why.words(translate))


@dataclass(frozen=True, slots=True)
class Columns:
    """Widths in cells of the label, the value and what stands beside it; the marker and the mark are fixed."""

    label: int
    value: int
    rest: int

    @property
    def value_at(self) -> int:
        """Where the value begins: behind the marker, the label and the mark."""
        return 2 + self.label + 1 + _MARK_WIDTH + 1

    @property
    def span(self) -> int:
        """Cells of the value, the gap and what stands beside it."""
        return self.value + 1 + self.rest


def columns_for(width: int, fields: Sequence[Field]) -> Columns:
    """The columns of a form ``width`` cells wide; below ``NARROWEST`` the labels give way first."""
    spare = max(0, width - NARROWEST)
    longest = max((cell_len(visible(field.label)) for field in fields), default=0)
    label = min(max(16, longest), 16 + spare // 3)
    value = min(20, 12 + spare // 4)
    rest = width - Columns(label, value, 0).value_at - value - 1
    return Columns(max(0, label + min(rest, 0)), value, max(rest, 0))


def beside_of(field: Field, verdict: Verdict) -> str:
    """What stands beside the typed text: the value it was read as, else the unit that is wanted."""
    if verdict.echo:
        return visible(verdict.echo if verdict.echo.startswith("=") else f"= {verdict.echo}")
    return visible(field.unit)


def fit_whole(texts: Sequence[str], width: int) -> tuple[str, tuple[str, ...]]:
    """The texts that fit ``width`` cells one behind the other, each whole, and those that do not."""
    line, left_out = "", []
    for text in filter(None, texts):
        longer = f"{line}  {text}" if line else text
        if cell_len(longer) <= width:
            line = longer
        else:
            left_out.append(text)
    return line, tuple(left_out)


def value_pieces(columns: Columns, text: str, beside: str, echoed: bool, kind: str) -> list[Piece]:
    """A value and its unit as one unbreakable cell; where they do not fit, ``####`` and never a part of them.

    Of several readings that do not fit the last one is shown whole, with the count of those before it.
    """
    typed = visible(text)
    if not typed:
        shown = beside if cell_len(beside) <= columns.span else ""
        lead = columns.value + 1 if cell_len(shown) <= columns.rest else columns.span - cell_len(shown)
        return [(pad(" " * lead + shown, columns.span), "unit")]
    if cell_len(typed) <= columns.value and cell_len(beside) <= columns.rest:
        return [(pad(typed, columns.value + 1), kind), (pad(beside, columns.rest), "unit")]
    before, _semicolon, last = typed.rpartition(";")
    several = [f"+{before.count(';') + 1}; {last.strip()} {beside}".rstrip()] if before else []
    whole = [f"{typed} {beside}".rstrip(), *([beside] if echoed else []), *several]
    shown = next((each for each in whole if cell_len(each) <= columns.span), "")
    if not shown:
        shown = NO_ROOM if any(c.isnumeric() for c in typed) else cut_words(typed, columns.span)
    return [(pad(shown, columns.span), kind)]


@dataclass(frozen=True, slots=True)
class ActiveRow:
    """What stands beside the input of the active row, and what of the row does not fit there."""

    rest: str
    aside: str
    wide: bool


def active_row(columns: Columns, field: Field, text: str, verdict: Verdict, was: str) -> ActiveRow:
    """Lay out the active row: a text that outgrows its column takes the room of what stands beside it."""
    wide = cell_len(visible(text)) + 1 > columns.value
    rest, left_out = fit_whole((beside_of(field, verdict), was), 0 if wide else columns.rest)
    label = visible(field.label)
    cut = (label,) if cell_len(label) > columns.label else ()
    return ActiveRow(rest, ", ".join((*cut, *left_out)), wide)


def row_pieces(columns: Columns, field: Field, text: str, verdict: Verdict, active: ActiveRow | None) -> list[Piece]:
    """A row behind its marker; the value of the active row is left blank for the input."""
    mark = verdict.mark or "value"
    head: list[Piece] = [
        (pad(cut_words(visible(field.label), columns.label), columns.label + 1), "label"),
        (pad(SIGNS[verdict.mark], _MARK_WIDTH + 1), mark),
    ]
    if active is None:
        kind = "value" if mark == "ok" else mark
        if field.choices and verdict.echo:  # the answer in words, cut between them; its key is no number
            return [*head, (pad(cut_words(visible(verdict.echo), columns.span), columns.span), kind)]
        return head + value_pieces(columns, field.drawn(text), beside_of(field, verdict), bool(verdict.echo), kind)
    return [*head, (" " * (columns.value + 1), "value"), (pad(active.rest, columns.rest), "unit")]


@dataclass(frozen=True, slots=True)
class View:
    """The lines of the list that are on the screen, from the top, and how many rows are above and below them."""

    top: int
    window: tuple[int, ...]
    above: int = 0
    below: int = 0


def view_of(rows: Sequence[int], total: int, active: int, top: int, height: int, reveal: bool) -> View:
    """Choose the lines to show.

    Args:
        rows: the line of each field; the other lines are headings.
        total: number of lines.
        active: line of the active row. It is always shown: one that is scrolled away stays at the edge.
        top: first line shown before.
        height: lines there are for the list and, if it does not fit, for the line that says how much is hidden.
        reveal: whether to scroll until the active row stands in its place, with the heading above it.
    """
    if total <= height:
        return View(0, tuple(range(total)))
    size = max(height - 1, 1)
    if reveal:
        first = active - 1 if active and active - 1 not in rows and size > 1 else active
        top = min(first, max(top, active - size + 1))
    top = max(0, min(top, total - size))
    window = list(range(top, top + size))
    if active < top:
        window[0] = active
    elif active >= top + size:
        window[-1] = active
    hidden = [line for line in rows if line not in window]
    above = sum(line < top + size // 2 for line in hidden)
    return View(top, tuple(window), above, len(hidden) - above)

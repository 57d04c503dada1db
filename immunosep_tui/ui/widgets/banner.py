"""The lines that never leave the screen: who the patient is, which room is open, and what this program is not."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.text import Text
from textual.widget import Widget

from immunosep_tui.i18n import _
from immunosep_tui.record.patient import Patient
from immunosep_tui.rules.phenotype import IMMUNOPARALYSIS, INDETERMINATE, MALS, NOT_RANDOMIZED, STUDY, UNCLASSIFIED
from immunosep_tui.rules.reason import N_
from immunosep_tui.rules.text import show
from immunosep_tui.ui.cells import cut_words, pad
from immunosep_tui.ui.desk import Desk
from immunosep_tui.ward.answers import LAST_DAY
from immunosep_tui.ward.board import row

SHORT_NAMES = {
    MALS: "MALS",
    IMMUNOPARALYSIS: N_("IMMUNOPARALYSIS"),
    UNCLASSIFIED: N_("UNCLASSIFIED"),
    INDETERMINATE: N_("NOT DETERMINED"),
    STUDY: N_("STUDY DRUG"),
    NOT_RANDOMIZED: N_("NOT RANDOMIZED"),
}


class Banner(Widget):
    """Place, case and second identifier of the open patient, then phenotype and treatment day."""

    DEFAULT_CSS = """
    Banner { height: 1; width: 100%; background: $panel; color: $foreground; text-style: bold; }
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._text = ""
        self._state = ""
        self.key = ""
        """Of the patient whose identifiers are shown."""

    def show_patient(self, patient: Patient) -> None:
        """Show this patient from now on."""
        found = row(patient, self._desk.protocol, self._desk.zone, self._desk.now())
        who = _("Bed {place} | Case {case} | {identifier}").format(
            place=show(patient.place) or "-", case=show(patient.case) or "-", identifier=show(patient.identifier) or "-"
        )
        state = _("DIED") if found.died else _(SHORT_NAMES[found.phenotype])
        if patient.key in self._desk.ward.similar:
            who = f"{_('[SIMILAR]')} {who}"
        if self._desk.ward.chart(patient.key).code_break is not None:
            state = f"{_('CODE BROKEN')} {state}"
        if found.day is not None and not self._desk.clock_doubt:
            state += " " + _("day {day}/{last}").format(day=found.day, last=LAST_DAY)
        if (patient.key, who, state) != (self.key, self._text, self._state):
            self.key, self._text, self._state = patient.key, who, state
            self.refresh()

    def render(self) -> Text:
        """The identifiers whole; the phenotype gives way first where there is no room."""
        width = self.size.width - 1
        room = width - cell_len(self._text) - 2
        state = self._state if cell_len(self._state) <= room else cut_words(self._state, max(0, room))
        line = pad(f" {self._text}", width - cell_len(state)) + state
        return Text(line, no_wrap=True, end="", overflow="ellipsis")


class Tabs(Widget):
    """The names of the rooms with their keys; the open one stands in brackets and reversed."""

    DEFAULT_CSS = """
    Tabs { height: 1; width: 100%; background: $surface; color: $foreground; }
    """

    def __init__(self, names: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._names = tuple(names)
        self._active = 0

    def show_active(self, index: int) -> None:
        """Mark one of them."""
        self._active = index
        self.refresh()

    def render(self) -> Text:
        """One line; where the room is short, the keys lose their letter and their space."""
        names = [f"{key} {_(label)}" for key, label in self._names]
        if sum(cell_len(name) + 2 for name in names) > self.size.width:
            names = [_short(key, _(label)) for key, label in self._names]
        line = Text(no_wrap=True, end="")
        for index, name in enumerate(names):
            if index == self._active:
                line.append(f"[{name}]", "reverse")
            else:
                line.append(name if line.plain.endswith("]") else f" {name}")
        return line


def _short(key: str, label: str) -> str:
    """``1Overview`` for F1, and the bare key where it is not a function key."""
    return f"{key[1:]}{label}" if key.startswith("F") else key

"""The lines that never leave the screen: who the patient is, which room is open, and what this program is not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual.widget import Widget

from immunosep_tui.i18n import _
from immunosep_tui.record.patient import Patient
from immunosep_tui.rules.text import show
from immunosep_tui.ui.attention_words import SHORT_NAMES, counts_text, course_text
from immunosep_tui.ui.cells import cut_words, pad
from immunosep_tui.ui.desk import Desk


class Banner(Widget):
    """Place, case and second identifier of the open patient, then STOP and CALL, phenotype and course.

    It takes a second line where the identifiers leave no room for the alarms.
    """

    DEFAULT_CSS = """
    Banner { height: 1; width: 100%; background: $panel; color: $foreground; text-style: bold; }
    Banner.-two-lines { height: 2; }
    Banner > .banner--alarm { color: $error; text-style: bold reverse; }
    Banner > .banner--calm { color: $warning; text-style: bold; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"banner--alarm", "banner--calm"}

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._text = ""
        self._alarms = ""
        self._is_calm = True
        self._state = ""
        self.key = ""
        """Of the patient whose identifiers are shown."""

    def show_patient(self, patient: Patient) -> None:
        """Show this patient from now on."""
        found = self._desk.ward.row(patient)
        who = _("Bed {place} | Case {case} | {identifier}").format(
            place=show(patient.place) or "-", case=show(patient.case) or "-", identifier=show(patient.identifier) or "-"
        )
        state = _("DIED") if found.died else _("LEFT") if found.left else _(SHORT_NAMES[found.phenotype])
        if patient.key in self._desk.ward.similar:
            who = f"{_('[SIMILAR]')} {who}"
        if self._desk.ward.chart(patient.key).code_break is not None:
            state = f"{_('CODE BROKEN')} {state}"
        if not (found.died or found.left):
            state = f"{state} {course_text(found)}".rstrip()
        alarms = found.attention.alarms
        shown = (patient.key, who, counts_text(alarms), all(item.is_calm for item in alarms), state)
        if shown != (self.key, self._text, self._alarms, self._is_calm, self._state):
            self.key, self._text, self._alarms, self._is_calm, self._state = shown
            self._fit()
            self.refresh()

    def on_resize(self) -> None:
        """The alarms stay whole in another window."""
        self._fit()

    def _fit(self) -> None:
        """A second line where one does not hold the identifiers and the alarms."""
        self.set_class(self._needs_two_lines, "-two-lines")

    @property
    def _needs_two_lines(self) -> bool:
        return bool(self._alarms) and cell_len(f" {self._text}  {self._alarms} ") > self.size.width > 0

    def render(self) -> Text:
        """The identifiers and the alarms whole; the phenotype and the course give way where there is no room."""
        width = self.size.width - 1
        first = "" if self._needs_two_lines else f" {self._text}"
        alarms = f"{self._alarms}  " if self._alarms else ""
        room = width - cell_len(first) - 2 - cell_len(alarms)
        state = self._state if cell_len(self._state) <= room else cut_words(self._state, max(0, room))
        line = Text(no_wrap=True, end="", overflow="ellipsis")
        if self._needs_two_lines:
            line.append(f" {self._text}\n")
        line.append(pad(first, width - cell_len(alarms) - cell_len(state)))
        if alarms:
            name = "banner--calm" if self._is_calm else "banner--alarm"
            line.append(self._alarms, self.get_component_rich_style(name))
            line.append("  ")
        line.append(state)
        return line


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

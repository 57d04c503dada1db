"""What all rooms share: a form on the left, the answer on the right, and the way a typed text becomes a sheet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widget import Widget

from immunosep_tui.i18n import _
from immunosep_tui.record.fields import field_of
from immunosep_tui.record.patient import Patient, parts
from immunosep_tui.record.values import TimeValue
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.ui.desk import Desk
from immunosep_tui.ui.form import Field, Form, Verdict, choice_of
from immunosep_tui.ui.panel import Line, Panel
from immunosep_tui.ui.rooms.rows import judge_field
from immunosep_tui.ui.sheet import Sheet
from immunosep_tui.ui.times import date_text
from immunosep_tui.ward.instants import moment, ms


class Room(Widget):
    """One room: the form edits ``prefix`` of the sheet; the panel shows what the rules make of it."""

    SHAPE: ClassVar[str] = ""
    """How the form and the panel share the width: ``-wide-form``, ``-even`` or neither."""
    DEFAULT_CSS = """
    Room { width: 100%; height: 1fr; }
    Room Horizontal { height: 1fr; }
    Room Form { width: 6fr; }
    Room Panel { width: 100%; padding: 0 0 0 1; background: $surface; }
    Room Horizontal Panel { width: 5fr; }
    Room.-wide-form Horizontal Form { width: 3fr; }
    Room.-wide-form Horizontal Panel { width: 2fr; }
    Room.-even Horizontal Form, Room.-even Horizontal Panel { width: 1fr; }
    """

    @dataclass
    class Finished(Message):
        """The person went past the last field (1) or before the first (-1)."""

        direction: int

    def __init__(self, desk: Desk, sheet: Sheet) -> None:
        super().__init__(classes=self.SHAPE)
        self.desk = desk
        self.sheet = sheet

    @property
    def patient(self) -> Patient:
        """The present state of the sheet."""
        return self.sheet.patient

    @property
    def protocol(self) -> Protocol:
        """The protocol by which the patient is read."""
        return self.desk.protocol_of(self.patient)

    # ---- for the rooms to say ----------------------------------------------------------------------------------
    @property
    def prefix(self) -> str:
        """Where the form's texts stand in the sheet; nowhere for a room that only shows."""
        return ""

    def fields(self) -> list[Field]:
        """The rows of the form; none for a room that only shows."""
        return []

    def texts(self) -> dict[str, str]:
        """What stands in the rows of the form, by the names of the fields."""
        return self.patient.within(self.prefix)

    def judge(self, name: str, text: str) -> Verdict:
        """The verdict on a text, by the kind of value of its field; none where nothing is typed."""
        key = f"{self.prefix}.{name}"
        desk = self.desk
        return judge_field(self.patient.typed(key, text), key, self.protocol, desk.zone, desk.now())

    def takes_time(self, name: str) -> bool:
        """Whether a row takes a time, into which the present minute can be written."""
        field = field_of(f"{self.prefix}.{name}")
        return field is not None and isinstance(field.value, TimeValue)

    def lines(self) -> list[Line]:
        """The answer."""
        return []

    def not_come(self, day: int) -> str:
        """Why nothing can be typed of a calendar day of the patient that has not come; empty where it has."""
        days = self.desk.ward.readings(self.patient).days
        if days.has_come(day, ms(self.desk.now())):
            return ""
        begins = date_text(moment(days.span(day)[0]), self.desk.zone)
        return _("This day has not come yet: day {day} is {date}.").format(day=day, date=begins)

    def go_to_day(self, step: int) -> None:
        """Show the next or the previous page, in a room that has several."""

    def went_past(self, direction: int) -> None:
        """Go on from the last field (1), or back from the first (-1)."""
        self.post_message(self.Finished(direction))

    # ---- the same for all --------------------------------------------------------------------------------------
    def compose(self) -> ComposeResult:
        """The form and the panel; where there is nothing to fill in, the panel has the room to itself."""
        with Horizontal():
            yield Form([], {}, self.judge, changed=self._changed, kept=self._kept)
            yield Panel()

    def on_mount(self) -> None:
        """Show the form and the answer."""
        self.reload()

    def enter(self) -> None:
        """Take the keyboard."""
        form = next(iter(self.query(Form)), None)
        if form is not None and form.fields:
            form.stay()
            form.focus()
        else:
            self.screen.set_focus(self.query_one(Panel))

    def reload(self) -> None:
        """Show the present state of the sheet, as when the room is entered again."""
        fields = self.fields()
        for form in self.query(Form):
            active = form.active
            form.load(fields, self.texts())
            if active in {field.name for field in fields}:
                form.activate(active)
            if form.display != bool(fields):
                self._show_form(form, bool(fields))
        self.redraw()

    def _show_form(self, form: Form, is_shown: bool) -> None:
        """Let the form or the panel have the keyboard, at once where the other one has it."""
        focused = self.screen.focused
        form.display = is_shown
        self.query_one(Panel).can_focus = not is_shown
        if focused is not None and self in focused.ancestors:
            self.enter()

    def redraw(self) -> None:
        """Compute and show the answer anew, while there is where to show it: a room that is left loses its parts first."""
        for panel in self.query(Panel)[:1]:
            panel.show_lines(self.lines())

    def _changed(self, name: str, text: str) -> None:
        self._edit(self.patient.typed(f"{self.prefix}.{name}", self.stored(name, text)))

    def _kept(self, name: str) -> None:
        self._edit(self.patient.keeping(f"{self.prefix}.{name}"))
        self.query_one(Form).refresh_verdicts()

    @on(Form.Left)
    def _left(self, event: Form.Left) -> None:
        event.stop()
        self.went_past(event.direction)

    def _edit(self, patient: Patient) -> None:
        self.sheet.edit(patient)
        self.redraw()

    def stored(self, name: str, text: str) -> str:
        """What is kept of a typed text: the values of the choices that it names, else the text itself."""
        field = next(field for field in self.fields() if field.name == name)
        if not field.choices:
            return text
        return "; ".join(choice.value if (choice := choice_of(field, part)) else part for part in parts(text))

"""The signature: everything that would be recorded, read before it is, and what came of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import ClassVar, Final

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from immunosep_tui.i18n import _, words
from immunosep_tui.record.bodies import CourseStarted, CourseStopped, Decision, SofaDay
from immunosep_tui.record.chart import Chart
from immunosep_tui.record.entry import Author, Entry
from immunosep_tui.rules.reason import N_
from immunosep_tui.rules.text import show
from immunosep_tui.store.errors import InDoubt, Stale, StoreError
from immunosep_tui.ui.desk import Desk
from immunosep_tui.ui.form import Field, Form, Verdict
from immunosep_tui.ui.panel import Line, Panel
from immunosep_tui.ui.times import clock_text
from immunosep_tui.ui.widgets.banner import SHORT_NAMES
from immunosep_tui.ward.instants import moment
from immunosep_tui.ward.signing import Part, Signature, left_over, needs_reason, parts, proposals

DEAF: Final = 0.4
"""Seconds in which a key that was typed ahead cannot sign what nobody has read."""

LONGEST_REASON: Final = 200

_ROOM_LABELS: Final = {
    "identity": N_("Who"),
    "labs": N_("Labs"),
    "sofa": N_("SOFA, day {day}"),
    "response": N_("SOFA total, day {day}"),
    "response.final": N_("No more values"),
    "treatment": N_("Course"),
    "treatment.stop": N_("Stop"),
    "monitoring": N_("Check, day {day}"),
}


class SignScreen(ModalScreen[bool]):
    """Shows what is new on a sheet and records it when the person presses Enter; ``True`` when it was recorded.

    Args:
        desk: whose author signs.
        author: who signs.
        chart: the record as it was just read.
        key: names the deed, so that it is recorded once whatever happens on the way.
    """

    SCOPE: ClassVar[str] = "sign"
    AUTO_FOCUS = None
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "sign", N_("Sign"), show=False),
        Binding("escape", "leave", N_("Back"), show=False, priority=True),
    ]
    DEFAULT_CSS = """
    SignScreen { align: center middle; }
    SignScreen > Vertical {
        width: 100%; max-width: 110; height: 100%; max-height: 40; background: $surface; padding: 0 1;
    }
    SignScreen Panel { height: 1fr; }
    SignScreen #ask { height: 3; }
    SignScreen Form { height: 3; min-height: 3; }
    """

    def __init__(self, desk: Desk, author: Author, chart: Chart, key: str) -> None:
        super().__init__()
        self._desk = desk
        self._author = author
        self._chart = chart
        self._key = key
        self._sheet = desk.ward.get(chart.key)
        self._parts: tuple[Part, ...] = ()
        self._trouble: StoreError | None = None
        self._busy = False
        self._opened = time.monotonic()
        self._reason = ""

    def compose(self) -> ComposeResult:
        """What would be recorded, the reason where one is needed, what the keys do."""
        self._parts = parts(self._chart, self._sheet, self._desk.protocol, self._desk.zone)
        with Vertical():
            yield Panel(id="what", focusable=True)
            if needs_reason(self._parts):
                hint = _("A recorded value is corrected: say why. The old value stays readable in the record.")
                yield Form([Field("reason", _("Reason"), hint=hint)], {}, self._judge, changed=self._typed)
            yield Panel(id="ask")

    def on_mount(self) -> None:
        """Show it and take the keyboard."""
        self._draw()
        for form in self.query(Form):
            form.focus()
            return
        self.set_focus(self.query_one("#what", Panel))

    @property
    def ready(self) -> bool:
        """Whether keys arrive here."""
        return self.is_mounted

    def _judge(self, _name: str, text: str) -> Verdict:
        if len(text) > LONGEST_REASON:
            return Verdict("refused", message=_("At most {most} characters are taken.").format(most=LONGEST_REASON))
        if show(text, LONGEST_REASON) != text:
            return Verdict("refused", message=_("It holds a control or invisible character."))
        return Verdict("ok") if text.strip() else Verdict()

    def _typed(self, _name: str, text: str) -> None:
        self._reason = text

    def on_key(self, event: events.Key) -> None:
        """Ignore what was typed before this screen could be read."""
        if time.monotonic() - self._opened < DEAF and event.key == "enter":
            event.stop()
            event.prevent_default()

    @on(Form.Left)
    def _left(self, event: Form.Left) -> None:
        event.stop()
        self.query_one(Form).stay()
        if event.direction > 0:
            self.action_sign()

    def action_leave(self) -> None:
        """Go back; what was typed stays a draft."""
        if not self._busy and self.is_current:
            self.dismiss(False)

    def action_sign(self) -> None:
        """Record, in a thread: a slow store holds up no key."""
        if self._busy or time.monotonic() - self._opened < DEAF:
            return
        if not any(part.is_ready for part in self._parts):
            self.action_leave()
            return
        asks = self.query(Form)
        if asks and (not self._reason.strip() or self._judge("", self._reason).mark == "refused"):
            self._draw(_("Say why first: a recorded value is corrected."))
            return
        self._busy = True
        self._draw()
        self.run_worker(self._record(), exclusive=True)

    async def _record(self) -> None:
        ward, desk = self._desk.ward, self._desk
        signature = Signature(
            self._author, desk.now(), self._key, desk.protocol.sha256, desk.place, self._reason.strip()
        )
        wanted = proposals(self._chart, self._parts, signature)
        try:
            if isinstance(self._trouble, InDoubt):
                entries = await asyncio.to_thread(ward.store.settle, wanted)
            else:
                entries = await asyncio.to_thread(ward.store.append, wanted, self._chart.n)
        except StoreError as error:
            await self._failed(error)
            return
        self._busy = False
        if not entries:
            self._trouble = None
            self._draw(_("It was not recorded. Enter signs again."))
            return
        await asyncio.to_thread(ward.read_again, self._chart.key)
        ward.put(left_over(ward.chart(self._chart.key).sheet, self._sheet, self._parts), self._author.initials)
        self.app.hint = _signed(entries, desk)  # type: ignore[attr-defined]
        if self.is_current:
            self.dismiss(True)

    async def _failed(self, error: StoreError) -> None:
        self._busy, self._trouble = False, error
        if isinstance(error, Stale):
            self._chart = await asyncio.to_thread(self._desk.ward.read_again, self._chart.key)
            self._parts = parts(self._chart, self._sheet, self._desk.protocol, self._desk.zone)
            self._opened = time.monotonic()
        self._draw()

    def _draw(self, notice: str = "") -> None:
        sheet = self._sheet
        who = _("Bed {place} | Case {case} | {identifier}").format(
            place=show(sheet.place), case=show(sheet.case), identifier=show(sheet.identifier)
        )
        title = _("Sign as {initials}, {role}").format(initials=self._author.initials, role=_(self._author.role))
        lines: list[Line] = [("title", f"{title}  -  {who}")]
        for part in self._parts:
            lines += part_lines(part)
        if not self._parts:
            lines.append(("plain", _("Nothing is new: everything typed is signed.")))
        self.query_one("#what", Panel).show_lines(lines)
        self.query_one("#ask", Panel).show_lines(self._ask(notice))

    def _ask(self, notice: str) -> list[Line]:
        if self._busy:
            return [("warn", _("Recording ..."))]
        if notice:
            return [("warn", notice)]
        if self._trouble is not None:
            head = _("NOT KNOWN YET") if isinstance(self._trouble, InDoubt) else _("NOT SAVED")
            text = f"{head}: {words(self._trouble.text)} {words(self._trouble.advice)}"
            return [("bad", text), ("plain", _("Enter tries again. Esc goes back; what was typed stays."))]
        if not any(part.is_ready for part in self._parts):
            return [("plain", _("Esc goes back."))]
        return [("good", _("Enter signs: it is then part of the record. Esc goes back; the draft stays."))]


def part_lines(part: Part) -> list[Line]:
    """What one part would record: the values, those before them, and what is held back."""
    room, _dot, rest = part.place.partition(".")
    label = _ROOM_LABELS.get(part.place) or _ROOM_LABELS[room]
    lines: list[Line] = [("title", _(label).format(day=rest.partition(".")[0]))]
    for key in dict.fromkeys((*part.before, *part.after)):
        before, after = part.before.get(key, ""), part.after.get(key, "")
        name = key.removeprefix(f"{part.place}.").removeprefix(f"{room}.")
        if key in part.said.withheld:
            lines.append(
                ("warn", _("  {name}: {text}  NOT SIGNED: refused or not confirmed").format(name=name, text=after))
            )
        elif before == after:
            lines.append(("dim", f"  {name}: {after}"))
        elif not after:
            lines.append(("warn", _("  {name}: {text} is taken away").format(name=name, text=before)))
        elif before:
            lines.append(("warn", _("  {name}: {text}  (was {before})").format(name=name, text=after, before=before)))
        else:
            lines.append(("plain", f"  {name}: {after}"))
    return lines + _answers(part)


def _answers(part: Part) -> list[Line]:
    """What the rules say to the values, as it will be recorded with them."""
    lines: list[Line] = []
    for body in part.said.bodies:
        if isinstance(body, Decision):
            given = _("the trial gave {regimen}").format(regimen=body.regimen) if body.regimen else _("no drug")
            lines.append(("good", f"  -> {_(SHORT_NAMES[body.phenotype])}, {given}"))
        elif isinstance(body, SofaDay):
            total = f"{body.total}" if body.total is not None else _("incomplete, {low} to {high}")
            lines.append(("good", "  -> SOFA 1996: " + total.format(low=body.low, high=body.high)))
        elif isinstance(body, CourseStarted):
            lines.append(("good", _("  -> course of {count} doses").format(count=len(body.slots))))
        elif isinstance(body, CourseStopped):
            lines.append(("warn", _("  -> nothing can be recorded in the course after this")))
    return lines


def _signed(entries: Sequence[Entry], desk: Desk) -> str:
    when = clock_text(moment(entries[-1].recorded), desk.zone)
    template = _("Saved at {time} by {initials}: {count} entries, read back from the store.")
    return template.format(time=when, initials=entries[-1].author, count=len(entries))

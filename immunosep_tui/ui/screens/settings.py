"""Settings of the ward on screen: what is in force and where it comes from, and what would be signed instead."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar, Final

from textual.screen import Screen

from immunosep_tui.i18n import _, words
from immunosep_tui.record.chart import Chart
from immunosep_tui.record.entry import WARD, Author, Proposal
from immunosep_tui.record.protocols import PROTOCOL
from immunosep_tui.record.settings import SETTINGS, Settings, effective, settings_of
from immunosep_tui.rules.text import show
from immunosep_tui.store.errors import StoreError
from immunosep_tui.ui.desk import Desk
from immunosep_tui.ui.form import Choice, Field, Verdict, choice_of
from immunosep_tui.ui.panel import Line, Panel
from immunosep_tui.ui.rooms.verdicts import refusal_text, words_verdict
from immunosep_tui.ui.screens.recording import RecordingScreen
from immunosep_tui.ward.people import people
from immunosep_tui.ward.protocols import named_text, propose_protocol
from immunosep_tui.ward.protocols import role_refusal as protocol_refusal
from immunosep_tui.ward.settings import origin, propose_settings, role_refusal, setting_refusal

ADOPT: Final = "adopt"
"""The answer that names this workstation's protocol for the ward."""

AGAIN: Final = "default"
"""What is typed into a row to make it the default again; an empty row stays as it is."""


class WardSettingsScreen(RecordingScreen):
    """Records what is typed into the rows, as one entry a setting of the ward's own record."""

    SCOPE: ClassVar[str] = "settings"
    SHEET: ClassVar[str] = "settings"
    ASKS_PIN: ClassVar[bool] = True
    DEFAULT_CSS = """
    WardSettingsScreen Form { max-height: 60%; }
    """

    def __init__(self, desk: Desk, author: Author, chart: Chart, key: str) -> None:
        super().__init__(desk, author, chart, key)
        self.compare()

    def compare(self) -> None:
        """What is in force as the record is now."""
        self._found = settings_of(self.chart.entries)
        self._settings: Settings = effective(self._found, self.desk.ward.protocols.ward, self.desk.ward.machine_zone)

    def fields(self) -> list[Field]:
        """One row a setting; nothing is asked of somebody who may not sign them."""
        if role_refusal(self.author.role):
            return []
        empty = _('Empty: it stays as it is. "{again}": the default again.').format(again=AGAIN)
        rows = [
            Field(name, _(definition.label), hint=f"{words(definition.accepted)} {empty}")
            for name, definition in SETTINGS.items()
        ]
        return [
            *self._protocol_row(),
            *rows,
            Field("reason", _("Reason"), hint=_("If there is something to say about it.")),
        ]

    def _protocol_row(self) -> list[Field]:
        """The row that names this workstation's protocol for the ward; none where it is named, or not by this role."""
        protocols = self.desk.ward.protocols
        if protocols.kept.sha256 == protocols.own.sha256 or protocol_refusal(self.author.role):
            return []
        mine = (Choice("y", ADOPT, _("name {protocol}").format(protocol=show(protocols.own.id))),)
        hint = _("The ward plans new courses by it from then on. A course that was started keeps its own.")
        return [Field(PROTOCOL, _("Protocol of the ward"), choices=mine, hint=hint)]

    def _adopts(self) -> bool:
        """Whether this workstation's protocol becomes that of the ward."""
        return any(choice_of(row, self.text(PROTOCOL)) is not None for row in self._protocol_row())

    def judge(self, name: str, text: str) -> Verdict:
        """What is in force, or how a text is read."""
        if name == PROTOCOL:
            return Verdict() if text else Verdict(echo=self._planned_by())
        if name == "reason":
            return self.judge_reason(text) if text else Verdict()
        if not text.strip():
            return Verdict(echo=self._now(name))
        if text.strip() == AGAIN:
            return Verdict("ok")
        if (unclean := words_verdict(text)).mark == "refused":
            return unclean
        refusal = setting_refusal(name, text.strip(), self.desk.ward.protocols.ward)
        return Verdict("refused", message=refusal_text(refusal)) if refusal else Verdict("ok", self._read(name, text))

    def _planned_by(self) -> str:
        """The protocol that the ward plans by, and who named it."""
        protocols = self.desk.ward.protocols
        told = words(named_text(protocols, self.desk.zone))
        return told if protocols.kept.named is None else f"{show(protocols.ward_name)}, {told}"

    def _now(self, name: str) -> str:
        """The value in force and where it comes from."""
        told = words(origin(name, self._settings, self._found, self.desk.ward.protocols.ward))
        return ", ".join(part for part in (self._settings.text(name), told) if part)

    def _read(self, name: str, text: str) -> str:
        definition = SETTINGS[name]
        return definition.show(definition.read(text.strip(), self.desk.ward.protocols.ward))

    @property
    def _typed_texts(self) -> dict[str, str]:
        """What would be recorded, by name; the default again as an empty text."""
        typed = {name: self.text(name) for name in SETTINGS if self.text(name)}
        return {name: "" if text == AGAIN else text for name, text in typed.items()}

    def alarm_lines(self) -> list[Line]:
        """None: the record is that of no patient."""
        return []

    def what(self) -> list[Line]:
        """Each change from what is in force."""
        lines: list[Line] = [("title", _("WARD SETTINGS"))]
        refusal = role_refusal(self.author.role)
        if refusal is not None:
            lines.append(("warn", refusal_text(refusal)))
            lines.append(("plain", f"{_('Protocol of the ward')}: {self._planned_by()}"))
            return lines + [("plain", f"{_(SETTINGS[name].label)}: {self._now(name)}") for name in SETTINGS]
        for name in self._settings.unread:
            lines.append(("warn", _("{name}: set by a newer program and not understood here.").format(name=name)))
        changes = self._typed_texts
        for name, text in changes.items():
            if self.judge(name, self.text(name)).mark == "ok":
                after = self._read(name, text) if text else _("the default again")
                line, label = _("{label}: {before} -> {after}"), _(SETTINGS[name].label)
                before = self._settings.text(name)
                lines.append(("plain", line.format(label=label, before=before, after=after)))
        if self._adopts():
            line, own = _("{label}: {before} -> {after}"), self.desk.ward.protocols.own
            label, before = _("Protocol of the ward"), self._planned_by()
            lines.append(("plain", line.format(label=label, before=before, after=show(f"{own.id} {own.version}"))))
        return (
            lines if changes or self._adopts() else [*lines, ("plain", _("Nothing is changed yet: type into a row."))]
        )

    def has_nothing(self) -> bool:
        """Whether whoever signs may sign none of it."""
        return role_refusal(self.author.role) is not None

    def wanted(self) -> str:
        """A change, where none is typed."""
        return "" if self._typed_texts or self._adopts() else _("Nothing is changed yet: type into a row.")

    def proposals(self) -> Sequence[Proposal]:
        """One entry a change."""
        signature = self.signature(self.text("reason"))
        found = propose_settings(self.chart, self._typed_texts, signature)
        if self._adopts():
            found.append(propose_protocol(self.chart, self.desk.ward.protocols.own_unblinded, signature))
        return found

    def draw(self, notice: str = "") -> None:
        """As every screen that records, under the ward's own title."""
        super().draw(notice)
        title = _("Sign as {initials}, {role}").format(initials=self.author.initials, role=_(self.author.role))
        self.query_one("#whose", Panel).show_lines([("title", f"{title}  -  {_('Ward settings')}")])
        self._fit()

    def _ask(self, notice: str) -> list[Line]:
        if notice or self._busy or self._commit.trouble is not None or self.has_nothing():
            return super()._ask(notice)
        return [("good", _("Enter signs: it is then in force on every workstation. Esc goes back; the draft stays."))]

    def _pin(self) -> list[Field]:
        if role_refusal(self.author.role):
            return []
        hint = _("The PIN of {initials}: settings of the ward are signed by who sets them.")
        return [replace(field, hint=hint.format(initials=self.author.initials)) for field in super()._pin()]


async def open_settings(board: Screen[None], desk: Desk) -> None:
    """Ask who signs, read the ward's record, show the settings, and take what was recorded. Call it from a worker."""
    app = board.app
    author = await app.ask_author()  # type: ignore[attr-defined]
    if author is None or not board.is_active:
        return
    try:
        chart = await asyncio.to_thread(desk.ward.read_again, WARD)
        signers = await asyncio.to_thread(people, desk.ward.store)
    except StoreError as error:
        app.hint = f"{words(error.text)} {words(error.advice)}"  # type: ignore[attr-defined]
        return
    screen = WardSettingsScreen(desk, author, chart, uuid.uuid4().hex)
    screen.person = signers.get(author.initials)
    if not board.is_active:
        return
    done: bool = await app.push_screen_wait(screen)
    if done:
        await app.read_settings()  # type: ignore[attr-defined]

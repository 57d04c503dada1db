"""A bleeding event: when, where, how severe by two published scales, and what was done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import ClassVar

from immunosep_tui.i18n import _
from immunosep_tui.record.entry import Proposal
from immunosep_tui.record.kinds import Bleeding
from immunosep_tui.rules.grades import (
    ISTH_CRITICAL_SITES,
    ISTH_HEMOGLOBIN_FALL,
    ISTH_RED_CELL_UNITS,
    ISTH_SOURCE,
    OTHER_SITE,
    WHO_BLEEDING,
    WHO_BLEEDING_SOURCE,
)
from immunosep_tui.rules.reason import N_
from immunosep_tui.rules.units import plain
from immunosep_tui.ui.attention_words import LEVEL_WORDS
from immunosep_tui.ui.form import Choice, Field, Verdict, choice_of
from immunosep_tui.ui.panel import Line
from immunosep_tui.ui.rooms.verdicts import yes_no
from immunosep_tui.ui.screens.recording import RecordingScreen
from immunosep_tui.ward.consequences import level_of_event
from immunosep_tui.ward.deeds import record_bleeding
from immunosep_tui.ward.instants import ms


class BleedingScreen(RecordingScreen):
    """Records one event; nothing about the treatment is changed by it."""

    SCOPE: ClassVar[str] = "bleeding"
    SHEET: ClassVar[str] = "bleeding"

    def fields(self) -> list[Field]:
        """When, where and how severe."""
        grades = tuple(Choice(str(g.grade), str(g.grade), _(g.description)) for g in WHO_BLEEDING)
        sites = [*ISTH_CRITICAL_SITES.items(), (OTHER_SITE, N_("Other site"))]
        listed = tuple(Choice(str(n), key, _(label)) for n, (key, label) in enumerate(sites, start=1))
        fall = _("Hemoglobin fell by {limit} g/dL or more with it.").format(limit=plain(ISTH_HEMOGLOBIN_FALL))
        units = _("{limit} or more units of red cells were given for it.").format(limit=ISTH_RED_CELL_UNITS)
        return [
            Field("at", _("At"), hint=_("2026-03-14 08:00; Ctrl+N writes the present minute.")),
            Field("grade", _("WHO grade"), choices=grades),
            Field("site", _("Site"), choices=listed),
            Field("fall", _("Hemoglobin fell"), choices=yes_no(_), hint=fall),
            Field("units", _("Red cells"), choices=yes_no(_), hint=units),
            Field("reason", _("In words"), hint=_("Where it bleeds, how much, what was done.")),
        ]

    def judge(self, name: str, text: str) -> Verdict:
        """Each answer by itself; the form judges the choices."""
        if name == "reason":
            return self.judge_reason(text)
        return self.judge_time(text) if name == "at" else Verdict()

    def _value(self, name: str) -> str:
        field = next(field for field in self.fields() if field.name == name)
        choice = choice_of(field, self.text(name))
        return choice.value if choice else ""

    def _criteria(self) -> tuple[str, ...]:
        """The ISTH criteria of major bleeding that are met; the bleeding is overt, or it would not be entered."""
        site = self._value("site")
        found = [site] if site in ISTH_CRITICAL_SITES else []
        found += ["hemoglobin fall"] if self._value("fall") == "yes" else []
        return (*found, "red cells") if self._value("units") == "yes" else tuple(found)

    @property
    def _event(self) -> Proposal | None:
        """The event as far as it is known, at the present minute where no time is typed; None without a grade."""
        grade, at = self._value("grade"), self.time(self.text("at"))
        if not grade:
            return None
        body = Bleeding(self._value("site"), self.text("reason"), int(grade), self._criteria())
        when = at if isinstance(at, datetime) else self.desk.now()
        return record_bleeding(self.chart, body, when, self.signature(""))

    def _level(self, event: Proposal) -> str:
        desk = self.desk
        return level_of_event(self.chart, event, self.protocol, desk.ward.settings, ms(desk.now()))

    def what(self) -> list[Line]:
        """The two scales, and what the limits of the checklist ask for."""
        lines: list[Line] = [("title", _("BLEEDING"))]
        if self._criteria():
            names = ", ".join(_(ISTH_CRITICAL_SITES.get(name, name)) for name in self._criteria())
            lines.append(("bad", _("Major by ISTH: {names}.").format(names=names)))
        event = self._event
        if event is not None and (level := self._level(event)):
            lines.append(("bad", f"!! {_(LEVEL_WORDS[level])}"))
        lines += [("dim", f"{grade.grade}: {_(grade.description)}") for grade in WHO_BLEEDING]
        return [*lines, ("dim", f"{WHO_BLEEDING_SOURCE}; {ISTH_SOURCE}")]

    def wanted(self) -> str:
        """The first answer that is missing."""
        if not isinstance(self.time(self.text("at")), datetime):
            return _("Type when, not in the future; Ctrl+N writes the present minute.")
        for name, label in (("grade", _("the WHO grade")), ("site", _("the site"))):
            if not self._value(name):
                return _("Say {label}.").format(label=label)
        return "" if self.judge_reason(self.text("reason")).mark == "ok" else _("Say in words what bleeds.")

    def proposals(self) -> Sequence[Proposal]:
        """The one entry."""
        event = self._event
        if event is None or not isinstance(event.body, Bleeding):
            return ()
        return [replace(event, body=replace(event.body, level=self._level(event)))]

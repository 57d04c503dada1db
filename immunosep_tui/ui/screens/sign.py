"""The signature: everything that would be recorded, read before it is, and what came of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import ClassVar, Final

from immunosep_tui.i18n import _
from immunosep_tui.record.chart import Chart
from immunosep_tui.record.entry import Author, Proposal
from immunosep_tui.record.fields import NUMBER
from immunosep_tui.record.kinds import Admitted, Decision, SofaDay
from immunosep_tui.record.patient import is_death_text
from immunosep_tui.rules.analytes import ANALYTES
from immunosep_tui.rules.protocol import CheckItem, Protocol
from immunosep_tui.rules.reason import N_
from immunosep_tui.rules.text import show
from immunosep_tui.ui.attention_words import MARKER_NAMES, SHORT_NAMES, item_lines, over_text
from immunosep_tui.ui.commands import command
from immunosep_tui.ui.desk import Desk
from immunosep_tui.ui.form import Field, Verdict, choice_of
from immunosep_tui.ui.key_names import key_name
from immunosep_tui.ui.panel import Line
from immunosep_tui.ui.rooms.verdicts import yes_no
from immunosep_tui.ui.screens.recording import RecordingScreen
from immunosep_tui.ward.consequences import consequences
from immunosep_tui.ward.instants import ms
from immunosep_tui.ward.second_entry import agrees, typed_twice
from immunosep_tui.ward.signing import (
    CALL,
    STOP,
    Part,
    by_weight,
    left_over,
    needs_reason,
    parts,
    place_of_key,
    proposals,
    weight,
)
from immunosep_tui.ward.value_words import readings, value_label, value_text

_ROOM_LABELS: Final = {
    "identity": N_("Who"),
    "screening": N_("Screening"),
    "labs": N_("Labs"),
    "sample": N_("Labs, sample {day}"),
    "sofa": N_("SOFA, day {day}"),
    "response": N_("SOFA totals"),
    "response.final": N_("No more values"),
    "response.day28": N_("Day 28"),
    "treatment": N_("Course"),
    "treatment.stop": N_("Stop"),
    "monitoring": N_("Check, day {day}"),
}


class SignScreen(RecordingScreen):
    """What is new on a patient's sheet, part by part."""

    SCOPE: ClassVar[str] = "sign"
    SHEET: ClassVar[str] = "sign"

    def __init__(self, desk: Desk, author: Author, chart: Chart, key: str) -> None:
        super().__init__(desk, author, chart, key)
        self._sheet = desk.ward.get(chart.key)
        self._lies_there = ""
        self.compare()

    def compare(self) -> None:
        """What differs from the record as it is now."""
        desk = self.desk
        readings = desk.ward.readings(self._sheet)
        self._parts = parts(self.chart, self._sheet, self.protocol, desk.zone, desk.now(), readings)
        listed = proposals(self.chart, self._parts, self.signature(""))
        ward = desk.ward
        self._changes = consequences(self.chart, listed, ward.judge, self.protocol, ward.settings, ms(desk.now()))
        self._twice = typed_twice(self.chart, self._parts, self.protocol)

    @property
    def asks_pin(self) -> bool:
        """Whether something is replaced or taken away that asks for a PIN when it is taken back in the record."""
        return any(part.is_ready and part.corrects is not None and part.corrects.body.proves for part in self._parts)

    def look_up(self) -> None:
        """Who lies already in the bed that would be recorded."""
        place = self._new_bed
        self._lies_there = self.desk.ward.in_bed(place, self.chart.key) if place else ""

    @property
    def _new_bed(self) -> str:
        """The bed of an admission or a move; empty where the bed stays."""
        admitted = [body for part in self._parts for body in part.said.bodies if isinstance(body, Admitted)]
        return next((body.place for body in admitted if body.place != self.chart.sheet.place), "")

    @property
    def _occupied(self) -> str:
        """That somebody else lies in the bed; empty where nobody does."""
        if not (self._new_bed and self._lies_there):
            return ""
        told = _("Bed {place} is occupied by case {case}.")
        return told.format(place=show(self._new_bed), case=show(self._lies_there))

    def about(self) -> str:
        """The entries that would be replaced, for whose correction the reason is."""
        return " ".join(f"{part.place}:{part.corrects.n}" for part in self._parts if part.corrects)

    def fields(self) -> list[Field]:
        """What is typed a second time, whether a bed is shared, and the reason where something is corrected."""
        once_more = _("Type it a second time from the report: a slip is not made twice alike.")
        again = [Field(key, self._again(key), hint=once_more, anew=True) for key in self._twice]
        hint = _("A recorded value is corrected: say why. The old value stays readable in the record.")
        if self._occupied:
            hint_bed = f"{self._occupied} {_('y records both in it; n, or go back and correct the bed.')}"
            again.append(Field("bed", _("Share the bed"), choices=yes_no(_), hint=hint_bed, anew=True))
        return again + ([Field("reason", _("Reason"), hint=hint)] if needs_reason(self._parts) else [])

    def _again(self, key: str) -> str:
        number = place_of_key(key).partition(".")[2]
        label = _(MARKER_NAMES[key.rpartition(".")[2]])
        return _("{label} again").format(label=f"{label} {number}".rstrip())

    def judge(self, name: str, text: str) -> Verdict:
        """The same value a second time, or any printable words."""
        if name == "reason":
            return self.judge_reason(text)
        if name == "bed":
            return Verdict()
        first = self._twice.get(name, "")
        if not text:
            return Verdict()
        if agrees(first, text, name.rpartition(".")[2], self.protocol):
            return Verdict("ok")
        return Verdict(
            "refused", message=_("It differs from what was typed first: look at the report, correct it there.")
        )

    def what(self) -> list[Line]:
        """What becomes of the alarms, then each part with its values and with what the rules say to them."""
        if not self._parts:
            return [("plain", _("Nothing is new: everything typed is signed."))]
        zone, now = self.desk.zone, self.desk.now()
        lines = [line for item in self._changes.new for line in item_lines(item, zone, now)]
        lines += [("good", over_text(self._changes.over))] if self._changes.over else []
        lines += [("bad", f"!! {self._occupied}")] if self._occupied else []
        for group in by_weight(self._parts, self.protocol):
            lines.append(("title", heading(group[0].place)))
            for part in group:
                lines += part_lines(part, self.protocol, self._twice)
        return lines

    def has_nothing(self) -> bool:
        """Whether nothing of it could be recorded."""
        return not any(part.is_ready for part in self._parts)

    def wanted(self) -> str:
        """What was not typed a second time, or the reason, where it is missing."""
        for key in self._twice:
            if self.judge(key, self.text(key)).mark != "ok":
                return _("Type once more: {label}.").format(label=self._again(key))
        if self._occupied and not self._shares_bed:
            return f"{self._occupied} {_('Answer y where that is right.')}"
        if needs_reason(self._parts) and self.judge_reason(self.text("reason")).mark != "ok":
            return _("Say why first: a recorded value is corrected.")
        return ""

    def proposals(self) -> tuple[Proposal, ...]:
        """One entry a part, and the decision behind the laboratory values."""
        listed = proposals(self.chart, self._parts, self.signature(self.text("reason")))
        if not self._occupied:
            return listed
        shared = _("the bed was occupied, confirmed")
        return tuple(
            replace(each, reason="; ".join(filter(None, (each.reason, shared))))
            if isinstance(each.body, Admitted)
            else each
            for each in listed
        )

    @property
    def _shares_bed(self) -> bool:
        choice = choice_of(Field("bed", "", choices=yes_no(_)), self.text("bed"))
        return choice is not None and choice.value == "yes"

    def recorded(self) -> None:
        """Only what was held back stays a draft."""
        self.desk.ward.put(left_over(self.chart.sheet, self._sheet, self._parts), self.author.initials)


def heading(place: str) -> str:
    """What the parts at a place are read under."""
    room, _dot, rest = place.partition(".")
    return _(_ROOM_LABELS.get(place) or _ROOM_LABELS[room]).format(day=rest.partition(".")[0])


def part_lines(part: Part, protocol: Protocol, unseen: Collection[str]) -> list[Line]:
    """What one part would record: the values, those before them, and what is held back; not those to be typed unseen."""
    lines: list[Line] = []
    tag = _tag(part)
    keys = dict.fromkeys((*part.before, *part.after))
    for key in sorted(keys, key=lambda key: NUMBER.get(key.rpartition(".")[2], len(NUMBER))):
        before, after = (_text(key, texts.get(key, ""), protocol) for texts in (part.before, part.after))
        name = _label(key, protocol)
        if key in unseen:
            lines.append(("plain", _("  {name}: typed; once more below").format(name=name)))
        elif key in part.said.withheld or (part.over_death and before != after):
            text = _("  {name}: {text}  NOT SIGNED: {why}").format(name=name, text=after, why=_why_not(part, key))
            lines.append(("warn", text))
        elif before == after:
            lines.append(("dim", f"  {name}: {after}"))
        elif not after:
            lines.append(("warn", _("  {name}: {text} is taken away").format(name=name, text=before)))
        elif before:
            text = _("  {name}: {text}  (was {before})").format(name=name, text=after, before=before)
            lines.append(("bad" if tag else "warn", text + tag))
        else:
            lines.append(("bad" if tag else "plain", f"  {name}: {after}{tag}"))
    return lines + _answers(part, protocol)


def _why_not(part: Part, key: str) -> str:
    """Why a text is held back."""
    if part.over_death:
        return _("a recorded death is taken back in the record")
    if part.place.startswith("treatment"):
        return _("started and stopped with {key}").format(key=key_name(command("course").keys[0]))
    if is_death_text(key, part.after.get(key, "")) and part.place.startswith("response"):
        return _("a death is recorded with {key}").format(key=key_name(command("death").keys[0]))
    return _("refused or not confirmed")


def _item(key: str, protocol: Protocol) -> CheckItem | None:
    """The line of the checklist that a key of the sheet stands for."""
    room, _dot, rest = key.partition(".")
    name = rest.rpartition(".")[2]
    return next((item for item in protocol.checklist if room == "monitoring" and item.id == name), None)


def _text(key: str, text: str, protocol: Protocol) -> str:
    """A text of the sheet with its unit."""
    item = _item(key, protocol)
    return readings(text, ANALYTES.get(item.analyte)) if item else value_text(key.rpartition(".")[2], text)


def _tag(part: Part) -> str:
    """What a limit asks for that the part meets; empty where it is not to stop or to call."""
    return {STOP: f"  {_('[STOP]')}", CALL: f"  {_('[CALL]')}"}.get(weight(part), "")


def _label(key: str, protocol: Protocol) -> str:
    """The name of a value as the record has it."""
    item = _item(key, protocol)
    return _(item.label) if item else value_label(key.rpartition(".")[2])


def _answers(part: Part, protocol: Protocol) -> list[Line]:
    """What the rules say to the values, as it will be recorded with them."""
    lines: list[Line] = []
    for body in part.said.bodies:
        if isinstance(body, Decision):
            product = protocol.regimens[body.regimen].product if body.regimen else ""
            given = _("the trial gave {product}").format(product=product) if product else _("no drug")
            lines.append(("good", f"  -> {_(SHORT_NAMES[body.phenotype])}, {given}"))
        elif isinstance(body, SofaDay):
            total = f"{body.total}" if body.total is not None else _("incomplete, {low} to {high}")
            lines.append(("good", "  -> SOFA 1996: " + total.format(low=body.low, high=body.high)))
    return lines

"""Laboratory values that decide the phenotype, sample by sample, and the phenotype as they are typed."""

from __future__ import annotations

from datetime import datetime

from immunosep_tui.i18n import _
from immunosep_tui.record.fields import LABS_FIELDS
from immunosep_tui.rules.phenotype import INDETERMINATE, LABELS
from immunosep_tui.ui.answer_lines import phenotype_lines
from immunosep_tui.ui.desk import Desk
from immunosep_tui.ui.form import Field, Form
from immunosep_tui.ui.panel import Line
from immunosep_tui.ui.rooms.room import Room
from immunosep_tui.ui.rooms.rows import row_of
from immunosep_tui.ui.sheet import Sheet
from immunosep_tui.ui.times import span_text, stamp_text
from immunosep_tui.ward import samples
from immunosep_tui.ward.samples import Draw


class LabsRoom(Room):
    """Ferritin first, then HLA-DR; each further sample on a page of its own."""

    SHAPE = "-even"

    def __init__(self, desk: Desk, sheet: Sheet) -> None:
        super().__init__(desk, sheet)
        self.number = max(samples.numbers(self.patient), default=1)
        """The sample that is shown."""

    @property
    def prefix(self) -> str:
        """Where the sample stands."""
        return samples.place_of_sample(self.number)

    def go_to_day(self, step: int) -> None:
        """Show the next or the previous sample; behind the last one stands an empty one.

        Typing begins at the first row again: a ferritin that is typed at once never lands in the row of HLA-DR.
        """
        last = max(samples.numbers(self.patient), default=0)
        self.number = max(1, min(last + 1, samples.MOST_SAMPLES, self.number + step))
        self.reload()
        self.query_one(Form).activate("ferritin")

    def fields(self) -> list[Field]:
        """The two markers and their times, then what may change how they are read."""
        title = _("Sample {n}").format(n=self.number)
        listed = [field for field in LABS_FIELDS if self.number == 1 or not field.first_sample]
        return [row_of(field, self.protocol, title if field is listed[0] else "") for field in listed]

    def lines(self) -> list[Line]:
        """The phenotype with reasons, then every sample with its age, then where they disagree."""
        protocol = self.protocol
        rests_on = samples.deciding(self.patient, protocol)
        listed = samples.draws(self.patient, protocol, self.desk.zone)
        lines: list[Line] = []
        if self.number != rests_on:
            alone = samples.phenotype_of_sample(self.patient, self.number, protocol)
            text = _("By sample {n} alone: {name}").format(n=self.number, name=_(LABELS[alone.phenotype]))
            lines += [("title", text), ("plain", _("Treatment rests on sample {n}:").format(n=rests_on))]
        lines += phenotype_lines(samples.phenotype(self.patient, protocol))
        if listed:
            lines.append(("title", _("Samples")))
        lines += [self._draw_line(draw) for draw in listed]
        for before, after in samples.transitions(listed):
            text = _("Changed between sample {a} and {b}: {before} -> {after}.")
            names = {"before": _(LABELS[before.phenotype]), "after": _(LABELS[after.phenotype])}
            lines.append(("warn", text.format(a=before.number, b=after.number, **names)))
        lines.append(("dim", _("Ctrl+Right: next sample, Ctrl+Left: the one before.")))
        return lines

    def _draw_line(self, draw: Draw) -> Line:
        """One sample: when, how old, its values, the phenotype by it alone."""
        now = self.desk.now()
        values = [str(value) if value else "-" for value in (draw.ferritin, draw.hla_dr)]
        name = _(LABELS[draw.phenotype]) if draw.phenotype != INDETERMINATE else _("not determined")
        told = _("{n}: ferritin {ferritin}, HLA-DR {hla_dr}: {name}.").format(
            n=draw.number, ferritin=values[0], hla_dr=values[1], name=name
        )
        return (
            "warn" if samples.is_stale(draw, now, self.protocol) else "plain",
            f"{told} {self._age(draw, now)}",
        )

    def _age(self, draw: Draw, now: datetime) -> str:
        if draw.sampled is None:
            return _("Time of the sample not known.")
        when = stamp_text(draw.sampled, self.desk.now(), self.desk.zone, dated=True)
        old = _("OLD") if samples.is_stale(draw, now, self.protocol) else _("taken")
        return _("{old} {when}, {span} ago.").format(old=old, when=when, span=span_text(now - draw.sampled))

"""Laboratory values that decide the phenotype, and the phenotype as they are typed."""

from __future__ import annotations

from immunosep_tui.i18n import _
from immunosep_tui.rules.analytes import ANALYTES
from immunosep_tui.ui.answer_lines import phenotype_lines
from immunosep_tui.ui.form import Field, Verdict
from immunosep_tui.ui.panel import Line
from immunosep_tui.ui.rooms.room import Room
from immunosep_tui.ui.rooms.verdicts import quantity_verdict, yes_no
from immunosep_tui.ward.reading import read
from immunosep_tui.ward.samples import phenotype

_ANALYTE_OF = {"ferritin": "ferritin", "hla_dr": "hla_dr", "ferritin_before": "ferritin"}


class LabsRoom(Room):
    """Ferritin first, then HLA-DR."""

    SHAPE = "-even"

    @property
    def prefix(self) -> str:
        """Where the laboratory values stand."""
        return "labs"

    def fields(self) -> list[Field]:
        """The two markers, then what may change how they are read."""
        return [
            Field(
                "ferritin",
                _("Ferritin"),
                ANALYTES["ferritin"].canonical.name,
                hint=_("In ng/mL, or write the unit behind it: mcg/L, mg/L, pmol/L."),
            ),
            Field(
                "hla_dr",
                _("HLA-DR"),
                _("per cell"),
                hint=_("Antibodies bound per CD14 monocyte, calibrated beads; % and MFI cannot be used."),
            ),
            Field(
                "ferritin_before",
                _("Earlier ferritin"),
                ANALYTES["ferritin"].canonical.name,
                heading=_("Only if known"),
                hint=_("An earlier value: a sudden fall may be a hook effect."),
            ),
            Field("covid19", _("COVID-19"), choices=yes_no(_), hint=_("Empty is not known.")),
        ]

    def judge(self, name: str, text: str) -> Verdict:
        """By the number gate and the limits of the protocol; choices are judged by the form."""
        if name not in _ANALYTE_OF:
            return Verdict()
        key = f"{self.prefix}.{name}"
        return quantity_verdict(read(self.patient.typed(key, text), key, _ANALYTE_OF[name], self.desk.protocol))

    def lines(self) -> list[Line]:
        """The phenotype with reasons."""
        return phenotype_lines(phenotype(self.patient, self.desk.protocol))

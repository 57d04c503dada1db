"""Who the patient is: place, case and a second identifier; a place is never an identifier."""

from __future__ import annotations

from immunosep_tui.i18n import _
from immunosep_tui.record.fields import IDENTITY_FIELDS
from immunosep_tui.record.patient import Patient
from immunosep_tui.rules.text import show
from immunosep_tui.ui.form import Field, Verdict
from immunosep_tui.ui.panel import Line
from immunosep_tui.ui.rooms.room import Room
from immunosep_tui.ui.rooms.rows import row_of


class IdentityRoom(Room):
    """The first three fields of a sheet."""

    @property
    def prefix(self) -> str:
        """Where the identifiers stand."""
        return "identity"

    def fields(self) -> list[Field]:
        """Place and two identifiers."""
        return [row_of(field, self.protocol) for field in IDENTITY_FIELDS]

    def judge(self, name: str, text: str) -> Verdict:
        """Any printable text of reasonable length, and no case twice."""
        verdict = super().judge(name, text)
        if verdict.mark != "ok":
            return verdict
        if name == "case" and self.desk.ward.case_known(text, self.patient.key):
            return Verdict("refused", message=_("Another patient on the board has this case number."))
        if name == "place" and (case := self.desk.ward.bed_known(text, self.patient.key)):
            told = _("Case {case} lies in this bed: the signature asks whether that is right.")
            return Verdict("note", message=told.format(case=show(case)))
        return verdict

    def lines(self) -> list[Line]:
        """What to do first, and what is still wanted."""
        wanted = missing(self, self.patient)
        lines: list[Line] = [
            ("title", _("New patient")),
            ("plain", _("Type the bed, the case and a second identifier; Enter goes on.")),
            ("plain", _("After the last field come the laboratory values, then SOFA; answers change as you type.")),
            ("plain", ""),
        ]
        if wanted:
            lines.append(("warn", _("Still wanted: {names}.").format(names=", ".join(wanted))))
        return lines


def missing(room: IdentityRoom, patient: Patient) -> list[str]:
    """Labels of the identifying fields that are empty or refused."""
    return [
        field.label
        for field in room.fields()
        if room.judge(field.name, patient.text(f"identity.{field.name}")).mark not in ("ok", "note")
    ]

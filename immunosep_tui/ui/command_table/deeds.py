"""What is signed into a patient's record from any room: a sheet, a dose, a course, an event, a notice."""

from __future__ import annotations

from typing import Final

from immunosep_tui.rules.reason import N_
from immunosep_tui.ui.command_table.command import of_patient

COMMANDS: Final = (
    of_patient(
        "sign", "ctrl+s", N_("Sign"), N_("Sign what is new on this patient's sheet."), "deed('sign')", 20, footer=True
    ),
    of_patient(
        "dose",
        "ctrl+y",
        N_("Dose"),
        N_("Record what became of the dose that is due, or of all that are not charted."),
        "deed('dose')",
        34,
        rooms=("treatment", "overview"),
    ),
    of_patient(
        "course",
        "ctrl+e",
        N_("Start/stop"),
        N_("Start a course through its check, or stop the one that runs."),
        "deed('course')",
        34,
        rooms=("treatment", "overview"),
    ),
    of_patient(
        "bleeding",
        "ctrl+k",
        N_("Bleeding"),
        N_("Record a bleeding event with its WHO grade."),
        "deed('bleeding')",
        35,
        rooms=("monitoring",),
    ),
    of_patient(
        "death",
        "ctrl+f7",
        N_("Died/left"),
        N_("Record that the patient died, left alive or came back, with day and time."),
        "deed('death')",
        36,
        rooms=("response",),
    ),
    of_patient(
        "acknowledge",
        "ctrl+u",
        N_("Acknowledge"),
        N_("Say what is done about the limits that are met."),
        "deed('acknowledge')",
        35,
        rooms=("monitoring", "overview"),
    ),
    of_patient(
        "close-alarm",
        "ctrl+f6",
        N_("Is over"),
        N_("End a STOP, or another alarm that only a person ends."),
        "deed('close-alarm')",
        36,
        rooms=("monitoring", "overview"),
    ),
    of_patient(
        "red-cells",
        "ctrl+f8",
        N_("Red cells"),
        N_("Record units of red cells that were given."),
        "deed('red-cells')",
        36,
    ),
    of_patient(
        "further-dose",
        "ctrl+f9",
        N_("Part of dose"),
        N_("Record a part of a dose, or a further syringe, given beside the plan."),
        "deed('further-dose')",
        36,
    ),
    of_patient(
        "hold-end",
        "ctrl+f10",
        N_("Go on"),
        N_("Say why the course goes on after doses were held."),
        "deed('hold-end')",
        36,
    ),
    of_patient(
        "study-drug",
        "ctrl+a",
        N_("Study drug"),
        N_("In a blinded trial: pharmacists prepare, doctors break the code."),
        "deed('study-drug')",
        35,
    ),
)

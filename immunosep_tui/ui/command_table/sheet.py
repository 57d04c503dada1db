"""Filling in a patient's sheet: its pages, its fields, and the answer beside it."""

from __future__ import annotations

from typing import Final

from immunosep_tui.rules.reason import N_
from immunosep_tui.ui.command_table.command import of_patient

COMMANDS: Final = (
    of_patient(
        "day-next",
        "ctrl+right,f12",
        N_("Next"),
        N_("Next day in SOFA and Monitoring, next sample in Labs."),
        "day(1)",
        30,
        rooms=("labs", "sofa", "monitoring"),
    ),
    of_patient(
        "day-previous",
        "ctrl+left,f11",
        N_("Page before"),
        N_("Day before in SOFA and Monitoring, sample in Labs."),
        "day(-1)",
        31,
    ),
    of_patient(
        "entry",
        "ctrl+r",
        N_("Raw/points"),
        N_("In SOFA: type raw values or the points of each organ."),
        "entry",
        32,
        rooms=("sofa",),
    ),
    of_patient(
        "now",
        "ctrl+n",
        N_("Now"),
        N_("Write the present minute into a time field."),
        "now",
        33,
        rooms=("treatment", "labs", "screening"),
    ),
    of_patient(
        "copy",
        "ctrl+d",
        N_("As before"),
        N_("Copy this one field from the day before, in SOFA."),
        "copy_before",
        33,
        rooms=("sofa",),
    ),
    of_patient(
        "answer-down", "ctrl+down", N_("Answer down"), N_("Scroll the answer beside the form."), "scroll(3)", 34
    ),
    of_patient("answer-up", "ctrl+up", N_("Answer up"), N_("Scroll the answer back."), "scroll(-3)", 35),
    of_patient("discard", "ctrl+b", N_("Drop draft"), N_("Throw the draft away, at the second press."), "discard", 36),
)

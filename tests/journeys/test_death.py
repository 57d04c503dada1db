"""A death in the afternoon in a real terminal, the clock moved, and a dose of before it that is charted after it."""

from __future__ import annotations

import sys
from datetime import datetime

import pytest

if sys.platform == "win32":
    pytest.skip("pseudo-terminals are not on Windows", allow_module_level=True)

from tests.journeys.places import DEEP_SETTINGS, Walks

STEPS = """
admit to bed 7, case A-12, 884213
sign in as AB, doctor
labs: ferritin 9800, HLA-DR 6100; taken 05:00
sign
plan the first dose 06:00
start the course, although it was screened on paper
leave the patient
admit to bed 9, case B-20, 551907
labs: ferritin 900, HLA-DR 6000; taken 05:00
sign

clock to 06:04
open bed 7
chart the dose due now

clock to 16:10
board row 7 says OVERDUE
open bed 7
the patient dies at 15:20: asystole, no resuscitation
header says DIED
does not say OVERDUE
go to treatment
says [DO] To close: STOPs 0, doses 1
save the screen as 30-died-with-an-open-dose
dose 2 at 14:05 asks a reason: Say why
chart dose 2 at 14:05, because charted after the death from the pump
says 14:00 G
does not say not charted
save the screen as 31-charted-after-the-death
go to record
further down says charted after the death from the pump
command patient show A-12 does not say OVERDUE
leave the patient
board order is 9, 7
board row 7 says DIED
save the screen as 32-board-with-the-dead

clock to tomorrow 09:00
board order is 9, 7
board row 7 does not say DUE
board row 7 does not say not charted
open bed 7
in every room the header does not say DUE, nor the room OVERDUE
the screen of dose says No dose waits to be charted
"""


@pytest.mark.parametrize("setting", DEEP_SETTINGS)
def test_a_dose_charted_after_the_death(walks: Walks) -> None:
    """What was given before it is recorded with a reason, the board shows who died last, and nothing is due."""
    walks(datetime(2026, 3, 3, 5, 31), STEPS)

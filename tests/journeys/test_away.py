"""A patient who leaves, bleeds elsewhere and comes back in a real terminal, the clock moved."""

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
labs: ferritin 9800, HLA-DR 6100; taken 20:00
sign
plan the first dose 21:00
start the course, although it was screened on paper

clock to 21:04
open bed 7
chart the dose due now

clock to tomorrow 05:02
open bed 7
chart the dose due now

clock to 10:05
open bed 7
the patient leaves at 10:00: angiography in another hospital
header says LEFT
leave the patient
board title does not say STOP
save the screen as 60-board-with-who-left

clock to 18:30
board row 7 does not say OVERDUE
open bed 7
does not say OVERDUE
bleeding WHO 3: melena, told by telephone
leave the notice
header says STOP 1
leave the patient
board title says STOP 1
board row 7 says [STOP] Bleeding
save the screen as 61-bleeding-after-leaving

clock to tomorrow 20:35
board row 7 says [STOP] Bleeding
open bed 7
the patient comes back at 20:30: from the other hospital
header says RUNNING day 2 of 15
go to treatment
does not say OVERDUE
says Doses not charted: 4
says Next dose 7 of 45
save the screen as 62-back-on-the-ward
go to overview
does not say OVERDUE
alarm 1 is over: clipped there, hemoglobin stable since

clock to 21:06
board row 7 says [DUE] Dose 7
board row 7 does not say OVERDUE
open bed 7
header says RUNNING day 3 of 15
chart the dose due now
go to treatment
says Next dose 8 of 45
says Doses not charted: 4
close the backlog, because what was given there is not known
does not say Doses not charted
"""


@pytest.mark.parametrize("setting", DEEP_SETTINGS)
def test_away_and_back_again(walks: Walks) -> None:
    """A bleed signed after the leaving shows on the board; after the return nothing of between is overdue."""
    walks(datetime(2026, 3, 2, 20, 31), STEPS)

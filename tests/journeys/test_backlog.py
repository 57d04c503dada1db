"""Three days of doses that nobody charted in a real terminal, the clock moved: tonight's dose is tonight's."""

from __future__ import annotations

import sys
from datetime import datetime

import pytest

if sys.platform == "win32":
    pytest.skip("pseudo-terminals are not on Windows", allow_module_level=True)

from tests.journeys.places import SETTINGS, Walks

RUNNING = """
admit to bed 7, case A-12, 884213
sign in as AB, doctor
labs: ferritin 9800, HLA-DR 6100; taken 20:00
sign
plan the first dose 21:00
start the course, although it was screened on paper

clock to 21:04
open bed 7
chart the dose due now
check: hemoglobin = 6.6 20:30
sign
leave the notice
header says CALL 1
"""

TONIGHT = """
clock to +3d 21:06
board row 7 says [CALL] Hemoglobin
open bed 7
header says RUNNING day 4 of 15
header says CALL 1
go to treatment
says Dose 10 of 45, anakinra, due
says Doses not charted: 8
save the screen as 20-three-days-not-charted
the screen of dose says Dose 10 of 45, day 4
the dose due now asks a reason: Say why it is given against
chart the dose due now, because Dr Lee knows of the hemoglobin
says 21:00 G
header says CALL 1
save the screen as 21-tonight-is-charted
"""

CLOSED = """
says Doses not charted: 8
close the backlog, because the charts of three days are lost
does not say Doses not charted
header says RUNNING day 4 of 15
header says CALL 1
says Next dose 11 of 45
save the screen as 22-backlog-closed
go to record
further down says the charts of three days are lost
command patient show A-12 says Hemoglobin 6.6
command patient show A-12 does not say Doses not charted
leave the patient
board row 7 says [CALL] Hemoglobin
board title says CALL 1
"""

STEPS = RUNNING + TONIGHT + CLOSED


@pytest.mark.parametrize("setting", SETTINGS)
def test_three_days_that_nobody_charted(walks: Walks) -> None:
    """The dose due now goes to its own slot, the backlog is closed in one deed, and the call stands all the while."""
    walks(datetime(2026, 3, 2, 20, 31), STEPS)

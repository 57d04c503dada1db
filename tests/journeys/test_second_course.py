"""A stop, a new sample and a second course with the other drug in a real terminal, the clock moved."""

from __future__ import annotations

import sys
from datetime import datetime

import pytest

if sys.platform == "win32":
    pytest.skip("pseudo-terminals are not on Windows", allow_module_level=True)

from tests.journeys.places import DEEP_SETTINGS, Walks

FIRST = """
admit to bed 7, case A-12, 884213
sign in as AB, doctor
labs: ferritin 9800, HLA-DR 6100; taken 20:00
sign
plan the first dose 21:00
start the course, although it was screened on paper

clock to 21:04
open bed 7
chart the dose due now

clock to tomorrow 13:05
open bed 7
chart the dose due now
"""

STOPPED = """
clock to 14:30
open bed 7
stop the course at 14:00, because ferritin fell and HLA-DR with it
header says STOPPED
go to treatment
says Doses not charted: 1
save the screen as 50-stopped
labs of sample 2: ferritin 900, HLA-DR 4000; taken 12:00
sign
header says IMMUNOPARALYSIS
plan the first dose 16:00
header says PLANNED
the screen of course, read to its end, says Given before: anakinra
start the course, although Dr Lee wants no pause between the drugs
header says RUNNING
go to treatment
save the screen as 51-second-course
"""

SECOND = """
clock to 16:02
board row 7 says [DUE] Dose 1
open bed 7
chart the dose due now
header says RUNNING day 1 of 15
go to overview
says Doses of an earlier course not charted: 1
go to treatment
says Doses of an earlier course not charted: 1
says Next dose 2 of 8
chart dose 2 of the earlier course as not charted, because the sheet of the night is lost
go to treatment
does not say of an earlier course not charted
go to overview
does not say of an earlier course not charted
save the screen as 52-first-course-closed
command patient show A-12 says interferon
command patient list says RUNNING

clock to tomorrow 09:00
board row 7 does not say DUE
board row 7 does not say OVERDUE
"""

STEPS = FIRST + STOPPED + SECOND


@pytest.mark.parametrize("setting", DEEP_SETTINGS)
def test_a_second_course_with_the_other_drug(walks: Walks) -> None:
    """It has a reason, doses and days of its own, and what the first one left open is closed."""
    walks(datetime(2026, 3, 2, 20, 31), STEPS)

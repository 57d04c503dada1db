"""A patient over three days in a real terminal, the clock moved: labs, plan, start, doses and checks as steps in words."""

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
header says MALS

clock to 21:04
board row 7 says [DUE] Dose 1
open bed 7
chart the dose due now
says Saved at 21:04 by AB

clock to tomorrow 05:10
open bed 7
chart the dose due now
check: hemoglobin 9.1, platelets 210
sign

clock to tomorrow 07:30
board row 7 says OVERDUE
open bed 7
the dose due now asks a reason: Say why it was not given on time
chart the dose due now, because the pump was changed
header says RUNNING day 2 of 15
go to treatment
says 05:00 L
command patient show A-12 says Hemoglobin 9.1
command patient list says 884213
"""


@pytest.mark.parametrize("setting", DEEP_SETTINGS)
def test_a_course_over_three_days(walks: Walks) -> None:
    """Each start of the program finds the record as the last one left it, at a later time."""
    walks(datetime(2026, 3, 2, 20, 31), STEPS)

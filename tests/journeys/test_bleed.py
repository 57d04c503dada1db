"""A major bleed on a running course in a real terminal, the clock moved: it stands in every place until a doctor ends it."""

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
leave the patient
admit to bed 3, case B-20, 551907
labs: ferritin 900, HLA-DR 4000; taken 20:00
sign

clock to 21:04
open bed 7
chart the dose due now
"""
"""Two patients, one of them with a course that has begun."""

BLEEDS = """
clock to tomorrow 04:40
open bed 7
check: hemoglobin 6.6
header says CALL 1
says Hemoglobin 6.6 g/dL (DRAFT)
sign
leave the notice
save the screen as 1-hemoglobin-called
bleeding WHO 3: melena, two liters, resuscitated
leave the notice
"""

EVERYWHERE = """
in every room the header says STOP 1, the room [STOP] Bleeding WHO 3
go to overview
save the screen as 2-overview-with-stop
go to treatment
save the screen as 3-treatment-with-stop
the screen of dose says [STOP] Bleeding WHO 3
the screen of sign says [STOP] Bleeding WHO 3
command patient show A-12 says [STOP] Bleeding WHO 3
command patient list says [STOP] Bleeding WHO 3
command patient show A-12 --json says "level": "stop"
command patient list --json says "level": "stop"
leave the patient
board title says STOP 1  CALL 1
board row 7 says [STOP] Bleeding WHO 3
board order is 7, 3
save the screen as 4-board-with-stop
lock
says STOP: 1. CALL: 1.
save the screen as 5-lock-with-stop
unlock
"""

CALMED = """
open bed 7
acknowledge for 8 h: endoscopy called, four units ordered
says seen by AB
header says STOP 1
save the screen as 6-acknowledged

clock to 05:10
board row 7 says [STOP] Bleeding WHO 3
open bed 7
the dose due now asks a reason: Say why it is given against
chart the dose due now, because told to by Dr Lee
go to record
further down says told to by Dr Lee
header says STOP 1
"""

AGAIN = """
clock to 13:45
board row 7 says [STOP] Bleeding WHO 3
open bed 7
does not say seen by
bleeding WHO 2: oozing from the mouth
leave the notice
header says STOP 1
says [STOP] Bleeding WHO 3
says Bleeding WHO 2
save the screen as 7-a-milder-bleed

sign in as CD, nurse
alarm 1 cannot be ended: A STOP is ended by
header says STOP 1
sign in as AB, doctor
alarm 1 is over: endoscopy, clipped, dry for hours
header does not say STOP
alarm 1 is over: no more blood from the mouth
check: hemoglobin = 6.6; 8.4 13:40
sign
"""

GONE = """
in every room the header does not say STOP, nor the room [STOP] Bleeding WHO 3
header does not say CALL
the screen of dose does not say STOP
command patient show A-12 does not say [STOP] Bleeding WHO 3
command patient list does not say [STOP]
command patient show A-12 --json does not say "level": "stop", "about"
command patient list --json does not say "level": "stop", "about"
command patient show A-12 says endoscopy, clipped
go to record
says Alarm ended: STOP no. 7
save the screen as 8-record-after-the-stop
leave the patient
board title does not say STOP
board row 7 does not say STOP
lock
says STOP: 0. CALL: 0.
"""

STEPS = RUNNING + BLEEDS + EVERYWHERE + CALMED + AGAIN + GONE


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_major_bleed_until_a_doctor_ends_it(walks: Walks) -> None:
    """Acknowledging calms it for hours, a better value and a milder bleed do not, and a nurse cannot end it."""
    walks(datetime(2026, 3, 2, 20, 31), STEPS)

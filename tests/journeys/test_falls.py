"""Interferon over four weeks in a real terminal, the clock moved: falls, bounds, red cells, and values without an order."""

from __future__ import annotations

import sys
from datetime import datetime

import pytest

if sys.platform == "win32":
    pytest.skip("pseudo-terminals are not on Windows", allow_module_level=True)

from tests.journeys.places import DEEP_SETTINGS, Walks

RUNNING = """
admit to bed 9, case C-31, 730284
sign in as AB, doctor
labs: ferritin 900, HLA-DR 4000; taken 07:00
sign
plan the first dose 09:00
header says PLANNED
start the course, although it was screened on paper

clock to 09:05
open bed 9
header says RUNNING day 1 of
chart the dose due now
check: platelets = 300 07:00, fibrinogen = 3.1 07:00
sign
header does not say CALL
"""

FALLS = """
clock to +2d 07:30
open bed 9
check of day 3: platelets = 160 06:00
header does not say CALL
sign
header does not say CALL
day 5 takes no check yet: not come
clock to 09:05
open bed 9
chart the dose due now

clock to +2d 07:30
open bed 9
check of day 5: platelets = 85 06:00, fibrinogen = 1.4 06:00
header says CALL 2
says Platelets 300 -> 85 10^9/L (DRAFT)
sign
leave the notice
says [CALL] Platelets 300 -> 85
says [CALL] Fibrinogen 1.4
save the screen as 10-a-fall-of-platelets
"""

WITHOUT_ORDER = """
# another drawing of that day, without its time: it may be the older one
check of day 5: platelets = 85 06:00; 190, fibrinogen = 1.4 06:00; 2.6
header says CALL 2
sign
header says CALL 2
# a later drawing of fibrinogen is in order
check of day 5: fibrinogen = 1.4 06:00; 2.6; 2.4 07:15
header says CALL 2
sign
header says CALL 1
# one from before the fall is typed last
check of day 3: platelets = 160 06:00; 210 05:00
sign
header says CALL 1
says [CALL] Platelets 300 -> 85
acknowledge for 4 h: hematology called

clock to +2d 06:30
open bed 9
does not say seen by
check of day 7: platelets = <10 06:05
header says CALL 2
sign
leave the notice
header says CALL 1
says [CALL] Platelets <10
go to treatment
the screen of dose says [CALL] Platelets <10
save the screen as 11-platelets-below-ten
"""

RED_CELLS = """
clock to 09:10
open bed 9
the dose due now asks a reason: Say why it is given against
chart the dose due now as held, because platelets below 10
bleeding WHO 1: a spot on the pillow
check of day 7: hemoglobin = 6.8 08:00
sign
leave the notice
red cells: 2 units at 09:00
go to overview
says [DECIDE] 2 units of red cells with bleeding
save the screen as 12-red-cells
clock to +4h
open bed 9
check of day 7: hemoglobin = 6.8 08:00; 8.1 13:00, platelets = <10 06:05; 120 13:00
sign
header does not say CALL
"""

ENDED = """
clock to +7d 10:00
open bed 9
header says RUNNING day 14 of 15
leave the patient
clock to +3d 10:00
board row 9 says ENDED
board row 9 does not say OVERDUE
open bed 9
header says ENDED
does not say OVERDUE
does not say Checks to do
save the screen as 13-ended
go to monitoring
does not say Checks to do
go to treatment
does not say OVERDUE
clock to +11d 10:00
open bed 9
header says ENDED
does not say OVERDUE
command patient show C-31 does not say OVERDUE
command patient list says ENDED
"""

STEPS = RUNNING + FALLS + WITHOUT_ORDER + RED_CELLS + ENDED


@pytest.mark.parametrize("setting", DEEP_SETTINGS)
def test_interferon_over_four_weeks(walks: Walks) -> None:
    """A later drawing in order ends a call; one without a time, or an older one that was typed last, does not."""
    walks(datetime(2026, 3, 2, 8, 31), STEPS)

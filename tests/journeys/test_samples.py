"""Blood samples that arrive out of order, and one that is corrected, in a real terminal while the drug runs."""

from __future__ import annotations

import sys
from datetime import datetime

import pytest

if sys.platform == "win32":
    pytest.skip("pseudo-terminals are not on Windows", allow_module_level=True)

from tests.journeys.places import DEEP_SETTINGS, Walks

RUNNING = """
admit to bed 7, case A-12, 884213
sign in as AB, doctor
labs: ferritin 9800, HLA-DR 6100; taken 18:00
sign
plan the first dose 21:00
start the course, although it was screened on paper

clock to 21:04
open bed 7
chart the dose due now
header does not say CALL
"""

LATE = """
# the result of the morning arrives in the night
clock to 23:40
open bed 7
labs of sample 2: ferritin 900, HLA-DR 4000; taken 06:00
sign
leave the notice
header says CALL 1
header says MALS
go to overview
says [CALL] Blood drawn before the start: IMMUNOPARALYSIS
save the screen as 40-an-older-sample-arrives

clock to tomorrow 05:02
board row 7 says [CALL] Blood
open bed 7
says Dose 2 due, review first
the screen of dose says REVIEW FIRST
the dose due now asks a reason: Say why it is given against
chart the dose due now, because Dr Lee decided by the later sample
header says CALL 1
alarm 1 is over: the sample of 18:00 decides, with Dr Lee
header does not say CALL
go to overview
does not say Blood drawn before the start
"""

CORRECTED = """
clock to 10:30
open bed 7
labs of sample 1: ferritin 980
sign, because one digit too many was typed
leave the notice
header says CALL 1
go to overview
says [CALL] Phenotype it rests on: UNCLASSIFIED
save the screen as 41-the-deciding-sample-is-corrected

clock to 13:03
open bed 7
says Dose 3 due, review first
alarm 1 is over: goes on until the new sample, with Dr Lee
header does not say CALL
does not say review first
chart the dose due now
go to record
says Course continued: in spite of no. 10 (goes on
command patient show A-12 does not say review first
"""

STEPS = RUNNING + LATE + CORRECTED


@pytest.mark.parametrize("setting", DEEP_SETTINGS)
def test_samples_out_of_order_and_one_corrected(walks: Walks) -> None:
    """Each is a call about the course that only a reason ends; until then a dose is reviewed first."""
    walks(datetime(2026, 3, 2, 20, 31), STEPS)

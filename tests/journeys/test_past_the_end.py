"""Courses of 7 and of 21 days past their ends in a real terminal, the clock moved: the length is that of the protocol."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Final

import pytest

if sys.platform == "win32":
    pytest.skip("pseudo-terminals are not on Windows", allow_module_level=True)

from tests.journeys.places import DEEP_SETTINGS, Walks

LONGER: Final = """
kind = "protocol"
extends = "immunosep-2025"
id = "ward-21-days"
version = "1"
title = "Interferon for 21 days"
registry = "none: a protocol of this ward"
review_by = "2027-11-30"

[regimens.interferon-gamma]
days = { value = 21, unit = "days", source = "made up for a test", confidence = "L" }

[sources]

[end]
"""
"""A protocol of the site."""

SEVEN_DAYS = """
open with the protocol provide-2022
admit to bed 7, case A-12, 884213
sign in as AB, doctor
labs: ferritin 9800, HLA-DR 6100; taken 20:00
sign
plan the first dose 21:00
start the course, although it was screened on paper

clock to 21:04
open bed 7
header says RUNNING day 1 of 7
chart the dose due now

clock to +3d 05:02
open bed 7
header says RUNNING day 3 of 7
chart the dose due now

clock to +4d 20:30
open bed 7
header says RUNNING day 7 of 7
go to treatment
says of 21
save the screen as 70-last-day-of-seven

clock to 21:06
board row 7 says ENDED
board row 7 does not say OVERDUE
open bed 7
header says ENDED
does not say OVERDUE
go to treatment
says ENDED: day 7 is over. Nothing is due.
go to overview
says Doses not charted: 19
save the screen as 71-ended-after-seven
chart dose 21 at 13:05, because charted after the end from the pump
says 13:00 G
go to overview
says Doses not charted: 18
close the backlog, because the sheets of the week are lost
does not say Doses not charted
command patient show A-12 says (open), ended
command patient list does not say OVERDUE

clock to +2d 09:00
board row 7 says ENDED
board row 7 does not say DUE
open bed 7
in every room the header says ENDED, the room ENDED
does not say OVERDUE
"""

TWENTY_ONE_DAYS = """
open with the protocol ward-21-days
admit to bed 9, case C-31, 730284
sign in as AB, doctor
labs: ferritin 900, HLA-DR 4000; taken 07:00
sign
plan the first dose 09:00
start the course, although it was screened on paper

clock to 09:05
open bed 9
header says RUNNING day 1 of 21
chart the dose due now

clock to +16d 09:06
open bed 9
header says RUNNING day 17 of 21
go to treatment
says Dose 9 of 11
chart the dose due now as held, because the fever is not explained
header says RUNNING day 17 of 21 (1 held)
go to treatment
says [DECIDE] Doses held: 1. Go on or stop?
part of dose 9 at 09:06: half of the syringe, because Dr Lee wanted half of it
go on after the hold, because the cultures are negative
header does not say held
go to treatment
says 09:00s H+
does not say Doses held
save the screen as 72-day-17-of-21

clock to +4d 09:06
open bed 9
header says RUNNING day 21 of 21
clock to tomorrow 10:00
board row 9 says ENDED
board row 9 does not say OVERDUE
open bed 9
header says ENDED
go to treatment
says ENDED: day 21 is over. Nothing is due.
says Doses not charted: 9
chart dose 11 at yesterday 09:10, because charted after the end
go to overview
says Doses not charted: 8
close the backlog, because the sheets are lost
does not say Doses not charted
save the screen as 73-ended-after-twenty-one
command patient show C-31 says (open), ended
"""


@pytest.mark.parametrize("setting", DEEP_SETTINGS)
def test_seven_days_past_their_end(walks: Walks) -> None:
    """The smaller trial's course counts to 7, ends, and what was open is closed truthfully after it."""
    walks(datetime(2026, 3, 2, 20, 31), SEVEN_DAYS)


@pytest.mark.parametrize("setting", DEEP_SETTINGS)
def test_twenty_one_days_past_their_end(walks: Walks) -> None:
    """A protocol of the site that gives the drug for longer counts to 21, by every start of the program."""
    walks(datetime(2026, 3, 2, 8, 31), TWENTY_ONE_DAYS, {"ward-21-days": LONGER})

"""A record with an entry of every kind, for tests of what is shown of it."""

from __future__ import annotations

from collections.abc import Sequence

from immunosep_tui.record.entry import Author, Proposal
from immunosep_tui.record.kinds import (
    Acknowledged,
    Admitted,
    Allocated,
    Bleeding,
    Check,
    CourseStarted,
    Decision,
    Dose,
    FollowUp,
    Kind,
    Labs,
    Note,
    PlannedCheck,
    Screened,
    SignedOff,
    Slot,
    SofaDay,
    SofaTotal,
    Voided,
)
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.ui.desk import Desk
from immunosep_tui.ward.instants import ms
from tests.support.wards import desk_of

MINUTE, HOUR = 60_000, 3_600_000
AB, CD = Author("AB", "doctor"), Author("CD", "nurse")

Line = tuple[Kind, Author, int | None, str]
"""A body, who says it, the number of the entry that it corrects, and why."""


def every_kind(now: int) -> list[Line]:
    """Twenty entries: labs corrected, a dose taken back, and one of nearly every other kind."""
    first = now - HOUR
    slots = tuple(
        Slot(n, 1, first + (n - 1) * 8 * HOUR, "anakinra", "200 mg", "intravenous", False) for n in range(1, 4)
    )
    check = PlannedCheck("anakinra-hemoglobin", "Hemoglobin", (1, 2), (first, first + 24 * HOUR))
    course = CourseStarted(
        "anakinra", "open", "2026-03-14 08:00", 5, slots, first + 72 * HOUR, answers={"e-coli": "no"}, checks=(check,)
    )
    decision = Decision("mals", "anakinra", {"ferritin": "9000 ng/mL"}, ("hla_dr",), ("ferritin_near_cutoff",))
    return [
        (Admitted("7", "A-12", "884213"), AB, None, ""),
        (Screened({"age": "64"}), AB, None, ""),
        (Labs({"ferritin": "900", "hla_dr": "4000"}, ("ferritin",)), AB, None, ""),
        (Labs({"ferritin": "9000", "hla_dr": "4000"}, ("ferritin",)), CD, 3, "a digit was lost"),
        (decision, CD, None, ""),
        (SofaDay(3, {"platelets": "99", "support": "invasive"}, 2, 22, None), AB, None, ""),
        (SofaTotal(2, 9), AB, None, ""),
        (course, AB, None, ""),
        (Dose(8, 1, "given"), CD, None, ""),
        (Dose(8, 2, "held"), CD, None, "no line"),
        (Voided(10), AB, None, "wrong patient"),
        (Check(1, "anakinra-hemoglobin", "Hemoglobin", "6.8", "call"), CD, None, ""),
        (Acknowledged((12,), now + HOUR), AB, None, "blood was ordered"),
        (Bleeding("retroperitoneal", "back pain, CT", 3, ("critical_site",), "stop"), CD, None, ""),
        (Note("Family informed"), CD, None, ""),
        (Allocated(8, "K-0117"), AB, None, ""),
        (FollowUp(28, "alive"), AB, None, ""),
        (SignedOff(17, "reviewed by the physician in charge"), AB, None, ""),
    ]


def recorded_desk(protocol: Protocol, lines: Sequence[Line] | None = None) -> Desk:
    """A desk on whose store these entries of the patient ``p`` stand, with AB signed in."""
    desk = desk_of(protocol)
    desk.author = AB
    record(desk, every_kind(ms(desk.now())) if lines is None else lines)
    return desk


def record(desk: Desk, lines: Sequence[Line], late: int = 5 * MINUTE) -> None:
    """Record these, each as a fact of some minutes ago, in one go."""
    store = desk.ward.store
    n = store.chart("p").n
    at = ms(desk.now()) - late
    proposals = [
        Proposal("p", body, author, at, f"k{n + count}", reason, corrects, protocol=desk.protocol.sha256, place="WS-1")
        for count, (body, author, corrects, reason) in enumerate(lines)
    ]
    if proposals:
        store.append(proposals, n)
    desk.ward.read_again("p")

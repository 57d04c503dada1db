"""The SOFA response over a window of days, as the statistical analysis plan defines it."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction


def respond(baseline: int | None, days: Sequence[str]) -> dict[str, int | None]:
    """Judge the window that starts on day 2: `sum`, `responder`, `provisional`, `died`.

    `days` holds one text a day: digits, empty for missing, D for the day of death (24 points from then
    on, whatever stands after it). A missing day takes the last known value, at first the baseline. `sum`
    runs over the whole window, carried days included; None when a missing day has nothing before it.
    """
    points: list[int | None] = []
    last = baseline
    died = False
    for text in days:
        if text == "D":
            died = True
        if died:
            last = 24
        elif text != "":
            last = int(text)
        points.append(last)
    provisional = days[-1] == "" and not died
    known = [value for value in points if value is not None]
    total = sum(known) if len(known) == len(points) else None
    responder = None
    if baseline is not None and total is not None and not provisional:
        responder = baseline - Fraction(total, len(days)) >= Fraction("1.4")
    return {"sum": total, "responder": responder, "provisional": provisional, "died": died}

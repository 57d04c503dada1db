"""SOFA-2 (Ranzani et al., JAMA 2025, doi:10.1001/jama.2025.20516), for display and teaching beside SOFA 1996.

Cut-offs as agreed by several independent transcriptions; the original table was not read. Never mixed into a series of
SOFA 1996 and never used by the responder rule.
"""

from __future__ import annotations

from fractions import Fraction

from immunosep_tui.rules.reason import N_, say
from immunosep_tui.rules.sofa.day import WORST_POINTS, Component, Day, Gas, Infusion, Score
from immunosep_tui.rules.sofa.sofa_1996 import basis, in_column, not_measured, worst
from immunosep_tui.rules.sofa.table import Column, step
from immunosep_tui.rules.units import plain

PAO2_FIO2 = Column(
    N_("PaO2/FiO2"),
    "mmHg",
    (
        step(4, "<=", "75", support=True),
        step(3, "<=", "150", support=True),
        step(2, "<=", "225"),
        step(1, "<=", "300"),
    ),
)
SPO2_FIO2 = Column(
    N_("SpO2/FiO2"),
    "",
    (
        step(4, "<=", "120", support=True),
        step(3, "<=", "200", support=True),
        step(2, "<=", "250"),
        step(1, "<=", "300"),
    ),
)
SPO2_BELOW = Fraction(98)
ADVANCED_SUPPORT = frozenset({"hfnc", "niv", "cpap", "invasive"})
"""Beside extracorporeal oxygenation, which gives 4 points by itself."""
PLATELETS = Column(
    N_("Platelets"),
    "10^9/L",
    (step(4, "<=", "50"), step(3, "<=", "80"), step(2, "<=", "100"), step(1, "<=", "150")),
)
BILIRUBIN = Column(
    N_("Bilirubin"),
    "mg/dL",
    (step(4, ">", "12.0"), step(3, ">", "6.0"), step(2, ">", "3.0"), step(1, ">", "1.2")),
)
CREATININE = Column(N_("Creatinine"), "mg/dL", (step(3, ">", "3.5"), step(2, ">", "2.0"), step(1, ">", "1.2")))
MOST_BY_CREATININE = CREATININE.steps[0].points
GLASGOW_COMA_SCALE = Column(
    N_("Glasgow Coma Scale"), "", (step(4, "<=", "5"), step(3, "<=", "8"), step(2, "<=", "12"), step(1, "<=", "14"))
)
MOTOR_ONLY = Column(
    N_("Motor score"), "", (step(4, "<=", "2"), step(3, "<=", "3"), step(2, "<=", "4"), step(1, "<=", "5"))
)
MEAN_ARTERIAL_PRESSURE = Column(N_("Mean arterial pressure"), "mmHg", (step(1, "<", "70"),))
CATECHOLAMINE_SUM = Column(
    N_("Norepinephrine plus epinephrine"), "mcg/kg/min", (step(4, ">", "0.4"), step(3, ">", "0.2"), step(2, ">", "0"))
)
DOPAMINE_ALONE = Column(N_("Dopamine alone"), "mcg/kg/min", (step(4, ">", "40"), step(3, ">", "20"), step(2, ">", "0")))
SHORTEST_INFUSION_MINUTES = 60
URINE_PER_KG_HOUR = Column(
    N_("Urine output"),
    "mL/kg/h",
    (step(3, "<", "0.3"), step(2, "<", "0.5")),
)
"""Below 0.3 needs 24 hours and below 0.5 needs 12; below 0.5 for 6 to 12 hours gives 1 point."""
ANURIA_HOURS, SHORT_HOURS, LONG_HOURS, FULL_HOURS = 12, 6, 12, 24


def score(day: Day) -> Score:
    """The day's SOFA-2; an organ whose value is missing has no points."""
    return Score("2", (respiration(day), coagulation(day), liver(day), cardiovascular(day), cns(day), renal(day)))


def respiration(day: Day) -> Component:
    """The worst gas; 3 and 4 points need advanced support on it, and extracorporeal oxygenation gives 4."""
    if any(gas.support == "ecmo" for gas in day.gases):
        return Component("respiration", 4, 4, 4, say(N_("Extracorporeal oxygenation: 4 points.")))
    scored = [_one_gas(gas) for gas in day.gases]
    usable = [c for c in scored if c.points is not None]
    if not usable:
        why = scored[0].basis if scored else say(N_("No arterial gas or saturation was entered."))
        return not_measured("respiration", why)
    found = max(usable, key=lambda c: c.low)
    high = max(c.high for c in usable)
    return Component("respiration", found.low, found.low, high, found.basis, high > found.low)


def _one_gas(gas: Gas) -> Component:
    if gas.fio2 is None or (gas.pao2 is None and gas.spo2 is None):
        return not_measured("respiration", say(N_("PaO2 or SpO2 and the inspired oxygen (FiO2) are both needed.")))
    column, pressure = (PAO2_FIO2, gas.pao2) if gas.pao2 is not None else (SPO2_FIO2, gas.spo2)
    assert pressure is not None
    if gas.pao2 is None and pressure.canonical >= SPO2_BELOW:
        return not_measured("respiration", say(N_("SpO2/FiO2 counts only when SpO2 is below 98 %.")))
    value = pressure.canonical / gas.fio2.canonical
    found = column.step(value, gas.support in ADVANCED_SUPPORT)
    points = found.points if found else 0
    with_support = column.step(value)
    doubtful = gas.support is None and with_support is not found
    # Unrecorded support could be extracorporeal; that is not assumed where the ratio would not call for support.
    high = WORST_POINTS if doubtful else points
    return Component("respiration", points, points, high, basis(column, value, found), doubtful)


def coagulation(day: Day) -> Component:
    """The lowest platelet count (hemostasis in SOFA-2)."""
    if not day.platelets:
        return not_measured("coagulation", say(N_("Platelets were not entered.")))
    return worst(in_column("coagulation", PLATELETS, q.canonical) for q in day.platelets)


def liver(day: Day) -> Component:
    """The highest bilirubin; only mg/dL cut-offs were found, so umol/L is converted."""
    if not day.bilirubin:
        return not_measured("liver", say(N_("Bilirubin was not entered.")))
    return worst(in_column("liver", BILIRUBIN, q.canonical) for q in day.bilirubin)


def cns(day: Day) -> Component:
    """The Glasgow Coma Scale before sedation, or the motor score where the rest is untestable; delirium drugs give 1."""
    if day.sedated and day.gcs_before_sedation is not None:
        found = in_column("cns", GLASGOW_COMA_SCALE, Fraction(day.gcs_before_sedation))
    elif day.gcs and not day.sedated:
        found = in_column("cns", GLASGOW_COMA_SCALE, Fraction(min(day.gcs)))
    elif day.motor is not None:
        found = in_column("cns", MOTOR_ONLY, Fraction(day.motor))
    else:
        why = say(N_("The Glasgow Coma Scale (before any sedation) was not entered."))
        return Component("cns", 1, 1, WORST_POINTS, why, True) if day.delirium_drug else not_measured("cns", why)
    if day.delirium_drug and found.high == 0:
        return Component("cns", 1, 1, 1, say(N_("Drug treatment for delirium: 1 point.")))
    return found


def cardiovascular(day: Day) -> Component:
    """The highest norepinephrine and epinephrine rates are added up; another agent adds one point, up to 4."""
    if day.mechanical_support:
        return Component("cardiovascular", 4, 4, 4, say(N_("Mechanical circulatory support: 4 points.")))
    running = [i for i in day.infusions if i.rate != 0 and _long_enough(i)]
    if any(i.rate is None for i in running):
        why = say(N_("A vasoactive drug is running at a rate that cannot be told without weight and concentration."))
        return Component("cardiovascular", None, 2, WORST_POINTS, why)
    highest: dict[str, Fraction] = {}
    for infusion in running:
        highest[infusion.agent] = max(highest.get(infusion.agent, Fraction(0)), infusion.rate or Fraction(0))
    summed = [highest[agent] for agent in ("norepinephrine", "epinephrine") if agent in highest]
    others = {agent for agent in highest if agent not in {"norepinephrine", "epinephrine"}} | set(day.other_agents)
    if summed:
        return _catecholamines(sum(summed, Fraction(0)), bool(others))
    dopamine = highest.get("dopamine")
    if dopamine is not None:
        alone = in_column("cardiovascular", DOPAMINE_ALONE, dopamine)
        if len(others) == 1:
            return alone
        why = say(N_("Dopamine with another agent and no norepinephrine: transcriptions of SOFA-2 disagree."))
        return Component("cardiovascular", None, 2, min(alone.high + 1, WORST_POINTS), why)
    if others:
        return Component("cardiovascular", 2, 2, 2, say(N_("A vasoactive drug other than norepinephrine: 2 points.")))
    if not day.map:
        return not_measured("cardiovascular", say(N_("The mean arterial pressure was not entered.")))
    return worst(in_column("cardiovascular", MEAN_ARTERIAL_PRESSURE, q.canonical) for q in day.map)


def _long_enough(infusion: Infusion) -> bool:
    return infusion.minutes is None or infusion.minutes >= SHORTEST_INFUSION_MINUTES


def _catecholamines(total: Fraction, with_other: bool) -> Component:
    alone = in_column("cardiovascular", CATECHOLAMINE_SUM, total)
    if not with_other:
        return alone
    points = min(alone.high + 1, WORST_POINTS)
    text = say(N_("{alone} Another vasoactive drug beside it: {points} points."), alone=alone.basis, points=points)
    return Component("cardiovascular", points, points, points, text)


def renal(day: Day) -> Component:
    """The worse of creatinine (assumed normal if not entered) and urine per kilogram; renal replacement gives 4."""
    if day.renal_replacement:
        return Component("renal", 4, 4, 4, say(N_("Renal replacement therapy: 4 points.")))
    candidates = [in_column("renal", CREATININE, q.canonical) for q in day.creatinine]
    urine = _urine(day)
    if urine is not None:
        candidates.append(urine)
    if not candidates:
        return not_measured("renal", say(N_("Neither creatinine nor urine with the weight was entered.")))
    found = worst(candidates)
    if day.creatinine or found.high == MOST_BY_CREATININE:
        return found
    return Component("renal", found.points, found.low, MOST_BY_CREATININE, found.basis, True)


def _urine(day: Day) -> Component | None:
    """The urine's component, or none when its volume, window or the weight cannot decide."""
    if day.urine is None:
        return None
    hours = Fraction(day.urine_hours) if day.urine_hours is not None else Fraction(FULL_HOURS)
    volume = day.urine.canonical
    if volume == 0 and hours >= ANURIA_HOURS:
        return Component("renal", 3, 3, 3, say(N_("No urine for at least 12 hours: 3 points.")))
    if day.weight is None or hours < SHORT_HOURS:
        return None
    rate = volume / hours / day.weight.canonical
    found = URINE_PER_KG_HOUR.step(rate)
    if found is None:
        return Component("renal", 0, 0, 0, basis(URINE_PER_KG_HOUR, rate, None))
    points = 3 if found.points == 3 and hours >= FULL_HOURS else 2 if hours >= LONG_HOURS else 1
    text = say(
        N_("Urine output {rate} mL/kg/h over {hours} h: {points} points."),
        rate=plain(rate),
        hours=plain(hours),
        points=points,
    )
    return Component("renal", points, points, points, text)

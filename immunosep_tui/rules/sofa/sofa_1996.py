"""SOFA as printed in 1996 (Vincent et al., doi:10.1007/BF01709751), the version that the trial used.

Every measure is scored in the unit the laboratory reported: the printed umol/L columns are not conversions.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from immunosep_tui.rules.reason import N_, Caution, Sentence, say
from immunosep_tui.rules.sofa.day import ORGANS, WORST_POINTS, Component, Day, Gas, Infusion, Organ, Score
from immunosep_tui.rules.sofa.printed_1996 import (
    BILIRUBIN,
    CATECHOLAMINES,
    CREATININE,
    GLASGOW_COMA_SCALE,
    MEAN_ARTERIAL_PRESSURE,
    PAO2_FIO2,
    PLATELETS,
    SHORTEST_INFUSION_MINUTES,
    SPO2_FIO2,
    SPO2_FIO2_HIGHEST_SPO2,
    URINE,
)
from immunosep_tui.rules.sofa.table import OTHERWISE_WORDS, RELATION_WORDS, Column, Step
from immunosep_tui.rules.units import Quantity, distinct


def shown(column: Column, value: Fraction) -> str:
    """A value for the eye, never rounded onto an end of a cell that it only comes near."""
    return max((distinct(value, end) for end in column.ends), key=len)


def basis(column: Column, value: Fraction, found: Step | None) -> Sentence:
    """The points of a value in words: the value, the cut-off and on which side it lies."""
    bound, relations = (column.mildest, OTHERWISE_WORDS) if found is None else (found, RELATION_WORDS)
    points = 0 if found is None else found.points
    if found is not None and found.limit == 0 and found is not column.steps[0]:
        # Any dose scores: what decides is that it stays below the next cell.
        bound, relations = column.steps[column.steps.index(found) - 1], OTHERWISE_WORDS
    return say(
        N_("{measure} {value} is {relation} {limit}: 1 point.")
        if points == 1
        else N_("{measure} {value} is {relation} {limit}: {points} points."),
        measure=say(column.label),
        value=f"{shown(column, value)} {column.unit}".rstrip(),
        relation=say(relations[bound.relation]),
        limit=distinct(bound.limit, value),
        points=points,
    )


def not_measured(organ: Organ, why: Sentence, cautions: tuple[Caution, ...] = ()) -> Component:
    """A component without points, which could be anything from 0 to 4."""
    return Component(organ, None, 0, WORST_POINTS, why, cautions=cautions)


def in_column(organ: Organ, column: Column, value: Fraction) -> Component:
    """The component that one value in one column gives."""
    found = column.step(value)
    points = found.points if found else 0
    cautions: tuple[Caution, ...] = ()
    if found is not None and found.in_gap(value):
        cautions = (
            Caution(
                "table_gap",
                say(
                    N_(
                        "{measure} {value} {unit} lies in a gap of the printed table; by convention it scores {points}."
                    ),
                    measure=say(column.label),
                    value=shown(column, value),
                    unit=column.unit,
                    points=points,
                ),
            ),
        )
    return Component(organ, points, points, points, basis(column, value, found), cautions=cautions)


def worst(components: Iterable[Component]) -> Component:
    """The component with the most points; the first of equals."""
    return max(components, key=lambda c: (c.high, c.low))


def _worst_in_reported_unit(
    organ: Organ, columns: dict[str, Column], quantities: tuple[Quantity, ...]
) -> Component | None:
    return worst(in_column(organ, columns[q.unit], Fraction(q.value)) for q in quantities) if quantities else None


# ---- the six organs ----------------------------------------------------------------------------------------------
def respiration(day: Day, support_counts: frozenset[str]) -> Component:
    """The worst gas of the day; PaO2 and FiO2 are paired gas by gas, and 3 or 4 points need support on that gas."""
    scored = [_one_gas(gas, support_counts) for gas in day.gases]
    usable = [component for component in scored if component.points is not None]
    cautions = tuple(dict.fromkeys(caution for component in scored for caution in component.cautions))
    if not usable:
        why = scored[0].basis if scored else say(N_("No arterial gas or saturation was entered."))
        return not_measured("respiration", why, cautions)
    if len(usable) < len(scored):
        left_out = next(c.basis for c in scored if c.points is None)
        cautions = (*cautions, Caution("gas_not_scored", left_out))
    found = max(usable, key=lambda c: c.low)
    high = max(c.high for c in usable)
    return Component("respiration", found.low, found.low, high, found.basis, high > found.low, cautions)


def _one_gas(gas: Gas, support_counts: frozenset[str]) -> Component:
    if gas.fio2 is None:
        return not_measured("respiration", say(N_("The inspired oxygen (FiO2) is missing.")))
    if gas.pao2 is not None:
        return _ratio(PAO2_FIO2, gas.pao2.canonical / gas.fio2.canonical, gas.support, support_counts)
    if gas.spo2 is None:
        return not_measured("respiration", say(N_("Neither PaO2 nor SpO2 was entered.")))
    if gas.spo2.canonical > SPO2_FIO2_HIGHEST_SPO2:
        why = say(N_("SpO2 {spo2} is above 98 %: the SpO2/FiO2 surrogate is not valid there."), spo2=gas.spo2)
        return not_measured("respiration", why, (Caution("surrogate_invalid_above_spo2_98", why),))
    component = _ratio(SPO2_FIO2, gas.spo2.canonical / gas.fio2.canonical, gas.support, support_counts)
    surrogate = Caution(
        "surrogate_sf_used",
        say(N_("SpO2/FiO2 stands in for PaO2/FiO2 with its own cut-offs; it is not part of SOFA 1996.")),
    )
    return Component(
        "respiration",
        component.points,
        component.low,
        component.high,
        component.basis,
        component.assumed_normal,
        (surrogate, *component.cautions),
    )


def _ratio(column: Column, value: Fraction, support: str | None, support_counts: frozenset[str]) -> Component:
    """One ratio; where the support is not recorded it is scored as if there were none, and says so."""
    supported = support in support_counts
    found, with_support = column.step(value, supported), column.step(value)
    points = found.points if found else 0
    text = basis(column, value, found)
    if with_support is None or with_support is found:
        cautions = _counted_support(support) if found is not None and found.support else ()
        return Component("respiration", points, points, points, text, cautions=cautions)
    if support is None:
        unknown = Caution(
            "support_not_recorded",
            say(
                N_("Respiratory support was not recorded: with support this gas scores {points}."),
                points=with_support.points,
            ),
        )
        return Component("respiration", points, points, with_support.points, text, True, (unknown,))
    capped = Caution(
        "no_respiratory_support",
        say(N_("Without respiratory support on this gas the most is {points} points."), points=points),
    )
    return Component("respiration", points, points, points, text, cautions=(capped,))


def _counted_support(support: str | None) -> tuple[Caution, ...]:
    """1996 prints 'respiratory support'; that anything short of a ventilator counts is a local convention."""
    if support in {"invasive", "ecmo"}:
        return ()
    return (
        Caution(
            "support_by_convention",
            say(
                N_("{support} is counted as respiratory support by local convention; the 1996 table does not name it."),
                support=(support or "").upper(),
            ),
        ),
    )


def coagulation(day: Day) -> Component:
    """The lowest platelet count."""
    if not day.platelets:
        return not_measured("coagulation", say(N_("Platelets were not entered.")))
    return worst(in_column("coagulation", PLATELETS, q.canonical) for q in day.platelets)


def liver(day: Day) -> Component:
    """The worst bilirubin, each in the column of its own unit."""
    found = _worst_in_reported_unit("liver", BILIRUBIN, day.bilirubin)
    return found or not_measured("liver", say(N_("Bilirubin was not entered.")))


def cardiovascular(day: Day) -> Component:
    """The worst of the pressure and each single catecholamine that ran for at least an hour; agents are not added up."""
    candidates = [in_column("cardiovascular", MEAN_ARTERIAL_PRESSURE, q.canonical) for q in day.map]
    cautions: list[Caution] = []
    for infusion in day.infusions:
        if infusion.rate == 0:
            continue
        if infusion.minutes is not None and infusion.minutes < SHORTEST_INFUSION_MINUTES:
            cautions.append(_short(infusion))
        else:
            candidates.append(_catecholamine(infusion))
    cautions.extend(_outside_table(agent) for agent in day.other_agents)
    if not candidates:
        why = say(N_("Neither the mean arterial pressure nor a catecholamine of at least 1 hour was entered."))
        return not_measured("cardiovascular", why, tuple(cautions))
    low, high = max(c.low for c in candidates), max(c.high for c in candidates)
    found = worst(candidates)
    every = (*found.cautions, *cautions)
    return Component("cardiovascular", high if low == high else None, low, high, found.basis, cautions=every)


def _catecholamine(infusion: Infusion) -> Component:
    column = CATECHOLAMINES[infusion.agent]
    if infusion.rate is not None:
        return in_column("cardiovascular", column, infusion.rate)
    text = say(
        N_("{agent} is running, but its rate in mcg/kg/min cannot be told without weight and concentration."),
        agent=say(column.label),
    )
    unknown = Caution("rate_unknown", text)
    return Component("cardiovascular", None, column.mildest.points, column.steps[0].points, text, cautions=(unknown,))


def _short(infusion: Infusion) -> Caution:
    return Caution(
        "catecholamine_under_1h_not_scored",
        say(
            N_("{agent} ran for {minutes} min; the table counts agents given for at least 1 hour."),
            agent=say(CATECHOLAMINES[infusion.agent].label),
            minutes=infusion.minutes,
        ),
    )


def _outside_table(agent: str) -> Caution:
    return Caution(
        f"{agent}_not_in_1996_table",
        say(
            N_("{agent} is not in the 1996 table and adds no points: the patient may be sicker than the score."),
            agent=agent.replace("_", " ").capitalize(),
        ),
    )


def cns(day: Day) -> Component:
    """The lowest Glasgow Coma Scale; under sedation the last score before it, never an assumed one."""
    if day.sedated:
        if day.gcs_before_sedation is None:
            why = say(N_("The patient is sedated and the Glasgow Coma Scale before sedation was not entered."))
            return not_measured("cns", why, (Caution("gcs_under_sedation_not_scored", why),))
        used = Caution(
            "pre_sedation_gcs_used",
            say(N_("Sedated: the last Glasgow Coma Scale before sedation is scored (convention).")),
        )
        found = in_column("cns", GLASGOW_COMA_SCALE, Fraction(day.gcs_before_sedation))
        return Component("cns", found.points, found.low, found.high, found.basis, cautions=(used,))
    if not day.gcs:
        return not_measured("cns", say(N_("The Glasgow Coma Scale was not entered.")))
    found = in_column("cns", GLASGOW_COMA_SCALE, Fraction(min(day.gcs)))
    if day.sedated is None and found.high > 0:
        asked = Caution(
            "sedation_not_stated",
            say(N_("Say whether the patient is sedated: under sedation the score before sedation counts.")),
        )
        return Component("cns", found.points, found.low, found.high, found.basis, cautions=(asked,))
    return found


def renal(day: Day) -> Component:
    """The worse of creatinine, in the column of its own unit, and the urine of 24 hours, enough if not entered."""
    by_creatinine = _worst_in_reported_unit("renal", CREATININE, day.creatinine)
    by_urine, cautions = _urine(day)
    if day.renal_replacement:
        cautions = (
            *cautions,
            Caution(
                "renal_replacement_not_scored",
                say(N_("SOFA 1996 gives renal replacement no points: a cleared creatinine may hide kidney failure.")),
            ),
        )
    candidates = [c for c in (by_creatinine, by_urine) if c is not None]
    if not candidates:
        return not_measured("renal", say(N_("Neither creatinine nor the urine of 24 hours was entered.")), cautions)
    found = worst(candidates)
    assumed = by_creatinine is None and found.high == 0
    high = WORST_POINTS if by_creatinine is None else found.high
    if assumed:
        cautions = (
            *cautions,
            Caution("creatinine_not_entered", say(N_("Creatinine was not entered and is assumed normal."))),
        )
    return Component("renal", found.points, found.low, high, found.basis, assumed, (*found.cautions, *cautions))


def _urine(day: Day) -> tuple[Component | None, tuple[Caution, ...]]:
    """The urine's component, or none when it was collected over less than 24 hours and could still change the answer."""
    if day.urine is None:
        return None, ()
    volume = day.urine.canonical
    short = day.urine_hours is not None and day.urine_hours < 24
    if short and URINE.step(volume) is not None:
        window = Caution(
            "incomplete_24h_window",
            say(
                N_("Urine was collected over {hours} h: it is not scored and not extrapolated to 24 hours."),
                hours=day.urine_hours,
            ),
        )
        return None, (window,)
    component = in_column("renal", URINE, volume)
    if component.high == WORST_POINTS:
        total = Caution("urine_total_check", say(N_("Check that the urine is the 24-hour total, not mL per hour.")))
        return component, (total,)
    return component, ()


def score(day: Day, support_counts: frozenset[str]) -> Score:
    """The day's SOFA 1996.

    Args:
        day: the readings; several of one kind give the worst.
        support_counts: which entries of ``SUPPORTS`` count as respiratory support, a convention of the protocol.
    """
    components = (
        respiration(day, support_counts),
        coagulation(day),
        liver(day),
        cardiovascular(day),
        cns(day),
        renal(day),
    )
    assert tuple(c.organ for c in components) == ORGANS
    return Score("1996", components)

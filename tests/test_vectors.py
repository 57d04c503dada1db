"""Published and derived cases, each run through the rules; one that nothing here can run is a failure."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from immunosep_tui.profile.files import load
from immunosep_tui.rules import statistics
from immunosep_tui.rules.analytes import ANALYTES
from immunosep_tui.rules.eligibility import Candidate, Criterion, criteria
from immunosep_tui.rules.grades import anemia_grade, isth_major
from immunosep_tui.rules.number import Refusal
from immunosep_tui.rules.phenotype import IMMUNOPARALYSIS, MALS, PHENOTYPES, UNCLASSIFIED, classify, phenotype_of
from immunosep_tui.rules.protocol import Window
from immunosep_tui.rules.response import DIED, Response, respond
from immunosep_tui.rules.reversal import reverse
from immunosep_tui.rules.schedule import after_last_day, dose_on, schedule, totals
from immunosep_tui.rules.sofa import sofa_2, sofa_1996
from immunosep_tui.rules.sofa.day import ORGANS, Component, Day, Gas, Infusion, Organ, Score
from immunosep_tui.rules.sofa.vasoactive import BASE_PER_SALT, rate_per_kg
from immunosep_tui.rules.units import Entry, Quantity, read_quantity
from tests.support.rows import EVERY_SUPPORT, component, quantity

Table = Mapping[str, Any]

VECTORS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "evidence" / "vectors.json").read_text("utf-8"), parse_float=Decimal
)
PROTOCOL, PROVIDE = load(), load("provide-2022")
START = datetime(2026, 3, 14, 8, tzinfo=UTC)
ORGAN_NAMES: Mapping[str, Organ] = {
    **{organ: organ for organ in ORGANS},
    "respiratory": "respiration",
    "hemostasis": "coagulation",
    "brain": "cns",
    "kidney": "renal",
}
PHENOTYPE_NAMES = {name: name.upper() for name in PHENOTYPES} | {IMMUNOPARALYSIS: "SII"}
DRUGS = {"anakinra": "anakinra", "interferon-gamma": "rhIFN-gamma"}


def fraction(value: Decimal | int) -> Fraction:
    return Fraction(value)


def given(analyte: str, value: Decimal | int | None, unit: str | None = None) -> Quantity | None:
    return None if value is None else quantity(analyte, str(value), unit)


def one(analyte: str, inputs: Table, column: str, unit: str | None = None) -> tuple[Quantity, ...]:
    return (quantity(analyte, str(inputs[column]), unit),) if column in inputs else ()


# ---- phenotype and reversal --------------------------------------------------------------------------------------
def phenotype(inputs: Table) -> Table:
    answer = classify(
        PROTOCOL,
        given("ferritin", inputs["ferritin_ng_ml"]),
        given("hla_dr", inputs["hladr_receptors_per_cd14_monocyte"]),
        covid19=inputs.get("covid19"),
    )
    covid19 = _criterion("covid19", covid19=inputs.get("covid19"), phenotype=answer.phenotype)
    return {
        "phenotype": PHENOTYPE_NAMES[answer.phenotype],
        "precision_drug": DRUGS[answer.regimen.name] if answer.regimen else None,
        "missing": [{"hla_dr": "hladr"}.get(name, name) for name in answer.missing],
        "trial_eligible": covid19.met,
    }


def phenotype_by_percent(inputs: Table) -> Table:
    refusal = read_quantity(f"{inputs['hladr_percent_positive']}%", "hla_dr", PROTOCOL.bands)
    assert isinstance(refusal, Refusal)
    assert "Percent positive" in str(refusal.why)
    answer = classify(PROTOCOL, given("ferritin", inputs["ferritin_ng_ml"]), None)
    return {
        "phenotype": answer.phenotype.upper(),
        "precision_drug": answer.regimen,
        "error": "percent_positive_is_not_receptors_per_cell",
    }


def phenotype_of_registry(inputs: Table) -> Table:
    assert inputs["trial"] == "PROVIDE-registry"
    name = phenotype_of(
        fraction(inputs["ferritin_ng_ml"]),
        fraction(inputs["hladr_percent_of_cd14"]),
        PROVIDE.phenotype_variants["registry"],
    )
    return {"phenotype": {UNCLASSIFIED: "INTERMEDIATE"}.get(name, name)}


def reversal(inputs: Table) -> Table:
    ferritin, hla_dr = inputs["ferritin_day15"], inputs.get("hladr_day15")
    baseline = inputs.get("ferritin_baseline")
    verdict = reverse(
        PROTOCOL.reversal,
        {"MALS": MALS, "SII": IMMUNOPARALYSIS}[inputs["stratum"]],
        None if baseline is None else fraction(baseline),
        fraction(ferritin),
        None if hla_dr is None else fraction(hla_dr),
    )
    return {"reversed": verdict.reversed}


# ---- SOFA --------------------------------------------------------------------------------------------------------
KNOWN_FLAGS = {"vasopressin_not_in_1996_table": "vasopressin_not_in_1996_table_show_warning"}


def _answer(inputs: Table, score: Score) -> Table:
    found: Component = component(score, ORGAN_NAMES[inputs["organ"]])
    codes = [KNOWN_FLAGS.get(caution.code, caution.code) for caution in found.cautions]
    return {"points": found.points, "flag": codes, "error": codes}


def _gas(inputs: Table) -> Gas:
    support = inputs.get("respiratory_support", inputs.get("advanced_support"))
    device = None if support is None else "invasive" if support else "none"
    if "pao2_fio2_mmhg" in inputs:
        return Gas(given("pao2", inputs["pao2_fio2_mmhg"]), given("fio2", 1), None, device)
    if "spo2_fio2" in inputs:
        # The quotient is what is scored; a tenth of oxygen gives it exactly at a saturation that is valid.
        assert inputs["spo2_pct"] <= 98
        return Gas(None, given("fio2", Decimal("0.1")), given("spo2", inputs["spo2_fio2"] / Decimal(10)), device)
    pao2 = given("pao2", inputs.get("pao2_kpa"), "kPa")
    return Gas(pao2, given("fio2", inputs["fio2"]), given("spo2", inputs.get("spo2_pct")), device)


def respiration(inputs: Table) -> Table:
    return _answer(inputs, sofa_1996.score(Day(gases=(_gas(inputs),)), EVERY_SUPPORT))


def laboratory_and_gcs(inputs: Table) -> Table:
    day = Day(
        platelets=one("platelets", inputs, "platelets_10e9_l"),
        bilirubin=one("bilirubin", inputs, "bilirubin_mg_dl") + one("bilirubin", inputs, "bilirubin_umol_l", "umol/L"),
        creatinine=one("creatinine", inputs, "creatinine_mg_dl")
        + one("creatinine", inputs, "creatinine_umol_l", "umol/L"),
        urine=given("urine", inputs.get("urine_ml_24h")),
        gcs=(inputs["gcs"],) if "gcs" in inputs else (),
        sedated=inputs.get("sedated"),
        gcs_before_sedation=inputs.get("pre_sedation_gcs"),
    )
    return _answer(inputs, sofa_1996.score(day, EVERY_SUPPORT))


def circulation(inputs: Table) -> Table:
    assert inputs.get("units", "ug/kg/min") == "ug/kg/min"
    agents = ("norepinephrine", "epinephrine", "dopamine", "dobutamine")
    day = Day(
        map=one("map", inputs, "map_mmhg"),
        infusions=tuple(
            Infusion(agent, fraction(inputs[agent]), inputs["duration_min"]) for agent in agents if agent in inputs
        ),
        other_agents=("vasopressin",) if inputs.get("vasopressin_u_min") else (),
    )
    return _answer(inputs, sofa_1996.score(day, EVERY_SUPPORT))


def total(inputs: Table) -> Table:
    points: Mapping[Organ, int | None] = {ORGAN_NAMES[name]: value for name, value in inputs["total_of"].items()}
    nothing = sofa_1996.score(Day(), EVERY_SUPPORT)
    score = Score("1996", tuple(Component(c.organ, points[c.organ], 0, 4, c.basis) for c in nothing.components))
    return {"total": score.total, "complete": score.complete, "missing": list(score.missing)}


def sofa_2_organ(inputs: Table) -> Table:
    dose = inputs.get("ne_plus_epi_ug_kg_min")
    infusions: tuple[Infusion, ...] = ()
    if dose is not None:
        half = fraction(dose) / 2
        infusions = (Infusion("norepinephrine", half), Infusion("epinephrine", half))
    day = Day(
        gases=(_gas(inputs),) if "pao2_fio2_mmhg" in inputs else (),
        platelets=one("platelets", inputs, "platelets_10e9_l"),
        bilirubin=one("bilirubin", inputs, "bilirubin_mg_dl"),
        creatinine=one("creatinine", inputs, "creatinine_mg_dl"),
        renal_replacement=inputs.get("rrt"),
        gcs=(inputs["gcs"],) if "gcs" in inputs else (),
        delirium_drug=inputs.get("delirium_drug", False),
        infusions=infusions,
        other_agents=("vasopressin",) if inputs.get("other_vasoactive") else (),
    )
    return _answer(inputs, sofa_2.score(day))


# ---- response and statistics -------------------------------------------------------------------------------------
def response(inputs: Table) -> Table:
    window = Window("case", inputs["first_day"], inputs["last_day"])
    days = [DIED if day == "DEATH" else day for day in inputs["days"]]
    assert inputs.get("death_score", 24) == PROTOCOL.endpoint.death_score.value
    found = respond(PROTOCOL.endpoint, window, inputs["baseline_day1"], days)
    assert isinstance(found, Response)
    codes = [caution.code for caution in found.cautions]
    return {
        "mean": found.mean,
        "decrease": found.decrease,
        "responder": found.responder,
        "died": found.died,
        "responder_article_ge": found.responder,
        "responder_sap_gt": found.responder and "sources_disagree" not in codes,
        "error": codes,
    }


def two_proportions(inputs: Table) -> Table:
    counts = (inputs["events_1"], inputs["n_1"], inputs["events_2"], inputs["n_2"])
    difference, odds = statistics.risk_difference(*counts), statistics.odds_ratio(*counts)
    assert odds is not None
    return {
        "diff_pct": difference.value * 100,
        "newcombe_lo_pct": difference.low * 100,
        "newcombe_hi_pct": difference.high * 100,
        "fisher_p_two_sided": statistics.fisher_exact(*counts),
        "or": odds.value,
        "or_lo": odds.low,
        "or_hi": odds.high,
    }


# ---- units -------------------------------------------------------------------------------------------------------
MEASURES = {
    "bilirubin": "bilirubin",
    "ferritin": "ferritin",
    "Hb": "hemoglobin",
    "platelets": "platelets",
    "vasopressin": "vasopressin",
}


def conversion(inputs: Table) -> Table:
    measure, _, unit = inputs["from"].partition(" ")
    if measure == "rhIFN-gamma-1b":
        return {"value": _units_on_the_label(inputs["to"], unit, inputs["value"])}
    if measure == "norepinephrine":
        salt = unit.removesuffix(" mg")
        assert inputs["to"] == "norepinephrine base mg"
        return {"value": fraction(inputs["value"]) * BASE_PER_SALT[salt]}
    if measure == "HLA-DR":
        refusal = read_quantity(f"{inputs['value']}{unit}", "hla_dr", PROTOCOL.bands)
        assert isinstance(refusal, Refusal)
        assert "no valid conversion exists" in str(refusal.why)
        return {"value": None, "error": "not_convertible"}
    name = MEASURES[measure]
    entry = read_quantity(f"{inputs['value']} {unit}", name, PROTOCOL.bands)
    wanted = read_quantity(f"1 {inputs['to']}", name, {})
    assert isinstance(entry, Entry)
    assert isinstance(wanted, Entry)
    factor = ANALYTES[name].unit(wanted.quantity.unit).factor
    assert factor is not None
    return {"value": entry.quantity.canonical / factor}


def _units_on_the_label(wanted: str, unit: str, micrograms: int) -> int:
    """The note of the protocol that tells a dose of interferon in units; only that dose is told."""
    assert (unit, micrograms) == ("ug", 100)
    note = next(n.text for n in PROTOCOL.regimens["interferon-gamma"].notes if "million" in n.text)
    words = {
        "IU": "100 mcg is {} million international units",
        "old units (U)": "count the same vial as {} million of the former units",
    }
    return next(n for n in range(1, 10) if words[wanted].format(n) in note) * 1_000_000


def pump(inputs: Table) -> Table:
    weight, concentration = given("weight", inputs["weight_kg"]), given("concentration", inputs["conc_ug_ml"])
    rate = rate_per_kg(quantity("norepinephrine", inputs["rate_ml_h"], "mL/h"), weight, concentration)
    score = sofa_1996.score(Day(infusions=(Infusion("norepinephrine", rate),)), EVERY_SUPPORT)
    return {"dose_ug_kg_min": rate, "sofa1996_cv": component(score, "cardiovascular").points}


def short_urine(inputs: Table) -> Table:
    day = Day(urine=given("urine", inputs["urine_ml"]), urine_hours=Decimal(inputs["hours"]))
    found: Component = component(sofa_1996.score(day, EVERY_SUPPORT), "renal")
    return {"urine_ml_24h": found.points, "flag": [caution.code for caution in found.cautions]}


# ---- schedule, eligibility, safety -------------------------------------------------------------------------------
def course(inputs: Table) -> Table:
    regimen = PROTOCOL.regimens["interferon-gamma"]
    assert regimen.dose is not None
    assert (inputs["dose_ug"], inputs["interval_h"], inputs["days"], inputs["route"]) == (
        regimen.dose.value,
        regimen.interval_hours.value,
        regimen.days.value,
        {"subcutaneous": "SC"}[regimen.route],
    )
    doses = schedule(regimen, START, "open")
    (whole,) = totals(doses)
    assert whole.amount is not None
    assert doses[0].drawn is not None
    return {
        "doses": len(doses),
        "dose_days": [dose.day for dose in doses],
        "total_ug": whole.amount.value,
        "vials_total": whole.containers,
        "volume_ml_per_dose": doses[0].drawn.value,
    }


def companion(inputs: Table) -> Table:
    assert inputs == {"trial": "ImmunoSep", "arm": "SII active"}
    dummies = [d for d in schedule(PROTOCOL.regimens["interferon-gamma"], START, "double-dummy") if d.placebo]
    (hours,) = {(later.due - dose.due).total_seconds() / 3600 for dose, later in pairwise(dummies)}
    (route,) = {dose.route for dose in dummies}
    return {"companion_dummy": f"{route} saline every {hours:.0f} h"}


def beyond_the_course(inputs: Table) -> Table:
    day = inputs["requested_day"]
    for regimen in PROTOCOL.regimens.values():
        assert dose_on(schedule(regimen, START, "double-dummy"), day - 1)
        assert not dose_on(schedule(regimen, START, "double-dummy"), day)
        assert after_last_day(regimen, day - 1) is None
        reason = after_last_day(regimen, day)
        assert reason is not None
        assert str(reason.text).endswith("ends with day 15.")
    return {"dose_due": False, "reason": "treatment_limited_to_15_days"}


def _criterion(name: str, **known: Any) -> Criterion:
    return next(c for c in criteria(PROTOCOL.eligibility, Candidate(**known)) if c.id == name)


INFECTIONS = {
    "CAP": "community-acquired pneumonia",
    "intra-abdominal": "intra-abdominal infection",
    "primary BSI": "primary bacteremia",
}


def infection(inputs: Table) -> Table:
    name = INFECTIONS.get(inputs["infection"], inputs["infection"])
    organism = inputs.get("organism")
    asked = "infection" if organism is None else "organism"
    return {"criterion_met": _criterion(asked, infection=name, organism=organism).met}


def anemia(inputs: Table) -> Table:
    hemoglobin = quantity("hemoglobin", str(inputs["hb_g_dl"]))
    return {"ctcae_anemia_grade": anemia_grade(hemoglobin, given("hemoglobin", inputs["lln_g_dl"]))}


def bleeding(inputs: Table) -> Table:
    return {
        "isth_major": isth_major(
            overt=inputs["overt_bleeding"],
            fatal=False,
            site=inputs.get("site", "other"),
            hemoglobin_fall=given("hemoglobin", inputs.get("hb_fall_g_dl", 0)),
            red_cell_units=0,
        )
    }


def _keys(words: str) -> frozenset[str]:
    return frozenset(words.split())


ADAPTERS: dict[tuple[str, frozenset[str]], Callable[[Table], Table]] = {
    ("phenotype", _keys("ferritin_ng_ml hladr_receptors_per_cd14_monocyte")): phenotype,
    ("phenotype", _keys("ferritin_ng_ml hladr_receptors_per_cd14_monocyte covid19")): phenotype,
    ("phenotype", _keys("ferritin_ng_ml hladr_percent_positive")): phenotype_by_percent,
    ("phenotype", _keys("trial ferritin_ng_ml hladr_percent_of_cd14")): phenotype_of_registry,
    ("reversal", _keys("ferritin_baseline ferritin_day15 stratum")): reversal,
    ("reversal", _keys("hladr_day15 ferritin_day15 stratum")): reversal,
    ("sofa", _keys("organ pao2_fio2_mmhg respiratory_support")): respiration,
    ("sofa", _keys("organ pao2_kpa fio2 respiratory_support")): respiration,
    ("sofa", _keys("organ spo2_fio2 spo2_pct respiratory_support surrogate")): respiration,
    ("sofa", _keys("organ spo2_pct fio2 surrogate")): respiration,
    ("sofa", _keys("organ platelets_10e9_l")): laboratory_and_gcs,
    ("sofa", _keys("organ bilirubin_mg_dl")): laboratory_and_gcs,
    ("sofa", _keys("organ bilirubin_umol_l")): laboratory_and_gcs,
    ("sofa", _keys("organ gcs")): laboratory_and_gcs,
    ("sofa", _keys("organ gcs sedated pre_sedation_gcs")): laboratory_and_gcs,
    ("sofa", _keys("organ creatinine_mg_dl urine_ml_24h")): laboratory_and_gcs,
    ("sofa", _keys("organ creatinine_umol_l urine_ml_24h")): laboratory_and_gcs,
    ("sofa", _keys("organ units duration_min map_mmhg")): circulation,
    ("sofa", _keys("organ units duration_min map_mmhg dopamine")): circulation,
    ("sofa", _keys("organ units duration_min map_mmhg norepinephrine")): circulation,
    ("sofa", _keys("organ units duration_min map_mmhg epinephrine")): circulation,
    ("sofa", _keys("organ units duration_min map_mmhg norepinephrine dobutamine")): circulation,
    ("sofa", _keys("organ units duration_min map_mmhg norepinephrine epinephrine")): circulation,
    ("sofa", _keys("organ duration_min map_mmhg vasopressin_u_min")): circulation,
    ("sofa", _keys("total_of")): total,
    ("sofa2", _keys("organ pao2_fio2_mmhg advanced_support")): sofa_2_organ,
    ("sofa2", _keys("organ platelets_10e9_l")): sofa_2_organ,
    ("sofa2", _keys("organ bilirubin_mg_dl")): sofa_2_organ,
    ("sofa2", _keys("organ gcs delirium_drug")): sofa_2_organ,
    ("sofa2", _keys("organ creatinine_mg_dl rrt")): sofa_2_organ,
    ("sofa2", _keys("organ ne_plus_epi_ug_kg_min other_vasoactive")): sofa_2_organ,
    ("responder", _keys("baseline_day1 days first_day last_day death_score missing")): response,
    ("responder", _keys("baseline_day1 days first_day last_day missing")): response,
    ("responder", _keys("baseline_day1 days first_day last_day")): response,
    ("stats", _keys("events_1 n_1 events_2 n_2")): two_proportions,
    ("unit", _keys("value from to")): conversion,
    ("unit", _keys("rate_ml_h conc_ug_ml weight_kg")): pump,
    ("unit", _keys("urine_ml hours")): short_urine,
    ("schedule", _keys("trial arm drug dose_ug route interval_h days first_day")): course,
    ("schedule", _keys("trial arm")): companion,
    ("schedule", _keys("trial requested_day")): beyond_the_course,
    ("eligibility", _keys("age")): lambda inputs: {"criterion_met": _criterion("age", age=inputs["age"]).met},
    ("eligibility", _keys("hours_sepsis_to_first_dose")): lambda inputs: {
        "criterion_met": _criterion(
            "time_to_first_dose", hours_to_first_dose=fraction(inputs["hours_sepsis_to_first_dose"])
        ).met
    },
    ("eligibility", _keys("anc_per_mm3")): lambda inputs: {
        "criterion_met": _criterion(
            "neutrophils", neutrophils=quantity("anc", inputs["anc_per_mm3"], "/mm3").canonical
        ).met
    },
    ("eligibility", _keys("infection")): infection,
    ("eligibility", _keys("infection organism")): infection,
    ("eligibility", _keys("setting sofa_rise")): lambda inputs: {
        "criterion_met": _criterion(
            "sofa", in_hospital=inputs["setting"] == "inpatient", sofa_rise=inputs["sofa_rise"]
        ).met
    },
    ("safety", _keys("hb_g_dl lln_g_dl")): anemia,
    ("safety", _keys("overt_bleeding hb_fall_g_dl")): bleeding,
    ("safety", _keys("overt_bleeding site")): bleeding,
}


def agrees(key: str, found: Any, expected: Any, tolerance: Decimal) -> bool:
    """Whether a figure agrees: a flag is among those found, a number lies within the tolerance, else equality."""
    if key in ("flag", "error") and isinstance(found, list):
        return expected in found
    if found is None or expected is None or isinstance(expected, bool | str | list):
        return bool(found == expected)
    return abs(Fraction(found) - Fraction(expected)) <= Fraction(tolerance)


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["id"] for vector in VECTORS])
def test_a_published_case(vector: dict[str, Any]) -> None:
    found = ADAPTERS[vector["kind"], frozenset(vector["inputs"])](vector["inputs"])
    expected = dict(vector["expected"])
    # Printed means and decreases have six decimals where they do not end.
    tolerance = expected.pop("tolerance", Decimal("0.000001") if vector["kind"] == "responder" else Decimal(0))
    assert expected
    for key, value in expected.items():
        assert agrees(key, found[key], value, tolerance), (key, found[key], value)


def test_every_case_is_here_once_and_every_way_of_running_one_is_used() -> None:
    assert len(VECTORS) == len({vector["id"] for vector in VECTORS}) == 183
    assert {(vector["kind"], frozenset(vector["inputs"])) for vector in VECTORS} == set(ADAPTERS)
    assert all(vector["why"] and vector["source"] and vector["confidence"] for vector in VECTORS)

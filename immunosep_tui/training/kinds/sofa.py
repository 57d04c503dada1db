"""SOFA 1996 of a day: the points of one organ, or the total; misreadings are the same sheet, read wrongly."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from immunosep_tui.record.patient import parts
from immunosep_tui.rules.analytes import ANALYTES
from immunosep_tui.rules.reason import N_, Sentence, say
from immunosep_tui.rules.sofa import printed_1996, sofa_2
from immunosep_tui.rules.sofa.agents import CATECHOLAMINES
from immunosep_tui.rules.sofa.day import ORGANS, WORST_POINTS, Component, Score
from immunosep_tui.rules.sofa.table import RELATION_WORDS, Column
from immunosep_tui.rules.units import Quantity, plain
from immunosep_tui.training.question import UNKNOWN, Kind, Misreading, Option, Places, Situation, Solution, listed
from immunosep_tui.ward.answers import SofaDay, sofa_day

LABELS: Mapping[str, str] = {
    "respiration": N_("respiration"),
    "coagulation": N_("coagulation"),
    "liver": N_("liver"),
    "cardiovascular": N_("circulation"),
    "cns": N_("nervous system"),
    "renal": N_("kidneys"),
}
RULES: Mapping[str, str] = {
    "respiration": N_("PaO2 divided by FiO2, gas by gas; three or four points only with respiratory support."),
    "coagulation": N_("The lowest platelet count of the day."),
    "liver": N_("The highest bilirubin, in the column of the unit that was reported."),
    "cardiovascular": N_(
        "The worst of mean pressure and each single catecholamine in mcg/kg/min; nothing is added up."
    ),
    "cns": N_("The Glasgow Coma Scale, under sedation the last one before it."),
    "renal": N_("Creatinine in its own unit's column or urine of 24 hours, whichever is worse."),
}
SOURCE = "S18"


def _day(situation: Situation, places: Places) -> SofaDay | None:
    """The day that is asked about, None where a text of it still waits for an answer."""
    found = sofa_day(situation.patient, int(places[0]), situation.protocol)
    return None if found.unconfirmed else found


def _component(score: Score, organ: str) -> Component:
    if organ not in ORGANS:
        raise ValueError(f"there is no organ {organ}")
    return next(each for each in score.components if each.organ == organ)


def _points(component: Component) -> str | None:
    """Points, ``UNKNOWN`` where the organ is missing; None where they are only assumed."""
    if component.points is None:
        return UNKNOWN
    return None if component.low != component.high or component.assumed_normal else str(component.points)


# ---- the printed row -------------------------------------------------------------------------------------------------
def column_words(column: Column) -> Sentence:
    """A column of the printed table in one line, mildest cell first."""
    cells = ", ".join(
        f"{step.points} {RELATION_WORDS[step.relation]} {plain(step.limit)}{' with support' if step.support else ''}"
        for step in reversed(column.steps)
    )
    return say(
        "{label} ({unit}): {cells}" if column.unit else "{label}: {cells}",
        label=say(column.label),
        unit=column.unit,
        cells=cells,
    )


def _side_by_side(columns: Sequence[Sentence]) -> Sentence:
    first, *rest = columns
    return say("{first} | {rest}", first=first, rest=_side_by_side(rest)) if rest else first


def _columns(situation: Situation, places: Places) -> list[Column]:
    texts = situation.patient.within(f"sofa.{places[0]}")

    def unit(field: str) -> str:
        return "umol/L" if "mol" in texts.get(field, "") else "mg/dL"

    agents = [printed_1996.CATECHOLAMINES[agent] for agent in CATECHOLAMINES if agent in texts]
    return {
        "respiration": [printed_1996.PAO2_FIO2 if "pao2" in texts else printed_1996.SPO2_FIO2],
        "coagulation": [printed_1996.PLATELETS],
        "liver": [printed_1996.BILIRUBIN[unit("bilirubin")]],
        "cardiovascular": [printed_1996.MEAN_ARTERIAL_PRESSURE, *agents],
        "cns": [printed_1996.GLASGOW_COMA_SCALE],
        "renal": [printed_1996.CREATININE[unit("creatinine")], printed_1996.URINE],
    }[places[1]]


# ---- misreadings: the sheet as somebody would read it ------------------------------------------------------------
Reading = Callable[[dict[str, str], Situation], dict[str, str] | None]
"""Changes the texts of a day as a misreading would; None where it changes nothing."""


def _everything_supported(texts: dict[str, str], _situation: Situation) -> dict[str, str] | None:
    support = ";".join("invasive" for _ in parts(texts.get("support", "")))
    return texts | {"support": support} if "support" in texts and texts["support"] != support else None


def _gases_mixed(texts: dict[str, str], _situation: Situation) -> dict[str, str] | None:
    """The lowest PaO2 over the highest FiO2, with whatever support there was that day."""
    gases, oxygen = parts(texts.get("pao2", "")), parts(texts.get("fio2", ""))
    if (
        len(gases) < 2
        or len(gases) != len(oxygen)
        or not all(re.fullmatch(r"[0-9.]+", each) for each in gases + oxygen)
    ):
        return None
    best = next((each for each in reversed(parts(texts.get("support", ""))) if each != "none"), "none")
    return texts | {"pao2": min(gases, key=Decimal), "fio2": max(oxygen, key=Decimal), "support": best}


def _sedation_overlooked(texts: dict[str, str], _situation: Situation) -> dict[str, str] | None:
    left = {name: text for name, text in texts.items() if name not in ("sedated", "gcs_before_sedation")}
    return left | {"sedated": "no"} if texts.get("sedated") == "yes" and "gcs" in texts else None


def _converted_first(texts: dict[str, str], situation: Situation) -> dict[str, str] | None:
    """Bilirubin and creatinine in the other unit of the table, two places behind the point."""
    changed = dict(texts)
    for name in ("bilirubin", "creatinine"):
        if found := re.fullmatch(r"([0-9.]+) ?(umol/L)?", texts.get(name, "")):
            changed[name] = _other_unit(name, Decimal(found[1]), found[2] or "mg/dL")
    return changed if changed != texts else None


def _other_unit(name: str, value: Decimal, unit: str) -> str:
    quantity = Quantity(name, value, unit)
    if unit == "umol/L":
        return plain(quantity.canonical)
    factor = ANALYTES[name].unit("umol/L").factor
    assert factor is not None
    return f"{plain(quantity.canonical / factor, 0)}umol/L"


def _rounded_up(texts: dict[str, str], _situation: Situation) -> dict[str, str] | None:
    """Values of two places rounded to the one that the table prints."""
    changed = dict(texts)
    for name in ("bilirubin", "creatinine"):
        if re.fullmatch(r"[0-9]+\.[0-9]{2}", texts.get(name, "")):
            changed[name] = str(Decimal(texts[name]).quantize(Decimal("0.1"), "ROUND_HALF_UP"))
    return changed if changed != texts else None


def _without(*names: str) -> Reading:
    def read(texts: dict[str, str], _situation: Situation) -> dict[str, str] | None:
        left = {name: text for name, text in texts.items() if name not in names}
        return left if left != texts else None

    return read


def _bare_rates(unit: str) -> Reading:
    """Infusions whose number is taken for mcg/kg/min although it is in another unit."""

    def read(texts: dict[str, str], _situation: Situation) -> dict[str, str] | None:
        changed = dict(texts)
        for agent in CATECHOLAMINES:
            if found := re.fullmatch(rf"([0-9.]+) ?{re.escape(unit)}", texts.get(agent, "")):
                changed[agent] = found[1]
        return changed if changed != texts else None

    return read


READINGS: Mapping[str, tuple[str, str, Reading]] = {
    "support-overlooked": (
        "room-air",
        N_("Without respiratory support on that gas the most is 2 points, however low the ratio is."),
        _everything_supported,
    ),
    "gases-mixed": (
        "ventilated-gas",
        N_("A PaO2 was divided by the FiO2 of another gas: each gas is scored with its own oxygen and support."),
        _gases_mixed,
    ),
    "sedation-overlooked": (
        "sedated-gcs",
        N_("That is the coma scale of the sedation, not of the brain: the last one before sedation counts, or none."),
        _sedation_overlooked,
    ),
    "rounded-up": (
        "table-gap",
        N_("The value was rounded into the next cell: it stays in the lower one until the next cell begins."),
        _rounded_up,
    ),
    "converted-first": (
        "creatinine-units",
        N_(
            "The value was converted first: each unit has a printed column of its own, and they do not "
            "agree at the edges."
        ),
        _converted_first,
    ),
    "urine-overlooked": (
        "urine",
        N_(
            "Creatinine alone looks better than the kidneys are: urine of 24 hours counts as well, and "
            "the worse decides."
        ),
        _without("urine"),
    ),
    "creatinine-overlooked": (
        "urine",
        N_("Urine alone looks better than the kidneys are: creatinine counts as well, and the worse decides."),
        _without("creatinine"),
    ),
    "rate-is-no-dose": (
        "vasopressor",
        N_(
            "A pump rate in mL/h is no dose: times the concentration, divided by 60 and by the weight it is mcg/kg/min."
        ),
        _bare_rates("mL/h"),
    ),
    "weight-forgotten": (
        "vasopressor",
        N_("mcg/min is not mcg/kg/min: divide by the weight."),
        _bare_rates("mcg/min"),
    ),
    "pressure-only": (
        "vasopressor",
        N_("A pressure held up by a drug is no good pressure: any norepinephrine or epinephrine is 3 points at least."),
        _without(*CATECHOLAMINES),
    ),
}
"""Wrong ways to read a day's sheet: where the right one is learned, why, and the sheet as it is then read."""

_BARE_KEPT = 10
"""mcg/kg/min above which a bare number would be refused; whoever forgets the unit scores it all the same."""


def _read_as(situation: Situation, places: Places, reading: Reading) -> SofaDay | None:
    prefix = f"sofa.{places[0]}"
    texts = reading(situation.patient.within(prefix), situation)
    if texts is None:
        return None
    others = {key: text for key, text in situation.patient.texts.items() if not key.startswith(f"{prefix}.")}
    for agent in CATECHOLAMINES:
        if re.fullmatch(r"[0-9.]+", texts.get(agent, "")):
            texts[agent] = str(min(Decimal(texts[agent]), Decimal(_BARE_KEPT)))
    patient = replace(situation.patient, texts=others | {f"{prefix}.{name}": text for name, text in texts.items()})
    for name in texts:
        patient = patient.keeping(f"{prefix}.{name}")
    return sofa_day(patient, int(places[0]), situation.protocol)


def _organ_as(reading: Reading) -> Callable[[Situation, Places], str | None]:
    def gives(situation: Situation, places: Places) -> str | None:
        found = _read_as(situation, places, reading)
        component = _component(found.score, places[1]) if found else None
        return str(component.points) if component and component.points is not None else None

    return gives


def _total_as(reading: Reading) -> Callable[[Situation, Places], str | None]:
    def gives(situation: Situation, places: Places) -> str | None:
        found = _read_as(situation, places, reading)
        return str(found.score.total) if found and found.score.total is not None else None

    return gives


def _missing_is_zero(situation: Situation, places: Places) -> str | None:
    found = _day(situation, places)
    return "0" if found and _component(found.score, places[1]).points is None else None


def _total_of_known(situation: Situation, places: Places) -> str | None:
    found = _day(situation, places)
    return None if found is None or found.score.complete else str(found.score.total or 0)


def _replaced_is_four(situation: Situation, places: Places) -> str | None:
    on = situation.patient.text(f"sofa.{places[0]}.renal_replacement") == "yes"
    return str(WORST_POINTS) if places[1] == "renal" and on else None


def _by_sofa_2(situation: Situation, places: Places) -> str | None:
    found = _day(situation, places)
    if found is None:
        return None
    component = _component(sofa_2.score(found.reading.day), places[1])
    return str(component.points) if component.points is not None and component.low == component.high else None


OTHER_VERSION = N_("That is SOFA-2: the trial was scored by SOFA 1996, and the two are never mixed in one series.")
NO_ZERO = N_("What was not measured is not normal: the organ is missing, and the total is a range.")

ORGAN_MISREADINGS = (
    Misreading(
        "renal-replacement-is-four",
        "renal-replacement",
        _replaced_is_four,
        N_("Four points for renal replacement belong to SOFA-2: SOFA 1996 scores creatinine and urine as they are."),
    ),
    *(Misreading(name, topic, _organ_as(read), why) for name, (topic, why, read) in READINGS.items()),
    Misreading("missing-is-zero", "missing-organ", _missing_is_zero, NO_ZERO),
    Misreading("other-version", "sofa-version", _by_sofa_2, OTHER_VERSION),
)
TOTAL_MISREADINGS = (
    Misreading("missing-is-zero", "missing-organ", _total_of_known, NO_ZERO),
    *(Misreading(name, topic, _total_as(read), why) for name, (topic, why, read) in READINGS.items()),
)


# ---- the kinds ---------------------------------------------------------------------------------------------------
def _solve_organ(situation: Situation, places: Places) -> Solution | None:
    found = _day(situation, places)
    if found is None:
        return None
    component = _component(found.score, places[1])
    value = _points(component)
    if value is None:
        return None
    decided = (component.basis, *(caution.text for caution in component.cautions))
    row = _side_by_side([column_words(column) for column in _columns(situation, places)])
    return Solution(value, say(RULES[places[1]]), decided, SOURCE, row)


def _solve_total(situation: Situation, places: Places) -> Solution | None:
    found = _day(situation, places)
    if found is None or any(_points(each) is None for each in found.score.components):
        return None
    score = found.score
    rule = say(N_("The total is the sum of six organs; while one is missing it is a range."))
    decided = tuple(component.basis for component in score.components)
    if score.complete:
        return Solution(str(score.total), rule, decided, SOURCE)
    spread = say(N_("From what is known the total lies between {low} and {high}."), low=score.low, high=score.high)
    return Solution(UNKNOWN, rule, (*decided, spread), SOURCE)


def _organ_options(_situation: Situation, _places: Places) -> tuple[Option, ...]:
    points = [
        Option(str(n), say(N_("1 point")) if n == 1 else say(N_("{points} points"), points=n))
        for n in range(WORST_POINTS + 1)
    ]
    return (*points, Option(UNKNOWN, say(N_("missing: it cannot be scored"))))


KINDS = (
    Kind(
        "sofa",
        "missing-organ",
        lambda _situation, places: say(
            N_("SOFA 1996, day {day}: how many points for {organ}?"), day=places[0], organ=say(LABELS[places[1]])
        ),
        _organ_options,
        _solve_organ,
        ORGAN_MISREADINGS,
    ),
    Kind(
        "total",
        "missing-organ",
        lambda _situation, places: say(N_("SOFA 1996, day {day}: what is the total?"), day=places[0]),
        listed({UNKNOWN: N_("it cannot be told yet")}),
        _solve_total,
        TOTAL_MISREADINGS,
        is_number=True,
    ),
)

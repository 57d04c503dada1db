"""The trial's published criteria, one by one: met, not met, or not known."""

from __future__ import annotations

from collections.abc import Callable

from immunosep_tui.record.patient import Patient
from immunosep_tui.rules.eligibility import Criterion
from immunosep_tui.rules.number import Refusal
from immunosep_tui.rules.reason import N_, say
from immunosep_tui.training.question import Kind, Misreading, Places, Situation, Solution, listed
from immunosep_tui.ward.answers import day_total
from immunosep_tui.ward.screening import judged

MET, NOT_MET, NOT_KNOWN = "met", "not-met", "not-known"
_VALUES = {True: MET, False: NOT_MET, None: NOT_KNOWN}

LABELS = {
    "age": N_("age"),
    "infection": N_("kind of infection"),
    "sofa": N_("sepsis by SOFA (Sepsis-3)"),
    "phenotype": N_("one of the two immune states"),
    "covid19": N_("COVID-19"),
    "time_to_first_dose": N_("time from sepsis to the first dose"),
    "neutrophils": N_("neutrophils"),
    "organism": N_("organism in the blood"),
}
"""Those that are computed; the statements of a protocol have their own claim as label."""


def _criterion(situation: Situation, places: Places) -> Criterion:
    patient, protocol = situation.patient, situation.protocol
    listed = {each.id: each for each in judged(patient, protocol, situation.zone, situation.now)}
    if places[0] not in listed:
        raise ValueError(f"there is no criterion {places[0]}; there are {', '.join(listed)}")
    return listed[places[0]]


def _label(situation: Situation, places: Places) -> str:
    claims = {each.id: each.claim for each in situation.protocol.eligibility.statements}
    return LABELS.get(places[0]) or claims[places[0]]


def _solve(situation: Situation, places: Places) -> Solution:
    found = _criterion(situation, places)
    rule = say(N_("Each criterion is met, not met or not known, and only what was answered or measured counts."))
    return Solution(_VALUES[found.met], rule, (found.text,), found.source)


def _taken(situation: Situation, places: Places) -> str | None:
    """Whoever takes everybody."""
    return MET if _criterion(situation, places).met is False else None


def _of(criterion: str, gives: Callable[[Situation, Places], str | None]) -> Callable[[Situation, Places], str | None]:
    return lambda situation, places: gives(situation, places) if places[0] == criterion else None


def _total_for_rise(situation: Situation, _places: Places) -> str | None:
    """Whoever takes the total of a patient already in hospital for its rise."""
    patient: Patient = situation.patient
    total = day_total(patient, 1, situation.protocol)
    if patient.text("screening.in_hospital") != "yes" or isinstance(total, Refusal) or not isinstance(total, int):
        return None
    return MET if total >= situation.protocol.eligibility.sofa_rise_at_least.value else NOT_MET


def _unknown_as(value: str) -> Callable[[Situation, Places], str | None]:
    return lambda situation, places: value if _criterion(situation, places).met is None else None


MISREADINGS = (
    Misreading(
        "total-for-rise",
        "sepsis-3",
        _of("sofa", _total_for_rise),
        N_("In a patient who was already in hospital the rise over the total at admission counts, not the total."),
    ),
    Misreading(
        "any-infection",
        "infection",
        _of("infection", _taken),
        N_("Sepsis of this origin was excluded, however sick the patient is."),
    ),
    Misreading(
        "clock-from-the-result",
        "start-window",
        _of("time_to_first_dose", _taken),
        N_("The clock runs from the classification of sepsis, not from the sample or the result: it has run out."),
    ),
    Misreading(
        "covid-is-no-matter",
        "covid-19",
        _of("covid19", _taken),
        N_("With COVID-19 patients were taken only with hyper-inflammation."),
    ),
    Misreading(
        "not-known-is-met",
        "not-known",
        _unknown_as(MET),
        N_("Nobody has answered it: not known is not met, and the point stays open."),
    ),
    Misreading(
        "not-known-is-not-met",
        "not-known",
        _unknown_as(NOT_MET),
        N_("Nobody has answered it: not known is not 'no' either, and the point stays open."),
    ),
)

KINDS = (
    Kind(
        "criterion",
        "not-known",
        lambda situation, places: say(
            N_("Is this criterion of the trial met: {criterion}?"), criterion=say(_label(situation, places))
        ),
        listed({MET: N_("met"), NOT_MET: N_("not met"), NOT_KNOWN: N_("not known")}),
        _solve,
        MISREADINGS,
    ),
)

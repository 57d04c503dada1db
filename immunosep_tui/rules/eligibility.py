"""The trial's published inclusion and exclusion criteria: met, not met, or not known. Never a verdict over all of them.

The list of exclusions is cut off in every copy that was read, so nothing here says that a patient is eligible.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from immunosep_tui.rules.phenotype import INDETERMINATE, NOT_RANDOMIZED, STUDY, UNCLASSIFIED
from immunosep_tui.rules.protocol import Eligibility, Fact, Statement
from immunosep_tui.rules.reason import N_, Sentence, say
from immunosep_tui.rules.units import Quantity, distinct, plain

PRIMARY_BACTEREMIA = "primary bacteremia"
"""The infection, as protocols name it, to which the criterion on the organism applies."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is known of a patient; None is not known, and stays so.

    ``age`` in years. ``hours_to_first_dose`` from the classification of sepsis. ``neutrophils`` in 10^9/L.
    ``in_hospital`` is whether the infection began in a patient already admitted: then ``sofa_rise`` (points over the
    total at admission) counts and otherwise ``sofa`` (total at presentation). ``infection`` and ``organism`` as the
    protocol names them. ``answers`` are those to the protocol's statements, by id; one that is left out is not known.
    """

    age: Decimal | int | None = None
    infection: str | None = None
    in_hospital: bool | None = None
    sofa: int | None = None
    sofa_rise: int | None = None
    covid19: bool | None = None
    phenotype: str | None = None
    hours_to_first_dose: Fraction | Decimal | int | None = None
    neutrophils: Fraction | Decimal | None = None
    organism: str | None = None
    answers: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Criterion:
    """One published criterion: met (True), not met (False) or not known (None), in words and with its source."""

    id: str
    met: bool | None
    text: Sentence
    source: str


def criteria(rule: Eligibility, patient: Candidate) -> tuple[Criterion, ...]:
    """Every published criterion in the order of the registry, each judged only from what is known."""
    # The lists stand in the same registry record as the age limit, which names it.
    registry = rule.age_at_least.source
    included = [_statement(each, patient.answers.get(each.id)) for each in rule.statements if each.wanted]
    excluded = [_statement(each, patient.answers.get(each.id)) for each in rule.statements if not each.wanted]
    return (
        _age(rule.age_at_least, patient.age),
        *included,
        _infection(rule, patient.infection, registry),
        _sofa(rule.sofa_rise_at_least, patient),
        _phenotype(patient.phenotype, registry),
        _covid19(rule.covid19_phenotypes, patient, registry),
        _time_to_first_dose(rule.hours_below, patient.hours_to_first_dose),
        *excluded,
        _neutrophils(rule.neutrophils_at_least, patient.neutrophils),
        _organism(rule.organisms_excluded, patient, registry),
    )


def _statement(statement: Statement, answer: bool | None) -> Criterion:
    wanted = say(N_("yes") if statement.wanted else N_("no"))
    if answer is None:
        text = say(N_("{claim}: not known; {wanted} is needed."), claim=say(statement.claim), wanted=wanted)
        return Criterion(statement.id, None, text, statement.source)
    met = answer == statement.wanted
    words = N_("{claim}: {answer}.") if met else N_("{claim}: {answer}; {wanted} is needed: not taken.")
    said = say(N_("yes") if answer else N_("no"))
    facts = {"claim": say(statement.claim), "answer": said} | ({} if met else {"wanted": wanted})
    return Criterion(statement.id, met, say(words, **facts), statement.source)


def _phenotype(phenotype: str | None, source: str) -> Criterion:
    """One of the two states; which of them decides the drug, and both present count as hyper-inflammation."""
    if phenotype in (None, INDETERMINATE):
        return Criterion("phenotype", None, say(N_("Neither state is settled yet by ferritin and HLA-DR.")), source)
    if phenotype == UNCLASSIFIED:
        return Criterion(
            "phenotype", False, say(N_("Neither hyper-inflammation nor immunoparalysis: not taken.")), source
        )
    if phenotype == NOT_RANDOMIZED:
        return Criterion("phenotype", False, say(N_("The trial did not randomize such patients.")), source)
    words = N_("Hyper-inflammation or immunoparalysis is present; both at once count as hyper-inflammation.")
    return Criterion("phenotype", True, say(words), source)


def _age(limit: Fact, age: Decimal | int | None) -> Criterion:
    met = None if age is None else age >= limit.value
    words = {
        True: N_("Age is {value} years; at least {limit} is needed."),
        False: N_("Age is {value} years, below {limit}: not taken."),
        None: N_("Age is not known; at least {limit} years is needed."),
    }
    return Criterion("age", met, _compared(words[met], age, Fraction(limit.value)), limit.source)


def _infection(rule: Eligibility, infection: str | None, source: str) -> Criterion:
    included = ", ".join(rule.infections_included)
    if infection is None:
        words = N_("The infection is not known; taken were: {included}.")
        return Criterion("infection", None, say(words, included=included), source)
    if _among(infection, rule.infections_included):
        words = N_("The infection is {infection}, one of those taken.")
        return Criterion("infection", True, say(words, infection=infection), source)
    if _among(infection, rule.infections_excluded):
        words = N_("The infection is {infection}, one of those excluded.")
        return Criterion("infection", False, say(words, infection=infection), source)
    words = N_("The infection is {infection}, not one of those taken: {included}.")
    return Criterion("infection", False, say(words, infection=infection, included=included), source)


def _sofa(limit: Fact, patient: Candidate) -> Criterion:
    """The same number of points is asked of the total at presentation and of the rise in hospital."""
    if patient.in_hospital is None:
        words = N_("Where sepsis began is not known: SOFA at presentation or its rise in hospital counts.")
        return Criterion("sofa", None, say(words), limit.source)
    if patient.in_hospital:
        points = patient.sofa_rise
        sentences = {
            True: N_("SOFA rose by {value} points in hospital; at least {limit} is needed."),
            False: N_("SOFA rose by {value} points in hospital, less than {limit}: not taken."),
            None: N_("The rise of SOFA in hospital is not known; at least {limit} points is needed."),
        }
    else:
        points = patient.sofa
        sentences = {
            True: N_("SOFA at presentation is {value}; at least {limit} is needed."),
            False: N_("SOFA at presentation is {value}, less than {limit}: not taken."),
            None: N_("SOFA at presentation is not known; at least {limit} is needed."),
        }
    met = None if points is None else points >= limit.value
    return Criterion("sofa", met, _compared(sentences[met], points, Fraction(limit.value)), limit.source)


def _covid19(allowed: tuple[str, ...], patient: Candidate, source: str) -> Criterion:
    if patient.covid19 is False:
        return Criterion("covid19", True, say(N_("The patient does not have COVID-19.")), source)
    settled = patient.phenotype not in (None, INDETERMINATE)
    if patient.covid19 and patient.phenotype == STUDY:  # a blinded answer has looked at COVID-19 already
        return Criterion("covid19", True, say(N_("The patient has COVID-19 and was taken with it.")), source)
    if settled and patient.phenotype in allowed:
        words = N_("With COVID-19 or without, this phenotype was taken.")
        return Criterion("covid19", True, say(words), source)
    if patient.covid19 is None:
        words = N_("Whether the patient has COVID-19 is not known; with it not every phenotype was taken.")
        return Criterion("covid19", None, say(words), source)
    if not settled:
        words = N_("The patient has COVID-19 and the phenotype is not known: not every one was taken with it.")
        return Criterion("covid19", None, say(words), source)
    words = N_("The patient has COVID-19, and this phenotype was not taken with it.")
    return Criterion("covid19", False, say(words), source)


def _time_to_first_dose(limit: Fact, hours: Fraction | Decimal | int | None) -> Criterion:
    met = None if hours is None else Fraction(hours) < Fraction(limit.value)
    words = {
        True: N_("The first dose comes {value} hours after sepsis was classified; less than {limit} is needed."),
        False: N_("The first dose comes {value} hours after sepsis was classified, not less than {limit}: not taken."),
        None: N_("The time from the classification of sepsis to the first dose is not known; less than {limit} hours."),
    }
    text = _compared(words[met], hours, Fraction(limit.value))
    return Criterion("time_to_first_dose", met, text, limit.source)


def _neutrophils(limit: Fact, neutrophils: Fraction | Decimal | None) -> Criterion:
    lowest = Quantity("anc", limit.value, limit.unit).canonical
    met = None if neutrophils is None else Fraction(neutrophils) >= lowest
    words = {
        True: N_("Neutrophils are {value} x10^9/L; at least {limit} is needed."),
        False: N_("Neutrophils are {value} x10^9/L, below {limit}: excluded."),
        None: N_("Neutrophils are not known; at least {limit} x10^9/L is needed."),
    }
    return Criterion("neutrophils", met, _compared(words[met], neutrophils, lowest), limit.source)


def _organism(excluded: tuple[str, ...], patient: Candidate, source: str) -> Criterion:
    if not excluded:
        return Criterion("organism", True, say(N_("No organism is excluded.")), source)
    if patient.infection is None:
        words = N_("The infection is not known; the organism counts in {infection}.")
        return Criterion("organism", None, say(words, infection=PRIMARY_BACTEREMIA), source)
    if not _among(patient.infection, (PRIMARY_BACTEREMIA,)):
        words = N_("The organism counts only in {infection}.")
        return Criterion("organism", True, say(words, infection=PRIMARY_BACTEREMIA), source)
    if patient.organism is None:
        words = N_("The organism is not known; excluded are: {excluded}.")
        return Criterion("organism", None, say(words, excluded=", ".join(excluded)), source)
    if _among(patient.organism, excluded):
        words = N_("The organism is {organism}, one of those excluded.")
        return Criterion("organism", False, say(words, organism=patient.organism), source)
    words = N_("The organism is {organism}, not one of those excluded.")
    return Criterion("organism", True, say(words, organism=patient.organism), source)


def _among(name: str, names: tuple[str, ...]) -> bool:
    return name.casefold() in {known.casefold() for known in names}


def _compared(words: str, value: Fraction | Decimal | int | None, limit: Fraction) -> Sentence:
    """A sentence with a value shown so that it never looks equal to a limit that it only comes near."""
    shown = "" if value is None else distinct(Fraction(value), limit)
    return say(words, value=shown, limit=plain(limit))

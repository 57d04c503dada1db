"""Each published criterion met, not met and not known, with its limit from both sides."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import product

import pytest

from immunosep_tui.rules.eligibility import Candidate, Criterion, criteria
from immunosep_tui.rules.protocol import Eligibility, Statement

from .samples import ELIGIBILITY, fact

PNEUMONIA, BACTEREMIA = "community-acquired pneumonia", "primary bacteremia"
ORDER = ["age", "infection", "sofa", "phenotype", "covid19", "time_to_first_dose", "neutrophils", "organism"]


def judged(name: str, patient: Candidate, rule: Eligibility = ELIGIBILITY) -> Criterion:
    return next(criterion for criterion in criteria(rule, patient) if criterion.id == name)


def per_mm3(count: int) -> Fraction:
    return Fraction(count, 1000)


@pytest.mark.parametrize(
    ("name", "patient", "met"),
    [
        pytest.param("age", Candidate(age=17), False, id="EL01"),
        pytest.param("age", Candidate(age=18), True, id="EL02"),
        pytest.param("time_to_first_dose", Candidate(hours_to_first_dose=Decimal("71.9")), True, id="EL03"),
        pytest.param("time_to_first_dose", Candidate(hours_to_first_dose=72), False, id="EL04"),
        pytest.param("neutrophils", Candidate(neutrophils=per_mm3(1499)), False, id="EL06"),
        pytest.param("neutrophils", Candidate(neutrophils=per_mm3(1500)), True, id="1500 per mm3 is not below 1500"),
        pytest.param("infection", Candidate(infection="acute pyelonephritis"), False, id="EL07"),
        pytest.param("infection", Candidate(infection="intra-abdominal infection"), False, id="EL08"),
        pytest.param("infection", Candidate(infection=PNEUMONIA), True, id="EL09"),
        pytest.param(
            "organism",
            Candidate(infection=BACTEREMIA, organism="coagulase-negative staphylococci"),
            False,
            id="EL10",
        ),
        pytest.param("sofa", Candidate(in_hospital=True, sofa_rise=2), True, id="EL13"),
        pytest.param("covid19", Candidate(covid19=True, phenotype="mals"), True, id="PH20"),
    ],
)
def test_published_vector(name: str, patient: Candidate, met: bool) -> None:
    assert judged(name, patient).met is met


def test_every_criterion_is_listed_in_order_and_nothing_is_assumed() -> None:
    listed = criteria(ELIGIBILITY, Candidate())
    assert [criterion.id for criterion in listed] == ORDER
    assert [criterion.met for criterion in listed] == [None] * 8
    assert [criterion.source for criterion in listed] == ["S3", "S3", "S20", "S3", "S3", "S3h", "S3n", "S3"]


def test_all_met() -> None:
    patient = Candidate(70, PNEUMONIA, False, 9, None, False, "mals", 24, Decimal("1.5"), None)
    assert [criterion.met for criterion in criteria(ELIGIBILITY, patient)] == [True] * 8


def test_unknown_criteria_in_words() -> None:
    assert [str(criterion.text) for criterion in criteria(ELIGIBILITY, Candidate())] == [
        "Age is not known; at least 18 years is needed.",
        "The infection is not known; taken were: community-acquired pneumonia, hospital-acquired pneumonia, "
        "ventilator-associated pneumonia, primary bacteremia.",
        "Where sepsis began is not known: SOFA at presentation or its rise in hospital counts.",
        "Neither state is settled yet by ferritin and HLA-DR.",
        "Whether the patient has COVID-19 is not known; with it not every phenotype was taken.",
        "The time from the classification of sepsis to the first dose is not known; less than 72 hours.",
        "Neutrophils are not known; at least 1.5 x10^9/L is needed.",
        "The infection is not known; the organism counts in primary bacteremia.",
    ]


@pytest.mark.parametrize(
    ("name", "patient", "met", "words"),
    [
        ("age", Candidate(age=18), True, "Age is 18 years; at least 18 is needed."),
        ("age", Candidate(age=Decimal("17.99")), False, "Age is 17.99 years, below 18: not taken."),
        (
            "infection",
            Candidate(infection="Primary Bacteremia"),
            True,
            "The infection is Primary Bacteremia, one of those taken.",
        ),
        ("infection", Candidate(infection="meningitis"), False, "The infection is meningitis, one of those excluded."),
        (
            "infection",
            Candidate(infection="acute cholangitis"),
            False,
            "The infection is acute cholangitis, not one of those taken: community-acquired pneumonia, "
            "hospital-acquired pneumonia, ventilator-associated pneumonia, primary bacteremia.",
        ),
        (
            "sofa",
            Candidate(in_hospital=True, sofa_rise=2, sofa=0),
            True,
            "SOFA rose by 2 points in hospital; at least 2 is needed.",
        ),
        (
            "sofa",
            Candidate(in_hospital=True, sofa_rise=1, sofa=12),
            False,
            "SOFA rose by 1 points in hospital, less than 2: not taken.",
        ),
        (
            "sofa",
            Candidate(in_hospital=True, sofa=12),
            None,
            "The rise of SOFA in hospital is not known; at least 2 points is needed.",
        ),
        (
            "sofa",
            Candidate(in_hospital=False, sofa=2, sofa_rise=0),
            True,
            "SOFA at presentation is 2; at least 2 is needed.",
        ),
        (
            "sofa",
            Candidate(in_hospital=False, sofa=1, sofa_rise=9),
            False,
            "SOFA at presentation is 1, less than 2: not taken.",
        ),
        (
            "sofa",
            Candidate(in_hospital=False, sofa_rise=9),
            None,
            "SOFA at presentation is not known; at least 2 is needed.",
        ),
        (
            "sofa",
            Candidate(sofa=12, sofa_rise=12),
            None,
            "Where sepsis began is not known: SOFA at presentation or its rise in hospital counts.",
        ),
        (
            "time_to_first_dose",
            Candidate(hours_to_first_dose=Fraction(72 * 3600 - 1, 3600)),
            True,
            "The first dose comes 71.9997 hours after sepsis was classified; less than 72 is needed.",
        ),
        (
            "time_to_first_dose",
            Candidate(hours_to_first_dose=72),
            False,
            "The first dose comes 72 hours after sepsis was classified, not less than 72: not taken.",
        ),
        (
            "neutrophils",
            Candidate(neutrophils=Decimal("1.5")),
            True,
            "Neutrophils are 1.5 x10^9/L; at least 1.5 is needed.",
        ),
        (
            "neutrophils",
            Candidate(neutrophils=per_mm3(1499)),
            False,
            "Neutrophils are 1.499 x10^9/L, below 1.5: excluded.",
        ),
        ("organism", Candidate(infection=PNEUMONIA), True, "The organism counts only in primary bacteremia."),
        (
            "organism",
            Candidate(infection=PNEUMONIA, organism="skin commensals"),
            True,
            "The organism counts only in primary bacteremia.",
        ),
        (
            "organism",
            Candidate(infection=BACTEREMIA),
            None,
            "The organism is not known; excluded are: coagulase-negative staphylococci, skin commensals, "
            "catheter-related infection.",
        ),
        (
            "organism",
            Candidate(infection=BACTEREMIA, organism="Skin commensals"),
            False,
            "The organism is Skin commensals, one of those excluded.",
        ),
        (
            "organism",
            Candidate(infection=BACTEREMIA, organism="Escherichia coli"),
            True,
            "The organism is Escherichia coli, not one of those excluded.",
        ),
        (
            "organism",
            Candidate(organism="skin commensals"),
            None,
            "The infection is not known; the organism counts in primary bacteremia.",
        ),
        ("covid19", Candidate(covid19=False), True, "The patient does not have COVID-19."),
        (
            "covid19",
            Candidate(covid19=True, phenotype="immunoparalysis"),
            False,
            "The patient has COVID-19, and this phenotype was not taken with it.",
        ),
        (
            "covid19",
            Candidate(covid19=True, phenotype="indeterminate"),
            None,
            "The patient has COVID-19 and the phenotype is not known: not every one was taken with it.",
        ),
        (
            "covid19",
            Candidate(covid19=True),
            None,
            "The patient has COVID-19 and the phenotype is not known: not every one was taken with it.",
        ),
        ("covid19", Candidate(phenotype="mals"), True, "With COVID-19 or without, this phenotype was taken."),
        (
            "covid19",
            Candidate(phenotype="immunoparalysis"),
            None,
            "Whether the patient has COVID-19 is not known; with it not every phenotype was taken.",
        ),
    ],
)
def test_criterion(name: str, patient: Candidate, met: bool | None, words: str) -> None:
    criterion = judged(name, patient)
    assert criterion.met is met
    assert str(criterion.text) == words


def test_limit_in_another_unit_is_converted() -> None:
    rule = replace(ELIGIBILITY, neutrophils_at_least=fact("1500", "/mm3"))
    assert judged("neutrophils", Candidate(neutrophils=Decimal("1.5")), rule).met is True
    low = judged("neutrophils", Candidate(neutrophils=Decimal("1.499")), rule)
    assert low.met is False
    assert str(low.text) == "Neutrophils are 1.499 x10^9/L, below 1.5: excluded."


def test_protocol_that_excludes_no_organism_asks_for_none() -> None:
    rule = replace(ELIGIBILITY, organisms_excluded=())
    criterion = judged("organism", Candidate(), rule)
    assert (criterion.met, str(criterion.text)) == (True, "No organism is excluded.")


def test_protocol_that_takes_covid19_in_both_phenotypes() -> None:
    rule = replace(ELIGIBILITY, covid19_phenotypes=("mals", "immunoparalysis"))
    assert judged("covid19", Candidate(covid19=True, phenotype="immunoparalysis"), rule).met is True
    assert judged("covid19", Candidate(covid19=True, phenotype="unclassified"), rule).met is False


STATEMENTS = (
    Statement("consent", "Consent", "Written consent", True, "S3", "V"),
    Statement("dnr", "No resuscitation", "Any do-not-resuscitate decision", False, "S3b", "V"),
)


@pytest.mark.parametrize("answers", list(product((True, False, None), repeat=len(STATEMENTS))))
def test_each_statement_is_met_not_met_or_not_known_by_itself(answers: tuple[bool | None, ...]) -> None:
    rule = replace(ELIGIBILITY, statements=STATEMENTS)
    known = {each.id: answer for each, answer in zip(STATEMENTS, answers, strict=True) if answer is not None}
    listed = {criterion.id: criterion for criterion in criteria(rule, Candidate(answers=known))}
    for each, answer in zip(STATEMENTS, answers, strict=True):
        assert listed[each.id].met is (None if answer is None else answer == each.wanted)
        assert listed[each.id].source == each.source


def test_statements_in_words_and_in_the_order_of_the_registry() -> None:
    rule = replace(ELIGIBILITY, statements=STATEMENTS)
    listed = criteria(rule, Candidate(answers={"consent": True, "dnr": True}))
    assert [criterion.id for criterion in listed] == [
        *("age", "consent", "infection", "sofa", "phenotype", "covid19", "time_to_first_dose"),
        *("dnr", "neutrophils", "organism"),
    ]
    words = {criterion.id: str(criterion.text) for criterion in listed}
    assert words["consent"] == "Written consent: yes."
    assert words["dnr"] == "Any do-not-resuscitate decision: yes; no is needed: not taken."
    open_words = {criterion.id: str(criterion.text) for criterion in criteria(rule, Candidate())}
    assert open_words["consent"] == "Written consent: not known; yes is needed."


@pytest.mark.parametrize(
    ("phenotype", "met"),
    [("mals", True), ("immunoparalysis", True), ("unclassified", False), ("indeterminate", None), (None, None)],
)
def test_one_of_the_two_states_is_needed(phenotype: str | None, met: bool | None) -> None:
    assert judged("phenotype", Candidate(phenotype=phenotype)).met is met

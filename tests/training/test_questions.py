"""Each kind of question against answers worked out by hand, with the misreading that tempts there."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from immunosep_tui.record.patient import Patient
from immunosep_tui.rules.blinding import blind
from immunosep_tui.rules.number import Refusal
from immunosep_tui.rules.protocol import DOUBLE_DUMMY, Protocol
from immunosep_tui.training.kinds import KINDS
from immunosep_tui.training.mark import answer_of, label_of, mark
from immunosep_tui.training.question import Question, Situation, question
from immunosep_tui.training.topics import TOPICS

ATHENS = ZoneInfo("Europe/Athens")
NOW = datetime(2026, 3, 28, 12, 0, tzinfo=ATHENS)

DAY = {
    "sofa.1.pao2": "88", "sofa.1.fio2": "0.55", "sofa.1.support": "invasive", "sofa.1.platelets": "120",
    "sofa.1.bilirubin": "1.0", "sofa.1.map": "75", "sofa.1.gcs": "15", "sofa.1.sedated": "no",
    "sofa.1.creatinine": "1.0", "sofa.1.urine": "1500",
}  # fmt: skip
TREATED = {"labs.ferritin": "9800", "labs.hla_dr": "7000", "treatment.start": "2026-03-25 22:00"}
FOLLOWED = {"response.1": "9"} | {f"response.{day}": "8" for day in range(2, 10)}


def situation(protocol: Protocol, texts: dict[str, str], now: datetime = NOW) -> Situation:
    patient = Patient("made", texts)
    for key in texts:
        patient = patient.keeping(key)
    return Situation(patient, protocol, ATHENS, now)


def asked(protocol: Protocol, texts: dict[str, str], key: str) -> Question:
    found = question(situation(protocol, texts), key)
    assert found is not None, key
    return found


def labs(ferritin: str, hla_dr: str = "", **more: str) -> dict[str, str]:
    return {"labs.ferritin": ferritin, "labs.hla_dr": hla_dr} | {f"labs.{name}": text for name, text in more.items()}


def sofa(**texts: str) -> dict[str, str]:
    return DAY | {f"sofa.1.{name}": text for name, text in texts.items()}


ANSWERS: list[tuple[dict[str, str], str, str, dict[str, str]]] = [
    # ferritin first, both comparisons strict
    (labs("4421", "9000"), "phenotype", "mals", {"unclassified": "mals-needs-both"}),
    (labs("4420", "9000"), "phenotype", "unclassified", {"mals": "ferritin-at-cut-off"}),
    (labs("4420", "4999"), "phenotype", "immunoparalysis", {"mals": "ferritin-at-cut-off"}),
    (labs("900", "5000"), "phenotype", "unclassified", {"immunoparalysis": "hla-dr-at-cut-off"}),
    (labs("900", "4999"), "phenotype", "immunoparalysis", {"unclassified": "ferritin-settles-all"}),
    (labs("9000", "1200"), "phenotype", "mals", {"immunoparalysis": "hla-dr-first"}),
    (labs("4421"), "phenotype", "mals", {"indeterminate": "mals-needs-both"}),
    (labs("900"), "phenotype", "indeterminate", {"unclassified": "missing-is-normal"}),
    (labs("900", "28 %"), "phenotype", "indeterminate", {"immunoparalysis": "percent-is-a-count"}),
    (labs("4.9 mg/L", "9000"), "phenotype", "mals", {"unclassified": "unit-not-read"}),
    (labs("900", "9000"), "regimen", "none", {"interferon-gamma": "upside-down"}),
    (labs("900", "3000", covid19="yes"), "regimen", "none", {"interferon-gamma": "covid-is-no-matter"}),
    (labs("9000", "3000", covid19="yes"), "regimen", "anakinra", {"interferon-gamma": "hla-dr-first"}),
    (labs("1980", "9000", ferritin_before="88000"), "doubt", "ferritin_hook_effect_suspected", {"none": "believes-a-fall"}),
    (labs("900", "5200"), "doubt", "hla_dr_near_cutoff", {"none": "believes-hla-dr-near"}),
    (labs("900", "9000", sampled="2026-03-26 11:00"), "doubt", "stale", {"none": "believes-an-old-sample"}),
    # SOFA 1996 as printed
    (sofa(), "sofa/1/respiration", "3", {}),
    (sofa(support="none"), "sofa/1/respiration", "2", {"3": "support-overlooked"}),
    (sofa(pao2="60;120", fio2="0.5;0.8", support="none;invasive"), "sofa/1/respiration", "3", {"4": "gases-mixed"}),
    (sofa(sedated="yes", gcs="4", gcs_before_sedation="13"), "sofa/1/cns", "1", {"4": "sedation-overlooked"}),
    (sofa(sedated="yes", gcs="4"), "sofa/1/cns", "?", {"4": "sedation-overlooked", "0": "missing-is-zero"}),
    (sofa(creatinine="300 umol/L"), "sofa/1/renal", "3", {"2": "converted-first"}),
    (sofa(bilirubin="33 umol/L"), "sofa/1/liver", "2", {"1": "converted-first"}),
    (sofa(bilirubin="1.96"), "sofa/1/liver", "1", {"2": "rounded-up"}),
    (sofa(creatinine="3.47"), "sofa/1/renal", "2", {"3": "rounded-up"}),
    (sofa(urine="150"), "sofa/1/renal", "4", {"0": "urine-overlooked"}),
    (sofa(creatinine="1.4", renal_replacement="yes"), "sofa/1/renal", "1", {"4": "renal-replacement-is-four"}),
    (sofa(norepinephrine="5 mL/h", norepinephrine_concentration="64", weight="80"), "sofa/1/cardiovascular", "3",
     {"4": "rate-is-no-dose", "0": "pressure-only"}),
    (sofa(norepinephrine="7 mcg/min", weight="80"), "sofa/1/cardiovascular", "3", {"4": "weight-forgotten"}),
    (sofa(platelets="45"), "sofa/1/coagulation", "3", {"4": "other-version"}),
    (sofa(), "total/1", "4", {}),
    (sofa(platelets=""), "total/1", "?", {"3": "missing-is-zero"}),
    # the way in
    ({"screening.infection": "skin infection"}, "criterion/infection", "not-met", {"met": "any-infection"}),
    ({"screening.age": "17"}, "criterion/age", "not-met", {}),
    ({}, "criterion/consent", "not-known", {"met": "not-known-is-met", "not-met": "not-known-is-not-met"}),
    ({"screening.sepsis_at": "2026-03-22 22:00", "treatment.start": "2026-03-25 22:00"},
     "criterion/time_to_first_dose", "not-met", {"met": "clock-from-the-result"}),
    ({"screening.sepsis_at": "2026-03-22 22:01", "treatment.start": "2026-03-25 22:00"},
     "criterion/time_to_first_dose", "met", {}),
    ({"screening.in_hospital": "yes", "screening.sofa_admission": "5", "response.1": "6"}, "criterion/sofa", "not-met",
     {"met": "total-for-rise"}),
    # the course: 25 March 22:00 until 28 March 12:00 are 62 hours; the clocks change in the night to the 29th
    (TREATED, "day", "3", {"4": "calendar-day", "2": "from-zero"}),
    (TREATED, "doses", "45", {"21": "as-in-provide", "15": "one-a-day"}),
    (TREATED, "next-dose", "2026-03-28T12:00+00:00", {"2026-03-28T10:00+00:00": "made-up-now"}),
    (TREATED | {"labs.ferritin": "900", "labs.hla_dr": "3000"}, "next-dose", "2026-03-29T20:00+00:00",
     {"2026-03-29T19:00+00:00": "by-the-wall-clock", "2026-03-28T20:00+00:00": "every-day"}),
    (TREATED | {"treatment.design": "double-dummy"}, "dummy-doses", "8", {}),
    # the response: 9 - 8 = 1 point, and 8 x 9 - 12 = 60 is the largest sum
    (FOLLOWED, "response/day9", "non-responder", {}),
    (FOLLOWED, "decrease/day9", "1", {"8/9": "baseline-in-the-mean"}),
    (FOLLOWED, "most/day9", "60", {"61": "rounded-down"}),
    (FOLLOWED | {"response.9": "7"}, "verdict/day9", "no", {"yes": "last-day-alone"}),
    (FOLLOWED | {"response.9": ""}, "response/day9", "provisional", {"non-responder": "too-early"}),
    (FOLLOWED | {"response.4": "", "response.3": "6"}, "stands-in/day9/4", "6", {"0": "missing-is-zero"}),
    (FOLLOWED | {"response.9": "D"}, "stands-in/day9/9", "24", {"8": "last-before-death"}),
    ({"response.1": "20"} | {f"response.{day}": "14" for day in range(2, 9)} | {"response.9": "D"},
     "response/day9", "died", {"responder": "death-overlooked"}),
    ({"response.1": "20"} | {f"response.{day}": "14" for day in range(2, 9)} | {"response.9": "D"},
     "verdict/day9", "yes", {"no": "death-is-failure"}),
    # what is watched
    (TREATED | {"monitoring.1.anakinra-hemoglobin": "11.4", "monitoring.3.anakinra-hemoglobin": "9.4"},
     "action/3/anakinra-hemoglobin", "review", {"none": "value-alone"}),
    (TREATED | {"monitoring.3.anakinra-hemoglobin": "6.9"}, "action/3/anakinra-hemoglobin", "call",
     {"review": "mildest-limit", "none": "looks-harmless"}),
    # the trial
    ({}, "evidence/primary", "more", {}),
    ({}, "evidence/death28", "not-shown", {"fewer": "estimate-without-interval"}),
    ({}, "claim/licensed", "false", {}),
    ({}, "claim/renal-rule", "not-known", {"true": "filled-in"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("texts", "key", "answer", "tempting"), ANSWERS, ids=[f"{n}-{row[1]}" for n, row in enumerate(ANSWERS)]
)
def test_an_answer_and_what_tempts_there(
    protocol: Protocol, texts: dict[str, str], key: str, answer: str, tempting: dict[str, str]
) -> None:
    found = asked(protocol, {name: text for name, text in texts.items() if text}, key)
    assert found.solution.value == answer
    assert {value: found.tempting[value].id for value in tempting if value in found.tempting} == tempting
    assert str(found.prompt)
    assert str(found.solution.rule)
    assert found.solution.source
    assert found.solution.decided


def test_a_blinded_bedside_is_asked_neither_for_the_state_nor_for_the_drug(protocol: Protocol) -> None:
    blinded = blind(replace(protocol, design=DOUBLE_DUMMY))
    found = asked(blinded, labs("9000", "7000"), "bedside")
    assert found.solution.value == "study"
    assert found.tempting["mals"].id == "names-the-state"
    for key in ("phenotype", "regimen", "doubt"):
        assert question(situation(blinded, labs("9000", "7000")), key) is None
    assert question(situation(protocol, labs("9000", "7000")), "bedside") is None


@pytest.mark.parametrize(
    "key", ["sofa/1/lungs", "criterion/luck", "response/day10", "action/1/mood", "evidence/x", "claim/x"]
)
def test_what_nothing_knows_is_no_question(protocol: Protocol, key: str) -> None:
    with pytest.raises(ValueError, match="there is no"):
        question(situation(protocol, sofa()), key)


def test_what_the_rules_leave_open_is_not_asked(protocol: Protocol) -> None:
    """Support that was not recorded makes a range; both markers near their cut-offs are two doubts; no start, no day."""
    without = {key: text for key, text in sofa().items() if not key.endswith("support")}
    assert question(situation(protocol, without), "sofa/1/respiration") is None
    assert question(situation(protocol, labs("4400", "5100")), "doubt") is None
    assert question(situation(protocol, labs("9000")), "day") is None


def test_an_answer_is_read_exactly_as_it_was_typed(protocol: Protocol) -> None:
    chosen = asked(protocol, labs("9000", "1200"), "phenotype")
    assert answer_of(chosen, "1") == "mals"
    assert answer_of(chosen, "mals") == "mals"
    for text in ("0", "5", "", "MALS!", "१"):
        assert isinstance(answer_of(chosen, text), Refusal)
    typed = asked(protocol, FOLLOWED | {"response.9": "6"}, "decrease/day9")
    assert typed.solution.value == "5/4"
    assert answer_of(typed, "1.25") == "5/4"
    assert answer_of(typed, "1.250") == "5/4"
    assert answer_of(typed, "-1.25") == "-5/4"
    assert isinstance(answer_of(typed, "1,25"), Refusal)
    total = asked(protocol, sofa(platelets=""), "total/1")
    assert answer_of(total, "?") == "?"


def test_a_wrong_answer_names_the_topic_of_its_misreading(protocol: Protocol) -> None:
    found = asked(protocol, labs("4420", "9000"), "phenotype")
    wrong = mark(found, "mals")
    assert (wrong.right, wrong.topic) == (False, "ferritin-exact")
    assert mark(found, "unclassified").right
    assert mark(found, "indeterminate").misreading is None
    harmless = asked(protocol, TREATED | {"monitoring.3.anakinra-hemoglobin": "6.9"}, "action/3/anakinra-hemoglobin")
    assert mark(harmless, "none").topic == harmless.topic
    assert str(label_of(found, "mals")).startswith("MALS")


def test_every_misreading_belongs_to_a_topic() -> None:
    for kind in KINDS.values():
        assert kind.topic in TOPICS
        assert {each.topic for each in kind.misreadings} <= TOPICS.keys() | {""}

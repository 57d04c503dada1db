"""Each sample patient shows what its file says, and a damaged file is refused with its line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from immunosep_tui.profile.errors import ProfileError
from immunosep_tui.profile.files import data_folder
from immunosep_tui.record.patient import Patient
from immunosep_tui.rules.monitoring import Finding, assess, checklist
from immunosep_tui.rules.number import Refusal, parse_number
from immunosep_tui.rules.protocol import CheckItem, Protocol
from immunosep_tui.rules.reason import Caution
from immunosep_tui.rules.schedule import dose_on, next_dose
from immunosep_tui.rules.sofa.reading import YES_NO
from immunosep_tui.rules.units import Quantity
from immunosep_tui.ward.answers import course, day_total, response, sofa_day
from immunosep_tui.ward.cases import Case, Expected, ExpectedResponse, ExpectedScore, cases, load_case, patient_of
from immunosep_tui.ward.field_reading import read_field
from immunosep_tui.ward.instants import instant
from immunosep_tui.ward.reading import read
from immunosep_tui.ward.samples import phenotype

ALL = cases()
LEAST = 14
ANALYTE_OF_LAB = {"ferritin": "ferritin", "hla_dr": "hla_dr", "ferritin_before": "ferritin"}
DONE = ("done", "problem")


def of_each(case: Case) -> str:
    return case.id


def codes(cautions: Iterable[Caution]) -> frozenset[str]:
    return frozenset(caution.code for caution in cautions)


def items_of(case: Case, day: int, protocol: Protocol) -> dict[str, CheckItem]:
    """The checklist of a treatment day."""
    patient = patient_of(case)
    regimen = phenotype(patient, protocol).regimen
    assert regimen is not None
    due = dose_on(course(patient, protocol, case.zone).doses, day)
    return {
        item.id: item
        for item in checklist(protocol.checklist, regimen.name, day, any(not dose.cancelled for dose in due))
    }


def mark_of(case: Case, patient: Patient, key: str, protocol: Protocol) -> str:
    """What the rules say to a text: ``ok``, ``asks`` or ``refused``."""
    room, _, field = key.partition(".")
    day, _, name = field.partition(".")
    text = patient.text(key)
    if room == "sofa":
        if name.startswith("points_"):
            return "ok" if read_field(patient, key, protocol, case.zone).usable else "refused"
        found = sofa_day(patient, int(day), protocol)
        refused = name in dict(found.reading.refusals)
        return "refused" if refused else "asks" if name in found.unconfirmed else "ok"
    analyte = ANALYTE_OF_LAB.get(field, "") if room == "labs" else ""
    if room == "monitoring":
        item = items_of(case, int(day), protocol)[name]
        analyte = item.analyte
        if not analyte:
            taken = not isinstance(parse_number(text, 0), Refusal) if item.limits else text in DONE
            return "ok" if taken else "refused"
    if analyte:
        reading = read(patient, key, analyte, protocol)
        return "refused" if reading.refusal else "asks" if reading.asks else "ok"
    if room == "identity":
        return "ok"
    if key in ("treatment.start", "treatment.stop"):
        return "refused" if isinstance(instant(patient, key, case.zone), Refusal) else "ok"
    if key in ("labs.covid19", "response.final"):
        return "ok" if text in YES_NO else "refused"
    if key == "treatment.design":
        return "ok" if text in ("open", "double-dummy") else "refused"
    assert room == "response"
    return "refused" if isinstance(day_total(patient, int(field), protocol), Refusal) else "ok"


def finding(case: Case, key: str, protocol: Protocol) -> Finding | None:
    """What a text of the checklist asks for, against the latest earlier value of the same measurement."""
    patient = patient_of(case)
    _, day, name = key.split(".")
    item = items_of(case, int(day), protocol)[name]
    if not item.analyte:
        number = parse_number(patient.text(key), 0)
        return None if isinstance(number, Refusal) else assess(item, Quantity("", number, ""))
    alike = [other.id for other in protocol.checklist if other.analyte == item.analyte]
    earlier = [f"monitoring.{before}.{other}" for before in range(int(day) - 1, 0, -1) for other in alike]
    values = [read(patient, k, item.analyte, protocol).quantity for k in (*earlier, f"labs.{item.analyte}")]
    reference = next((value for value in values if value is not None), None)
    return assess(item, read(patient, key, item.analyte, protocol).quantity, reference)


def score_of(case: Case, protocol: Protocol) -> ExpectedScore:
    score = sofa_day(patient_of(case), 1, protocol).score
    return ExpectedScore(score.low, score.high, score.complete)


def responses_of(case: Case, protocol: Protocol) -> dict[str, ExpectedResponse]:
    found = {}
    for window in protocol.endpoint.windows:
        answer = response(patient_of(case), window, protocol)
        assert not isinstance(answer, Refusal)
        if answer.decrease is not None:
            found[window.name] = ExpectedResponse(
                answer.responder, answer.provisional, answer.died, answer.decrease, codes(answer.cautions)
            )
    return found


def findings_of(case: Case, protocol: Protocol) -> dict[str, str]:
    found = {key: finding(case, key, protocol) for key in case.texts if key.startswith("monitoring.")}
    return {key: finding.met[0].level for key, finding in found.items() if finding is not None and finding.met}


@pytest.mark.parametrize("case", ALL, ids=of_each)
def test_a_case_shows_what_it_says(case: Case, protocol: Protocol) -> None:
    patient = patient_of(case)
    answer = phenotype(patient, protocol)
    doses = course(patient, protocol, case.zone).doses
    upcoming = next_dose(doses, case.now)
    assert case.expected == Expected(
        phenotype=answer.phenotype,
        regimen=None if answer.regimen is None else answer.regimen.name,
        cautions=codes((*answer.cautions, *sofa_day(patient, 1, protocol).score.cautions)),
        refused=frozenset(key for key in case.texts if mark_of(case, patient, key, protocol) == "refused"),
        sofa_day1=score_of(case, protocol),
        doses=sum(not dose.cancelled for dose in doses),
        next_dose=None if upcoming is None else upcoming.due,
        responses=responses_of(case, protocol),
        findings=findings_of(case, protocol),
    )


@pytest.mark.parametrize("case", ALL, ids=of_each)
def test_every_other_text_is_taken(case: Case, protocol: Protocol) -> None:
    marks = {key: mark_of(case, patient_of(case), key, protocol) for key in case.texts}
    assert {key for key, mark in marks.items() if mark != "ok"} == case.expected.refused


@pytest.mark.parametrize("case", ALL, ids=of_each)
def test_what_is_kept_would_be_asked_about(case: Case, protocol: Protocol) -> None:
    fresh = replace(patient_of(case), kept=frozenset())
    assert {key for key in case.texts if mark_of(case, fresh, key, protocol) == "asks"} == case.kept


def test_there_are_enough_cases_and_each_says_that_it_is_made_up() -> None:
    assert len(ALL) >= LEAST
    assert [case.texts["identity.case"] for case in ALL] == [f"SAMPLE-{n:02}" for n in range(1, len(ALL) + 1)]
    assert len({case.texts["identity.place"] for case in ALL}) == len(ALL)
    for case in ALL:
        text = (data_folder() / "cases" / f"{case.id}.toml").read_text(encoding="utf-8")
        assert text.startswith("# A made-up patient: no real person, no real data.")
        assert 2 <= case.story.count(". ") + 1 <= 4
        assert case.teaches.endswith(".")


def test_the_cases_show_every_outcome() -> None:
    expected = [case.expected for case in ALL]
    assert {e.phenotype for e in expected} == {"mals", "immunoparalysis", "unclassified", "indeterminate"}
    verdicts = {(r.responder, r.provisional, r.died) for e in expected for r in e.responses.values()}
    assert verdicts == {
        (True, False, False),
        (False, False, False),
        (None, True, False),
        (True, False, True),
        (False, False, True),
    }
    assert {level for e in expected for level in e.findings.values()} >= {"call"}
    assert any(not e.sofa_day1.complete for e in expected)


# ---- damaged files ---------------------------------------------------------------------------------------------


GOOD = (data_folder() / "cases" / "anemia-on-anakinra.toml").read_text(encoding="utf-8")


def damaged(tmp_path: Path, old: str, new: str) -> Path:
    assert GOOD.count(old) == 1
    path = tmp_path / "anemia-on-anakinra.toml"
    path.write_text(GOOD.replace(old, new), encoding="utf-8")
    return path


def test_the_undamaged_file_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "anemia-on-anakinra.toml"
    path.write_text(GOOD, encoding="utf-8")
    assert load_case(path).id == "anemia-on-anakinra"


@pytest.mark.parametrize(
    ("old", "new", "at", "words"),
    [
        ('title = "H', 'titel = "H', "titel", "titel: this key is not known"),
        ('id = "anemia-on-anakinra"', 'id = "another"', "id =", "id: it must be the name of the file"),
        ('title = "Hemoglobin falls on anakinra"', "title = 7", "title", "title: it must be a text"),
        ("2026-04-16T07:30+03:00", "2026-04-16T07:30", "now", "now: It has no offset"),
        ("Europe/Athens", "Europe/Nowhere", "zone", "zone: there is no zone"),
        ('"labs.hla_dr"', '"labs.hla"', "labs.hla", "texts.labs.hla: this key is not known"),
        ('"sofa.1.pao2"', '"sofa.16.pao2"', "sofa.16", "texts.sofa.16.pao2: this key is not known"),
        ('"sofa.1.map" = "72"', '"sofa.1.map" = 72', "sofa.1.map", "texts.sofa.1.map: it must be a text"),
        ('"labs.ferritin" = "8870"', '"labs.ferritin" = ""', "labs.ferritin", "texts.labs.ferritin: it must be a text"),
        ("topics = [", 'kept = ["monitoring.4.anakinra-hemoglobin"]\ntopics = [', "kept", "is not a text here"),
        ('phenotype = "mals"', 'phenotype = "MALS"', "phenotype", "expect.phenotype: it must be one of: mals"),
        ("doses = 45", 'doses = "45"', "doses", "expect.doses: it must be a whole number"),
        ("doses = 45", "doses = true", "doses", "expect.doses: it must be a whole number"),
        (
            "complete = true",
            'complete = "yes"',
            'complete = "yes"',
            "expect.sofa_day1.complete: it must be true or false",
        ),
        ("total = 5", "low = 5", "low = 5", "expect.sofa_day1.low: this key is not known"),
        ("total = 5", "total = 25", "total = 25", "expect.sofa_day1.total: it must be a whole number from 0 to 24"),
        ("cautions = []", "caution = []", "caution =", "expect.caution: this key is not known"),
        ("refused = []", 'refused = ["labs.anc"]', "refused", "expect.refused: labs.anc is not a text here"),
        ('anakinra-hemoglobin" = "call"', 'anakinra-hemoglobin" = "panic"', '= "panic"', "it must be one of: stop"),
    ],
)
def test_a_damaged_file_is_refused_with_its_line(tmp_path: Path, old: str, new: str, at: str, words: str) -> None:
    path = damaged(tmp_path, old, new)
    lines = path.read_text(encoding="utf-8").splitlines()
    line = next(number for number, text in enumerate(lines, start=1) if at in text)
    with pytest.raises(ProfileError) as refusal:
        load_case(path)
    assert str(refusal.value).startswith(f"{path}:{line}: ")
    assert words in str(refusal.value)


@pytest.mark.parametrize("name", ["title", "story", "teaches", "now", "zone", "phenotype", "doses", "next_dose"])
def test_a_missing_key_is_named(tmp_path: Path, name: str) -> None:
    (line,) = [line for line in GOOD.splitlines(keepends=True) if line.startswith(f"{name} = ")]
    with pytest.raises(ProfileError, match=f"{name}: it is missing"):
        load_case(damaged(tmp_path, line, ""))


def test_a_decrease_is_a_number_or_a_fraction(tmp_path: Path) -> None:
    path = tmp_path / "anemia-on-anakinra.toml"
    path.write_text(GOOD.replace('decrease = "0"', 'decrease = "1/0"'), encoding="utf-8")
    with pytest.raises(ProfileError, match="decrease: it must be a number or a fraction"):
        load_case(path)

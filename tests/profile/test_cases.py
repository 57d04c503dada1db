"""Each sample patient shows what its file says, and a damaged file is refused with its line."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from immunosep_tui.profile.cases import Case, Expected, ExpectedResponse, ExpectedScore, cases, load_case, patient_of
from immunosep_tui.profile.errors import ProfileError
from immunosep_tui.profile.files import data_folder
from immunosep_tui.rules.number import Refusal
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.rules.reason import Caution
from immunosep_tui.rules.schedule import next_dose
from immunosep_tui.ui.desk import Desk
from immunosep_tui.ui.form import choice_of
from immunosep_tui.ui.rooms.identity import IdentityRoom
from immunosep_tui.ui.rooms.labs import LabsRoom
from immunosep_tui.ui.rooms.monitoring import MonitoringRoom
from immunosep_tui.ui.rooms.response import ResponseRoom
from immunosep_tui.ui.rooms.room import Room
from immunosep_tui.ui.rooms.sofa import SofaRoom
from immunosep_tui.ui.rooms.treatment import TreatmentRoom
from immunosep_tui.ward.answers import course, phenotype, response, sofa_day
from immunosep_tui.ward.patients import InMemory

ALL = cases()
ROOMS: dict[str, type[Room]] = {
    "identity": IdentityRoom,
    "labs": LabsRoom,
    "sofa": SofaRoom,
    "response": ResponseRoom,
    "treatment": TreatmentRoom,
    "monitoring": MonitoringRoom,
}
LEAST = 14


def of_each(case: Case) -> str:
    return case.id


def codes(cautions: Iterable[Caution]) -> frozenset[str]:
    return frozenset(caution.code for caution in cautions)


def room_of(case: Case, key: str, protocol: Protocol) -> tuple[Room, str]:
    """The room in which a text is typed, at the text's day, and the name of its row."""
    patient = patient_of(case)
    name, _, field = key.partition(".")
    desk = Desk(protocol, InMemory([patient]), case.zone, lambda: case.now)
    room = ROOMS[name](desk, patient)
    if isinstance(room, SofaRoom | MonitoringRoom):
        day, _, field = field.partition(".")
        room.day = int(day)
    if isinstance(room, SofaRoom):
        room.by_points = field.startswith("points_")
    return room, field


def mark_of(case: Case, key: str, protocol: Protocol) -> str:
    """What the room's form shows beside a text: ``ok``, ``note``, ``asks`` or ``refused``."""
    room, name = room_of(case, key, protocol)
    (row,) = [row for row in room.fields() if row.name == name]
    text = case.texts[key]
    verdict = room.judge(name, text)
    if row.choices and not verdict.mark:
        return "refused" if choice_of(row, text) is None else "ok"
    return verdict.mark


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
    found = {}
    for key in case.texts:
        if key.startswith("monitoring."):
            room, name = room_of(case, key, protocol)
            assert isinstance(room, MonitoringRoom)
            item = next(item for item in room.items() if item.id == name)
            finding = room._finding(patient_of(case), item) if item.analyte or item.limits else None
            if finding is not None and finding.met:
                found[key] = finding.met[0].level
    return found


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
        refused=frozenset(key for key in case.texts if mark_of(case, key, protocol) == "refused"),
        sofa_day1=score_of(case, protocol),
        doses=sum(not dose.cancelled for dose in doses),
        next_dose=None if upcoming is None else upcoming.due,
        responses=responses_of(case, protocol),
        findings=findings_of(case, protocol),
    )


@pytest.mark.parametrize("case", ALL, ids=of_each)
def test_every_text_is_taken_by_its_room_or_refused_on_purpose(case: Case, protocol: Protocol) -> None:
    marks = {key: mark_of(case, key, protocol) for key in case.texts}
    taken = {key for key, mark in marks.items() if mark in ("ok", "note")}
    assert set(marks) - taken == case.expected.refused


@pytest.mark.parametrize("case", ALL, ids=of_each)
def test_what_is_kept_would_be_asked_about(case: Case, protocol: Protocol) -> None:
    asked = set()
    for key in case.texts:
        room, name = room_of(case, key, protocol)
        room.patient = type(room.patient)(room.patient.key, room.patient.texts)
        if room.judge(name, case.texts[key]).mark == "asks":
            asked.add(key)
    assert asked == case.kept


@pytest.mark.parametrize("case", ALL, ids=of_each)
def test_choices_are_stored_as_the_rooms_store_them(case: Case, protocol: Protocol) -> None:
    for key, text in case.texts.items():
        room, name = room_of(case, key, protocol)
        assert room.stored(name, text) == text


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
        ('title = "H', 'titel = "H', 'titel', "titel: this key is not known"),
        ('id = "anemia-on-anakinra"', 'id = "another"', "id =", "id: it must be the name of the file"),
        ('title = "Hemoglobin falls on anakinra"', "title = 7", "title", "title: it must be a text"),
        ("2026-04-16T07:30+03:00", "2026-04-16T07:30", "now", "now: It has no offset"),
        ("Europe/Athens", "Europe/Nowhere", "zone", "zone: there is no zone"),
        ('"labs.hla_dr"', '"labs.hla"', "labs.hla", "texts.labs.hla: this key is not known"),
        ('"sofa.1.pao2"', '"sofa.16.pao2"', "sofa.16", "texts.sofa.16.pao2: this key is not known"),
        ('"sofa.1.map" = "72"', '"sofa.1.map" = 72', "sofa.1.map", "texts.sofa.1.map: it must be a text"),
        ('"labs.ferritin" = "8870"', '"labs.ferritin" = ""', "labs.ferritin", "texts.labs.ferritin: it must be a text"),
        ('kept = ["monitoring.3.', 'kept = ["monitoring.4.', "kept", "is not a text here"),
        ('phenotype = "mals"', 'phenotype = "MALS"', "phenotype", "expect.phenotype: it must be one of: mals"),
        ("doses = 45", 'doses = "45"', "doses", "expect.doses: it must be a whole number"),
        ("doses = 45", "doses = true", "doses", "expect.doses: it must be a whole number"),
        ("complete = true", 'complete = "yes"', 'complete = "yes"', "expect.sofa_day1.complete: it must be true or false"),
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


"""Each text of a sample patient stands in a row of its room, which takes it as the rules do."""

from __future__ import annotations

import pytest

from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.ui.form import choice_of
from immunosep_tui.ui.rooms.identity import IdentityRoom
from immunosep_tui.ui.rooms.labs import LabsRoom
from immunosep_tui.ui.rooms.monitoring import MonitoringRoom
from immunosep_tui.ui.rooms.response import ResponseRoom
from immunosep_tui.ui.rooms.room import Room
from immunosep_tui.ui.rooms.sofa import SofaRoom
from immunosep_tui.ui.rooms.treatment import TreatmentRoom
from immunosep_tui.ui.sheet import Sheet
from immunosep_tui.ward.cases import Case, cases, patient_of
from tests.support.wards import desk_of

ROOMS: dict[str, type[Room]] = {
    "identity": IdentityRoom,
    "labs": LabsRoom,
    "sofa": SofaRoom,
    "response": ResponseRoom,
    "treatment": TreatmentRoom,
    "monitoring": MonitoringRoom,
}


def room_of(case: Case, key: str, protocol: Protocol) -> tuple[Room, str]:
    """The room in which a text is typed, at the text's day, and the name of its row."""
    patient = patient_of(case)
    name, _, field = key.partition(".")
    desk = desk_of(protocol, [], case.zone, lambda: case.now)
    room = ROOMS[name](desk, Sheet(patient, lambda _: None))
    if isinstance(room, SofaRoom | MonitoringRoom):
        day, _, field = field.partition(".")
        room.day = int(day)
    if isinstance(room, SofaRoom):
        room.by_points = field.startswith("points_")
    return room, field


def mark_of(case: Case, key: str, protocol: Protocol) -> str:
    """What the form shows beside a text: ``ok``, ``note``, ``open``, ``asks`` or ``refused``."""
    room, name = room_of(case, key, protocol)
    (row,) = [row for row in room.fields() if row.name == name]
    text = case.texts[key]
    verdict = room.judge(name, text)
    if row.choices and not verdict.mark:
        return "refused" if choice_of(row, text) is None else "ok"
    return verdict.mark


def form_texts(case: Case) -> dict[str, str]:
    """The texts of a case that are typed into a form; a course is stopped, a death recorded on a screen of its own."""
    return {key: text for key, text in case.texts.items() if key != "treatment.stop" and text != "D"}


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.id)
def test_every_text_is_taken_by_its_room_or_refused_on_purpose(case: Case, protocol: Protocol) -> None:
    marks = {key: mark_of(case, key, protocol) for key in form_texts(case)}
    assert {key for key, mark in marks.items() if mark not in ("ok", "note", "open")} == case.expected.refused
    noted = {key for key, mark in marks.items() if mark == "note"}
    assert set(case.expected.findings) <= noted
    assert not any(key.startswith("response.") for key in noted)


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.id)
def test_a_choice_is_stored_as_its_room_stores_it(case: Case, protocol: Protocol) -> None:
    for key, text in form_texts(case).items():
        room, name = room_of(case, key, protocol)
        assert room.stored(name, text) == text

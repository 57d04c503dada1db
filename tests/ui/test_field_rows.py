"""Every field of the table stands in the form of its room, and each row of a form is a field of the table."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from immunosep_tui.record.fields import DAY, SECTIONS, field_of
from immunosep_tui.record.patient import Patient
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.ui.rooms.identity import IdentityRoom
from immunosep_tui.ui.rooms.labs import LabsRoom
from immunosep_tui.ui.rooms.response import ResponseRoom
from immunosep_tui.ui.rooms.room import Room
from immunosep_tui.ui.rooms.screening import ScreeningRoom
from immunosep_tui.ui.rooms.sofa import SofaRoom
from immunosep_tui.ui.rooms.treatment import TreatmentRoom
from immunosep_tui.ui.sheet import Sheet
from tests.support.wards import UTC as ZONE
from tests.support.wards import desk_of

ROOMS: dict[str, type[Room]] = {
    "identity": IdentityRoom,
    "screening": ScreeningRoom,
    "labs": LabsRoom,
    "sofa": SofaRoom,
    "treatment": TreatmentRoom,
    "response": ResponseRoom,
}


def room_of(section: str, protocol: Protocol) -> Room:
    desk = desk_of(protocol, [], ZONE, lambda: datetime(2026, 5, 12, 6, 0, tzinfo=UTC))
    return ROOMS[section](desk, Sheet(Patient("p"), lambda _sheet: None))


def names_of(room: Room) -> list[str]:
    """The fields in whose rows something can be typed, in order."""
    names = [row.name for row in room.fields()]
    if isinstance(room, SofaRoom):
        room.by_points = True
        names += [row.name for row in room.fields()]
    return list(dict.fromkeys(DAY if name.isdecimal() else name for name in names))


@pytest.mark.parametrize("section", SECTIONS)
def test_a_form_has_the_fields_of_its_section_in_their_order(section: str, protocol: Protocol) -> None:
    assert names_of(room_of(section, protocol)) == [field.name for field in SECTIONS[section] if field.has_row]


@pytest.mark.parametrize("section", SECTIONS)
def test_each_row_says_what_its_field_says(section: str, protocol: Protocol) -> None:
    room = room_of(section, protocol)
    for row in room.fields():
        field = field_of(f"{room.prefix}.{row.name}")
        assert field is not None
        assert row.label
        assert room.judge(row.name, "").mark == ""
        if row.choices:
            known = {choice.value for choice in row.choices}
            assert all(room.stored(row.name, choice.key) in known for choice in row.choices)


def test_a_later_sample_asks_only_what_each_sample_has(protocol: Protocol) -> None:
    room = room_of("labs", protocol)
    assert isinstance(room, LabsRoom)
    room.number = 2
    assert [row.name for row in room.fields()] == [field.name for field in SECTIONS["labs"] if not field.first_sample]

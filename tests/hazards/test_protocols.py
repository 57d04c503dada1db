"""The plan of a course is its own: another workstation's protocol shows no other drug and takes no check away."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from immunosep_tui.profile.files import BLINDED, DEFAULT, load, load_unblinded
from immunosep_tui.record.entry import Author
from immunosep_tui.rules.number import Refusal
from immunosep_tui.store.errors import Refused
from immunosep_tui.store.sealed_list import ARMS
from immunosep_tui.store.store import Store
from immunosep_tui.ui.desk import Desk
from immunosep_tui.ui.rooms.treatment import draw_up, each_product
from immunosep_tui.ward.answers import course, regimen_of
from immunosep_tui.ward.checks import due_items
from immunosep_tui.ward.protocols import Protocols, name_first_protocol, name_protocol, role_refusal
from tests.hazards.control import Many, cut, hazard, swap
from tests.support.blinded import KEY, MALS, BlindedWard
from tests.support.followed import IDENTITY, Followed
from tests.support.sealed import make_guesses_cheap
from tests.support.wards import UTC as ZONE

make_guesses_cheap()

PROVIDE = "provide-2022"
WARDS_ONLY = cut(Protocols.edition, "if course is None:", "if True:")
"""Reads every patient by the protocol of the ward, as if no course had one of its own."""


def desk_with(store: Store, ward: Followed | BlindedWard, name: str) -> Desk:
    """Another workstation on the store."""
    return Desk(lambda: load_unblinded(name), store, ward.desk.ward.drafts, ZONE, lambda: ward.now)


@hazard("HZ-80", without=WARDS_ONLY)
def test_a_blinded_course_is_study_drug_on_every_workstation(tmp_path: Path, many: Many) -> None:
    made = BlindedWard(tmp_path / "ward", {"001": ARMS[0]})
    made.admit(MALS)
    made.start(MALS)
    for turn in many(2, 6):
        desk = desk_with(made.desk.ward.store, made, (DEFAULT, PROVIDE)[turn % 2])
        sheet = desk.ward.get(KEY)
        protocol = desk.protocol_of(sheet)
        drawn = [draw_up(dose) for dose in each_product(course(sheet, protocol, ZONE).doses)]
        assert drawn == ["IV study drug 1 prepared dose IV", "subcutaneous study drug 1 prepared dose subcutaneous"]
        regimen = regimen_of(sheet, protocol)
        assert regimen is not None
        assert regimen.product == "IV study drug"
    made.close()


@hazard("HZ-80", without=WARDS_ONLY)
def test_another_protocol_takes_no_check_of_a_course_away(tmp_path: Path) -> None:
    ward = Followed(tmp_path, load(DEFAULT))
    ward.sign("p", {**IDENTITY, "labs.ferritin": "9000", "labs.hla_dr": "9100"})
    ward.start("p")
    asked = []
    for name in (DEFAULT, PROVIDE):
        desk = desk_with(ward.desk.ward.store, ward, name)
        sheet = desk.ward.get("p")
        days = desk.ward.readings(sheet).days
        found = [due_items(sheet, day, desk.protocol_of(sheet), ZONE, days) for day in range(1, 16)]
        asked.append([item.id for items in found for item in items])
    assert asked[0] == asked[1]
    assert len(asked[0]) > 100
    ward.desk.close()


@hazard(
    "HZ-80",
    without=(
        cut(Protocols.told, "not self.differs", "True"),
        cut(name_first_protocol, 'raise Refused(why, say(PLANNED_ELSEWHERE), "other_protocol")'),
    ),
)
def test_a_workstation_with_another_protocol_than_the_ward_starts_no_course(tmp_path: Path) -> None:
    """It says both names, and the deed itself is refused: the ward may have named one since the plan was shown."""
    ward = Followed(tmp_path, load(DEFAULT))
    store = ward.desk.ward.store
    other = Protocols(load_unblinded(PROVIDE))
    assert other.refusal() is None
    name_first_protocol(store, Protocols(load_unblinded(DEFAULT)), ward.signature())
    with pytest.raises(Refused) as refused:
        name_first_protocol(store, other, ward.signature())
    assert "The ward plans by immunosep-2025" in str(refused.value.text)
    ward.desk.close()


@hazard("HZ-80", without=swap("immunosep_tui.ward.protocols.role_refusal", lambda role: None))
def test_only_a_doctor_names_the_protocol_of_the_ward(tmp_path: Path) -> None:
    ward = Followed(tmp_path, load(DEFAULT))
    nurse = replace(ward.signature(), author=Author("CD", "nurse"))
    assert role_refusal("doctor") is None
    assert isinstance(name_protocol(ward.desk.ward.store, load(BLINDED), nurse), Refusal)
    ward.desk.close()

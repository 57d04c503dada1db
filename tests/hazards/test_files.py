"""Files that come from outside: a protocol, a patient, a table; and what goes out."""

from __future__ import annotations

import random
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from immunosep_tui.profile.errors import ProfileError
from immunosep_tui.profile.files import data_folder, is_sealed
from immunosep_tui.record.bodies import Admitted, Note
from immunosep_tui.store.files import open_file
from immunosep_tui.ward import transfer
from immunosep_tui.ward.transfer import Import, import_entries, plan_import
from immunosep_tui.ward.transfer_file import ImportRefused, read_file, written
from tests.hazards.control import Many, cut, hazard
from tests.store.acts import record


@hazard("HZ-58", without=cut(is_sealed, "raise ProfileError", "ProfileError"))
def test_no_changed_bit_of_a_released_protocol_is_taken(many: Many) -> None:
    file = data_folder() / "protocols" / "immunosep-2025.toml"
    whole = bytearray(file.read_bytes())
    assert is_sealed(file, whole.decode())
    chance = random.Random(58)
    bits = range(len(whole) * 8) if many.deep else chance.sample(range(len(whole) * 8), 400)
    for bit in bits:
        whole[bit // 8] ^= 1 << bit % 8
        try:
            text = whole.decode()
        except UnicodeDecodeError:
            text = ""
        if text:
            with pytest.raises(ProfileError):
                is_sealed(file, text)
        whole[bit // 8] ^= 1 << bit % 8


def _brought() -> Import:
    return Import("p.json", "root", "desk 1", datetime.now(UTC))


@hazard(
    "HZ-63", without=cut(transfer._whose, "any(glance.identifier != sheet.identifier for glance in alike)", "False")
)
def test_a_patient_from_a_file_is_taken_for_one_here_only_by_both_identifiers(tmp_path: Path, many: Many) -> None:
    chance = random.Random(63)
    for turn in many(4, 300):
        paths = [tmp_path / f"{name}-{turn}.db" for name in ("here", "there")]
        with closing(open_file(paths[0])) as here, closing(open_file(paths[1])) as there:
            case, identifier, other = (str(chance.randint(10**5, 10**6)) for _ in range(3))
            record(here, "p", Admitted("1", case, identifier), Note("here"))
            same = chance.random() < 0.5
            record(there, "q", Admitted("2", case, identifier if same else other), Note("there"))
            (tmp_path / "q.json").write_text(written(there.entries("q")), encoding="utf-8")
            brought = read_file(tmp_path / "q.json")
            head = here.head()
            if same:
                import_entries(here, plan_import(here, brought, _brought()))
                assert here.records() == ["p"]
            else:
                with pytest.raises(ImportRefused):
                    import_entries(here, plan_import(here, brought, _brought()))
                assert here.head() == head

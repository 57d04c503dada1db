"""Files that come from outside: a protocol, a patient, a table; and what goes out."""

from __future__ import annotations

import importlib.util
import random
import re
import sys
import tomllib
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from immunosep_tui.profile.errors import ProfileError
from immunosep_tui.profile.files import data_folder, is_sealed
from immunosep_tui.record.kinds import Admitted, Note
from immunosep_tui.store.files import open_file
from immunosep_tui.ward import transfer
from immunosep_tui.ward.transfer import Import, import_entries, plan_import
from immunosep_tui.ward.transfer_file import ImportRefused, read_file, written
from tests.hazards.control import Many, Removal, cut, hazard, swap
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


# ---- what is installed -------------------------------------------------------------------------------------------
RELEASE = Path(__file__).parents[2] / "docs" / "release"
_spec = importlib.util.spec_from_file_location("sbom", RELEASE / "sbom.py")
assert _spec is not None
assert _spec.loader is not None
release = importlib.util.module_from_spec(_spec)
sys.modules["sbom"] = release
_spec.loader.exec_module(release)


def _lock() -> str:
    return (RELEASE / "requirements.txt").read_text(encoding="utf-8")


def _wanted() -> list[Requirement]:
    """What an installation with a server and with encryption needs, as pyproject.toml says it."""
    project = tomllib.loads((RELEASE.parents[1] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    return [Requirement(text) for text in (*project["dependencies"], *extras["postgres"], *extras["encrypt"])]


def _changed(change: Callable[[str], str]) -> Removal:
    whole = _lock()
    assert change(whole) != whole
    return swap(f"{__name__}._lock", lambda: change(whole))


@hazard(
    "HZ-66",
    without=(
        _changed(lambda lock: re.sub(r"^textual==8\.", "textual==9.", lock, flags=re.M)),
        _changed(lambda lock: re.sub(r"^rich==", "rich>=", lock, flags=re.M)),
        _changed(lambda lock: re.sub(r"^(rich==\S+) \\\n(?:    --hash=\S+(?: \\)?\n)+", r"\1\n", lock, flags=re.M)),
        _changed(lambda lock: re.sub(r"sha256:....", "sha256:0000", lock, count=1)),
        _changed(lambda lock: re.sub(r"^psycopg==.*?(?=^[a-z])", "", lock, flags=re.M | re.S)),
    ),
)
def test_an_installation_is_locked_to_the_byte_within_what_is_allowed() -> None:
    """Each needed package once, in an allowed version, with hashes; the list of parts says the same."""
    try:
        listed = release.pinned(_lock())
    except ValueError as error:
        pytest.fail(str(error))
    versions = {each.name: each.version for each in listed}
    assert len(versions) == len(listed)
    for wanted in _wanted():
        assert wanted.name in versions, wanted
        assert wanted.specifier.contains(versions[wanted.name]), (wanted, versions[wanted.name])
    assert (RELEASE / "sbom.cdx.json").read_text(encoding="utf-8") == release.sbom(_lock())
    assert "://" not in _lock()

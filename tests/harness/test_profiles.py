"""The published results that came with the program: no beginning of the file and no flipped bit of it is ever used."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from immunosep_tui.profile import files
from immunosep_tui.profile.errors import ProfileError
from immunosep_tui.profile.results import results

TIERS = [pytest.param(97, id="quick"), pytest.param(1, id="deep", marks=pytest.mark.deep)]


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the file that a test may damage."""
    folder = tmp_path.resolve()
    (folder / "evidence").mkdir()
    copy = folder / "evidence" / "immunosep-2025.toml"
    shutil.copy(files.data_folder() / "evidence" / copy.name, copy)
    for module in ("files", "results"):
        monkeypatch.setattr(f"immunosep_tui.profile.{module}.data_folder", lambda: folder)
    return copy


def refused() -> bool:
    """Whether the results cannot be read."""
    results.cache_clear()
    try:
        results()
    except ProfileError:
        return True
    finally:
        results.cache_clear()
    return False


@pytest.mark.parametrize("step", TIERS)
def test_no_beginning_of_the_file_is_used(file: Path, step: int) -> None:
    whole = file.read_bytes()
    assert not refused()
    for length in range(0, len(whole), step):
        file.write_bytes(whole[:length])
        assert refused(), length


@pytest.mark.parametrize("step", TIERS)
def test_no_flipped_bit_is_taken_for_the_release(file: Path, step: int) -> None:
    whole = bytearray(file.read_bytes())
    for bit in range(0, len(whole) * 8, step * 8 + 1 if step > 1 else 1):
        whole[bit // 8] ^= 1 << bit % 8
        try:
            text = whole.decode()
        except UnicodeDecodeError:
            text = ""
        with pytest.raises(ProfileError, match="differs from the released file"):
            files.is_sealed(file, text)
        whole[bit // 8] ^= 1 << bit % 8

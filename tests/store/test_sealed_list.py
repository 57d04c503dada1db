"""The sealed list: opened by its passphrase, one number by its emergency code, by nothing else; its bytes tell no arm."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from immunosep_tui.store.errors import Declined, Unusable
from immunosep_tui.store.place import Place
from immunosep_tui.store.recovery_key import new_recovery_key
from immunosep_tui.store.sealed_list import ARMS, list_file, open_envelope, open_list, read_list, seal_list
from tests.support.sealed import PASSPHRASE, make_guesses_cheap

make_guesses_cheap()

NUMBERS = {f"{number:03}": ARMS[number % 3 == 0] for number in range(1, 60)}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return list_file(Place(tmp_path / "ward.db"))


def test_the_passphrase_opens_it_and_keeps_the_order(file: Path) -> None:
    backwards = dict(reversed(NUMBERS.items()))
    assert seal_list(file, backwards, PASSPHRASE) == {}
    assert list((open_list(read_list(file), PASSPHRASE) or {}).items()) == list(backwards.items())
    assert stat.S_IMODE(file.stat().st_mode) == 0o600 or os.name == "nt"


def test_a_wrong_passphrase_opens_nothing(file: Path) -> None:
    seal_list(file, NUMBERS, PASSPHRASE)
    for wrong in ("", PASSPHRASE + " ", PASSPHRASE.upper()):
        assert open_list(read_list(file), wrong) is None


def test_an_emergency_code_opens_its_own_number_only(file: Path) -> None:
    codes = seal_list(file, NUMBERS, PASSPHRASE, envelopes=True)
    sealed = read_list(file)
    assert set(codes) == set(NUMBERS)
    for number, code in codes.items():
        assert open_envelope(sealed, number, code.lower()) == NUMBERS[number]
    assert open_envelope(sealed, "001", codes["002"]) is None
    assert open_envelope(sealed, "001", new_recovery_key()) is None
    assert open_envelope(sealed, "001", PASSPHRASE) is None
    assert open_envelope(sealed, "999", codes["001"]) is None
    assert open_list(sealed, codes["001"]) is None


@pytest.mark.parametrize("envelopes", [False, True])
def test_size_and_bytes_tell_no_arm(tmp_path: Path, envelopes: bool) -> None:
    sizes = set()
    for place, arm in enumerate((*ARMS, None)):
        arms = dict.fromkeys(NUMBERS, arm) if arm else NUMBERS
        file = tmp_path / f"{place}.allocation"
        seal_list(file, arms, PASSPHRASE, envelopes=envelopes)
        raw = file.read_bytes()
        sizes.add(len(raw))
        assert not any(word.encode() in raw for word in ARMS)
    assert len(sizes) == 1
    fewer = tmp_path / "fewer.allocation"
    seal_list(fewer, {"001": ARMS[0]}, PASSPHRASE)
    assert envelopes or {fewer.stat().st_size} == sizes


def test_there_is_one_list_a_store(file: Path) -> None:
    seal_list(file, NUMBERS, PASSPHRASE)
    before = file.read_bytes()
    with pytest.raises(Declined):
        seal_list(file, NUMBERS, PASSPHRASE)
    assert file.read_bytes() == before


def test_every_changed_byte_is_noticed(file: Path) -> None:
    """A list with a changed byte is damaged or does not open; it never says another arm."""
    codes = seal_list(file, {"001": ARMS[0], "002": ARMS[1]}, PASSPHRASE, envelopes=True)
    whole = file.read_bytes()
    for place in range(0, len(whole), 37):
        broken = bytearray(whole)
        broken[place] ^= 1
        file.write_bytes(broken)
        try:
            sealed = read_list(file)
        except Unusable:
            continue
        assert open_list(sealed, PASSPHRASE) in (None, {"001": ARMS[0], "002": ARMS[1]})
        assert open_envelope(sealed, "001", codes["001"]) in (None, ARMS[0])


@pytest.mark.parametrize(
    "said",
    [b"", b"{}", b"[]", b"\xff", b'{"format": 2}', b'{"format": 1, "id": "a", "list": {}, "envelopes": {}}'],
)
def test_a_file_that_is_no_list_is_damaged(file: Path, said: bytes) -> None:
    file.write_bytes(said)
    with pytest.raises(Unusable):
        read_list(file)


def test_costs_that_no_machine_bears_and_other_lengths_are_refused(file: Path) -> None:
    seal_list(file, NUMBERS, PASSPHRASE)
    found = json.loads(file.read_bytes())
    for name, value in (("n", 2**30), ("n", 0), ("p", 10**6), ("masked", "00" * 100), ("masked", "")):
        file.write_text(json.dumps({**found, "list": {**found["list"], name: value}}), "ascii")
        with pytest.raises(Unusable):
            read_list(file)


def test_where_there_is_none_that_is_said(file: Path) -> None:
    with pytest.raises(Unusable) as error:
        read_list(file)
    assert "allocation import" in str(error.value.advice)


def test_a_server_has_its_list_on_this_machine_under_a_name_without_its_password() -> None:
    one, other = (list_file(Place(url=f"postgresql://a:{word}@host/ward")) for word in ("x", "y"))
    assert one == other
    assert "host" not in one.name

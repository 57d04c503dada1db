"""The key file and the recovery key: each secret opens it, nothing else does, and a foreign file harms nobody."""

from __future__ import annotations

import json
import secrets
import stat
import string
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunosep_tui.store import envelope
from immunosep_tui.store.envelope import (
    KEY_BYTES,
    Envelope,
    open_by_passphrase,
    open_by_recovery,
    passphrase_fault,
    read_envelope,
    seal,
    wipe,
    with_passphrase,
    write_envelope,
)
from immunosep_tui.store.errors import Unusable
from immunosep_tui.store.recovery_key import ALPHABET, new_recovery_key, read_recovery_key
from tests.support.sealed import make_guesses_cheap

make_guesses_cheap()

KEY = bytearray(secrets.token_bytes(KEY_BYTES))
RECOVERY = read_recovery_key(new_recovery_key()) or ""


@pytest.fixture
def sealed() -> Envelope:
    return seal(KEY, "four words in a row", RECOVERY)


def test_each_of_the_two_secrets_opens_it(sealed: Envelope) -> None:
    assert open_by_passphrase(sealed, "four words in a row") == KEY
    assert open_by_recovery(sealed, RECOVERY) == KEY


@pytest.mark.parametrize(
    "wrong", ["", "four words in a ro", "Four words in a row", "four words in a row ", pytest.param(RECOVERY, id="key")]
)
def test_nothing_else_opens_it(sealed: Envelope, wrong: str) -> None:
    assert open_by_passphrase(sealed, wrong) is None
    assert open_by_recovery(sealed, wrong.lower()) is None


def test_another_passphrase_leaves_data_key_and_recovery_key(sealed: Envelope) -> None:
    changed = with_passphrase(sealed, KEY, "another passphrase")
    assert (changed.id, changed.recovery) == (sealed.id, sealed.recovery)
    assert open_by_passphrase(changed, "another passphrase") == KEY
    assert open_by_passphrase(changed, "four words in a row") is None


def test_the_same_letters_from_another_keyboard_are_the_same_passphrase() -> None:
    """An accent as a character of its own; also what a terminal could not decode is taken."""
    one = seal(KEY, "na\u00efve M\u00fcller \udcff", RECOVERY)
    assert open_by_passphrase(one, "nai\u0308ve Mu\u0308ller \udcff") == KEY


def test_no_mask_is_used_twice() -> None:
    """The same key and the same secrets: another salt, another mask, another tag, in each wrap."""
    wraps = [
        wrap
        for each in (seal(KEY, RECOVERY, RECOVERY), seal(KEY, RECOVERY, RECOVERY))
        for wrap in (each.passphrase, each.recovery)
    ]
    for part in ("salt", "masked", "tag"):
        assert len({getattr(wrap, part) for wrap in wraps}) == 4


def test_a_wiped_key_is_gone() -> None:
    key = bytearray(KEY)
    wipe(key)
    assert key == bytes(KEY_BYTES)


# The file.


def test_the_file_is_its_owners_and_holds_neither_key_nor_secret(sealed: Envelope, tmp_path: Path) -> None:
    file = tmp_path / "ward.db.key"
    write_envelope(file, sealed)
    assert read_envelope(file) == sealed
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [file]
    raw = file.read_bytes()
    for secret in (bytes(KEY), KEY.hex().encode(), b"four words", RECOVERY.encode()):
        assert secret not in raw


def leaves(found: dict[str, Any], *above: str) -> list[tuple[str, ...]]:
    """The path to each value."""
    return [
        path
        for name, value in found.items()
        for path in (leaves(value, *above, name) if isinstance(value, dict) else [(*above, name)])
    ]


@pytest.mark.parametrize("other", [None, -1, 0, 3, 2**40, 1.5, True, "", "00", "zz", [], {}])
def test_a_file_that_was_changed_is_refused_or_opens_nothing(sealed: Envelope, tmp_path: Path, other: object) -> None:
    """Each value in turn; nothing but the refusal is raised, and no time or memory is spent."""
    file = tmp_path / "ward.db.key"
    write_envelope(file, sealed)
    whole = json.loads(file.read_text())
    for path in leaves(whole):
        changed = json.loads(file.read_text())
        place = changed
        for name in path[:-1]:
            place = place[name]
        if place[path[-1]] == other:
            continue
        place[path[-1]] = other
        (tmp_path / "changed.key").write_text(json.dumps(changed))
        try:
            found = read_envelope(tmp_path / "changed.key")
        except Unusable:
            continue
        keys = [open_by_passphrase(found, "four words in a row"), open_by_recovery(found, RECOVERY)]
        if path[0] in ("passphrase", "recovery"):
            assert keys[path[0] == "recovery"] is None
        else:
            assert keys == [None, None]


def test_a_changed_bit_opens_nothing(sealed: Envelope, tmp_path: Path) -> None:
    """In each digit of the wrap: the tag covers all of it."""
    file = tmp_path / "ward.db.key"
    write_envelope(file, sealed)
    found = json.loads(file.read_text())
    for part in ("salt", "masked", "tag"):
        for place in range(0, len(found["passphrase"][part]), 7):
            changed = json.loads(file.read_text())
            digits = found["passphrase"][part]
            other = "0" if digits[place] != "0" else "1"
            changed["passphrase"][part] = digits[:place] + other + digits[place + 1 :]
            (tmp_path / "changed.key").write_text(json.dumps(changed))
            assert open_by_passphrase(read_envelope(tmp_path / "changed.key"), "four words in a row") is None


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\xff", b"[" * 9000, b"{" * 100_000, b'{"format": 2}'])
def test_a_file_that_is_none_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "ward.db.key"
    file.write_bytes(content)
    with pytest.raises(Unusable, match="damaged"):
        read_envelope(file)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Unusable) as caught:
        read_envelope(tmp_path / "ward.db.key")
    assert "ward.db.key" in str(caught.value.text)


def test_the_released_cost_is_not_lowered() -> None:
    """64 MiB a guess; the tests lower it for themselves, so that it is read from the source here."""
    source = Path(envelope.__file__).read_text("utf-8")
    assert 'COST: Final = {"n": 2**16, "r": 8, "p": 1}' in source


# Passphrase and recovery key.


@pytest.mark.parametrize("text", ["", "short", "elevenchars", "aaaaaaaaaaaaaaaa", "abababababab"])
def test_a_weak_passphrase_is_not_taken(text: str) -> None:
    assert passphrase_fault(text) is not None


@pytest.mark.parametrize("text", ["twelve chars", "correct horse battery", "七個漢字也是一句口令好嗎對"])
def test_a_passphrase_of_twelve_characters_is_taken(text: str) -> None:
    assert passphrase_fault(text) is None


def test_a_recovery_key_is_eight_groups_of_five() -> None:
    keys = {new_recovery_key() for _time in range(200)}
    assert len(keys) == 200
    for key in keys:
        assert [len(group) for group in key.split("-")] == [5] * 8
        assert set(key) <= {*ALPHABET, "-"}
    assert not set("ILOU") & set(ALPHABET)


@given(st.integers(0, 2**32), st.sampled_from([" ", "", " - ", "\t"]))
def test_a_recovery_key_is_read_however_it_is_written(seed: int, gap: str) -> None:
    """In small letters, with other gaps, with O for zero and I or L for one."""
    key = new_recovery_key()
    written = key.replace("-", gap).lower().replace("0", "o").replace("1", "il"[seed % 2])
    assert read_recovery_key(written) == key.replace("-", "")


@given(st.integers(0, 39), st.sampled_from(ALPHABET))
def test_a_slip_of_the_pen_is_noticed(place: int, other: str) -> None:
    key = new_recovery_key().replace("-", "")
    changed = key[:place] + other + key[place + 1 :]
    assert read_recovery_key(changed) == (key if changed == key else None)


@given(st.text(alphabet=string.printable, max_size=60))
def test_anything_else_is_no_recovery_key(text: str) -> None:
    assert read_recovery_key(text) is None

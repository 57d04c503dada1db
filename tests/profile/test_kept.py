"""A protocol as a ward keeps it: read back equal, and refused where it is not what its hash says."""

from __future__ import annotations

import base64
import json
import zlib
from pathlib import Path

import pytest

from immunosep_tui.profile.errors import ProfileError
from immunosep_tui.profile.files import (
    BLINDED,
    DEFAULT,
    hash_of_kept,
    kept_text,
    load,
    load_by_hash,
    load_unblinded,
    read_kept,
)
from immunosep_tui.rules.blinding import blind

NAMES = (DEFAULT, BLINDED, "provide-2022")


def _kept(*texts: str) -> str:
    return base64.b64encode(zlib.compress(json.dumps(texts).encode())).decode()


@pytest.mark.parametrize("name", NAMES)
def test_it_reads_back_equal_with_the_same_hash(name: str) -> None:
    protocol = load_unblinded(name)
    text = kept_text(protocol)
    found = read_kept(text)
    assert (found, found.sha256, found.texts) == (protocol, protocol.sha256, protocol.texts)
    assert hash_of_kept(text) == protocol.sha256
    assert kept_text(load(name)) == text
    assert blind(found) == load(name)


@pytest.mark.parametrize("name", NAMES)
def test_no_drug_can_be_read_in_it_at_a_glance(name: str) -> None:
    text = kept_text(load_unblinded(name))
    assert text.isascii()
    assert text.isprintable()
    assert not any(word in text for word in ("anakinra", "interferon", "syringe"))


def test_a_protocol_of_a_site_is_kept_with_what_it_extends(tmp_path: Path) -> None:
    file = tmp_path / "ours.toml"
    file.write_text('extends = "immunosep-2025"\nid = "ours"\ntitle = "Ours"\n[end]\n', encoding="utf-8")
    protocol = load_unblinded(str(file))
    file.unlink()
    assert read_kept(kept_text(protocol)) == protocol


def test_an_edition_that_is_not_that_of_this_release_is_checked_and_read() -> None:
    texts = list(load_unblinded(DEFAULT).texts)
    older = texts[-1].replace('version = "', 'version = "0.', 1)
    assert older != texts[-1]
    found = read_kept(_kept(*texts[:-1], older))
    assert found.id == DEFAULT
    assert found.sha256 != load_unblinded(DEFAULT).sha256


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "no base 64",
        base64.b64encode(b"plain").decode(),
        _kept(),
        _kept("not = toml ="),
        _kept("\ud800"),
        _kept("[end]"),
    ],
    ids=range(8),
)
def test_what_is_no_kept_protocol_is_refused(text: str) -> None:
    with pytest.raises(ProfileError):
        read_kept(text)


def test_one_is_found_by_its_hash_on_this_machine() -> None:
    assert load_by_hash(load("provide-2022").sha256) == load("provide-2022")
    assert load_by_hash("0" * 64) is None

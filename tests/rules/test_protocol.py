"""The protocol as data."""

from __future__ import annotations

from dataclasses import replace

from immunosep_tui.rules.protocol import CONFIDENCE, CheckItem, Protocol


def test_every_tag_of_confidence_is_told_in_its_own_words() -> None:
    assert list(CONFIDENCE) == ["V", "S", "D", "G", "L"]
    assert len({words for words in CONFIDENCE.values() if words}) == len(CONFIDENCE)


def test_a_protocol_can_be_remembered_by_its_files(protocol: Protocol) -> None:
    same, other = replace(protocol), replace(protocol, sha256="0")
    assert {protocol: "answer"}[same] == "answer"
    assert other not in {protocol}
    assert hash(protocol) == hash(same)


def test_a_line_of_the_checklist_says_no_more_than_it_must() -> None:
    item = CheckItem("i", "anakinra", "Item", "daily", 1, (), 1, "", (), "s", "G")
    assert (item.detail, item.highest) == ("", None)


def test_the_regimen_of_a_phenotype(protocol: Protocol) -> None:
    for regimen in protocol.regimens.values():
        assert protocol.regimen_for(regimen.phenotype) is regimen
    assert protocol.regimen_for("indeterminate") is None

"""English until a catalog says otherwise."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from immunosep_tui import i18n
from immunosep_tui.rules.reason import say


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    yield
    i18n.use_language("en")


def catalog(folder: Path, tag: str, entries: dict[str, str]) -> None:
    """Write a compiled gettext catalog."""
    texts = {"": "Content-Type: text/plain; charset=UTF-8\n", **entries}
    pairs = [(key.encode(), value.encode()) for key, value in sorted(texts.items())]
    count = len(pairs)
    offset = 28 + 16 * count
    tables: list[list[bytes]] = [[], []]
    data = b""
    for column in (0, 1):
        for pair in pairs:
            tables[column].append(struct.pack("<II", len(pair[column]), offset + len(data)))
            data += pair[column] + b"\0"
    head = struct.pack("<IIIIIII", 0x950412DE, 0, count, 28, 28 + 8 * count, 0, 0)
    path = folder / tag / "LC_MESSAGES" / "immunosep_tui.mo"
    path.parent.mkdir(parents=True)
    path.write_bytes(head + b"".join(tables[0]) + b"".join(tables[1]) + data)


def test_english_without_a_catalog() -> None:
    assert i18n.use_language("tlh") == "en"
    assert i18n._("Help") == "Help"
    assert i18n._("") == ""


@pytest.mark.parametrize("tag", ["zh-Hans", "zh_Hans", "zh_CN.UTF-8", "zh-SG", "zh-Hans-CN", "zh_CN@pinyin"])
def test_chinese_is_found_by_script_or_territory(tmp_path: Path, tag: str) -> None:
    catalog(tmp_path, "zh_Hans", {"Help": "帮助"})
    catalog(tmp_path, "zh_Hant", {"Help": "說明"})
    assert i18n.use_language(tag, tmp_path) == "zh-Hans"
    assert i18n._("Help") == "帮助"
    assert i18n._("Not in the catalog.") == "Not in the catalog."


def test_taiwan_reads_the_other_script(tmp_path: Path) -> None:
    catalog(tmp_path, "zh_Hans", {"Help": "帮助"})
    catalog(tmp_path, "zh_Hant", {"Help": "說明"})
    assert i18n.use_language("zh-TW", tmp_path) == "zh-Hant"
    assert i18n._("Help") == "說明"


def test_environment_is_asked_when_no_language_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    catalog(tmp_path, "de", {"Help": "Hilfe"})
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    assert i18n.use_language(None, tmp_path) == "en"
    monkeypatch.setenv("LANG", "de_AT.UTF-8")
    assert i18n.use_language(None, tmp_path) == "de"
    monkeypatch.setenv("LANGUAGE", "en:de")
    assert i18n.use_language(None, tmp_path) == "en"
    monkeypatch.setenv("LANGUAGE", "tlh:de")
    assert i18n.use_language(None, tmp_path) == "de"


def test_a_tag_cannot_leave_the_folder(tmp_path: Path) -> None:
    catalog(tmp_path / "elsewhere", "de", {"Help": "Hilfe"})
    assert i18n.use_language("../elsewhere/de", tmp_path / "locale") == "en"


def test_words_translates_a_sentence_and_its_facts(tmp_path: Path) -> None:
    catalog(tmp_path, "de", {"{drug} is due.": "{drug} ist fällig.", "the drug": "das Mittel"})
    i18n.use_language("de", tmp_path)
    assert i18n.words(say("{drug} is due.", drug=say("the drug"))) == "das Mittel ist fällig."
    assert i18n.words(say("{drug} is due.", drug="anakinra")) == "anakinra ist fällig."

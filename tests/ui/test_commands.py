"""The registry: what Textual accepts silently and a person would meet as a dead key."""

from __future__ import annotations

import importlib
import pkgutil
import re
import string
from itertools import pairwise

import pytest
from rich.cells import cell_len
from textual.actions import parse
from textual.keys import Keys, _character_to_key
from textual.screen import Screen

from immunosep_tui.ui import commands, screens
from immunosep_tui.ui.app import ImmunoSepApp
from immunosep_tui.ui.commands import COMMANDS, EVERYWHERE, ROOM_KEYS, SCOPES, Command, conflicts, footer_for
from immunosep_tui.ui.key_names import key_name

EATEN_BY_FIELDS = {f"ctrl+{letter}" for letter in "acdekuvwx"} | {"backspace", "delete", "home", "end", "left", "right"}
SAME_BYTE_AS_ANOTHER_KEY = {"ctrl+h", "ctrl+i", "ctrl+j", "ctrl+m", "ctrl+left_square_bracket"}


def known(key: str) -> bool:
    """Whether Textual can ever send that key."""
    *modifiers, name = key.split("+")
    if not set(modifiers) <= {"ctrl", "shift", "alt"}:
        return False
    return key in set(Keys) or name in {*Keys, *map(_character_to_key, string.printable)}


def screen_classes() -> list[type[Screen[object]]]:
    """Every screen of the program."""
    modules = [
        importlib.import_module(found.name) for found in pkgutil.walk_packages(screens.__path__, f"{screens.__name__}.")
    ]
    return [
        thing
        for module in modules
        for thing in vars(module).values()
        if isinstance(thing, type) and hasattr(thing, "SCOPE")
    ]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.id)
def test_command_is_well_formed(command: Command) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", command.id)
    assert command.where
    assert command.where <= set(SCOPES)
    assert command.help.endswith(".")
    assert len(command.label) <= 20
    for key in command.keys:
        assert known(key), key
        assert key not in SAME_BYTE_AS_ANOTHER_KEY
        assert key not in EATEN_BY_FIELDS or command.priority
        assert key not in ROOM_KEYS or command.where == {"patient"}


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.id)
def test_every_action_exists(command: Command) -> None:
    _destination, name, _parameters = parse(command.action)
    for scope in command.where:
        owners = [ImmunoSepApp] if scope == EVERYWHERE else [c for c in screen_classes() if scope == c.SCOPE]  # type: ignore[attr-defined]
        assert owners, scope
        for owner in owners:
            assert hasattr(owner, f"action_{name}"), (owner, name)


def test_a_misspelt_key_is_noticed() -> None:
    assert not known("esc")
    assert not known("control+q")
    assert known("f9")
    assert known("question_mark")


def test_ids_are_unique() -> None:
    assert len({command.id for command in COMMANDS}) == len(COMMANDS)


@pytest.mark.parametrize("scope", SCOPES)
def test_no_key_means_two_things(scope: str) -> None:
    assert conflicts(scope) == {}


def test_a_conflict_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    again = Command("again", "f11,f9", "Again", "Do it again.", "help", frozenset({"board"}))
    monkeypatch.setattr(commands, "COMMANDS", (*COMMANDS, again))
    assert conflicts("board") == {"f9": ("again", "help")}
    assert conflicts("patient") == {}


def test_bindings_carry_the_id_for_key_maps() -> None:
    bindings = {binding.id: binding for binding in commands.bindings_for(EVERYWHERE)}
    assert bindings["quit"].key == "ctrl+q"
    assert bindings["quit"].priority
    assert set(bindings) == {command.id for command in COMMANDS if EVERYWHERE in command.where}


@pytest.mark.parametrize("scope", SCOPES)
def test_footer_fits_every_width_and_never_cuts_an_entry(scope: str) -> None:
    offered = [command for command in commands.commands_in(scope) if command.footer and not command.rooms]
    assert all(f"{key_name(c.keys[0])} {c.label}" in footer_for(scope, 200).plain for c in offered)
    for width in range(0, 201):
        line = footer_for(scope, width).plain
        assert cell_len(line) <= width
        left_out = sum(f"{key_name(c.keys[0])} {c.label}" not in line for c in offered)
        assert (f"+{left_out} more: F9" in line) is (left_out > 0) or line == ""


def test_footer_offers_a_room_its_own_keys_and_no_other() -> None:
    assert "Raw/points" in footer_for("patient", 200, "sofa").plain
    assert "Raw/points" not in footer_for("patient", 200, "labs").plain
    assert "Ctrl+Right Next" in footer_for("patient", 200, "monitoring").plain
    assert "Now" in footer_for("patient", 200, "treatment").plain


def test_footer_of_a_narrow_window_has_the_deeds_of_its_room() -> None:
    """What answers a limit that is met stands on the screen that shows the limit, at 80 columns too."""
    for room in ("monitoring", "overview"):
        assert "Ctrl+U Acknowledge" in footer_for("patient", 80, room).plain
    assert "Ctrl+D As before" in footer_for("patient", 80, "sofa").plain


def test_footer_shows_more_in_a_wider_window() -> None:
    lengths = [len(footer_for("board", width).spans) for width in range(0, 200)]
    assert all(narrow <= wide for narrow, wide in pairwise(lengths))
    assert "more" not in footer_for("help", 80).plain


def test_keys_are_named_as_printed() -> None:
    assert key_name("ctrl+q") == "Ctrl+Q"
    assert key_name("f9") == "F9"
    assert key_name("escape") == "Esc"
    assert key_name("question_mark") == "?"


def test_unknown_command_is_an_error() -> None:
    with pytest.raises(KeyError):
        commands.command("no-such-deed")

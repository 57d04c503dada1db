"""What a terminal sends for the key of a command: the keys come from the program's own table."""

from __future__ import annotations

from typing import Final

from immunosep_tui.ui.commands import COMMANDS

ENTER, ESCAPE, RUB_OUT, UP, DOWN, FIRST_ROW = "\r", "\x1b", "\x7f", "\x1b[A", "\x1b[B", "\x1b[1;5H"

_FUNCTION: Final = ("OP", "OQ", "OR", "OS", "[15~", "[17~", "[18~", "[19~", "[20~", "[21~", "[23~", "[24~")


def _with_ctrl(code: str) -> str:
    """The code of a function key with Ctrl held down."""
    return f"[1;5{code[1]}" if code.startswith("O") else f"{code[:-1]};5~"


_NAMED: Final = {
    **{f"f{number}": f"\x1b{code}" for number, code in enumerate(_FUNCTION, start=1)},
    **{f"ctrl+f{number}": f"\x1b{_with_ctrl(code)}" for number, code in enumerate(_FUNCTION, start=1)},
    **{f"ctrl+{name}": f"\x1b[1;5{code}" for name, code in (("up", "A"), ("down", "B"), ("right", "C"), ("left", "D"))},
    **{"ctrl+end": "\x1b[1;5F", "ctrl+home": FIRST_ROW},
    **{"enter": ENTER, "escape": ESCAPE, "up": UP, "down": DOWN, "right": "\x1b[C", "left": "\x1b[D"},
    **{"slash": "/", "question_mark": "?", "space": " ", "delete": "\x1b[3~", "tab": "\t", "full_stop": "."},
    **{"pageup": "\x1b[5~", "pagedown": "\x1b[6~", "end": "\x1b[F"},
}
_CTRL_LETTER: Final = len("ctrl+x")


def key_bytes(key: str) -> str | None:
    """What a terminal sends for a key of Textual's names; None for one that no terminal of the tests sends."""
    if key in _NAMED:
        return _NAMED[key]
    if key.startswith("ctrl+") and len(key) == _CTRL_LETTER and key[-1].isalpha():
        return chr(ord(key[-1]) & 0x1F)
    return key if len(key) == 1 else None


def keys_of(identity: str) -> str:
    """What is typed for a command of that id, by the first of its keys that a terminal sends; ``KeyError``."""
    for command in COMMANDS:
        if command.id == identity:
            known = [sent for key in command.keys if (sent := key_bytes(key)) is not None]
            if not known:
                raise KeyError(f"no terminal of the tests sends {command.key}, the key of {identity}")
            return known[0]
    raise KeyError(f"no command {identity}; there are {', '.join(sorted(command.id for command in COMMANDS))}")


def keys_of_name(key: str) -> str:
    """What is typed for a key that belongs to no command, by Textual's name of it; ``KeyError``."""
    return _NAMED[key]

"""The names of keys as they are printed on a keyboard."""

from __future__ import annotations

from typing import Final


def key_name(key: str) -> str:
    """A Textual key name as it is printed on a keyboard: ``ctrl+q`` gives ``Ctrl+Q``."""
    return "+".join(_PRINTED.get(part, part.capitalize()) for part in key.split("+"))


_PRINTED: Final = {
    "escape": "Esc",
    "question_mark": "?",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "slash": "/",
    "delete": "Del",
    "full_stop": ".",
    "comma": ",",
}

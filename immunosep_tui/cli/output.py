"""What a command prints: JSON or plain lines on standard output, messages on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from immunosep_tui.i18n import words
from immunosep_tui.rules.text import show

if TYPE_CHECKING:
    from immunosep_tui.rules.number import Refusal
    from immunosep_tui.rules.protocol import Protocol
    from immunosep_tui.rules.reason import Caution, Reason

DONE, REFUSED, UNUSABLE, ATTENTION = 0, 2, 3, 4

Json = dict[str, Any]


def complain(*lines: str) -> None:
    """Print each line on standard error, with nothing in it that a terminal could obey."""
    for line in lines:
        print(show(line, 2000), file=sys.stderr)


def refused(refusals: Iterable[tuple[str, Refusal]]) -> int:
    """Say for each refused text where it stood, what it was, why, and what would be accepted; the exit status."""
    for where, refusal in refusals:
        complain(f'{where}: "{show(refusal.typed, 60)}": {words(refusal.why)} {words(refusal.accepted)}')
    return REFUSED


def print_json(answer: Mapping[str, Any]) -> None:
    """One JSON object on one line."""
    print(json.dumps(answer, ensure_ascii=False, allow_nan=False))


def stamp(protocol: Protocol) -> Json:
    """Which protocol an answer rests on."""
    return {"id": protocol.id, "version": protocol.version, "sha256": protocol.sha256}


def reasons(items: Iterable[Reason]) -> list[Json]:
    """Reasons for JSON."""
    return [{"rule": item.rule, "text": words(item.text), "source": item.source} for item in items]


def warnings(items: Iterable[Caution]) -> list[Json]:
    """Cautions for JSON, each once."""
    return [{"code": item.code, "text": words(item.text)} for item in dict.fromkeys(items)]

"""What can be read from the seat: the header, the board, the rooms, the lock, and what the command line says."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any, Final

from tests.support.bedside.seat import BOARD, RECORDING, Seat, title

_WHOSE: Final = re.compile(r"Bed (?P<bed>\S+) \| Case (?P<case>\S+) \| (?P<identifier>\S+)")
_TABS: Final = re.compile(r"Overview.*Labs.*SOFA.*Response")
_BOARD_ROW: Final = re.compile(r"^ ?(?P<cursor>>?)[^\w>]*(?:\[\w+\])?\s*(?P<bed>[\w-]+) +(?P<rest>\S.*)$")
_SCREENS: Final = 12
"""Most screens that an answer is long."""


class Sight(Seat):
    """Everything that a person can read."""

    def whose(self) -> re.Match[str]:
        """Bed, case and second identifier of whoever's record is open."""
        self.until(lambda text: _WHOSE.search(text) is not None, "an open record")
        found = _WHOSE.search(self.screen)
        assert found
        return found

    def header(self) -> str:
        """The lines that never leave a patient's screen: all above the names of the rooms."""
        lines = self.screen.split("\n")
        end = next((n for n, line in enumerate(lines) if _TABS.search(line)), 1)
        return "\n".join(lines[:end])

    def tabs(self) -> str:
        """The names of the rooms, the open one in brackets."""
        return next((line for line in self.screen.split("\n") if _TABS.search(line)), "")

    def board(self) -> dict[str, str]:
        """The rows of the board by bed, from top to bottom."""
        self.until(lambda text: BOARD in text and bool(self._board()), "the rows of the board")
        return {bed: line for bed, (_cursor, line) in self._board().items()}

    def board_row(self, bed: str) -> str:
        """The row of a bed."""
        rows = self.board()
        assert bed in rows, f"no bed {bed} on the board; there are {list(rows)}"
        return rows[bed]

    def board_title(self) -> str:
        """The line above the rows, with its counts."""
        return next((line for line in self.screen.split("\n") if BOARD in line), "")

    def bed_under_cursor(self) -> str:
        """The bed on which the board's cursor stands."""
        return next((bed for bed, (cursor, _line) in self._board().items() if cursor), "")

    def _board(self) -> dict[str, tuple[str, str]]:
        lines = self.screen.split("\n")
        head = next((n for n, line in enumerate(lines) if line.split()[:2] == ["Bed", "Case"]), len(lines))
        found = (_BOARD_ROW.match(line) for line in lines[head + 1 :])
        rows: dict[str, tuple[str, str]] = {}
        for line in found:
            if line is None:
                break
            rows[line["bed"]] = (line["cursor"], line[0])
        return rows

    # What is expected to be read.

    def says(self, words: str) -> None:
        """The screen shows these words, if need be broken over lines, without being scrolled."""
        self.log(f"says {words}")
        self.until(lambda text: words in text or words in joined(text), f"{words!r}")

    def does_not_say(self, words: str) -> None:
        """The screen does not show these words once it is drawn."""
        self.log(f"does not say {words}")
        self.until(lambda text: words not in text, f"a screen without {words!r}")

    def header_says(self, words: str) -> None:
        """The header shows these words."""
        self.log(f"header says {words}")
        self.until(lambda _text: words in self.header(), f"{words!r} in the header")

    def header_does_not_say(self, words: str) -> None:
        """The header does not show these words."""
        self.log(f"header does not say {words}")
        self.until(
            lambda _text: _WHOSE.search(self.header()) is not None and words not in self.header(),
            f"a header without {words!r}",
        )

    def board_row_says(self, bed: str, words: str) -> None:
        """The row of a bed shows these words."""
        self.log(f"board row {bed} says {words}")
        self.until(lambda _text: words in self._board().get(bed, ("", ""))[1], f"{words!r} in the row of bed {bed}")

    def board_title_says(self, words: str) -> None:
        """The line above the board's rows shows these words."""
        self.log(f"board title says {words}")
        self.until(lambda _text: words in self.board_title(), f"{words!r} in the title of the board")

    def board_order_is(self, beds: str) -> None:
        """The rows of the board stand in this order of beds, from the first one down."""
        wanted = beds.split(", ")
        self.log(f"board order is {beds}")
        self.until(lambda _text: list(self._board())[: len(wanted)] == wanted, f"the order {beds}")

    def board_row_does_not_say(self, bed: str, words: str) -> None:
        """The row of a bed does not show these words."""
        self.log(f"board row {bed} does not say {words}")
        self.until(
            lambda _text: words not in self._board().get(bed, ("", words))[1], f"a row of {bed} without {words!r}"
        )

    def board_title_does_not_say(self, words: str) -> None:
        """The line above the board's rows does not show these words."""
        self.log(f"board title does not say {words}")
        self.until(lambda _text: words not in (self.board_title() or words), f"a title of the board without {words!r}")

    def shows_below(self, words: str) -> None:
        """The answer beside the form shows these words, scrolled as far down as that takes; it is put back after."""
        self.log(f"shows {words}")
        pages = 0
        while words not in self.screen and words not in joined(self.screen):
            before = self.screen
            for _line in range(5):
                self.press("answer-down")
            pages += 1
            if not self._changes(lambda text, before=before: text != before) or pages == _SCREENS:  # type: ignore[misc]
                raise AssertionError(f"never saw {words!r} on any page")
        for _line in range(5 * pages):
            self.press("answer-up")

    def asked(self) -> str:
        """The lines under the form of a screen that records: what is still wanted, or what speaks against it."""
        assert RECORDING in title(self.screen), f"no screen that records is open\n{self.screen}"
        return "\n".join(self.screen.split("\n")[-5:]).strip()

    # What the command line says.

    def told(self, *arguments: str, status: int = 0) -> str:
        """What a command prints; ``AssertionError`` where it ends with another status."""
        done = self.command_line(*arguments)
        assert done.returncode == status, f"{arguments}: status {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout

    def command_says(self, arguments: Sequence[str], words: str) -> None:
        """A command that answers without a screen prints these words."""
        told = self.told(*arguments)
        assert words in told, f"{words!r} is not in what {' '.join(arguments)} prints:\n{told}"

    def command_does_not_say(self, arguments: Sequence[str], words: str) -> None:
        """A command that answers without a screen does not print these words."""
        told = self.told(*arguments)
        assert words not in told, f"{words!r} is in what {' '.join(arguments)} prints:\n{told}"

    def told_json(self, *arguments: str) -> Any:
        """What a command prints for programs."""
        return json.loads(self.told(*arguments, "--json"))


def joined(screen: str) -> str:
    """A screen as one line, for words that are broken over lines of the whole width."""
    return " ".join(screen.split())

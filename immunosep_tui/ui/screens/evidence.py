"""The trial on one page: results printed and recomputed, limits, sources."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.screen import Screen

from immunosep_tui.evidence_lines import evidence_lines
from immunosep_tui.i18n import _
from immunosep_tui.ui.panel import Line, Panel
from immunosep_tui.ui.widgets.footer import KeyFooter
from immunosep_tui.ui.widgets.quiet_line import QuietLine

if TYPE_CHECKING:
    from immunosep_tui.rules.protocol import Protocol
    from immunosep_tui.ui.shell.shell import Shell


class EvidenceScreen(Screen[None]):
    """Scrolled with the arrows; Escape goes back.

    Args:
        protocol: its sources are listed.
        cited: the text that was on the screen: the sources that it names stand first.
        is_demo: whether nothing that is typed is kept.
    """

    SCOPE: ClassVar[str] = "evidence"
    OVER_LOCK: ClassVar[bool] = True
    DEFAULT_CSS = """
    EvidenceScreen Panel { padding: 0 0 0 1; }
    """

    def __init__(self, protocol: Protocol, cited: str = "", *, is_demo: bool = False) -> None:
        super().__init__()
        self._protocol = protocol
        self._cited = cited
        self._is_demo = is_demo

    def compose(self) -> ComposeResult:
        """One text and the keys."""
        yield Panel(focusable=True)
        yield QuietLine(is_demo=self._is_demo)
        yield KeyFooter()

    def on_mount(self) -> None:
        """Fill the page."""
        sources = self._protocol.sources
        named = [key for key in sources if re.search(rf"\b{key}\b", self._cited)]
        lines: list[Line] = [("title", _("Cited where you came from"))] if named else []
        lines += [("good", f"  {key}: {sources[key]}") for key in named]
        lines += [("plain", "")] if named else []
        lines += [("title", text) if not text.startswith(" ") else ("plain", text) for text in evidence_lines()]
        lines += [("plain", ""), ("title", _("Sources"))]
        lines += [("dim", f"  {key}: {text}") for key, text in sources.items()]
        panel = self.query_one(Panel)
        panel.show_lines(lines)
        panel.focus()


async def toggle_evidence(app: Shell, protocol: Protocol, *, is_demo: bool = False) -> None:
    """Open the evidence page over an application's screen, or go back to it, or from it."""
    if app.is_open(EvidenceScreen):
        await app.action_back()
    else:
        cited = "\n".join(panel.text for panel in app.screen.query(Panel) if panel.region)
        app.push_screen(EvidenceScreen(protocol, cited, is_demo=is_demo))

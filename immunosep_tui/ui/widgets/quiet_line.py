"""The lines that never leave the screen: trouble with the store, what this program is not, and what is stored."""

from __future__ import annotations

from rich.text import Text
from textual.widget import Widget

from immunosep_tui.i18n import _, words
from immunosep_tui.rules.reason import Sentence
from immunosep_tui.rules.text import show
from immunosep_tui.ui.cells import cut_words


class QuietLine(Widget):
    """One line; a second one above it where something is wrong with the store.

    Args:
        is_demo: whether nothing that is typed is kept.
    """

    DEFAULT_CSS = """
    QuietLine { height: 1; width: 100%; color: $text-muted; }
    QuietLine.-trouble { height: 2; }
    QuietLine > .quiet--trouble { background: $error; color: $background; text-style: bold; }
    """
    COMPONENT_CLASSES = {"quiet--trouble"}

    def __init__(self, *, is_demo: bool = False) -> None:
        super().__init__()
        self._is_demo = is_demo
        self._trouble = ""
        self._state = ""

    def show_state(self, state: str) -> None:
        """Say whether what is typed is a draft or signed."""
        if state != self._state:
            self._state = state
            self.refresh()

    def show_trouble(self, text: Sentence | None, advice: Sentence | None = None) -> None:
        """Say what is wrong with the store, or that nothing is."""
        trouble = "" if text is None else words(text) + (f" {words(advice)}" if advice else "")
        if trouble != self._trouble:
            self._trouble = trouble
            self.set_class(bool(trouble), "-trouble")
            self.refresh(layout=True)

    def render(self) -> Text:
        """The trouble, then the quiet line."""
        width = self.size.width
        lines = Text(no_wrap=True, end="")
        if self._trouble:
            style = self.get_component_rich_style("quiet--trouble")
            lines.append(cut_words(f" {show(self._trouble, 400)}", width).ljust(width) + "\n", style)
        lines.append(" " + _("Research and education; not a licensed indication."))
        state = self._state or (_("[DEMO: nothing is kept]") if self._is_demo else "")
        if state:
            lines.append(f"  {state}", "bold")
        return lines

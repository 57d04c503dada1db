"""Who may have the keyboard."""

from __future__ import annotations

from textual.widget import Widget


class Seen(Widget):
    """A widget that takes the keyboard only where it is seen: a click may come after its room has given way to another."""

    def allow_focus(self) -> bool:
        """Whether nothing around it is hidden."""
        return super().allow_focus() and all(node.display for node in self.ancestors_with_self)

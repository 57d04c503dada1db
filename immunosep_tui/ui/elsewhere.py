"""Alarms of patients who are not in front: each new one is told once, in one line, on whatever screen is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.screen import Screen

from immunosep_tui.i18n import _
from immunosep_tui.record.attention import Item
from immunosep_tui.rules.text import show
from immunosep_tui.ui.attention_words import tagged
from immunosep_tui.ward.ward import Alarm


class Elsewhere:
    """Remembers which STOPs and CALLs this workstation has shown or told."""

    def __init__(self) -> None:
        self._known: set[tuple[str, tuple[object, ...]]] | None = None

    def know(self, key: str, items: Iterable[Item]) -> None:
        """Take these items of a patient as told: a box has said them."""
        if self._known is not None:
            self._known |= {(key, item.key) for item in items}

    def new(self, alarms: Iterable[Alarm], screen: Screen[object]) -> list[Alarm]:
        """The alarms that were not told yet and that the screen in front does not tell itself; from now on they are.

        What stood when the program was started is on the board, and is not told.
        """
        listed = {(alarm.key, alarm.item.key): alarm for alarm in alarms}
        known, self._known = self._known, set(listed) | (self._known or set())
        if known is None:
            return []
        fresh = [alarm for key, alarm in listed.items() if key not in known]
        return [alarm for alarm in fresh if not _is_told_by(screen, alarm)]


def _is_told_by(screen: Screen[object], alarm: Alarm) -> bool:
    """Whether a screen is that of the patient and knows the entries of the alarm, or asks for them itself."""
    tells = getattr(screen, "tells", None)
    return tells is not None and bool(tells(alarm.key, max(alarm.item.entries, default=0)))


def news_text(alarms: Sequence[Alarm]) -> str:
    """Bed and alarm of the first, the most urgent, and how many more there are."""
    text = _("NEW, bed {place}, case {case}: {alarm}").format(
        place=show(alarms[0].place) or "-", case=show(alarms[0].case) or "-", alarm=tagged(alarms[0].item)
    )
    return text + (f" +{len(alarms) - 1}" if len(alarms) > 1 else "")

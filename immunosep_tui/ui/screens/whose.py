"""Whose it is, typed again: typing, unlike looking, finds the wrong patient."""

from __future__ import annotations

from immunosep_tui.i18n import _
from immunosep_tui.record.chart import Chart
from immunosep_tui.ui.form import Field, Verdict

LAST_CHARACTERS = 3
"""How many characters of the second identifier are typed again."""


def whose_field() -> Field:
    """The row that asks for it."""
    hint = _("The last {count} characters of the second identifier, or more.").format(count=LAST_CHARACTERS)
    return Field("whose", _("Identifier ends"), hint=hint, anew=True)


def judge_whose(chart: Chart, text: str) -> Verdict:
    """Whether it is this patient's."""
    if not text:
        return Verdict()
    if not wanted_whose(chart, text):
        return Verdict("ok")
    return Verdict("refused", message=_("It is not how this patient's second identifier ends."))


def wanted_whose(chart: Chart, text: str) -> str:
    """What is still to be typed; empty where it is this patient's."""
    typed, identifier = _plain(text), _plain(chart.sheet.identifier)
    if identifier.endswith(typed) and len(typed) >= min(LAST_CHARACTERS, len(identifier)):
        return ""
    return _("Type how the second identifier of this patient ends.")


def _plain(text: str) -> str:
    """An identifier without spaces, in small letters."""
    return "".join(text.split()).casefold()

"""Rows of a form made from the table of fields, and the verdicts on what is typed into them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from immunosep_tui.i18n import _
from immunosep_tui.record.fields import analyte_of, field_of
from immunosep_tui.record.patient import Patient
from immunosep_tui.record.values import ChoiceValue, QuantityValue, SheetField, TimeValue
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.ui.form import Choice, Field, Verdict
from immunosep_tui.ui.rooms.verdicts import choices_verdict, quantity_verdict, refusal_text
from immunosep_tui.ui.times import stamp_text
from immunosep_tui.ward.field_reading import read_field
from immunosep_tui.ward.value_words import row_label


def row_of(field: SheetField, protocol: Protocol, heading: str = "") -> Field:
    """The row of a field, in the reader's language.

    Args:
        field: of the table.
        protocol: its lists of choices.
        heading: above the row, instead of the field's own; already in the reader's language.
    """
    analyte = analyte_of(field)
    beside = field.beside or field.unit
    unit = _(beside) if beside else analyte.canonical.name if analyte else ""
    hint = _(field.hint) if field.hint else ""
    if isinstance(field.value, TimeValue):
        hint = f"{hint} {_('2026-03-14 08:00; Ctrl+N writes the present minute.')}".lstrip()
    own = _(field.heading) if field.heading else ""
    return Field(field.name, row_label(field), unit, heading or own, choices_of(field, protocol), hint)


def choices_of(field: SheetField, protocol: Protocol) -> tuple[Choice, ...]:
    """The answers of a field, in the reader's language; none where it has no list."""
    if not isinstance(field.value, ChoiceValue):
        return ()
    return tuple(Choice(each.key, each.value, _(each.label)) for each in field.value.choices_by(protocol))


def judge_field(sheet: Patient, key: str, protocol: Protocol, zone: ZoneInfo, now: datetime) -> Verdict:
    """The verdict on the text of one field, by the kind of its value; the form itself judges a single choice.

    Args:
        sheet: with the text.
        key: of a field in the table.
        protocol: its limits and lists.
        zone: of the site's clock.
        now: a time that must have passed is refused after it.
    """
    field, text = field_of(key), sheet.text(key)
    if field is None or not text:
        return Verdict()
    if isinstance(field.value, ChoiceValue):
        row = row_of(field, protocol)
        return (choices_verdict(row, text) if field.value.several else None) or Verdict()
    found = read_field(sheet, key, protocol, zone, now)
    if isinstance(field.value, QuantityValue):
        return quantity_verdict(found)
    if found.refusal is not None:
        return Verdict("refused", message=refusal_text(found.refusal))
    return Verdict("ok", stamp_text(found.value, now, zone, dated=True) if isinstance(found.value, datetime) else "")

"""The names and units of the values on a sheet, by the names that they are stored under. No screen."""

from __future__ import annotations

from immunosep_tui.i18n import _
from immunosep_tui.record.fields import DAY, FIELDS, analyte_of
from immunosep_tui.record.patient import parts
from immunosep_tui.record.values import SheetField
from immunosep_tui.rules.analytes import ANALYTES, Analyte
from immunosep_tui.rules.number import Refusal, parse_number
from immunosep_tui.rules.units import DECIMALS


def row_label(field: SheetField) -> str:
    """The name of a field on its form."""
    return _said(field, field.label)


def value_label(name: str) -> str:
    """The name of a value in the record, by the last part of its key; ``9`` is the total of day 9."""
    if name.isdecimal():
        return _(FIELDS[DAY].label).format(day=name)
    field = FIELDS.get(name)
    if field is None:
        return _(ANALYTES[name].label) if name in ANALYTES else name.replace("_", " ").capitalize()
    return _said(field, field.full or field.label)


def _said(field: SheetField, label: str) -> str:
    analyte = analyte_of(field)
    if not label:
        return _(analyte.label) if analyte else field.name.replace("_", " ").capitalize()
    return _(label).format(drug=_(ANALYTES[field.drug].label)) if field.drug else _(label)


def readings(text: str, analyte: Analyte | None) -> str:
    """One or several readings, with the unit of the analyte behind each number that was typed without one."""
    return text if analyte is None else "; ".join(with_unit(analyte.name, part) for part in parts(text))


def value_text(name: str, text: str) -> str:
    """The typed text of a value with its unit."""
    field = FIELDS.get(name)
    if field is None:
        return readings(text, ANALYTES.get(name))
    if field.unit and not isinstance(parse_number(text, 0), Refusal):
        return f"{text} {_(field.unit)}"
    return readings(text, analyte_of(field))


def with_unit(analyte: str, text: str) -> str:
    """A number that was typed without a unit with the one that it is read in."""
    known = ANALYTES.get(analyte)
    if known is None or isinstance(parse_number(text, DECIMALS), Refusal):
        return text
    return f"{text} {known.canonical.name}".rstrip()

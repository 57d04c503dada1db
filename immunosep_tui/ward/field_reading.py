"""What is read in any field of the sheet, by the kind of its value: what may be used, what is refused, what is asked."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from immunosep_tui.record.fields import field_of
from immunosep_tui.record.patient import Patient, is_identifying, parts
from immunosep_tui.record.values import (
    ChoiceValue,
    IdentifierValue,
    QuantityValue,
    TimeValue,
    WholeValue,
    WordsValue,
)
from immunosep_tui.rules.number import Refusal
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.rules.reason import N_, say
from immunosep_tui.rules.text import show
from immunosep_tui.ward.instants import instant
from immunosep_tui.ward.reading import EARLY, Read, read, whole


def read_field(sheet: Patient, key: str, protocol: Protocol, zone: ZoneInfo, now: datetime | None = None) -> Read:
    """Read one field of the sheet by the table of fields.

    Args:
        sheet: as typed.
        key: of a field in the table; KeyError for another one.
        protocol: its plausible values and its lists of choices.
        zone: of the site's clock.
        now: a time that must have passed is refused after it; None takes any.
    """
    field, text = field_of(key), sheet.text(key)
    if field is None:
        raise KeyError(key)
    if not text:
        return Read(text)
    value = field.value
    if isinstance(value, QuantityValue):
        return read(sheet, key, value.analyte, protocol)
    if isinstance(value, TimeValue):
        found: object = read_time(sheet, key, value, zone, now)
    elif isinstance(value, WholeValue):
        found = whole(text, value.highest)
    elif isinstance(value, ChoiceValue):
        found = _choice(text, value, protocol)
    else:
        found = read_words(text, value)
    if isinstance(found, Refusal):
        return Read(text, refusal=found)
    assert isinstance(found, datetime | int | str)
    return Read(text, value=found)


def unusable_in(
    place: str, sheet: Patient, protocol: Protocol, zone: ZoneInfo, now: datetime | None = None
) -> frozenset[str]:
    """Names of the fields at a place of the sheet whose text is refused or waits for an answer."""
    names = (name for name in sheet.within(place) if field_of(f"{place}.{name}") is not None)
    return frozenset(name for name in names if not read_field(sheet, f"{place}.{name}", protocol, zone, now).usable)


def read_time(
    sheet: Patient, key: str, value: TimeValue, zone: ZoneInfo, now: datetime | None
) -> datetime | Refusal | None:
    """An instant; refused in the future and before that of the field that comes first, where the value says so."""
    found, text = instant(sheet, key, zone), sheet.text(key)
    if not isinstance(found, datetime):
        return found
    past = say(N_("A time that has passed."))
    if value.past and now is not None and found > now + EARLY:
        return Refusal("future", text, say(N_("This time has not come yet.")), past)
    if value.after:
        first = instant(sheet, f"{key.rpartition('.')[0]}.{value.after}", zone)
        if isinstance(first, datetime) and found < first:
            return Refusal("before_sample", text, say(N_("The result cannot come before the sample was taken.")), past)
    return found


def _choice(text: str, value: ChoiceValue, protocol: Protocol) -> str | Refusal:
    known = [each.value for each in value.choices_by(protocol)]
    if all(part in known for part in (parts(text) if value.several else [text])):
        return text
    why = say(N_("This is not one of the choices."))
    return Refusal("not_a_choice", text, why, say(N_("Accepted: {choices}."), choices=", ".join(known)))


def read_words(text: str, value: WordsValue | IdentifierValue) -> str | Refusal:
    """Words for people or an identifier: refused where it is too long or something of it cannot be seen."""
    accepted = say(N_("Accepted: printable text."))
    if len(text) > value.longest:
        why = say(N_("At most {most} characters are taken."), most=value.longest)
        return Refusal("too_long", text, why, accepted)
    if isinstance(value, IdentifierValue) and not is_identifying(text):
        why = say(N_("It holds a control or invisible character, or a space at an end."))
        return Refusal("not_identifying", text, why, accepted)
    if show(text, value.longest) != text:
        return Refusal("control_character", text, say(N_("It holds a control or invisible character.")), accepted)
    return text

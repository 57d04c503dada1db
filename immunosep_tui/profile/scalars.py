"""The numbers and texts that a profile may hold: short, exact, and with nothing in them that cannot be seen."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from immunosep_tui.rules.text import show
from immunosep_tui.rules.units import DECIMALS

MOST_DIGITS = 12
"""Before the point; behind it, a number of a profile has at most as many as one that is typed."""
_TOO_LARGE: int = 10**MOST_DIGITS


def _number(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ValueError("a TOML number is wanted")
    if not _is_short(value):
        raise ValueError(f"a number of at most {MOST_DIGITS} digits and {DECIMALS} decimals is wanted")
    return Decimal(value)


def _is_short(value: int | Decimal) -> bool:
    """Whether a number fits on a line: 1e-999999999, written out in full, would fill the memory."""
    if isinstance(value, int):
        return abs(value) < _TOO_LARGE
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int):
        return True  # nan and infinity have a refusal of their own
    return exponent >= -DECIMALS and value.adjusted() < MOST_DIGITS


def _visible(text: str) -> str:
    if show(text, len(text)) != text:
        raise ValueError("it has a character that a terminal would obey or hide")
    return text


Number = Annotated[Decimal, BeforeValidator(_number), Field(allow_inf_nan=False)]
Visible = AfterValidator(_visible)
Text = Annotated[str, StringConstraints(min_length=1, max_length=400), Visible]
Remark = Annotated[str, StringConstraints(max_length=400), Visible]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9\-]{0,63}$")]
Confidence = Literal["V", "S", "D", "G", "L"]

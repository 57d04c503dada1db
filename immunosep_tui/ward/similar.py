"""Patients on one ward who are easily taken for each other."""

from __future__ import annotations

from collections.abc import Iterable

from immunosep_tui.ward.board import Row

LONG_NUMBER = 5
"""Digits from which a number at the end of a case number is no count of the ward's own."""


def one_slip_apart(one: str, other: str) -> bool:
    """Whether a text becomes the other by one slip at most: a character too many, too few, wrong, or two swapped."""
    if len(one) > len(other):
        one, other = other, one
    if len(other) - len(one) > 1:
        return False
    start = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    rest, others = one[start:], other[start:]
    if len(one) < len(other):
        return rest == others[1:]
    return rest[1:] == others[1:] or (rest[:2] == others[:2][::-1] and rest[2:] == others[2:])


def is_mistaken(one: str, other: str) -> bool:
    """Whether a case number is easily taken for the other: two neighbors swapped, or any one slip in a long number.

    Short numbers are counted up on a ward, so that every one of them is one slip away from several others; of them only
    a swap counts. Local convention.
    """
    if one == other or not one_slip_apart(one, other):
        return one == other
    return sorted(one) == sorted(other) or not (_is_counted(one) and _is_counted(other))


def _is_counted(case: str) -> bool:
    return len(case) - len(case.rstrip("0123456789")) < LONG_NUMBER


def similar_keys(rows: Iterable[Row]) -> dict[str, str]:
    """Keys of the patients who share the second identifier with another one, or whose case number is easily mistaken.

    Each with the case number of one whom it is taken for; capitals and spaces make no difference.
    """
    folded = [(row, _folded(row.case), _folded(row.identifier)) for row in rows if not (row.died or row.left)]
    found: dict[str, str] = {}
    for number, (one, case, identifier) in enumerate(folded):
        for other, other_case, other_identifier in folded[number + 1 :]:
            alike = identifier and identifier == other_identifier
            if alike or (case and other_case and is_mistaken(case, other_case)):
                found.setdefault(one.key, other.case)
                found.setdefault(other.key, one.case)
    return found


def _folded(text: str) -> str:
    return "".join(text.casefold().split())

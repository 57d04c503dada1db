"""``immunosep-tui evidence``: the published results beside the same figures from the counts."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from decimal import Decimal
from fractions import Fraction
from math import isfinite

from immunosep_tui.cli.output import DONE, Json, print_json, stamp
from immunosep_tui.cli.protocol import as_plain
from immunosep_tui.evidence_lines import evidence_lines
from immunosep_tui.i18n import _, words
from immunosep_tui.profile.files import load
from immunosep_tui.profile.results import results
from immunosep_tui.rules.evidence import Outcome, Recomputed, compare, number_needed_sentence, recompute
from immunosep_tui.rules.statistics import Interval


def run(options: argparse.Namespace) -> int:
    """Print the results."""
    evidence = results()
    if not options.json:
        for line in evidence_lines():
            print(line)
        return DONE
    rest = as_plain(evidence)
    assert isinstance(rest, dict)
    outcomes = [_outcome(outcome) for outcome in evidence.outcomes]
    print_json({**rest, "outcomes": outcomes, "protocol": stamp(load(options.protocol))})
    return DONE


def _number(value: float | Fraction | Decimal) -> float | None:
    """A JSON number; None for an infinite limit, which JSON cannot write."""
    number = float(value)
    return number if isfinite(number) else None


def _interval(interval: Interval | None, scale: int = 1) -> Json | None:
    if interval is None:
        return None
    value, low, high = (_number(part * scale) for part in (interval.value, interval.low, interval.high))
    return {"value": value, "low": low, "high": high, "method": _(interval.method)}


def _outcome(outcome: Outcome) -> Json:
    again = recompute(outcome)
    return {
        "id": outcome.id,
        "label": _(outcome.label),
        "role": outcome.role,
        "kind": outcome.kind,
        "precision": asdict(outcome.precision),
        "placebo": asdict(outcome.placebo),
        "printed": as_plain(outcome.printed),
        "recomputed": _recomputed(again),
        "comparison": [
            {
                "figure": row.figure,
                "part": row.part,
                "printed": _number(row.printed),
                "recomputed": _number(row.recomputed) if row.recomputed is not None else None,
                "agreement": row.agreement,
                "method": _(row.method),
                "arms_reversed": row.arms_reversed,
            }
            for row in compare(outcome)
        ],
        "source": outcome.source,
        "confidence": outcome.confidence,
        "note": _(outcome.note),
    }


def _recomputed(again: Recomputed) -> Json:
    """Percentages and the difference in percent; P, ratios and numbers needed as they are."""
    needed = again.number_needed
    return {
        "precision_percent": _interval(again.precision, 100),
        "placebo_percent": _interval(again.placebo, 100),
        "difference": _interval(again.difference, 100),
        "odds_ratio": _interval(again.odds_ratio),
        "risk_ratio": _interval(again.risk_ratio),
        "p": {"value": _number(again.p.value), "method": _(again.p.method)},
        "nnt": {
            "value": _number(needed.value) if needed.value is not None else None,
            "direction": needed.direction,
            "to_benefit": [_number(end) for end in needed.to_benefit] if needed.to_benefit else None,
            "to_harm": [_number(end) for end in needed.to_harm] if needed.to_harm else None,
            "text": words(number_needed_sentence(needed)),
            "method": _(needed.method),
        },
        "fragility": {"value": again.fragility.value, "method": _(again.fragility.method)},
    }

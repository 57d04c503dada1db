"""Answers of the rules as lines of a panel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from immunosep_tui.i18n import _, words
from immunosep_tui.record.sofa_fields import ORGAN_LABELS
from immunosep_tui.rules.phenotype import HOOK_EFFECT_SUSPECTED, INDETERMINATE, LABELS, UNCLASSIFIED, Answer, interval
from immunosep_tui.rules.protocol import Regimen
from immunosep_tui.rules.sofa.day import Score
from immunosep_tui.rules.units import plain

if TYPE_CHECKING:
    from immunosep_tui.ui.panel import Line


def phenotype_lines(answer: Answer) -> list[Line]:
    """The phenotype and its rule, then what to doubt, then how far the values lie from their cut-offs."""
    settled = answer.phenotype not in (INDETERMINATE, UNCLASSIFIED)
    lines: list[Line] = [("good" if settled else "title", _(LABELS[answer.phenotype]))]
    rules = [reason for reason in answer.reasons if not reason.rule.startswith("distance.")]
    lines += [("plain", words(reason.text)) for reason in rules]
    if answer.regimen is None and answer.phenotype == UNCLASSIFIED:
        lines.append(("plain", _("The trial gave no drug.")))
    ordered = sorted(answer.cautions, key=lambda caution: _DOUBTS.index(caution.code))
    for caution in ordered:
        suspected = caution.code == HOOK_EFFECT_SUSPECTED
        lines.append(("bad" if suspected else "note", f"{'!!' if suspected else '!'} {words(caution.text)}"))
    lines += [("dim", words(reason.text)) for reason in answer.reasons if reason not in rules]
    sources = dict.fromkeys(key for reason in answer.reasons for key in reason.source.split("; "))
    lines.append(("dim", _("Sources: {keys}. F10 shows them.").format(keys=", ".join(sources))))
    return lines


_DOUBTS = (
    HOOK_EFFECT_SUSPECTED,
    "ferritin_near_cutoff",
    "hla_dr_near_cutoff",
    "value_near_cutoff",
    "ferritin_hook_effect",
)
"""Doubts about a phenotype, what to look at first."""


def regimen_text(regimen: Regimen) -> str:
    """Drug, dose, route and interval in this order; a dose that no source gives is said to be unknown."""
    if regimen.dose is None:
        return _("{product}: dose not published").format(product=regimen.product)
    own = words(interval(regimen.interval_hours.value))
    if regimen.is_blinded and regimen.dummy is not None:
        other = words(interval(regimen.dummy.interval_hours.value))
        return f"{_(regimen.product)} {own}; {_(regimen.dummy.product)} {other}"
    return f"{regimen.product} {plain(regimen.dose.value)} {regimen.dose.unit} {regimen.route} {own}"


def score_lines(score: Score, refused: int, unconfirmed: int) -> list[Line]:
    """The six organs with their bases, the total or its range, and the cautions."""
    lines: list[Line] = []
    for component in score.components:
        points = "-" if component.points is None else str(component.points)
        mark: Line = ("plain", "") if component.points is not None else ("dim", "")
        lines.append((mark[0], f"{_(ORGAN_LABELS[component.organ])} {points}: {words(component.basis)}"))
    lines.append(total_line(score))
    if refused:
        lines.append(("bad", _("!! {count} refused: not used in the score.").format(count=refused)))
    if unconfirmed:
        lines.append(("warn", _("?? {count} unusual: not used until kept with Enter.").format(count=unconfirmed)))
    lines += [("note", f"! {words(caution.text)}") for caution in dict.fromkeys(score.cautions)]
    return lines


def total_line(score: Score) -> Line:
    """The total, or that it is incomplete and the range it could take."""
    if score.complete:
        return ("title", _("Total {total} of 24").format(total=score.total))
    if score.total is None:
        return ("warn", _("Nothing scored yet"))
    return ("warn", _("Incomplete: {low} to {high} possible").format(low=score.low, high=score.high))

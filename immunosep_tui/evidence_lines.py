"""The published results as plain lines of text."""

from __future__ import annotations

from immunosep_tui.i18n import _, words
from immunosep_tui.profile.results import results
from immunosep_tui.rules.evidence import number_needed_sentence, recompute
from immunosep_tui.rules.units import plain


def evidence_lines() -> list[str]:
    """The evidence as plain lines, for the command and for the screen that shows it."""
    evidence = results()
    trial = evidence.trial
    text = [trial.title, f"{trial.registry}  doi:{trial.doi}", ""]
    for outcome in evidence.outcomes:
        again = recompute(outcome)
        counts = f"{outcome.precision.events}/{outcome.precision.n} v {outcome.placebo.events}/{outcome.placebo.n}"
        text.append(f"{_(outcome.label)}: {counts} [{outcome.source}; {outcome.confidence}]")
        difference = again.difference
        text.append(
            _("  difference {value} percent (95% interval {low} to {high}), {method}").format(
                value=plain(difference.value * 100, 1),
                low=f"{difference.low * 100:.1f}",
                high=f"{difference.high * 100:.1f}",
                method=_(difference.method),
            )
        )
        text.append(_("  P {p}, {method}").format(p=f"{float(again.p.value):.3g}", method=_(again.p.method)))
        text.append(f"  {words(number_needed_sentence(again.number_needed))}")
        if outcome.note:
            text.append(f"  {_(outcome.note)}")
    for heading, notes in ((_("Limits"), evidence.limits), (_("Corrected printing errors"), evidence.corrections)):
        text += ["", heading, *(f"  {_(note.text)} [{note.source}; {note.confidence}]" for note in notes)]
    return [*text, "", _("Not found in any source"), *(f"  {_(item)}" for item in evidence.unknown)]

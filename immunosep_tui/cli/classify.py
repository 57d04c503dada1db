"""``immunosep-tui classify``: the phenotype, the trial's regimen and why."""

from __future__ import annotations

import argparse

from immunosep_tui.cli.output import DONE, Json, print_json, reasons, refused, stamp, warnings
from immunosep_tui.i18n import _, words
from immunosep_tui.profile.files import load
from immunosep_tui.rules.blinding import classify_at_bedside
from immunosep_tui.rules.number import Refusal
from immunosep_tui.rules.phenotype import LABELS, Answer
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.rules.reason import Caution
from immunosep_tui.rules.sofa.reading import YES_NO, one_of
from immunosep_tui.rules.units import Quantity, read_quantity


def run(options: argparse.Namespace) -> int:
    """Print the answer; 2 if a value is refused."""
    protocol = load(options.protocol)
    values: dict[str, Quantity] = {}
    refusals: list[tuple[str, Refusal]] = []
    cautions: list[Caution] = []
    fields = (("ferritin", "ferritin"), ("hla_dr", "hla_dr"), ("ferritin_before", "ferritin"))
    for name, analyte in fields:
        text = getattr(options, name)
        if text is None:
            continue
        read = read_quantity(text, analyte, protocol.bands)
        if isinstance(read, Refusal):
            refusals.append((f"--{name.replace('_', '-')}", read))
        else:
            values[name] = read.quantity
            cautions.extend(read.cautions)
    covid19 = None
    if options.covid19 is not None:
        answer = one_of(options.covid19, tuple(YES_NO))
        if isinstance(answer, Refusal):
            refusals.append(("--covid19", answer))
        else:
            covid19 = YES_NO[answer]
    if refusals:
        return refused(refusals)
    found = classify_at_bedside(
        protocol,
        values.get("ferritin"),
        values.get("hla_dr"),
        ferritin_before=values.get("ferritin_before"),
        covid19=covid19,
    )
    if options.json:
        print_json(as_json(found, tuple(cautions), protocol))
    else:
        _print(found, tuple(cautions), protocol)
    return DONE


def as_json(answer: Answer, cautions: tuple[Caution, ...], protocol: Protocol) -> Json:
    """The answer with the names that scripts rely on."""
    return {
        "phenotype": answer.phenotype,
        "regimen": answer.regimen.name if answer.regimen else None,
        "missing": list(answer.missing),
        "reasons": reasons(answer.reasons),
        "warnings": warnings((*cautions, *answer.cautions)),
        "protocol": stamp(protocol),
    }


def _print(answer: Answer, cautions: tuple[Caution, ...], protocol: Protocol) -> None:
    print(_("Phenotype: {label}").format(label=_(LABELS[answer.phenotype])))
    for reason in answer.reasons:
        print(f"  {words(reason.text)} [{reason.source}]")
    for caution in dict.fromkeys((*cautions, *answer.cautions)):
        print(_("Check: {text}").format(text=words(caution.text)))
    for note in protocol.notes:
        print(_(note.text))
    print(_("Research and education; not a licensed indication. Protocol {id}.").format(id=protocol.id))

"""``immunosep-tui classify``: the phenotype, the trial's regimen and why."""

from __future__ import annotations

import argparse

from immunosep_tui.cli.arguments import fields_with_option, option_of
from immunosep_tui.cli.output import DONE, Json, print_json, reasons, refused, stamp, warnings
from immunosep_tui.i18n import _, words
from immunosep_tui.profile.files import load
from immunosep_tui.record.fields import analyte_of
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
    answers: dict[str, bool] = {}
    refusals: list[tuple[str, Refusal]] = []
    cautions: list[Caution] = []
    for field in fields_with_option("labs"):
        text = getattr(options, field.name)
        if text is None:
            continue
        analyte = analyte_of(field)
        read = read_quantity(text, analyte.name, protocol.bands) if analyte else one_of(text, tuple(YES_NO))
        if isinstance(read, Refusal):
            refusals.append((option_of(field), read))
        elif isinstance(read, str):
            answers[field.name] = YES_NO[read]
        else:
            values[field.name] = read.quantity
            cautions.extend(read.cautions)
    if refusals:
        return refused(refusals)
    found = classify_at_bedside(
        protocol,
        values.get("ferritin"),
        values.get("hla_dr"),
        ferritin_before=values.get("ferritin_before"),
        covid19=answers.get("covid19"),
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

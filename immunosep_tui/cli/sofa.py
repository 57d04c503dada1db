"""``immunosep-tui sofa``: one day's score from raw values, organ by organ."""

from __future__ import annotations

import argparse

from immunosep_tui.cli.arguments import fields_with_option
from immunosep_tui.cli.output import DONE, Json, print_json, refused, stamp, warnings
from immunosep_tui.i18n import _, words
from immunosep_tui.profile.files import load
from immunosep_tui.rules.number import Refusal
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.rules.reason import N_, Caution, say
from immunosep_tui.rules.sofa import sofa_2, sofa_1996
from immunosep_tui.rules.sofa.agents import CATECHOLAMINES
from immunosep_tui.rules.sofa.day import Score
from immunosep_tui.rules.sofa.reading import one_of, read_day

VERSIONS = ("1996", "2")


def run(options: argparse.Namespace) -> int:
    """Print the score; 2 if a value is refused."""
    protocol = load(options.protocol)
    refusals: list[tuple[str, Refusal]] = []
    version = one_of(options.sofa_version, VERSIONS)
    if isinstance(version, Refusal):
        return refused([("--version", version)])
    texts = {field.name: _readings(getattr(options, field.name)) for field in fields_with_option("sofa")}
    for name, values in texts.items():
        refusals.extend((f"--{name.replace('_', '-')}", _empty()) for text in values if text == "" and len(values) == 1)
    for what in ("concentration", "minutes"):
        refusals.extend(_per_agent(what, getattr(options, what), texts))
    reading = read_day(texts, protocol.bands)
    refusals.extend((f"--{name.replace('_', '-')}", refusal) for name, refusal in reading.refusals)
    if refusals:
        return refused(refusals)
    score = sofa_2.score(reading.day) if version == "2" else sofa_1996.score(reading.day, protocol.sofa.support_counts)
    cautions = (*(caution for _name, caution in reading.cautions), *score.cautions)
    if options.json:
        print_json(as_json(score, cautions, protocol))
    else:
        _print(score, cautions)
    return DONE


def _readings(values: list[str]) -> list[str]:
    """Repeated options and texts parted by semicolons are several readings of the day, in order."""
    return [part.strip(" ") if ";" in value else part for value in values for part in value.split(";")]


def _empty() -> Refusal:
    return Refusal("empty", "", say(N_("Nothing was typed.")), say(N_("Accepted: a value, or leave the option out.")))


def _per_agent(what: str, values: list[str], texts: dict[str, list[str]]) -> list[tuple[str, Refusal]]:
    """Hand ``[AGENT=]VALUE`` to the agent that it names, or to the only one that is given."""
    refusals = []
    given = [agent for agent in CATECHOLAMINES if texts.get(agent)]
    for value in values:
        agent, equals, text = value.partition("=")
        if not equals:
            if len(given) != 1:
                why = say(N_("It does not say which drug it belongs to."))
                accepted = say(N_("Accepted: {agents}, such as norepinephrine=64."), agents=", ".join(CATECHOLAMINES))
                refusals.append((f"--{what}", Refusal("which_agent", value, why, accepted)))
                continue
            agent, text = given[0], value
        found = one_of(agent, CATECHOLAMINES)
        if isinstance(found, Refusal):
            refusals.append((f"--{what}", found))
        else:
            texts.setdefault(f"{found}_{what}", []).append(text)
    return refusals


def as_json(score: Score, cautions: tuple[Caution, ...], protocol: Protocol) -> Json:
    """The score with the names that scripts rely on, and the range that missing values leave."""
    return {
        "version": score.version,
        "total": score.total,
        "complete": score.complete,
        "range": {"low": score.low, "high": score.high},
        "missing": list(score.missing),
        "components": {
            c.organ: {
                "points": c.points,
                "basis": words(c.basis),
                "assumed_normal": c.assumed_normal,
                "range": {"low": c.low, "high": c.high},
            }
            for c in score.components
        },
        "warnings": warnings(cautions),
        "protocol": stamp(protocol),
    }


def _print(score: Score, cautions: tuple[Caution, ...]) -> None:
    for component in score.components:
        points = "-" if component.points is None else str(component.points)
        print(f"{component.organ:<15} {points}  {words(component.basis)}")
    print(total_line(score))
    for caution in dict.fromkeys(cautions):
        print(_("Check: {text}").format(text=words(caution.text)))


def total_line(score: Score) -> str:
    """The total in words; an incomplete one says the range that it could take."""
    name = _("SOFA 1996 (trial version)") if score.version == "1996" else _("SOFA-2 (display only)")
    if score.complete:
        return _("{name}: {total} points.").format(name=name, total=score.total)
    return _("{name}: incomplete, {low} to {high} points possible.").format(name=name, low=score.low, high=score.high)

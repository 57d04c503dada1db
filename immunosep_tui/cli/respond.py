"""``immunosep-tui respond``: the responder rule over days 2 to 9, and to 15 where those days are given."""

from __future__ import annotations

import argparse

from immunosep_tui.cli.output import DONE, Json, print_json, reasons, refused, stamp, warnings
from immunosep_tui.i18n import _, words
from immunosep_tui.profile.files import load
from immunosep_tui.rules.number import Refusal, parse_number
from immunosep_tui.rules.protocol import Protocol, Window
from immunosep_tui.rules.reason import N_, say
from immunosep_tui.rules.response import HIGHEST_SOFA, Day, Response, parse_days, respond
from immunosep_tui.rules.units import plain


def run(options: argparse.Namespace) -> int:
    """Print the verdict; 2 if a value is refused."""
    protocol = load(options.protocol)
    windows = {window.name: window for window in protocol.endpoint.windows}
    refusals: list[tuple[str, Refusal]] = []
    baseline = _baseline(options.baseline)
    if isinstance(baseline, Refusal):
        refusals.append(("--baseline", baseline))
    early = parse_days(options.days, windows["day9"])
    if isinstance(early, Refusal):
        refusals.append(("--days", early))
    if refusals or isinstance(early, Refusal) or isinstance(baseline, Refusal):
        return refused(refusals)
    answers = [respond(protocol.endpoint, windows["day9"], baseline, early, options.final)]
    if options.day15 is not None:
        late = _to_day15(options.day15, early, windows["day9"], windows["day15"])
        if isinstance(late, Refusal):
            return refused([("--day15", late)])
        answers.append(respond(protocol.endpoint, windows["day15"], baseline, late, options.final))
    verdicts = []
    for name, answer in zip(("--days", "--day15"), answers, strict=False):
        if isinstance(answer, Refusal):
            return refused([(name, answer)])
        verdicts.append(answer)
    if options.json:
        answer_json = as_json(verdicts[0])
        if len(verdicts) > 1:
            answer_json["day15"] = as_json(verdicts[1])
        print_json({**answer_json, "protocol": stamp(protocol)})
    else:
        _print(verdicts, protocol)
    return DONE


def _baseline(text: str) -> int | Refusal | None:
    if text == "":
        return None
    value = parse_number(text, 0)
    if isinstance(value, Refusal):
        return value
    if value > HIGHEST_SOFA:
        accepted = say(N_("Accepted: a whole number from 0 to {highest}."), highest=HIGHEST_SOFA)
        why = say(N_("A SOFA total is at most {highest}."), highest=HIGHEST_SOFA)
        return Refusal("above_limit", text, why, accepted)
    return int(value)


def _to_day15(text: str, early: tuple[Day, ...], day9: Window, day15: Window) -> tuple[Day, ...] | Refusal:
    """Days 2 to 15 from either the six further days or all fourteen, which must then agree with ``--days``."""
    further = Window("day15", day9.last_day + 1, day15.last_day)
    if text.count(",") < further.last_day - further.first_day + 1:
        days = parse_days(text, further)
        return days if isinstance(days, Refusal) else (*early, *days)
    days = parse_days(text, day15)
    if isinstance(days, Refusal) or days[: len(early)] == early:
        return days
    why = say(N_("Its first days are not the same as those of --days."))
    return Refusal("days_differ", text, why, say(N_("Accepted: days 10 to 15, or days 2 to 15 as in --days.")))


def as_json(answer: Response) -> Json:
    """The verdict with the names that scripts rely on."""
    return {
        "window": answer.window.name,
        "baseline": answer.baseline,
        "sum": answer.sum,
        "mean": float(answer.mean) if answer.mean is not None else None,
        "decrease": float(answer.decrease) if answer.decrease is not None else None,
        "responder": answer.responder,
        "provisional": answer.provisional,
        "died": answer.died,
        "points_to_spare": answer.points_to_spare,
        "imputed": [{"day": i.day, "value": i.value, "why": i.why} for i in answer.imputed],
        "reasons": reasons(answer.reasons),
        "warnings": warnings(answer.cautions),
    }


def verdict_words(answer: Response) -> str:
    """The verdict in one phrase; a death stands above any responder label."""
    label = {True: _("responder"), False: _("non-responder"), None: _("no verdict")}[answer.responder]
    if answer.died:
        return _("DIED (by arithmetic alone: {label})").format(label=label)
    return _("provisional, no verdict before the window is complete") if answer.provisional else label


def _print(verdicts: list[Response], protocol: Protocol) -> None:
    for answer in verdicts:
        print(f"{answer.window.name}: {verdict_words(answer)}")
        if answer.mean is not None and answer.decrease is not None:
            numbers = _("  mean {mean}, decrease {decrease} points")
            print(numbers.format(mean=plain(answer.mean, 4), decrease=plain(answer.decrease, 4)))
        for reason in answer.reasons:
            print(f"  {words(reason.text)} [{reason.source}]")
        for caution in answer.cautions:
            print(_("Check: {text}").format(text=words(caution.text)))
    print(_("SOFA 1996 throughout. Protocol {id}.").format(id=protocol.id))

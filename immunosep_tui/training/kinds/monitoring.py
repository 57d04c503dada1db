"""The checklist of a treatment day: which limit a value meets, and what it asks for."""

from __future__ import annotations

from immunosep_tui.record.patient import parts
from immunosep_tui.rules.monitoring import ALL_LEVELS, START, Finding, assess, needs
from immunosep_tui.rules.protocol import CheckItem
from immunosep_tui.rules.reason import N_, Sentence, say
from immunosep_tui.rules.units import plain
from immunosep_tui.training.question import Kind, Misreading, Option, Places, Situation, Solution
from immunosep_tui.ward.answers import regimen_of
from immunosep_tui.ward.checks import typed_readings

NONE = "none"

_URGENCY = (*ALL_LEVELS, NONE)

LABELS = {
    NONE: N_("no limit is met: go on and write it down"),
    "review": N_("somebody looks again (review)"),
    "call": N_("call the physician"),
    "stop": N_("hold the drug and call"),
    START: N_("do not start the drug and call"),
}


def _item(situation: Situation, places: Places) -> CheckItem:
    for item in situation.protocol.checklist:
        if item.id == places[1]:
            return item
    raise ValueError(f"there is no checklist item {places[1]}")


def _finding(situation: Situation, places: Places) -> Finding | None:
    item = _item(situation, places)
    regimen = regimen_of(situation.patient, situation.protocol)
    if regimen is None or regimen.name != item.regimen:
        return None
    readings = typed_readings(situation.patient, situation.protocol, situation.zone, situation.now)
    return readings.finding(item, f"monitoring.{int(places[0])}.{item.id}")


def _options(situation: Situation, places: Places) -> tuple[Option, ...]:
    """Every level; the one of the start only for a line that has such a limit."""
    before = any(limit.level == START for limit in _item(situation, places).limits)
    return tuple(Option(value, say(label)) for value, label in LABELS.items() if before or value != START)


def _level(found: Finding) -> str:
    return found.met[0].level if found.met else NONE


def _row(item: CheckItem) -> Sentence:
    """Every limit of an item in one line."""
    limits = "; ".join(
        f"{each.level}: {each.when.replace('_', ' ')} {plain(each.value.value)} {each.value.unit}".rstrip()
        for each in sorted(item.limits, key=lambda each: ALL_LEVELS.index(each.level))
    )
    return say("{label} | {limits}", label=say(item.label), limits=limits)


def _solve(situation: Situation, places: Places) -> Solution | None:
    found = _finding(situation, places)
    if found is None or any(_URGENCY.index(each.level) < _URGENCY.index(_level(found)) for each in found.not_judged):
        return None
    rule = say(N_("The most urgent limit that is met counts; the action is a person's, and no dose changes by itself."))
    source = found.met[0].value.source if found.met else found.item.source
    return Solution(_level(found), rule, found.text, source, _row(found.item))


def _value_alone(situation: Situation, places: Places) -> str | None:
    """Whoever does not look at the value before."""
    found = _finding(situation, places)
    if found is None or not any(needs(limit) for limit in found.item.limits):
        return None
    return _level(assess(found.item, found.value))


def _mildest(situation: Situation, places: Places) -> str | None:
    found = _finding(situation, places)
    return found.met[-1].level if found and found.met else None


def _last_reading(situation: Situation, places: Places) -> str | None:
    """Whoever looks at the last of several values of a day only."""
    key = f"monitoring.{places[0]}.{places[1]}"
    texts = parts(situation.patient.text(key))
    if len(texts) < 2:
        return None
    last = Situation(
        situation.patient.typed(key, texts[-1]).keeping(key), situation.protocol, situation.zone, situation.now
    )
    found = _finding(last, places)
    return _level(found) if found else None


KINDS = (
    Kind(
        "action",
        "anemia",
        lambda situation, places: say(
            N_("Treatment day {day}, {item}: what does the checklist ask for?"),
            day=places[0],
            item=say(_item(situation, places).label),
        ),
        _options,
        _solve,
        (
            Misreading(
                "value-alone",
                "",
                _value_alone,
                N_("The value alone looks harmless: compared with the one before, it is the fall that meets a limit."),
            ),
            Misreading(
                "last-reading",
                "",
                _last_reading,
                N_("A better value later the same day takes nothing back: the most urgent of the day counts."),
            ),
            Misreading("mildest-limit", "", _mildest, N_("More than one limit is met, and the most urgent counts.")),
            Misreading(
                "looks-harmless",
                "",
                lambda _situation, _places: NONE,
                N_("A limit is met, and the checklist names what to do."),
            ),
        ),
    ),
)

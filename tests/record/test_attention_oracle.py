"""The limits of the program against the second opinion, over random histories of timed readings."""

from __future__ import annotations

import random

import pytest

from immunosep_tui.record.attention import LIMIT
from immunosep_tui.record.chart import fold
from immunosep_tui.record.days import days_of
from immunosep_tui.record.entry import Author, Entry, Proposal
from immunosep_tui.record.kinds import Admitted, Bleeding, Check, Kind, LimitEnded
from immunosep_tui.record.settings import effective
from immunosep_tui.record.standing import judged, standing
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.ward.instants import moment, ms
from tests.oracle.attention import ANAKINRA, HOUR, INTERFERON, NO_DRUG, Read, standing_levels
from tests.support.attended import MINUTE, START, ZONE, Attended, entry_of

NUMBERS = {
    "hemoglobin": ("6.2", "6.9", "7.0", "7.1", "7.9", "8.0", "8.5", "9.0", "10.0", "11.0"),
    "platelets": ("300", "310", "160", "151", "150", "149", "85", "75", "50", "49", "30"),
    "anc": ("0.3", "0.4", "0.5", "0.9", "1.0", "2.5"),
    "fibrinogen": ("1.2", "1.4", "1.5", "2.8"),
    "bleeding": ("0", "1", "2", "3", "4"),
}
LABELS = {"hemoglobin": "hemoglobin", "platelets": "platelets", "anc": "neutrophils", "fibrinogen": "fibrinogen"}


def check(seed: object, protocol: Protocol) -> None:
    rng = random.Random(f"oracle/{seed}")
    drug = rng.choice((NO_DRUG, ANAKINRA, INTERFERON))
    entries: list[Entry] = []
    now = ms(START)

    def say(body: Kind, at: int) -> None:
        proposal = Proposal("p", body, Author("AB", "doctor"), at, f"k{len(entries)}", "because")
        entries.append(entry_of(proposal, len(entries) + 1, now))

    say(Admitted("7", "A-1", "1"), now)
    if drug:
        history = Attended(seed)
        history.now = now
        for body in history.started(drug, now):
            say(body, now)
    reads: list[tuple[Read, int]] = []
    begins = days_of(fold("p", entries), ZONE).span(1)[0]
    now += 12 * 24 * HOUR
    minutes = rng.sample(range(9 * 60, 11 * 24 * 60, 7), rng.randrange(2, 20))
    for minute in minutes:  # in whatever order
        what = rng.choice(sorted(NUMBERS))
        at, text = begins + minute * MINUTE, rng.choice(NUMBERS[what])
        now += MINUTE
        if what == "bleeding":
            major = rng.choice(((), (), ("organ",)))
            say(Bleeding("line", "seen", int(text), major), at)
            reads.append((Read("major-bleeding", len(major), at), len(entries)))
        else:
            day, name = minute // (24 * 60) + 1, f"{drug or rng.choice((ANAKINRA, INTERFERON))}-{LABELS[what]}"
            if any(isinstance(e.body, Check) and (e.body.day, e.body.item) == (day, name) for e in entries):
                continue
            say(Check(day, name, what, f"{text} {moment(at):%H:%M}"), at)
        reads.append((Read(what, float(text), at), len(entries)))
    ended = {(n, level) for _read, n in reads for level in ("stop", "call") if rng.random() < 0.1}
    for n, level in sorted(ended):
        now += MINUTE
        say(LimitEnded(n, level), now)
    wanted = standing_levels(
        [read._replace(ended=frozenset(level for n2, level in ended if n2 == n)) for read, n in reads], drug
    )
    chart, settings = fold("p", entries), effective({}, protocol, ZONE)
    readings = judged(chart, protocol, settings)
    found = {
        fact: {
            (met.level, float(met.observation.value.value), met.observation.latest)
            for met in readings.raised(fact)
            if (met.observation.entry, met.level) not in ended
        }
        for fact in (*NUMBERS, "major-bleeding")
    }
    assert {fact: listed for fact, listed in found.items() if listed} == wanted, [read for read, _n in reads]
    items = [item for item in standing(chart, protocol, settings).items if item.code == LIMIT]
    assert {item.level for item in items} == {level for listed in wanted.values() for level, _number, _at in listed}


@pytest.mark.parametrize("part", range(4))
def test_limits_are_as_the_second_opinion_has_them(part: int, protocol: Protocol) -> None:
    for number in range(50):
        check(part * 50 + number, protocol)


@pytest.mark.deep
@pytest.mark.parametrize("part", range(20))
def test_limits_over_two_thousand_histories(part: int, protocol: Protocol) -> None:
    for number in range(100):
        check(f"deep/{part * 100 + number}", protocol)

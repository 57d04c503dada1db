"""Properties of attention over random histories: nothing that asks for a person goes away without its ending."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest

from immunosep_tui.record.attention import CALL, LEVELS, LIMIT, LOOK, RESTS_ON, STOP, Item, Standing
from immunosep_tui.record.chart import Chart, fold, standing_of
from immunosep_tui.record.courses import takers_of
from immunosep_tui.record.days import days_of
from immunosep_tui.record.entry import Author, Entry, Proposal, read_body
from immunosep_tui.record.kinds import (
    Acknowledged,
    Check,
    CourseContinued,
    CourseStarted,
    CourseStopped,
    Dose,
    Labs,
    LimitEnded,
)
from immunosep_tui.record.observations import Observation, surely_before
from immunosep_tui.record.raised import Judged
from immunosep_tui.record.standing import judged, standing
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.ward.instants import moment, ms
from tests.support.attended import (
    DAY,
    HOUR,
    MINUTE,
    START,
    TEXTS,
    ZONE,
    Attended,
    Step,
    entry_of,
    within_a_minute,
)

LASTING = (STOP, CALL, LOOK)
LOOKS_BACK = frozenset({"hemoglobin", "platelets", "alt", "bilirubin", "ferritin"})
"""Facts with a limit that is judged against another reading."""
BY_DRUG = frozenset({"platelets", "fibrinogen", "ferritin", "anc"})
"""Facts whose limits are not the same for both drugs."""

Line = tuple[str, str, str, int]
"""Level, code, subject and one entry behind an item."""


def lines(items: tuple[Item, ...]) -> set[Line]:
    """Each entry for which an item of a lasting level stands."""
    return {(i.level, i.code, i.about, n) for i in items if i.level in LASTING and not i.draft for n in i.entries}


class Explained:
    """Says of what went away in a step by what it ended, or that nothing ended it."""

    def __init__(self, step: Step, protocol: Protocol) -> None:
        self.step = step
        self.before = judged(step.before, protocol, step.settings_before)
        self.after = judged(step.after, protocol, step.settings)
        self.takers = takers_of(step.after.entries)
        self.taken = [
            step.before.entries[n - 1] for n, by in self.takers.items() if by in step.added and n <= step.before.n
        ]
        stood = {entry.n for entry in standing_of(step.before.entries)}
        self.restored = [e for e in standing_of(step.after.entries) if e.n not in stood]
        self.bodies = [entry.body for entry in (*step.added, *self.taken, *self.restored)]

    def ending(self, line: Line, there: set[Line]) -> str:
        """The name of what ended a line, empty where nothing did."""
        level, code, _about, n = line
        if n in self.takers:
            return "taken back"
        if any(isinstance(b, LimitEnded) and (b.entry, b.level) == (n, level) for b in self.bodies):
            return "ended by a person"
        if code == RESTS_ON:
            return "another call" if any(each[:2] == (CALL, RESTS_ON) for each in there) else self._of_course(n)
        if code != LIMIT:
            return ""
        worse = LEVELS[: LEVELS.index(level)]
        if any((other, LIMIT) == each[:2] and each[3] == n for each in there for other in worse):
            return "more urgent"
        facts = {each.fact for each in self._of(self.before, n)}
        if facts == {"anc"} and {(level, LIMIT, label, n) for label in ("Neutrophils", "ANC before start")} & there:
            return "told by the other label"
        if self.step.settings is not self.step.settings_before and facts & {"alt", "bilirubin"}:
            return "upper limit of normal"
        if level != STOP and any(self._is_over(each) for each in self._of(self.before, n)):
            return "in order again"
        if level == STOP:
            return ""
        changed = {each.fact for entry in (*self.step.added, *self.taken) for each in self._of(self.before, entry.n)}
        changed |= {each.fact for entry in self.step.added for each in self._of(self.after, entry.n)}
        if facts & changed & LOOKS_BACK:
            return "another reference"
        by_course = any(isinstance(b, CourseStarted | Dose) for b in self.bodies)
        if facts & (BY_DRUG | {"alt", "bilirubin"}) and by_course:
            return "checks of another drug, or another baseline"
        return ""

    def _of_course(self, n: int) -> str:
        if any(isinstance(b, CourseContinued) and n in b.entries for b in self.bodies):
            return "continued"
        if any(isinstance(b, CourseStopped | CourseStarted) for b in self.bodies):
            return "stopped"
        if any(isinstance(b, Labs | Dose) for b in self.bodies):
            return "another sample"
        return ""

    def _of(self, readings: Judged, n: int) -> list[Observation]:
        return [each for listed in readings.found.values() for each in listed if each.entry == n]

    def _is_over(self, raised: Observation) -> bool:
        """Whether a reading of this step was surely taken later and meets no limit as urgent."""
        new = {entry.n for entry in (*self.step.added, *self.restored)}
        later = [each for each in self.after.found.get(raised.fact, ()) if each.entry in new]
        return any(surely_before(raised, each) for each in later)


def steps_of(seed: object) -> Iterator[Step]:
    history = Attended(seed)
    yield from history.steps(history.rng.choice((8, 12, 20, 30)))


def check_nothing_goes_unsaid(step: Step, before: Standing, after: Standing, protocol: Protocol) -> set[str]:
    """What asks one minute before a change asks at it and after it, unless the change ended it; gives the endings."""
    early, at, late = within_a_minute(step.at)
    was, now = lines(before.at(early).items), lines(after.at(at).items)
    assert lines(before.at(late).items) == was
    assert lines(after.at(late).items) == now
    if was <= now:
        return set()
    explained = Explained(step, protocol)
    endings = {line: explained.ending(line, now) for line in was - now}
    unsaid = [line for line, why in endings.items() if not why]
    assert not unsaid, (step.deed, [each.body for each in step.added], unsaid)
    return set(endings.values())


def check_draft(history: Attended, step: Step, plain: Standing, protocol: Protocol) -> None:
    """Whatever is typed, every signed item stands as it does without."""
    texts = history.draft()
    draft, planned = history.typed(texts)
    with_it = standing(step.after, protocol, step.settings, judged(step.after, protocol, step.settings, draft, planned))
    signed = [item for item in with_it.items if not item.draft]
    lost = [item for item in plain.items if item.level in LASTING and item not in signed]
    assert not lost, (texts, lost, [item for item in signed if item.level in LASTING])


def check_acknowledgements(step: Step, plain: Standing, protocol: Protocol) -> None:
    """Without anybody having seen anything the same stands."""
    kept = [entry for entry in step.after.entries if not isinstance(entry.body, Acknowledged)]
    numbers = {entry.n for entry in kept}
    whole = fold(step.after.key, step.after.entries)
    bare = replace(whole, entries=tuple(e if e.n in numbers else _note(e) for e in whole.entries))
    found = standing(bare, protocol, step.settings)
    assert {(i.level, i.about) for i in found.items} == {(i.level, i.about) for i in plain.items}
    assert {(i.level, i.about) for i in plain.at(step.at).items} == {
        (i.level, i.about) for i in found.at(step.at).items
    }


def _note(entry: Entry) -> Entry:
    """An entry that says nothing in the place of one."""
    author = Author(entry.author, entry.role)
    body = read_body("note", '{"text":"seen"}')
    return entry_of(Proposal(entry.record, body, author, entry.at, entry.key), entry.n, entry.recorded)


def check_history(seed: object, protocol: Protocol) -> set[str]:
    """Every property of one history; gives what ended its items."""
    history = Attended(seed)
    many = history.rng.choice((8, 12, 20, 30))
    endings: set[str] = set()
    before = Standing()
    for step in history.steps(many):
        after = standing(step.after, protocol, step.settings)
        if step.before.n:
            endings |= check_nothing_goes_unsaid(step, before, after, protocol)
        if history.rng.random() < 0.4:
            check_draft(history, step, after, protocol)
        before = after
    anew = standing(fold(step.after.key, step.after.entries), protocol, step.settings)
    assert anew == before == Standing.read(before.written())
    for at in within_a_minute(step.at + history.rng.randrange(0, 30 * HOUR)):
        assert anew.at(at) == Standing.read(before.written()).at(at)
    check_acknowledgements(step, before, protocol)
    return endings


def check_order(seed: object, protocol: Protocol) -> None:
    """Signed readings with distinct known times say the same in whatever order they were typed."""
    history = Attended(f"order/{seed}")
    rng = history.rng
    for step in history.steps(rng.choice((3, 6, 10))):
        chart, settings = step.after, step.settings
    now = history.now + 3 * DAY
    days = days_of(chart, ZONE, now=now)
    today, items = days.calendar_day(now), history.items()
    bodies: list[tuple[Check | Labs, int]] = []
    places: set[str] = set(chart.latest)
    for minute in rng.sample(range(0, 23 * 60, 3), rng.randrange(2, 8)):
        item, day = rng.choice(items), max(1, today - rng.choice((1, 2)))
        fact = item.analyte or item.id.removeprefix(f"{item.regimen}-")
        place = f"monitoring.{day}.{item.id}"
        if place in places or days.span(day)[0] + minute * MINUTE > now:
            continue
        places.add(place)
        text = f"{rng.choice(TEXTS[fact])} {minute // 60:02}:{minute % 60:02}"
        bodies.append((Check(day, item.id, item.label, text), now))
    for number in (2, 3, 4):
        if f"sample.{number}" not in places and rng.random() < 0.3:
            at = now - rng.randrange(1, 3000) * MINUTE
            texts = {"ferritin": rng.choice(TEXTS["ferritin"]), "sampled": f"{moment(at):%Y-%m-%d %H:%M}"}
            bodies.append((Labs(texts, (), number), at // MINUTE * MINUTE))
    found = []
    for _order in range(3):
        rng.shuffle(bodies)
        entries = list(chart.entries)
        for body, at in bodies:
            n = len(entries) + 1
            entries.append(
                entry_of(Proposal(chart.key, body, Author("AB", "doctor"), at, f"o{n}"), n, now + n * MINUTE)
            )
        items_of = standing(fold(chart.key, entries), protocol, settings).items
        names = {e.n: (chart.key, e.n) if e.n <= chart.n else e.text for e in entries}
        limits = [item for item in items_of if item.code == LIMIT]
        found.append({replace_entries(item, names) for item in limits})
    assert found[0] == found[1] == found[2], bodies


def replace_entries(item: Item, names: Mapping[int, object]) -> tuple[object, ...]:
    """An item that names what its entries say and not their numbers."""
    return (*item._replace(entries=(), seen=None), frozenset(names[n] for n in item.entries))


def check_future(seed: object, protocol: Protocol) -> None:
    """A reading that is typed for a moment that has not come raises nothing before now and ends nothing."""
    history = Attended(f"future/{seed}")
    for step in history.steps(10):
        plain = standing(step.after, protocol, step.settings)
        if step.after.course is None:
            continue
        item, day = history.rng.choice(history.items()), history.day() + history.rng.choice((1, 3, 20))
        fact = item.analyte or item.id.removeprefix(f"{item.regimen}-")
        body = Check(day, item.id, item.label, history.rng.choice(TEXTS[fact]))
        entry = entry_of(
            Proposal(step.after.key, body, Author("AB", "doctor"), step.at, "f"), step.after.n + 1, step.at
        )
        later = fold(step.after.key, (*step.after.entries, entry))
        found = judged(later, protocol, step.settings).found
        assert all(each.latest <= step.at for listed in found.values() for each in listed)
        assert lines(plain.items) <= lines(standing(later, protocol, step.settings).items) | {
            line for line in lines(plain.items) if _same_day(step.after, day, step.at)
        }


def _same_day(chart: Chart, day: int, at: int) -> bool:
    return days_of(chart, ZONE).calendar_day(at) >= day


FIRST = int(os.environ.get("IMMUNOSEP_SEED", "0"))
"""The first seed of the long run."""


@pytest.mark.parametrize("seed", range(10))
def test_nothing_goes_unsaid_and_no_draft_ends_anything(seed: int, protocol: Protocol) -> None:
    for number in range(12):
        check_history(seed * 12 + number, protocol)


def test_the_order_of_typing_decides_nothing(protocol: Protocol) -> None:
    for seed in range(60):
        check_order(seed, protocol)


def test_what_lies_ahead_ends_nothing(protocol: Protocol) -> None:
    for seed in range(30):
        check_future(seed, protocol)


def test_the_histories_reach_every_ending(protocol: Protocol) -> None:
    """Otherwise the properties would hold of nothing."""
    endings: set[str] = set()
    for seed in range(150):
        endings |= check_history(f"endings/{seed}", protocol)
    assert {"taken back", "ended by a person", "in order again", "continued", "stopped"} <= endings


@pytest.mark.deep
@pytest.mark.parametrize("part", range(200))
def test_twenty_thousand_histories(part: int, protocol: Protocol) -> None:
    for number in range(100):
        seed = FIRST + part * 100 + number
        check_history(f"deep/{seed}", protocol)
        if number % 5 == 0:
            check_order(f"deep/{seed}", protocol)
            check_future(f"deep/{seed}", protocol)


def test_the_histories_begin_on_a_known_day() -> None:
    assert ms(START) == 1778572800000

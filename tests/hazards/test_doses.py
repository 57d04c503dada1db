"""Doses: due when they are due, recorded once, never after the end, and never hidden."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from immunosep_tui.profile.errors import ProfileError
from immunosep_tui.profile.files import available, check_unsealed, load_unblinded
from immunosep_tui.record.attention import DUE, NOT_CHARTED, Standing
from immunosep_tui.record.course import SHORT_GAP
from immunosep_tui.record.entry import Author, Proposal
from immunosep_tui.record.kinds import Dose
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.rules.schedule import NotPublished, schedule
from immunosep_tui.store import schema
from immunosep_tui.store.engine import Violated
from immunosep_tui.store.errors import ClockWrong, Refused, Stale, StoreError
from immunosep_tui.store.files import open_file
from immunosep_tui.store.store import FUTURE, Store
from immunosep_tui.ui.rooms.treatment import TreatmentRoom, notes_of
from immunosep_tui.ui.sheet import Sheet
from immunosep_tui.ward.deeds import record_dose, stop_course, take_back, write_note
from immunosep_tui.ward.instants import moment, ms
from tests.hazards.control import Many, Removal, cut, every, hazard, swap
from tests.support.followed import IDENTITY, LABS, START, Followed

NO_OBJECTION = swap("immunosep_tui.store.store.objection", lambda *_given: ("", None))


def without_guards(*names: str) -> Removal:
    """The tables as they would be made without these triggers."""
    return every(
        swap("immunosep_tui.store.schema.GUARDS", tuple(each for each in schema.GUARDS if each.name not in names)),
        swap("immunosep_tui.store.schema.WITH_REASON", tuple(e for e in schema.WITH_REASON if e.name not in names)),
    )


OF_REASON = ("dose_in_running_course", "dose_in_time", "dose_after_gap", "dose_not_given")
"""What the database takes only with a reason."""

AUTHOR = Author("AB", "doctor")
IMMUNOPARALYSIS = LABS | {"labs.ferritin": "900", "labs.hla_dr": "4000"}


@pytest.fixture
def ward(tmp_path: Path, protocol: Protocol) -> Iterator[Followed]:
    """A desk whose clock stands still."""
    followed = Followed(tmp_path, protocol)
    yield followed
    followed.desk.close()


def treated(ward: Followed, labs: dict[str, str] = LABS) -> None:
    """A course that has just begun."""
    ward.sign("p", IDENTITY | labs)
    ward.start("p")
    ward.now = START + timedelta(minutes=5)


def refusal(store: Store, proposal: Proposal) -> str:
    """The rule that refuses an entry; a failure where none does."""
    try:
        store.append([proposal], store.chart("p").n)
    except Refused as error:
        return error.rule
    raise AssertionError("it was recorded")


@hazard("HZ-33", "HZ-39", without=swap("immunosep_tui.record.standing._Builder._limits", lambda self: ()))
def test_what_needs_a_person_reaches_the_first_screen_and_interrupts_rarely(tmp_path: Path, many: Many) -> None:
    """A simulated ward with seeded bleeding, forgotten doses and checks; the long one has 200 patients for four weeks."""
    from tests.harness.simulated_ward import simulate

    size = (200, 28) if many.deep else (8, 6)
    found = simulate(*size, seed=2, folder=tmp_path)
    assert found.faults == []


EIGHT_HOURS, WINDOW, OVERDUE = timedelta(hours=8), timedelta(hours=1), timedelta(hours=1)
"""How often anakinra is given; around its time a dose is due, and so long after it is overdue."""


@hazard(
    "HZ-33",
    without=(
        cut(Standing._doses_at, "max(0, now - dose.due - self.overdue)", "0"),
        cut(Standing._doses_at, "self.not_charted(now, clock_in_doubt=clock_in_doubt)", "()"),
    ),
)
def test_a_dose_that_was_missed_stays_on_the_first_screen(ward: Followed, many: Many) -> None:
    treated(ward)
    for turn in many(80, 1_000):
        ward.now = START + timedelta(minutes=7 * turn)
        (row,) = ward.desk.ward.listing().rows
        passed = max(0, (ward.now - START + WINDOW) // EIGHT_HOURS)
        due = START + EIGHT_HOURS * passed
        shown = [(item.n, moment(item.since), item.late > 0) for item in row.attention.of(DUE)]
        assert shown == [(passed + 1, due, ward.now > due + OVERDUE)]
        assert sum(item.n for item in row.attention.items if item.code == NOT_CHARTED) == passed
    chart = ward.desk.ward.store.chart("p")
    for number, outcome in enumerate(("held", "refused", "omitted"), start=1):
        assert chart.next_slot is not None
        assert chart.next_slot.number == number
        ward.desk.ward.store.append([record_dose(chart, number, outcome, ward.now, ward.signature("why"))], chart.n)
        chart = ward.desk.ward.store.chart("p")
    assert chart.next_slot is not None
    assert chart.next_slot.number == 4


def _end(ward: Followed, how: str) -> None:
    chart, at = ward.desk.ward.store.chart("p"), START + timedelta(hours=1)
    ward.now = at
    if how == "stopped":
        ward.desk.ward.store.append([stop_course(chart, f"{at:%Y-%m-%d %H:%M}", at, ward.signature("why"))], chart.n)
    elif how == "died":
        ward.die("p")
    else:
        ward.now = START + timedelta(days=16)


@pytest.mark.parametrize("how", ["stopped", "died", "over"])
@hazard("HZ-34", without=every(NO_OBJECTION, without_guards(*OF_REASON)))
def test_no_dose_is_recorded_after_the_end_without_a_word(ward: Followed, how: str, many: Many) -> None:
    treated(ward)
    _end(ward, how)
    store, chance = ward.desk.ward.store, random.Random(34)
    chart = store.chart("p")
    assert chart.course is not None
    for _turn in many(12, 3_000):
        slot = chance.randint(1, len(chart.course.plan.slots))
        at = ward.now if how == "over" else ward.now - timedelta(minutes=chance.randint(0, 50))
        dose = Dose(chart.course.n, slot, chance.choice(["given", "held"]))
        assert refusal(store, Proposal("p", dose, AUTHOR, ms(at), f"late-{_turn}"))
    assert store.chart("p").n == chart.n


@hazard("HZ-34", without=swap("immunosep_tui.record.kinds.Dose.guard_in", lambda *_given: ("", None)))
def test_no_dose_is_given_after_a_stop_whatever_is_said(ward: Followed) -> None:
    """Who gave one has to say first that the course was not stopped by then."""
    treated(ward)
    _end(ward, "stopped")
    ward.now += timedelta(hours=7)
    store = ward.desk.ward.store
    chart = store.chart("p")
    assert chart.course is not None
    late = record_dose(chart, 2, "given", ward.now, ward.signature("why"))
    assert refusal(store, late) == "dose_after_stop"
    assert refusal(store, replace(late, body=Dose(chart.course.n, 2, "held"), key="held")) == "dose_cancelled"


@pytest.mark.parametrize("how", ["stopped", "died"])
@hazard("HZ-34", without=without_guards("dose_in_running_course", "dose_in_time", "dose_has_course"))
def test_the_database_itself_takes_no_dose_after_the_end(ward: Followed, how: str) -> None:
    treated(ward)
    _end(ward, how)
    engine, chart = ward.desk.ward.store.engine, ward.desk.ward.store.chart("p")
    assert chart.course is not None
    values = {"n": chart.course.n, "course": chart.course.n, "at": ms(ward.now)}
    with pytest.raises(Violated):
        engine.run("INSERT INTO dose VALUES ('p', :n, :course, 1, 'anakinra', 'given', :at, NULL)", values)


DOSE = re.compile(r"(?:[1-9][0-9]*|0)(?:\.[0-9]*[1-9])? (?:mg|mcg|mL)")


@hazard("HZ-35", without=swap("immunosep_tui.rules.schedule.without_trailing_zeros", lambda value: f"{value}.0"))
def test_every_dose_is_written_in_the_safe_form() -> None:
    for name in available():
        if name == "base":
            continue
        for regimen in load_unblinded(name).regimens.values():
            try:
                doses = schedule(regimen, START, "open")
            except NotPublished:
                continue
            for dose in doses:
                assert DOSE.fullmatch(dose.dose), dose
                assert dose.route in ("IV", "subcutaneous")
                assert dose.product == dose.product.lower()


class _AnyUnit(str):
    """A unit that is every unit."""

    def __eq__(self, other: object) -> bool:
        return True

    def __ne__(self, other: object) -> bool:
        return False

    __hash__ = str.__hash__


_ANY_DOSE = {name: (_AnyUnit(), Decimal(0), Decimal(10**6)) for name in ("anakinra", "interferon gamma-1b")}


@hazard("HZ-35", without=swap("immunosep_tui.profile.model.DOSE_BANDS", _ANY_DOSE))
def test_a_protocol_in_which_mcg_became_mg_is_refused(tmp_path: Path) -> None:
    """A thousandfold, and tenfold in the right unit."""
    text = available()["immunosep-2025"].read_text(encoding="utf-8")
    text = text.replace('id = "immunosep-2025"', 'id = "site"')
    assert check_unsealed(_site(tmp_path, text)).regimens
    for before, after in (
        ('dose = { value = 100, unit = "mcg"', 'dose = { value = 100, unit = "mg"'),
        ("value = 200, unit", "value = 2000, unit"),
    ):
        assert text.count(before) == 1
        with pytest.raises(ProfileError):
            check_unsealed(_site(tmp_path, text.replace(before, after)))


def _site(folder: Path, text: str) -> Path:
    path = folder / "site.toml"
    path.write_text(text, encoding="utf-8")
    return path


@hazard("HZ-36", without=cut(notes_of, "for note in regimen.notes", "for note in ()"))
def test_the_strength_is_in_mcg_first_and_the_former_units_are_told(ward: Followed) -> None:
    treated(ward, IMMUNOPARALYSIS)
    room = TreatmentRoom(ward.desk, Sheet(ward.desk.ward.get("p"), lambda _patient: None))
    shown = "\n".join(text for _style, text in room.lines())
    assert "interferon gamma-1b 100 mcg subcutaneous" in shown
    assert "2 million international units" in shown
    assert "former units" in shown
    assert not re.search(r"\bI\.?U\b", shown)


GAP = timedelta(hours=36)
"""Three quarters of every other day: the site's convention."""


@hazard("HZ-37", without=every(NO_OBJECTION, without_guards(*OF_REASON)))
def test_every_other_day_is_never_read_as_daily(ward: Followed, many: Many) -> None:
    treated(ward, IMMUNOPARALYSIS)
    store, chance = ward.desk.ward.store, random.Random(37)
    chart = store.chart("p")
    assert chart.course is not None
    first = chart.course.plan.slots[0].due
    assert [slot.due - first for slot in chart.course.plan.slots] == [n * 48 * 3_600_000 for n in range(8)]
    store.append([record_dose(chart, 1, "given", START, ward.signature())], chart.n)
    for turn in many(20, 3_000):
        after = timedelta(minutes=chance.randint(0, int(GAP.total_seconds() / 60) - 1))
        ward.now = START + after
        dose = record_dose(store.chart("p"), 2, "given", ward.now, replace(ward.signature(), key=f"early-{turn}"))
        assert refusal(store, dose) == "dose_reason"
        chart = store.chart("p")
        assert chart.course is not None
        assert SHORT_GAP in chart.dose_asks(chart.course, chart.course.plan.slots[1], "given", ms(ward.now))
    ward.now = START + GAP
    chart = store.chart("p")
    assert chart.course is not None
    assert SHORT_GAP not in chart.dose_asks(chart.course, chart.course.plan.slots[1], "given", ms(ward.now))
    store.append([record_dose(chart, 2, "given", ward.now, ward.signature("ordered so"))], chart.n)


@hazard("HZ-38", without=cut(Store._write, "p.at > now.utc + FUTURE", "False"))
def test_nothing_is_charted_before_it_happened(ward: Followed) -> None:
    treated(ward)
    store, chart = ward.desk.ward.store, ward.desk.ward.store.chart("p")
    ahead = timedelta(milliseconds=FUTURE)
    with pytest.raises(ClockWrong):
        store.append(
            [record_dose(chart, 1, "given", ward.now + ahead + timedelta(seconds=1), ward.signature())], chart.n
        )
    store.append([record_dose(chart, 1, "given", ward.now + ahead, ward.signature())], chart.n)


@hazard("HZ-38", without=swap("immunosep_tui.record.objections.objection_to_taking_back", lambda *_given: ("", None)))
def test_a_charted_dose_is_corrected_with_a_reason_and_stays_readable(ward: Followed) -> None:
    treated(ward)
    store, chart = ward.desk.ward.store, ward.desk.ward.store.chart("p")
    (entry,) = store.append([record_dose(chart, 1, "given", START, ward.signature())], chart.n)
    assert refusal(store, take_back(store.chart("p"), entry.n, ward.signature(""))) == "reason"
    store.append([take_back(store.chart("p"), entry.n, ward.signature("another patient"))], entry.n)
    chart = store.chart("p")
    assert chart.course is not None
    assert chart.course.doses == {}
    assert chart.entries[entry.n - 1].text == entry.text


@hazard("HZ-41", without=cut(Store._write, "len(before) != follows", "False"))
def test_a_screen_that_a_colleague_has_overtaken_writes_nothing(ward: Followed, many: Many) -> None:
    treated(ward)
    store, chance = ward.desk.ward.store, random.Random(41)
    with closing(open_file(Path(store.engine.where), clock=store._clock)) as other:
        for turn in many(12, 2_000):
            chart = store.chart("p")
            assert chart.next_slot is not None
            signature = replace(ward.signature("why"), key=f"a{turn}")
            mine = record_dose(chart, chart.next_slot.number, "held", ward.now, signature)
            if chance.random() < 0.7:
                theirs = other.chart("p")
                other.append([write_note(theirs, "seen", replace(ward.signature(), key=f"b{turn}"))], theirs.n)
                with pytest.raises(StoreError) as refused:
                    store.append([mine], chart.n)
                assert isinstance(refused.value, Stale)
                assert "AB has changed this record" in str(refused.value.text)

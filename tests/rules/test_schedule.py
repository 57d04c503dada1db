"""The dose schedule against the trial's counts, and its intervals across every change of clocks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunosep_tui.rules.instant import is_repeated_hour
from immunosep_tui.rules.protocol import Presentation, Regimen
from immunosep_tui.rules.reason import say
from immunosep_tui.rules.schedule import (
    Amount,
    Design,
    Dose,
    NotPublished,
    Total,
    after_last_day,
    dose_on,
    next_dose,
    schedule,
    totals,
)

from .samples import ANAKINRA, INTERFERON, PROVIDE_ANAKINRA, PROVIDE_INTERFERON, fact
from .zones import SAMPLE, transitions

START = datetime(2026, 3, 14, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
TICK = timedelta(microseconds=1)
STARTS = st.datetimes(datetime(1950, 1, 1), datetime(2150, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))


def test_anakinra_is_45_doses_eight_hours_apart() -> None:
    doses = schedule(ANAKINRA, START, "open")
    assert [dose.n for dose in doses] == list(range(1, 46))
    assert [dose.due for dose in doses] == [START + k * 8 * HOUR for k in range(45)]
    assert [dose.day for dose in doses] == [day for day in range(1, 16) for _ in range(3)]
    assert doses[0] == Dose(
        n=1,
        day=1,
        due=START,
        product="anakinra",
        amount=Amount(Decimal(200), "mg"),
        route="IV",
        placebo=False,
        containers=Decimal(2),
        container="prefilled syringe",
        drawn=Amount(Decimal("1.34"), "mL"),
        note=None,
        cancelled=False,
    )
    assert {(dose.dose, dose.volume) for dose in doses} == {("200 mg", "1.34 mL")}
    assert totals(doses) == (
        Total(
            "anakinra",
            45,
            Amount(Decimal(9000), "mg"),
            Decimal(90),
            "prefilled syringe",
            Amount(Decimal("60.30"), "mL"),
        ),
    )
    assert (str(totals(doses)[0].amount), str(totals(doses)[0].volume)) == ("9000 mg", "60.3 mL")


def test_sch02_interferon_is_8_doses_on_odd_days() -> None:
    doses = schedule(INTERFERON, START, "open")
    assert [(dose.n, dose.day) for dose in doses] == list(enumerate([1, 3, 5, 7, 9, 11, 13, 15], 1))
    assert [dose.due for dose in doses] == [START + k * 48 * HOUR for k in range(8)]
    assert {(dose.dose, dose.route, dose.containers, dose.container, dose.volume) for dose in doses} == {
        ("100 mcg", "subcutaneous", Decimal(1), "vial", "0.5 mL")
    }
    (total,) = totals(doses)
    assert (total.product, total.doses, str(total.amount), total.containers, total.container, str(total.volume)) == (
        "interferon gamma-1b",
        8,
        "800 mcg",
        Decimal(8),
        "vial",
        "4 mL",
    )


def test_sch04_interferon_in_double_dummy_has_iv_placebo_every_8_hours() -> None:
    doses = schedule(INTERFERON, START, "double-dummy")
    placebo = [dose for dose in doses if dose.placebo]
    assert [dose.n for dose in placebo] == list(range(1, 46))
    assert [dose.due for dose in placebo] == [START + k * 8 * HOUR for k in range(45)]
    assert {(dose.product, dose.route, dose.dose, dose.volume, dose.container) for dose in placebo} == {
        ("placebo", "IV", "20 mL", "20 mL", "")
    }
    assert {(dose.containers, dose.note) for dose in placebo} == {(None, None)}
    assert [dose for dose in doses if not dose.placebo] == list(schedule(INTERFERON, START, "open"))
    assert [total.product for total in totals(doses)] == ["placebo", "interferon gamma-1b"]
    assert totals(doses)[0] == Total("placebo", 45, Amount(Decimal(900), "mL"), None, "", Amount(Decimal(900), "mL"))


def test_anakinra_in_double_dummy_has_subcutaneous_placebo_every_48_hours() -> None:
    doses = schedule(ANAKINRA, START, "double-dummy")
    placebo = [dose for dose in doses if dose.placebo]
    assert [(dose.n, dose.day) for dose in placebo] == list(enumerate([1, 3, 5, 7, 9, 11, 13, 15], 1))
    assert {(dose.product, dose.route, dose.dose, str(dose.note)) for dose in placebo} == {
        ("placebo", "subcutaneous", "0.5 mL", "About this volume: which is inferred.")
    }
    assert [total.product for total in totals(doses)] == ["anakinra", "placebo"]


@pytest.mark.parametrize("regimen", [ANAKINRA, INTERFERON])
def test_iv_comes_before_subcutaneous_at_the_same_instant(regimen: Regimen) -> None:
    doses = schedule(regimen, START, "double-dummy")
    assert len(doses) == 53
    assert [(dose.route, dose.due) for dose in doses[:3]] == [
        ("IV", START),
        ("subcutaneous", START),
        ("IV", START + 8 * HOUR),
    ]
    keys = [(dose.due, dose.route == "subcutaneous") for dose in doses]
    assert keys == sorted(keys)


def test_provide_gave_anakinra_for_7_days_and_its_placebo_for_15() -> None:
    doses = schedule(PROVIDE_ANAKINRA, START, "double-dummy")
    active = [dose for dose in doses if not dose.placebo]
    assert (len(active), active[-1].day) == (21, 7)
    placebo = [dose for dose in doses if dose.placebo]
    assert (len(placebo), placebo[-1].day, placebo[-1].dose) == (8, 15, "1 mL")


@pytest.mark.parametrize(
    ("days", "interval", "count"),
    [
        ("15", "48", 8),
        ("16", "48", 8),
        ("17", "48", 9),
        ("1", "24", 1),
        ("1", "23.9", 2),
        ("1", "25", 1),
        ("2", "0.5", 96),
    ],
)
def test_last_dose_falls_within_the_last_day(days: str, interval: str, count: int) -> None:
    regimen = replace(INTERFERON, days=fact(days, "days"), interval_hours=fact(interval, "h"))
    doses = schedule(regimen, START, "open")
    assert len(doses) == count
    assert START + timedelta(days=int(days)) - timedelta(hours=float(interval)) <= doses[-1].due
    assert doses[-1].due < START + timedelta(days=int(days))
    assert doses[-1].day <= int(days)


def test_intervals_of_part_of_an_hour_do_not_drift() -> None:
    regimen = replace(INTERFERON, days=fact("1", "days"), interval_hours=fact("0.1", "h"))
    doses = schedule(regimen, START, "open")
    assert doses[239].due == START + timedelta(minutes=6 * 239)


# What is not published


def test_dose_that_no_source_gives_is_not_scheduled() -> None:
    with pytest.raises(NotPublished) as error:
        schedule(PROVIDE_INTERFERON, START, "open")
    words = "The dose of interferon gamma-1b was not found in any source: nothing is scheduled."
    assert (str(error.value), str(error.value.text)) == (words, words)
    assert isinstance(error.value, LookupError)


def test_placebo_that_no_source_gives_is_not_made_up() -> None:
    regimen = replace(INTERFERON, dummy=None)
    assert len(schedule(regimen, START, "open")) == 8
    with pytest.raises(NotPublished) as error:
        schedule(regimen, START, "double-dummy")
    assert str(error.value.text) == (
        "The placebo given beside interferon gamma-1b was not found in any source: nothing is scheduled."
    )


def test_placebo_volume_that_no_source_gives_is_said_to_be_missing() -> None:
    assert ANAKINRA.dummy is not None
    regimen = replace(ANAKINRA, dummy=replace(ANAKINRA.dummy, volume=None))
    doses = schedule(regimen, START, "double-dummy")
    placebo = next(dose for dose in doses if dose.placebo)
    assert (placebo.amount, placebo.dose, placebo.drawn, placebo.volume) == (None, "volume not published", None, "")
    assert str(placebo.note) == "No source gives the volume of this placebo: ask the pharmacist."
    assert totals(doses)[1] == Total("placebo", 8, None, None, "", None)


def test_pack_that_the_protocol_does_not_give_is_left_to_the_pharmacist() -> None:
    (dose, *_) = doses = schedule(replace(ANAKINRA, presentation=None), START, "open")
    assert (dose.dose, dose.containers, dose.container, dose.drawn, dose.volume) == ("200 mg", None, "", None, "")
    assert str(dose.note) == "The protocol does not give the pack: ask the pharmacist what to draw up."
    assert totals(doses) == (Total("anakinra", 45, Amount(Decimal(9000), "mg"), None, "", None),)


def test_dose_that_packs_do_not_divide_exactly_is_left_to_the_pharmacist() -> None:
    pack = Presentation("vial", fact("30.0", "mg"), fact("1", "mL"))
    dose = schedule(replace(ANAKINRA, presentation=pack), START, "open")[0]
    assert (dose.dose, dose.containers, dose.container, dose.drawn) == ("200 mg", None, "vial", None)
    assert str(dose.note) == "200 mg is not an exact number of packs of 30 mg: ask the pharmacist what to draw up."


def test_part_of_a_pack_is_exact() -> None:
    pack = Presentation("vial", fact("80", "mg"), fact("1.1", "mL"))
    dose = schedule(replace(ANAKINRA, presentation=pack), START, "open")[0]
    assert (dose.containers, dose.volume, dose.note) == (Decimal("2.5"), "2.75 mL", None)


def test_count_of_packs_is_in_plain_notation() -> None:
    pack = Presentation("vial", fact("0.2", "mg"), fact("0.10", "mL"))
    dose = schedule(replace(ANAKINRA, presentation=pack), START, "open")[0]
    assert (str(dose.containers), dose.volume) == ("1000", "100 mL")


def test_pack_in_another_unit_is_refused() -> None:
    pack = Presentation("vial", fact("100", "mcg"), fact("1", "mL"))
    with pytest.raises(ValueError, match=r"^the dose is in mg and its vial in mcg$"):
        schedule(replace(ANAKINRA, presentation=pack), START, "open")


@pytest.mark.parametrize(
    ("value", "written"),
    [("1.0", "1 mg"), ("0.50", "0.5 mg"), ("200", "200 mg"), ("2E+2", "200 mg"), ("200.00", "200 mg"), ("0", "0 mg")],
)
def test_doses_have_no_trailing_zero(value: str, written: str) -> None:
    assert str(Amount(Decimal(value), "mg")) == written


# Stopping


@pytest.mark.parametrize("design", ["open", "double-dummy"])
def test_stop_cancels_doses_from_its_instant_on_and_moves_none(design: Design) -> None:
    full = schedule(ANAKINRA, START, design)
    stop = full[10].due
    stopped = schedule(ANAKINRA, START, design, stop)
    assert [replace(dose, cancelled=False) for dose in stopped] == list(full)
    assert [dose.cancelled for dose in stopped] == [dose.due >= stop for dose in full]
    assert not any(dose.cancelled for dose in full)


def test_stop_just_after_an_instant_leaves_its_dose() -> None:
    due = START + 16 * HOUR
    assert [dose.cancelled for dose in schedule(ANAKINRA, START, "open", due)[:4]] == [False, False, True, True]
    assert [dose.cancelled for dose in schedule(ANAKINRA, START, "open", due + TICK)[:4]] == [False, False, False, True]


def test_stop_in_another_zone_is_the_same_instant() -> None:
    stop = START + 16 * HOUR
    elsewhere = stop.astimezone(ZoneInfo("Asia/Tokyo"))
    assert schedule(ANAKINRA, START, "open", elsewhere) == schedule(ANAKINRA, START, "open", stop)


def test_totals_leave_out_cancelled_doses() -> None:
    (total,) = totals(schedule(ANAKINRA, START, "open", START + 16 * HOUR))
    assert (total.doses, str(total.amount), total.containers, str(total.volume)) == (2, "400 mg", Decimal(4), "2.68 mL")
    (nothing,) = totals(schedule(ANAKINRA, START, "open", START))
    assert (nothing.doses, str(nothing.amount), nothing.containers, str(nothing.volume)) == (
        0,
        "0 mg",
        Decimal(0),
        "0 mL",
    )
    assert totals(()) == ()


def test_total_of_a_single_dose() -> None:
    (total,) = totals(schedule(replace(INTERFERON, days=fact("1", "days")), START, "open"))
    assert (total.doses, str(total.amount)) == (1, "100 mcg")


@given(STARTS, st.integers(-10, 400))
def test_a_stop_never_moves_a_dose(start: datetime, hours: int) -> None:
    full = schedule(INTERFERON, start, "double-dummy")
    stopped = schedule(INTERFERON, start, "double-dummy", start + hours * HOUR)
    assert [replace(dose, cancelled=False) for dose in stopped] == list(full)
    assert sum(not dose.cancelled for dose in stopped) == sum(dose.due < start + hours * HOUR for dose in full)


# Looking up


def test_sch06_nothing_is_due_on_day_16() -> None:
    doses = schedule(ANAKINRA, START, "double-dummy")
    assert dose_on(doses, 16) == ()
    assert dose_on(doses, 0) == ()
    reason = after_last_day(ANAKINRA, 16)
    assert reason is not None
    assert (reason.rule, reason.source) == ("course_ended", "S1")
    assert str(reason.text) == "No dose of anakinra is due on day 16: its course ends with day 15."
    assert after_last_day(ANAKINRA, 15) is None


def test_doses_of_a_day_include_cancelled_ones() -> None:
    doses = schedule(ANAKINRA, START, "double-dummy", START + HOUR)
    assert [(dose.route, dose.n) for dose in dose_on(doses, 3)] == [
        ("IV", 7),
        ("subcutaneous", 2),
        ("IV", 8),
        ("IV", 9),
    ]
    assert dose_on(schedule(INTERFERON, START, "open"), 2) == ()


def test_next_dose_is_due_now_or_later() -> None:
    doses = schedule(ANAKINRA, START, "open")
    assert next_dose(doses, START - HOUR) is doses[0]
    assert next_dose(doses, START) is doses[0]
    assert next_dose(doses, START + TICK) is doses[1]
    assert next_dose(doses, doses[-1].due) is doses[-1]
    assert next_dose(doses, doses[-1].due + TICK) is None


def test_next_dose_is_never_a_cancelled_one() -> None:
    doses = schedule(ANAKINRA, START, "open", START + 8 * HOUR)
    assert next_dose(doses, START) is doses[0]
    assert next_dose(doses, START + TICK) is None


# Instants


NAIVE = datetime(2026, 3, 14, 8, 0)


@pytest.mark.parametrize(
    "deed",
    [
        lambda: schedule(ANAKINRA, NAIVE, "open"),
        lambda: schedule(ANAKINRA, START, "open", NAIVE),
        lambda: next_dose(schedule(ANAKINRA, START, "open"), NAIVE),
    ],
    ids=["start", "stop", "now"],
)
def test_time_without_offset_is_refused(deed: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=r"^2026-03-14T08:00:00 has no offset from UTC: it could mean any of many"):
        deed()


def test_doses_are_due_in_utc() -> None:
    athens = datetime(2026, 3, 28, 22, 0, tzinfo=ZoneInfo("Europe/Athens"))
    doses = schedule(ANAKINRA, athens, "open")
    assert {dose.due.tzinfo for dose in doses} == {UTC}
    # Athens puts its clocks forward at 03:00 on 29 March: eight elapsed hours read as nine on the wall.
    assert [dose.due.isoformat() for dose in doses[:3]] == [
        "2026-03-28T20:00:00+00:00",
        "2026-03-29T04:00:00+00:00",
        "2026-03-29T12:00:00+00:00",
    ]
    assert doses[1].due.astimezone(athens.tzinfo).isoformat() == "2026-03-29T07:00:00+03:00"


@given(STARTS, st.sampled_from([ANAKINRA, INTERFERON]), st.sampled_from(SAMPLE))
def test_gaps_are_exact_and_the_zone_of_the_start_does_not_matter(start: datetime, regimen: Regimen, zone: str) -> None:
    doses = schedule(regimen, start.astimezone(ZoneInfo(zone)), "open")
    gap = timedelta(hours=int(regimen.interval_hours.value))
    assert doses[0].due == start
    assert {later.due - earlier.due for earlier, later in pairwise(doses)} == {gap}
    assert all(dose.day == (dose.due - start) // timedelta(days=1) + 1 for dose in doses)
    assert doses == schedule(regimen, start, "open")


def check_courses(names: Iterable[str], lead_hours: Iterable[int]) -> int:
    """Courses begun before each change of clocks: exact here, wrong by the clock on the wall; how many were tried."""
    tried = 0
    for name in names:
        zone = ZoneInfo(name)
        for change in transitions(name):
            for lead in lead_hours:
                start = (change - lead * HOUR).astimezone(zone)
                doses = schedule(ANAKINRA, start, "open")
                instants = [dose.due.timestamp() for dose in doses]
                assert instants == [start.timestamp() + k * 8 * 3600 for k in range(45)]
                local = [dose.due.astimezone(zone) for dose in doses]
                assert len({at.isoformat() for at in local}) == 45
                clear = [at.replace(tzinfo=None, fold=0) for at in local if not is_repeated_hour(at, zone)]
                assert len(set(clear)) == len(clear)
                by_the_wall = [(start + k * 8 * HOUR).timestamp() for k in range(45)]
                assert by_the_wall != instants
                tried += 1
    return tried


def test_gaps_are_exact_across_changes_of_clocks_in_some_zones() -> None:
    assert check_courses(SAMPLE, [1, 5, 12]) > 500


@pytest.mark.deep
def test_gaps_are_exact_across_every_change_of_clocks_in_every_zone() -> None:
    assert check_courses(sorted(available_timezones()), range(1, 9)) > 25_000


def test_a_dose_that_is_not_published_says_so_in_the_error_itself() -> None:
    assert "not found" in str(NotPublished(say("The dose was not found.")))

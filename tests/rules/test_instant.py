"""Study days and typed instants: local midnights, days of 23 and 25 hours, hours that happen twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunosep_tui.rules.instant import day_span, is_repeated_hour, parse_local, parse_start, study_day, utc
from immunosep_tui.rules.number import Refusal

from .zones import SAMPLE, transitions

ATHENS = ZoneInfo("Europe/Athens")
HOUR = timedelta(hours=1)
TICK = timedelta(microseconds=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_utc_is_the_same_instant() -> None:
    found = utc(at("2026-03-14T08:00+02:00"))
    assert found == at("2026-03-14T06:00+00:00")
    assert found.tzinfo is UTC


NAIVE, AWARE = datetime(2026, 3, 14, 8, 0), at("2026-03-14T08:00+00:00")


@pytest.mark.parametrize(
    "question",
    [
        lambda: utc(NAIVE),
        lambda: study_day(NAIVE, AWARE, ATHENS),
        lambda: study_day(AWARE, NAIVE, ATHENS),
        lambda: day_span(1, NAIVE, ATHENS),
        lambda: is_repeated_hour(NAIVE, ATHENS),
    ],
)
def test_time_without_offset_is_refused(question: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=r"^2026-03-14T08:00:00 has no offset from UTC: it could mean any of many"):
        question()


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        ("2026-03-13T23:59:59+02:00", 0),
        ("2026-03-14T00:00+02:00", 1),
        ("2026-03-14T23:59:59+02:00", 1),
        ("2026-03-14T21:59:59+00:00", 1),
        ("2026-03-14T22:00+00:00", 2),
        ("2026-03-15T00:00+02:00", 2),
        ("2026-03-22T12:00+02:00", 9),
        ("2026-03-28T12:00+02:00", 15),
        ("2026-03-29T12:00+03:00", 16),
    ],
)
def test_study_day_is_the_calendar_day_at_the_site(instant: str, day: int) -> None:
    assert study_day(at(instant), at("2026-03-14T23:30+02:00"), ATHENS) == day


def test_study_day_of_day_1_is_taken_at_the_site() -> None:
    assert study_day(at("2026-03-15T08:00+02:00"), at("2026-03-14T23:30+00:00"), ATHENS) == 1


@pytest.mark.parametrize(
    ("day", "begins", "hours"),
    [
        (1, "2026-03-27T22:00+00:00", 24),
        (2, "2026-03-28T22:00+00:00", 23),
        (3, "2026-03-29T21:00+00:00", 24),
        (0, "2026-03-26T22:00+00:00", 24),
        (212, "2026-10-24T21:00+00:00", 25),
    ],
)
def test_days_last_from_midnight_to_midnight_at_the_site(day: int, begins: str, hours: int) -> None:
    start, end = day_span(day, at("2026-03-28T05:00+02:00"), ATHENS)
    assert start == at(begins)
    assert end - start == hours * HOUR
    assert (start.tzinfo, end.tzinfo) == (UTC, UTC)


def test_day_whose_midnight_is_skipped_begins_at_the_skip() -> None:
    cairo = ZoneInfo("Africa/Cairo")
    start, end = day_span(1, at("2026-04-24T12:00+03:00"), cairo)
    assert start == at("2026-04-23T22:00+00:00")
    assert start.astimezone(cairo).isoformat() == "2026-04-24T01:00:00+03:00"
    assert end - start == 23 * HOUR


@pytest.mark.parametrize(
    ("instant", "repeated"),
    [
        ("2026-10-24T23:59:59+00:00", False),
        ("2026-10-25T00:00+00:00", True),
        ("2026-10-25T00:59:59+00:00", True),
        ("2026-10-25T01:00+00:00", True),
        ("2026-10-25T01:59:59+00:00", True),
        ("2026-10-25T02:00+00:00", False),
        ("2026-03-29T01:00+00:00", False),
        ("2026-03-29T00:59:59+00:00", False),
    ],
)
def test_repeated_hour(instant: str, repeated: bool) -> None:
    assert is_repeated_hour(at(instant), ATHENS) is repeated


def check_days(names: Iterable[str]) -> int:
    """Every study day near every change of clocks meets the next one, and its instants belong to it; how many days."""
    tried = 0
    for name in names:
        zone = ZoneInfo(name)
        for change in transitions(name):
            day1 = change - 50 * HOUR
            previous = study_day(day1, day1, zone)
            assert previous == 1
            for hours in range(100):
                today = study_day(day1 + hours * HOUR, day1, zone)
                assert 0 <= today - previous <= 1
                previous = today
            for day in range(1, 6):
                start, end = day_span(day, day1, zone)
                assert day_span(day + 1, day1, zone)[0] == end
                assert study_day(start, day1, zone) == study_day(end - TICK, day1, zone) == day
                assert study_day(start - TICK, day1, zone) == day - 1
                tried += 1
    return tried


def test_days_meet_across_changes_of_clocks_in_some_zones() -> None:
    assert check_days(SAMPLE) > 1000


@pytest.mark.deep
def test_days_meet_across_every_change_of_clocks_in_every_zone() -> None:
    assert check_days(sorted(available_timezones())) > 25_000


# Typed instants


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2026-03-14T08:00+02:00", "2026-03-14T08:00:00+02:00"),
        ("2026-03-14T08:00:59+02:00", "2026-03-14T08:00:59+02:00"),
        ("2026-03-14T06:00Z", "2026-03-14T06:00:00+00:00"),
        ("2026-03-14T23:59:59-12:00", "2026-03-14T23:59:59-12:00"),
        ("2026-03-14T00:00+14:00", "2026-03-14T00:00:00+14:00"),
        ("2026-03-14T00:00+05:45", "2026-03-14T00:00:00+05:45"),
        ("2026-03-14T00:00-03:30", "2026-03-14T00:00:00-03:30"),
        ("2026-03-14T00:00+00:00", "2026-03-14T00:00:00+00:00"),
        ("2024-02-29T00:00Z", "2024-02-29T00:00:00+00:00"),
        ("1900-01-01T00:00Z", "1900-01-01T00:00:00+00:00"),
        ("2200-12-31T23:59:59Z", "2200-12-31T23:59:59+00:00"),
    ],
)
def test_typed_instant(text: str, iso: str) -> None:
    found = parse_start(text)
    assert isinstance(found, datetime)
    assert found.isoformat() == iso


NOT_ISO = "This is not a date and time in the form that is taken here."
NO_PLACE = "is not the offset of any place."


@pytest.mark.parametrize(
    ("text", "code", "why"),
    [
        ("", "empty", "Nothing was typed."),
        ("2026-03-14T08:00", "no_offset", "It has no offset from UTC: it could mean any of many instants."),
        ("2026-03-14T08:00:00", "no_offset", "It has no offset from UTC: it could mean any of many instants."),
        ("2026-03-14", "no_time", "It has a date and no time."),
        ("2026-03-14T08:00,5Z", "comma", "It holds a comma."),
        ("2026-03-14T08:00Z,", "comma", "It holds a comma."),
        ("2026-03-14T08:00Z ", "trailing", "Something follows the offset."),
        ("2026-03-14T08:00Z\n", "trailing", "Something follows the offset."),
        ("2026-03-14T08:00+02:00x", "trailing", "Something follows the offset."),
        (
            "２026-03-14T08:00Z",
            "foreign_digits",
            "It holds digits that are not the plain digits 0 to 9, such as full-width ones.",
        ),
        ("2026-03-14 08:00Z", "not_iso_8601", NOT_ISO),
        ("2026-03-14T08:00 +02:00", "not_iso_8601", NOT_ISO),
        ("2026-03-14t08:00Z", "not_iso_8601", NOT_ISO),
        ("2026-03-14T08:00z", "not_iso_8601", NOT_ISO),
        ("2026-03-14T08:00+0200", "not_iso_8601", NOT_ISO),
        ("2026-03-14T08Z", "not_iso_8601", NOT_ISO),
        ("2026-3-14T08:00Z", "not_iso_8601", NOT_ISO),
        ("14/03/2026 08:00", "not_iso_8601", NOT_ISO),
        ("2026-03-14T08:00:00.5Z", "not_iso_8601", NOT_ISO),
        (" 2026-03-14T08:00Z", "not_iso_8601", NOT_ISO),
        ("12026-03-14T08:00Z", "not_iso_8601", NOT_ISO),
        ("2026-03-14T", "not_iso_8601", NOT_ISO),
        ("now", "not_iso_8601", NOT_ISO),
        ("2026-03-14T08:00+14:01", "offset", f"+14:01 {NO_PLACE}"),
        ("2026-03-14T08:00-12:01", "offset", f"-12:01 {NO_PLACE}"),
        ("2026-03-14T08:00+20:00", "offset", f"+20:00 {NO_PLACE}"),
        ("2026-03-14T08:00+01:60", "offset", f"+01:60 {NO_PLACE}"),
        ("2026-03-14T08:00-00:00", "offset", f"-00:00 {NO_PLACE}"),
        ("1899-12-31T23:59Z", "out_of_range", "The year 1899 is outside 1900 to 2200."),
        ("2201-01-01T00:00Z", "out_of_range", "The year 2201 is outside 1900 to 2200."),
        ("0026-03-14T08:00Z", "out_of_range", "The year 0026 is outside 1900 to 2200."),
        ("2026-02-29T08:00Z", "no_such_time", "There is no such date or time."),
        ("2026-13-01T08:00Z", "no_such_time", "There is no such date or time."),
        ("2026-03-14T24:00Z", "no_such_time", "There is no such date or time."),
        ("2026-03-14T08:60Z", "no_such_time", "There is no such date or time."),
        ("2026-03-14T08:00:60Z", "no_such_time", "There is no such date or time."),
    ],
)
def test_typed_instant_that_is_refused(text: str, code: str, why: str) -> None:
    refusal = parse_start(text)
    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.typed, str(refusal.why)) == (code, text, why)
    assert str(refusal.accepted) == (
        "Accepted: date, time and offset, such as 2026-03-14T08:00+02:00 or 2026-03-14T06:00Z."
    )


@given(
    st.datetimes(datetime(1900, 1, 2), datetime(2200, 12, 30)).map(lambda local: local.replace(microsecond=0)),
    st.integers(-12 * 60, 14 * 60),
)
def test_written_instant_is_read_back(local: datetime, minutes: int) -> None:
    sign = "-" if minutes < 0 else "+"
    text = f"{local.isoformat()}{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
    found = parse_start(text)
    assert isinstance(found, datetime)
    assert found.isoformat() == text
    assert found.utcoffset() == timedelta(minutes=minutes)


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    found = parse_start(text)
    assert isinstance(found, datetime) or found.typed == text


# Times of the site's clock


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-03-14 08:00", "2026-03-14T06:00:00+00:00"),
        ("2026-03-14T08:00", "2026-03-14T06:00:00+00:00"),
        ("2026-07-14 08:00", "2026-07-14T05:00:00+00:00"),
        ("2026-03-29 02:59", "2026-03-29T00:59:00+00:00"),
        ("2026-03-29 04:00", "2026-03-29T01:00:00+00:00"),
        ("2026-10-25 02:59", "2026-10-24T23:59:00+00:00"),
        ("2026-10-25 04:00", "2026-10-25T02:00:00+00:00"),
        ("2026-03-14T08:00-05:00", "2026-03-14T13:00:00+00:00"),
        ("2026-10-25T03:30+02:00", "2026-10-25T01:30:00+00:00"),
    ],
)
def test_local_time(text: str, instant: str) -> None:
    found = parse_local(text, ATHENS)
    assert isinstance(found, datetime)
    assert found.astimezone(UTC).isoformat() == instant


@pytest.mark.parametrize(
    ("text", "code", "why"),
    [
        ("2026-03-29 03:00", "skipped_hour", "Clocks skip this time: it does not exist on that day."),
        ("2026-03-29 03:59", "skipped_hour", "Clocks skip this time: it does not exist on that day."),
        ("2026-10-25 03:00", "repeated_hour", "This time happens twice on that day: add the offset."),
        ("2026-10-25 03:59", "repeated_hour", "This time happens twice on that day: add the offset."),
        ("2026-02-29 08:00", "no_such_time", "There is no such date or time."),
        ("1899-12-31 08:00", "out_of_range", "The year 1899 is outside 1900 to 2200."),
        ("2026-03-14", "no_time", "It has a date and no time."),
        ("", "empty", "Nothing was typed."),
        ("2026-03-14T08:00:30", "no_offset", "It has no offset from UTC: it could mean any of many instants."),
        ("2026-03-14 08:00 ", "not_iso_8601", NOT_ISO),
        ("x2026-03-14 08:00", "not_iso_8601", NOT_ISO),
    ],
)
def test_local_time_that_is_refused(text: str, code: str, why: str) -> None:
    refusal = parse_local(text, ATHENS)
    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.typed, str(refusal.why)) == (code, text, why)
    assert str(refusal.accepted) == (
        "Accepted: date and time, such as 2026-03-14 08:00, or with an offset, 2026-03-14T08:00+02:00."
    )

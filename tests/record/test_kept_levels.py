"""Alarms under a protocol that has not the lines by which they were raised."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from immunosep_tui.record.attention import CALL, LOOK, STOP
from immunosep_tui.record.kept_levels import kept_levels
from immunosep_tui.record.settings import effective
from immunosep_tui.record.standing import standing
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.ward.deeds import end_limit
from immunosep_tui.ward.instants import ms
from tests.support.followed import START, Followed, alarming
from tests.support.story import Story, Told
from tests.support.wards import UTC


def test_no_alarm_is_lost_by_a_protocol_without_its_line(tmp_path: Path, protocol: Protocol) -> None:
    ward = Followed(tmp_path, protocol)
    alarming(ward)
    other = replace(protocol, id="other", checklist=(), sha256="0" * 64)
    chart = ward.desk.ward.store.chart("p")
    found = standing(chart, other, effective({}, other, UTC)).at(ms(ward.now))
    assert [(item.level, item.about, item.value) for item in found.alarms] == [
        (STOP, "Bleeding", "WHO 3"),
        (CALL, "Hemoglobin", "6.8"),
        (CALL, "WHO bleeding grade", "2"),
    ]
    ward.desk.ward.store.append([end_limit(chart, found.alarms[0].entries[0], STOP, ward.signature("over"))], chart.n)
    chart = ward.desk.ward.store.chart("p")
    found = standing(chart, other, effective({}, other, UTC)).at(ms(ward.now + timedelta(hours=1)))
    assert {item.level for item in found.alarms} == {CALL}


def test_a_better_check_of_a_later_day_ends_a_call_by_another_protocol(tmp_path: Path, protocol: Protocol) -> None:
    ward = Followed(tmp_path, protocol)
    alarming(ward)
    ward.now = START + timedelta(days=5, hours=2)
    ward.sign("p", {"monitoring.6.anakinra-hemoglobin": "9.1", "monitoring.6.anakinra-bleeding": "0"})
    other = replace(protocol, id="other", checklist=(), sha256="0" * 64)
    found = standing(ward.desk.ward.store.chart("p"), other, effective({}, other, UTC)).at(ms(ward.now))
    assert [item.level for item in found.alarms] == [STOP]


def kept(story: Story, *judged: str, bleeding_is_judged: bool = True) -> list[Told]:
    """What the entries of a story asked for, for a protocol that has these lines of anakinra."""
    ids = [f"anakinra-{name}" for name in judged]
    return [(item.level, item.about, item.value) for item in kept_levels(story.chart, ids, bleeding_is_judged)]


def test_each_level_is_kept_with_what_it_asked_for(protocol: Protocol) -> None:
    story = Story(protocol).at(-4)
    story.course()
    story.at(20)
    story.check("neutrophils", "0.4", day=1)
    story.check("hemoglobin", "6.8", day=1)
    story.check("fibrinogen", "1.4", day=1)
    n = story.check("inr", "1.1", day=1)
    assert {(item.level, item.asks, item.since <= story.now) for item in kept_levels(story.chart, (), True)} == {
        (STOP, "By the protocol of then: hold the drug, call the physician now and escalate.", True),
        (CALL, "By the protocol of then: call the physician.", True),
        (LOOK, "By the protocol of then: ask the physician to review the patient.", True),
    }
    assert [item.entries for item in kept_levels(story.chart, (), True)] == [(n - 3,), (n - 2,), (n - 1,)]
    assert kept(story, "neutrophils", "fibrinogen") == [(CALL, "Hemoglobin", "6.8")]


def test_the_last_day_of_a_check_counts_whatever_the_order_of_typing_and_a_stop_stays(protocol: Protocol) -> None:
    story = Story(protocol).at(-4)
    story.course()
    story.at(45)
    story.check("neutrophils", "0.4", day=1)
    story.check("hemoglobin", "6.8", day=2)
    low = [(STOP, "Neutrophils", "0.4"), (CALL, "Hemoglobin", "6.8")]
    story.check("hemoglobin", "9.8", day=1)
    assert kept(story) == low
    story.check("hemoglobin", "9.8", day=3)
    story.check("neutrophils", "2.4", day=3)
    assert kept(story) == low[:1]
    story.check("neutrophils", "4.0", day=1)  # typed wrongly
    assert kept(story) == []


def test_a_cell_to_which_a_reading_was_added_asks_once(protocol: Protocol) -> None:
    story = Story(protocol).at(-4)
    story.course()
    story.at(45).check("neutrophils", "0.4", day=2)
    story.check("neutrophils", "0.4; 2.4", day=2)
    assert kept(story) == [(STOP, "Neutrophils", "0.4; 2.4")]


def test_bleeding_is_kept_where_the_protocol_at_hand_does_not_judge_it(protocol: Protocol) -> None:
    story = Story(protocol).at(4)
    story.bleed(2, level="call")
    story.bleed(None, major=["organ"], level="stop")
    story.bleed(0)
    assert kept(story) == []
    assert kept(story, bleeding_is_judged=False) == [(CALL, "Bleeding", "WHO 2"), (STOP, "Bleeding", "")]

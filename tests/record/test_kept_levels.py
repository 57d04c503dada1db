"""Alarms under a protocol that has not the lines by which they were raised."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from immunosep_tui.record.attention import CALL, STOP
from immunosep_tui.record.settings import effective
from immunosep_tui.record.standing import standing
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.ward.deeds import end_limit
from immunosep_tui.ward.instants import ms
from tests.support.followed import START, Followed, alarming
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

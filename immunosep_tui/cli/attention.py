"""Attention for commands: who judges, and the items as JSON with the names that scripts rely on."""

from __future__ import annotations

import argparse
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from immunosep_tui.cli.output import Json
from immunosep_tui.cli.store_option import ward_protocols
from immunosep_tui.i18n import _
from immunosep_tui.record.attention import RUNNING, Attention, CourseState
from immunosep_tui.ui.attention_words import item_text
from immunosep_tui.ward.instants import moment, ms

if TYPE_CHECKING:
    from immunosep_tui.store.judge import Judge
    from immunosep_tui.store.store import Store
    from immunosep_tui.ward.protocols import Protocols


def protocols_at_hand(options: argparse.Namespace, store: Store) -> Protocols | None:
    """The protocols of the ward with the one that was asked for; None where that one cannot be read. StoreError."""
    from immunosep_tui.profile.errors import ProfileError

    try:
        return ward_protocols(options, store)
    except ProfileError:
        return None


def judge_at_hand(protocols: Protocols | None, store: Store) -> Judge | None:
    """Who judges each patient by the protocol that counts for him; None without protocols. StoreError."""
    from immunosep_tui.ui.desk import site_zone
    from immunosep_tui.ward.judging import judge_of
    from immunosep_tui.ward.settings import read_settings

    return None if protocols is None else judge_of(protocols, read_settings(store, protocols.ward, site_zone()))


def attention_json(found: Attention, zone: ZoneInfo) -> list[Json]:
    """The items, the most urgent first."""
    return [
        {
            "level": item.level,
            "about": _(item.about) or item_text(item),
            "since": _instant(item.since, zone) if item.since else None,
            "value": item.value,
            "entries": list(item.entries),
            "draft": item.draft,
            "acknowledged": None
            if item.seen is None
            else {"by": item.seen.by, "until": _instant(item.seen.until, zone)},
            "asks": _(item.asks) if item.asks else item_text(item),
        }
        for item in found.items
    ]


def course_json(course: CourseState | None, now: datetime) -> Json | None:
    """State, treatment day and length of the latest course; None where there is none."""
    if course is None:
        return None
    state = course.state_at(ms(now))
    return {"state": state, "day": course.day_at(ms(now)) if state == RUNNING else None, "days": course.days}


def _instant(milliseconds: int, zone: ZoneInfo) -> str:
    return moment(milliseconds).astimezone(zone).isoformat(timespec="minutes")

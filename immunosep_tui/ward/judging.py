"""The ward's judge: each patient's protocol and the ward's settings, named so that a change of either is seen."""

from __future__ import annotations

from immunosep_tui import __version__
from immunosep_tui.record.attention import Standing
from immunosep_tui.record.chart import Chart
from immunosep_tui.record.glance import Glance
from immunosep_tui.record.settings import Settings
from immunosep_tui.record.standing import standing
from immunosep_tui.store.judge import Judge
from immunosep_tui.store.store import Store
from immunosep_tui.ward.protocols import Protocols


def judge_of(protocols: Protocols, settings: Settings) -> Judge:
    """Who judges each patient by the protocol that counts for him, as the bedside may see it, and by the settings."""

    def judged(chart: Chart) -> Standing:
        return standing(chart, protocols.of(chart), settings)

    name = f"{__version__} {protocols.name} {settings.zone.key} {settings.n}"
    return Judge(name, judged)


def kept_standing(store: Store, judge: Judge, seen: Glance) -> Standing:
    """What stands of a patient on the board: as it is kept, where the rules at hand judged it, else judged anew.

    StoreError.
    """
    return Standing.read(seen.standing) if seen.judged_by == judge.name else judge(store.chart(seen.record))

"""The courses of a patient on both databases: one that runs, and doses of an earlier one that can still be closed."""

from __future__ import annotations

import pytest

from immunosep_tui.record.kinds import CourseStopped, Dose, Voided
from immunosep_tui.store.errors import Refused
from immunosep_tui.store.store import Store
from immunosep_tui.store.verify import verify
from tests.record.histories import HOUR, plan
from tests.store.acts import DECISION, admitted, now, record


def test_a_stop_under_a_later_course_stays_and_the_first_one_can_be_closed(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(store, "p", admitted("p"), DECISION, plan(now() - 20 * HOUR), Dose(3, 1, "given"))
    record(store, "p", CourseStopped(3, "x"), plan(now() + HOUR), reason="why")
    record(store, "p", Dose(3, 2, "not charted"), reason="nobody knows", at=now() - HOUR)
    monkeypatch.setattr("immunosep_tui.store.store.objection", lambda *_given: ("", None))
    with pytest.raises(Refused) as refused:
        record(store, "p", Voided(5), reason="error")
    assert refused.value.rule == "one_active_course"
    assert verify(store).sound

"""What the screening room's texts say of the trial's criteria."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from immunosep_tui.record.patient import Patient
from immunosep_tui.rules.protocol import Protocol

FIELDS = ("age", "infection", "sepsis_at", "in_hospital", "sofa_admission", "neutrophils", "organism")
"""Names of the texts below ``screening.``."""


def unusable(patient: Patient, protocol: Protocol, zone: ZoneInfo) -> frozenset[str]:
    """Names of the fields below ``screening.`` whose text is refused or waits for an answer."""
    return frozenset()

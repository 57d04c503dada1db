"""Every kind of question by its name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from immunosep_tui.training.kinds import course, eligibility, evidence, markers, monitoring, response, sofa
from immunosep_tui.training.question import Kind

KINDS: Final[Mapping[str, Kind]] = {
    kind.name: kind
    for module in (markers, sofa, eligibility, course, response, monitoring, evidence)
    for kind in module.KINDS
}

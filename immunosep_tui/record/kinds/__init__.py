"""What an entry can say: one class a kind, made of texts as typed and of the answers given to them then."""
# ruff: noqa: F403, F405 - a new kind is one class in one of these modules, and nothing to add here

from __future__ import annotations

from immunosep_tui.record.kinds import course, ledger, monitoring, patient
from immunosep_tui.record.kinds.course import *
from immunosep_tui.record.kinds.kind import *
from immunosep_tui.record.kinds.ledger import *
from immunosep_tui.record.kinds.monitoring import *
from immunosep_tui.record.kinds.patient import *

ROLES = ("doctor", "nurse", "pharmacist", "researcher")
"""In what capacity somebody signs."""

IMPORTER = "import"
"""In what capacity somebody brings in what was signed elsewhere."""

KINDS: dict[str, type[Kind]] = {
    each.kind: each
    for module in (patient, course, monitoring, ledger)
    for each in vars(module).values()
    if isinstance(each, type)
    and issubclass(each, Kind)
    and each.__module__ == module.__name__
    and hasattr(each, "kind")
}
"""Each kind by the name under which it is stored."""

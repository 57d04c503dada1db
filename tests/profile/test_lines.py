"""The line of a TOML file on which a key stands."""

from __future__ import annotations

import pytest

from immunosep_tui.profile.lines import line_of

TEXT = """\
kind = "protocol" # 1

[phenotype]
ferritin_above = { value = 4420 }
hla_dr_below = { value = 5000 }

[regimens.anakinra]
dose = { value = 200 }

[[regimens.anakinra.notes]]
text = "one"
[[regimens.anakinra.notes]]
  text = "two"

[[ bands."ferritin" ]]   # the first
unit = "ng/mL"
[[bands.ferritin]]
unit = "mg/L"
dotted.key = 1
[bands.ferritin.inner]
deep = 1
[[checklist]]
[[checklist.limits]]
when = "below"
[[checklist]]
[[checklist.limits]]
when = "above"
kind = "again"
kind = "twice"
# text = "comment"
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("kind",), 1),
        (("phenotype",), 3),
        (("phenotype", "ferritin_above"), 4),
        (("phenotype", "ferritin_above", "value"), 0),
        (("phenotype", "hla_dr_below"), 5),
        (("phenotype", "unknown"), 0),
        (("regimens", "anakinra"), 7),
        (("regimens", "anakinra", "dose"), 8),
        (("regimens", "anakinra", "notes", 0), 10),
        (("regimens", "anakinra", "notes", 0, "text"), 11),
        (("regimens", "anakinra", "notes", 1), 12),
        (("regimens", "anakinra", "notes", 1, "text"), 13),
        (("regimens", "anakinra", "notes", 2), 0),
        (("regimens", "anakinra", "notes"), 10),
        (("bands",), 15),
        (("bands", "ferritin", 1, "dotted"), 19),
        (("bands", "ferritin", 0), 15),
        (("bands", "ferritin", 0, "unit"), 16),
        (("bands", "ferritin", 1, "unit"), 18),
        (("bands", "ferritin", 1, "dotted", "key"), 19),
        (("bands", "ferritin", 1, "inner", "deep"), 21),
        (("checklist", 0, "limits", 0, "when"), 24),
        (("checklist", 1, "limits", 0), 26),
        (("checklist", 1, "limits", 0, "when"), 27),
        (("checklist", 1, "limits", 0, "kind"), 28),
        (("nothing",), 0),
        (("regimens",), 7),
        ((), 1),
    ],
)
def test_the_line_of_a_place(path: tuple[str | int, ...], line: int) -> None:
    assert line_of(TEXT, path) == line


def test_an_empty_file_has_no_lines() -> None:
    assert line_of("", ("kind",)) == 0

"""A debrief says everything: somebody who knows nothing reads the rule, the row, what decided, the traps, the source."""

from __future__ import annotations

import pytest

from immunosep_tui.i18n import words
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.training import items
from immunosep_tui.training.debrief import debrief
from immunosep_tui.training.feedback import feedback, full_sources
from immunosep_tui.training.lines import printed
from immunosep_tui.training.mark import mark
from immunosep_tui.training.sheet import groups

MADE = (
    "made/ferritin-exact/2/7",
    "made/vasopressor/3/1",
    "made/death-scored/2/7",
    "made/anemia/2/5",
    "made/limits/3/2",
)


def told(lines: list[tuple[str, str]]) -> str:
    return "\n".join(text for _part, text in lines)


def test_every_written_debrief_names_rule_source_and_traps(protocol: Protocol) -> None:
    for case in items.written(protocol).values():
        text = told([*debrief(case)])
        assert case.story in text
        assert case.teaches in text
        for asked in case.questions():
            assert words(asked.prompt) in text
            assert words(asked.solution.rule) in text
            assert all(words(each) in text for each in asked.solution.decided)
            assert all(misreading.why in text for misreading in asked.tempting.values())
        for trap in case.traps:
            assert trap in text


@pytest.mark.parametrize("name", MADE)
def test_a_printed_debrief_fits_and_loses_no_word(name: str, protocol: Protocol) -> None:
    lines = debrief(items.item(name, protocol))
    shown = printed(lines)
    assert max(map(len, shown)) <= 78
    assert " ".join(shown).split() == told([*lines]).split()


def test_feedback_says_why_an_answer_tempts_and_names_the_source_in_full(protocol: Protocol) -> None:
    asked = items.item("made/ferritin-exact/2/7", protocol).questions()[0]
    wrong = told([*feedback(mark(asked, "mals"), protocol)])
    assert wrong.startswith("[x] NOT RIGHT: MALS")
    assert "Right is: Unclassified" in wrong
    assert "Exactly the cut-off is not above it" in wrong
    assert "S1: Giamarellos-Bourboulis" in wrong
    right = told([*feedback(mark(asked, asked.solution.value), protocol)])
    assert right.startswith("[+] RIGHT: Unclassified")
    assert "NOT RIGHT" not in right
    assert told([*feedback(mark(asked, ""), protocol)]).startswith("[x] NOT RIGHT: no answer: the time ran out")


def test_sources_are_listed_once_and_a_citation_in_full_stays_whole(protocol: Protocol) -> None:
    found = full_sources(["S1; S3", "S3; not found", "ISTH 2005 for the number; its use is general"], protocol)
    assert [text[:3] for text in found[:2]] == ["S1:", "S3:"]
    assert found[2:] == ["not found in any source", "ISTH 2005 for the number; its use is general"]


def test_what_was_not_measured_is_said(protocol: Protocol) -> None:
    rows = {
        label: text
        for name in ("made/hla-dr-missing/1/1", "made/missing-organ/1/1")
        for group in groups(items.item(name, protocol).situation)
        for label, text in group.rows
    }
    assert rows["Monocyte HLA-DR"] == "not measured"
    assert "not measured" in {text for label, text in rows.items() if label != "Monocyte HLA-DR"}
    assert groups(items.item("made/evidence/1/1", protocol).situation) == ()


def test_covid_19_stands_once_with_the_criteria_or_with_the_labs(protocol: Protocol) -> None:
    places = set()
    for name, case in items.written(protocol).items():
        places_of = [
            group.heading for group in groups(case.situation) for label, _text in group.rows if label == "COVID-19"
        ]
        assert len(places_of) <= 1, name
        places.update(places_of)
    assert places == {"Screening", "Labs", "Sample 1"}


def test_values_stand_as_typed_with_their_unit(protocol: Protocol) -> None:
    case = items.item("made/ferritin-unit/2/5", protocol)
    typed = case.situation.patient.text("labs.ferritin")
    rows = {label: text for group in groups(case.situation) for label, text in group.rows}
    assert rows["Ferritin"] == typed
    assert "mg/L" in typed

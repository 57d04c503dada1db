"""Several blood samples: which one treatment rests on, what changed between them, and what is too old."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunosep_tui.record.patient import Patient
from immunosep_tui.rules.number import Refusal
from immunosep_tui.rules.phenotype import IMMUNOPARALYSIS, INDETERMINATE, MALS, UNCLASSIFIED
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.ward import samples
from immunosep_tui.ward.field_reading import read_field

ZONE = ZoneInfo("Europe/Athens")
NOW = datetime(2026, 5, 12, 6, 0, tzinfo=UTC)

VALUES = {
    MALS: ("9000", "3000"),
    IMMUNOPARALYSIS: ("900", "3000"),
    UNCLASSIFIED: ("900", "9000"),
    INDETERMINATE: ("900", ""),
}


def sheet(*phenotypes: str, **texts: str) -> Patient:
    """A patient with one sample for each of these phenotypes."""
    typed = {name.replace("__", "."): text for name, text in texts.items()}
    for number, name in enumerate(phenotypes, start=1):
        place = samples.place_of_sample(number)
        ferritin, hla_dr = VALUES[name]
        typed |= {f"{place}.ferritin": ferritin, f"{place}.hla_dr": hla_dr}
    return Patient("p", {key: text for key, text in typed.items() if text})


def test_before_a_course_the_last_sample_that_settles_the_phenotype_counts(protocol: Protocol) -> None:
    assert samples.deciding(sheet(), protocol) == 1
    assert samples.deciding(sheet(INDETERMINATE, IMMUNOPARALYSIS), protocol) == 2
    assert samples.deciding(sheet(IMMUNOPARALYSIS, INDETERMINATE), protocol) == 1
    assert samples.deciding(sheet(INDETERMINATE, INDETERMINATE), protocol) == 2
    assert samples.phenotype(sheet(MALS, UNCLASSIFIED), protocol).phenotype == UNCLASSIFIED


@given(st.lists(st.sampled_from(sorted(VALUES)), min_size=1, max_size=6), st.data())
def test_no_later_sample_changes_what_a_course_was_started_with(
    protocol: Protocol, names: list[str], data: st.DataObject
) -> None:
    fixed = data.draw(st.integers(1, len(names)))
    started = sheet(*names, treatment__sample=str(fixed))
    assert samples.deciding(started, protocol) == fixed
    assert samples.phenotype(started, protocol).phenotype == names[fixed - 1]


def test_samples_stand_in_the_order_in_which_they_were_taken(protocol: Protocol) -> None:
    texts = {"labs__sampled": "2026-05-12 08:00", "sample__2__sampled": "2026-05-11 08:00"}
    found = samples.draws(sheet(IMMUNOPARALYSIS, MALS, **texts), protocol, ZONE)
    assert [draw.number for draw in found] == [2, 1]
    ((before, after),) = samples.transitions(found)
    assert (before.phenotype, after.phenotype) == (MALS, IMMUNOPARALYSIS)
    untimed = samples.draws(sheet(IMMUNOPARALYSIS, MALS, labs__sampled="2026-05-12 08:00"), protocol, ZONE)
    assert [draw.number for draw in untimed] == [1, 2]


def test_what_is_not_settled_is_no_transition(protocol: Protocol) -> None:
    found = samples.draws(sheet(MALS, INDETERMINATE, MALS, UNCLASSIFIED), protocol, ZONE)
    assert [(a.number, b.number) for a, b in samples.transitions(found)] == [(3, 4)]


@pytest.mark.parametrize(("seconds", "stale"), [(-1, False), (0, False), (1, True)])
def test_a_sample_is_old_to_the_second(protocol: Protocol, seconds: int, stale: bool) -> None:
    draw = samples.draws(sheet(MALS, labs__sampled="2026-05-11 09:00"), protocol, ZONE)[0]
    assert draw.sampled is not None
    now = draw.sampled + timedelta(hours=int(protocol.site.stale.value), seconds=seconds)
    assert samples.is_stale(draw, now, protocol) is stale


def test_a_sample_without_a_time_is_not_known_to_be_old(protocol: Protocol) -> None:
    draw = samples.draws(sheet(MALS), protocol, ZONE)[0]
    assert samples.age(draw, NOW) is None
    assert not samples.is_stale(draw, NOW, protocol)


@pytest.mark.parametrize(
    ("sampled", "resulted", "code"),
    [
        ("2026-05-12 08:00", "2026-05-12 07:59", "before_sample"),
        ("2026-05-12 08:00", "2026-05-12 08:00", ""),
        ("", "2026-05-12 08:00", ""),
        ("2026-05-12 08:00", "2026-05-12 09:06", "future"),
        ("2026-05-12 08:00", "2026-05-12 09:05", ""),
        ("2026-05-12 08:00", "12.5.", "not_an_instant"),
    ],
)
def test_a_result_comes_after_its_sample_and_not_in_the_future(
    sampled: str, resulted: str, code: str, protocol: Protocol
) -> None:
    patient = Patient("p", {"labs.sampled": sampled, "labs.resulted": resulted})
    found = read_field(patient, "labs.resulted", protocol, ZONE, NOW).refusal
    if code == "not_an_instant":
        assert isinstance(found, Refusal)
    else:
        assert (found.code if isinstance(found, Refusal) else "") == code


def test_a_fall_from_the_sample_before_is_noticed_as_a_possible_hook_effect(protocol: Protocol) -> None:
    fallen = samples.phenotype_of_sample(sheet(MALS, IMMUNOPARALYSIS), 2, protocol)
    assert "ferritin_hook_effect_suspected" in {caution.code for caution in fallen.cautions}
    risen = samples.phenotype_of_sample(sheet(IMMUNOPARALYSIS, IMMUNOPARALYSIS), 2, protocol)
    assert "ferritin_hook_effect_suspected" not in {caution.code for caution in risen.cautions}

"""The evidence file against its own counts, and the reader's refusals."""

from __future__ import annotations

import copy
import re
import tomllib
from collections.abc import Callable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from immunosep_tui.rules.evidence import (
    Arm,
    Comparison,
    Evidence,
    Outcome,
    compare,
    evidence_from,
    number_needed_sentence,
    recompute,
)
from immunosep_tui.rules.published import Estimate, Printed
from immunosep_tui.rules.statistics import Interval, number_needed

PRECISION, PLACEBO = Arm(46, 131), Arm(26, 145)
FILE = Path(__file__).parents[2] / "profiles" / "evidence" / "immunosep-2025.toml"


def raw() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"), parse_float=Decimal)


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    return evidence_from(raw())


def outcome_of(evidence: Evidence, name: str) -> Outcome:
    return next(outcome for outcome in evidence.outcomes if outcome.id == name)


def row(outcome: Outcome, figure: str, part: str) -> Comparison:
    return next(found for found in compare(outcome) if (found.figure, found.part) == (figure, part))


def made(printed: Printed, precision: Arm = PRECISION, placebo: Arm = PLACEBO) -> Outcome:
    return Outcome("made", "Made up", "primary", "benefit", precision, placebo, printed, "S1", "D")


# ---- the published figures ---------------------------------------------------------------------------------


def test_counts_of_every_outcome(evidence: Evidence) -> None:
    assert {o.id: (o.precision.events, o.precision.n, o.placebo.events, o.placebo.n) for o in evidence.outcomes} == {
        "primary": (46, 131, 26, 145),
        "primary_mals": (12, 25, 4, 23),
        "primary_immunoparalysis": (34, 106, 22, 122),
        "primary_measured": (38, 121, 19, 132),
        "day15": (52, 131, 34, 145),
        "death28": (57, 131, 72, 145),
        "death90": (90, 131, 98, 145),
        "immune_reversal": (46, 59, 32, 66),
        "death9": (21, 131, 29, 145),
    }
    assert {o.id for o in evidence.outcomes if o.kind == "harm"} == {"death9", "death28", "death90"}


def test_the_strata_and_the_screening_add_up(evidence: Evidence) -> None:
    primary, mals, other = (
        outcome_of(evidence, name) for name in ("primary", "primary_mals", "primary_immunoparalysis")
    )
    for arm in ("precision", "placebo"):
        whole, first, second = (getattr(outcome, arm) for outcome in (primary, mals, other))
        assert (whole.events, whole.n) == (first.events + second.events, first.n + second.n)
    assert evidence.screening.analyzed == (primary.precision.n, primary.placebo.n) == tuple(a.n for a in evidence.arms)
    infection = evidence.ordinal[0]
    assert (sum(infection.precision), sum(infection.placebo)) == (131, 145)


def test_every_printed_figure_is_reproduced_or_said_to_need_patient_data(evidence: Evidence) -> None:
    rows = {(o.id, c.figure, c.part): c for o in evidence.outcomes for c in compare(o)}
    assert not [key for key, found in rows.items() if found.agreement == "differs"]
    assert {key for key, found in rows.items() if found.agreement == "truncated"} == {
        ("death90", "difference", "low"),
        ("primary_mals", "odds_ratio", "low"),
        ("primary_measured", "odds_ratio", "high"),
    }
    # 16.246 and 0.3349: printed as if first rounded to 16.25 and 0.335.
    assert {key for key, found in rows.items() if found.agreement == "rounded_twice"} == {
        ("day15", "difference", "value"),
        ("death28", "p", "value"),
    }
    assert {key[1] for key, found in rows.items() if found.agreement == "not_recomputable"} == {
        "adjusted_odds_ratio",
        "hazard_ratio",
    }
    assert {key[:2] for key, found in rows.items() if found.arms_reversed} == {("death28", "difference")}
    assert all(found.method for found in rows.values())


def test_the_primary_outcome_recomputed(evidence: Evidence) -> None:
    outcome = outcome_of(evidence, "primary")
    again = recompute(outcome)
    assert again.difference.value == Fraction(46, 131) - Fraction(26, 145)
    assert again.fragility.value == 10
    assert again.risk_ratio is not None
    assert round(float(again.risk_ratio.value), 2) == 1.96
    assert "Newcombe" in again.difference.method
    assert "Fisher" in again.p.method
    assert "Woolf" in row(outcome, "odds_ratio", "low").method
    assert outcome.printed.p == Decimal("0.002")
    assert outcome.printed.difference == Estimate(Decimal("17.2"), Decimal("6.8"), Decimal("27.2"))


def test_death_at_28_days_is_printed_the_other_way_round(evidence: Evidence) -> None:
    outcome = outcome_of(evidence, "death28")
    value, low = row(outcome, "difference", "value"), row(outcome, "difference", "low")
    assert value.printed == Decimal("6.1")
    assert value.arms_reversed
    assert value.recomputed is not None
    assert round(float(value.recomputed), 2) == 6.14
    assert low.recomputed is not None
    assert round(float(low.recomputed), 3) == -5.585
    assert recompute(outcome).difference.value < 0


def test_percentages_of_groups_are_their_counts(evidence: Evidence) -> None:
    printed = [group for finding in evidence.safety for group in finding.groups if group.percent is not None]
    assert len(printed) == 5
    for group in printed:
        exact = Decimal(100 * group.events) / group.n
        assert exact.quantize(Decimal("0.1"), ROUND_HALF_UP) == group.percent


def test_what_was_not_found_is_said_and_interactions_stay_out(evidence: Evidence) -> None:
    assert any("anemia" in text for text in evidence.unknown)
    assert any("hemorrhage" in text for text in evidence.unknown)
    for name in ("anakinra_anemia", "interferon_hemorrhage"):
        assert next(finding for finding in evidence.safety if finding.id == name).groups == ()
    shown = [line for line in FILE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    assert not [line for line in shown if "interaction" in line.lower()]


def texts(node: object) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict | list):
        for inner in node.values() if isinstance(node, dict) else node:
            yield from texts(inner)


def test_no_error_prone_abbreviation_in_any_text() -> None:
    wrong = re.compile(r"µ|μ|\bq8h|\bq48h|\bTID\b|\bQOD\b|\bSC\b|\bIFN|[<>≥≤]|(?<![0-9])\.[0-9]|\bIU?\b")
    shown = [re.sub(r"10\.[0-9]{4,}/\S+", "", text) for text in texts(raw())]
    assert len(shown) > 200
    assert [text for text in shown if wrong.search(text)] == []


def test_every_source_is_used() -> None:
    data = raw()
    used = {
        key
        for text in re.findall(r'^source = "(.*)"$', FILE.read_text(encoding="utf-8"), re.M)
        for key in text.split(", ")
    }
    assert used == set(data["sources"])


# ---- agreement of print and recomputation ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("printed", "agreement"),
    [
        ("0.002", "rounded"),
        ("0.001", "truncated"),
        ("0.003", "differs"),
        ("0.0015", "rounded"),
        ("0.00152", "rounded"),
        ("-0.002", "differs"),
    ],
)
def test_agreement_is_at_the_printed_precision(printed: str, agreement: str) -> None:
    assert row(made(Printed(p=Decimal(printed))), "p", "value").agreement == agreement


def test_an_exact_half_rounds_up() -> None:
    half = made(Printed(percent=(Decimal("12.5"), Decimal("13"))), Arm(1, 8), Arm(1, 8))
    assert [found.agreement for found in compare(half)] == ["rounded", "rounded"]
    assert row(
        made(Printed(percent=(Decimal("12"), Decimal("12"))), Arm(1, 8), Arm(1, 8)), "percent", "placebo"
    ).agreement == ("truncated")


def test_rounding_twice_is_told_from_rounding() -> None:
    table = (Arm(3, 8), Arm(9, 20))  # 37.5 and 45 percent
    ones = made(Printed(percent=(Decimal("38"), Decimal("50"))), *table)
    assert [found.agreement for found in compare(ones)] == ["rounded", "differs"]
    tens = made(Printed(percent=(Decimal("4E+1"), Decimal("4E+1"))), *table)
    assert [found.agreement for found in compare(tens)] == ["rounded", "truncated"]
    twice = made(Printed(percent=(Decimal("5E+1"), Decimal("5E+1"))), Arm(446, 1000), Arm(444, 1000))
    assert [found.agreement for found in compare(twice)] == ["rounded_twice", "differs"]


def test_a_difference_is_reversed_only_as_a_whole() -> None:
    mixed = made(Printed(difference=Estimate(Decimal("-17.2"), Decimal("-27.2"), Decimal("27.2"))))
    rows = compare(mixed)
    assert [found.agreement for found in rows] == ["differs", "differs", "rounded"]
    assert not any(found.arms_reversed for found in rows)


def test_an_undefined_ratio_is_not_compared() -> None:
    one = Estimate(Decimal("1.0"), Decimal("0.5"), Decimal("2.0"))
    empty = made(Printed(odds_ratio=one), Arm(0, 10), Arm(2, 10))
    assert recompute(empty).odds_ratio is None
    assert recompute(empty).risk_ratio is None
    assert {found.agreement for found in compare(empty)} == {"not_recomputable"}


# ---- the number needed to treat in words -------------------------------------------------------------------


def test_number_needed_in_words(evidence: Evidence) -> None:
    def words(name: str) -> str:
        return str(number_needed_sentence(recompute(outcome_of(evidence, name)).number_needed))

    assert words("primary") == (
        "Estimate: 1 more patient helped for every 5.8 treated. The 95% interval is 3.7 to 14.7."
    )
    assert words("death28") == (
        "Estimate: 1 more patient helped for every 16.3 treated. The 95% interval includes no effect:"
        " it runs from 1 helped for every 5.7 through infinity to 1 harmed for every 17.9."
    )
    assert words("death90").startswith("Estimate: 1 more patient harmed for every 89.6 treated.")


def test_number_needed_in_words_at_the_edges() -> None:
    touching = number_needed(Interval(Fraction(1, 4), 0.0, 0.5, "given"), "benefit")
    assert str(number_needed_sentence(touching)).endswith("The 95% interval is 2.0 to infinity.")
    none = number_needed(Interval(Fraction(0), -0.5, 0.5, "given"), "benefit")
    assert str(number_needed_sentence(none)).startswith("Estimate: no difference")
    point = number_needed(Interval(Fraction(0), 0.0, 0.0, "given"), "benefit")
    assert str(number_needed_sentence(point)) == "Estimate: no difference, so there is no number needed to treat."


# ---- the reader --------------------------------------------------------------------------------------------

Change = Callable[[dict[str, Any]], object]

REFUSALS: list[tuple[str, Change, str]] = [
    ("missing", lambda d: d["trial"].pop("doi"), r"^trial\.doi: is missing"),
    ("missing table", lambda d: d.pop("screening"), r"^screening: is missing"),
    ("blank", lambda d: d["trial"].update(title=" "), r"^trial\.title: must be a text"),
    (
        "misspelt",
        lambda d: d["outcomes"][0]["printed"].update(odds=1),
        r"^outcomes\[0\]\.printed\.odds: this key",
    ),
    ("top level", lambda d: d.update(extra=1), r"^extra: this key is not known"),
    (
        "text count",
        lambda d: d["outcomes"][1]["precision"].update(events="12"),
        r"^outcomes\[1\]\.precision\.events: ",
    ),
    (
        "bool count",
        lambda d: d["outcomes"][1]["precision"].update(events=True),
        r"precision\.events: must be a whole",
    ),
    (
        "negative",
        lambda d: d["outcomes"][1]["placebo"].update(events=-1),
        r"placebo\.events: must be a whole",
    ),
    (
        "too many",
        lambda d: d["outcomes"][1]["placebo"].update(events=24),
        r"placebo\.events: 24 events are more than",
    ),
    (
        "empty arm",
        lambda d: d["outcomes"][1]["placebo"].update(events=0, n=0),
        r"placebo\.n: an arm has at least",
    ),
    (
        "float",
        lambda d: d["outcomes"][0]["printed"].update(p=0.002),
        r"^outcomes\[0\]\.printed\.p: must be an exact",
    ),
    ("nan", lambda d: d["outcomes"][0]["printed"].update(p=Decimal("nan")), r"printed\.p: must be a finite"),
    (
        "kind",
        lambda d: d["outcomes"][0].update(kind="good"),
        r"^outcomes\[0\]\.kind: must be one of benefit, harm",
    ),
    ("role", lambda d: d["outcomes"][0].update(role="main"), r"^outcomes\[0\]\.role: must be one of primary"),
    (
        "confidence",
        lambda d: d["limits"][0].update(confidence="X"),
        r"^limits\[0\]\.confidence: must be one of V",
    ),
    ("source", lambda d: d["safety"][0].update(source="S1, S99"), r"^safety\[0\]\.source: 'S99' is not one"),
    ("twice", lambda d: d["outcomes"][1].update(id="primary"), r"^outcomes: the id 'primary' is used twice"),
    (
        "order",
        lambda d: d["outcomes"][0]["printed"]["difference"].update(low=Decimal(30)),
        r"difference: the value must",
    ),
    (
        "pair",
        lambda d: d["outcomes"][0]["printed"].update(percent=[Decimal(1)]),
        r"printed\.percent: must be two",
    ),
    ("not a list", lambda d: d.update(limits="none"), r"^limits: must be a list"),
    ("not a table", lambda d: d["limits"].insert(0, "x"), r"^limits\[0\]: must be a table"),
    (
        "both",
        lambda d: d["baseline"][0].update(groups=d["baseline"][3]["groups"]),
        r"^baseline\[0\]\.value: give either",
    ),
    ("neither", lambda d: d["baseline"][0].pop("value"), r"^baseline\[0\]\.value: give either"),
    (
        "parts",
        lambda d: d["screening"].update(excluded_parts=[355]),
        r"^screening\.excluded_parts: adds up to 355",
    ),
    (
        "flow",
        lambda d: d["screening"].update(randomized=[135, 145]),
        r"^screening\.randomized: adds up to 280",
    ),
    (
        "analyzed",
        lambda d: d["screening"].update(analyzed=[131, 144]),
        r"^screening\.analyzed: adds up to 144",
    ),
    (
        "categories",
        lambda d: d["ordinal"][0].update(placebo=[1, 2]),
        r"^ordinal\[0\]\.placebo: must have one count",
    ),
    ("blank unknown", lambda d: d["unknown"]["texts"].append(""), r"^unknown\.texts\.\d+: must be a text"),
]


@pytest.mark.parametrize(("change", "message"), [r[1:] for r in REFUSALS], ids=[r[0] for r in REFUSALS])
def test_a_fault_is_refused_by_its_key(change: Change, message: str) -> None:
    data = copy.deepcopy(raw())
    change(data)
    with pytest.raises(ValueError, match=message):
        evidence_from(data)


def test_an_arm_may_have_the_event_in_every_patient() -> None:
    data = raw()
    data["outcomes"][1]["placebo"]["events"] = 23
    assert outcome_of(evidence_from(data), "primary_mals").placebo == Arm(23, 23)


def estimate(value: str, low: str, high: str) -> Estimate:
    return Estimate(Decimal(value), Decimal(low), Decimal(high))


def test_a_row_that_is_reversed_is_told_though_its_digits_are_cut_or_rounded_twice() -> None:
    cut = made(Printed(difference=estimate("-1.1", "-11.9", "9.8")), Arm(90, 131), Arm(98, 145))
    assert all(found.arms_reversed for found in compare(cut))
    twice = made(Printed(difference=estimate("-16.3", "-26.8", "-5.3")), Arm(52, 131), Arm(34, 145))
    assert all(found.arms_reversed for found in compare(twice))


def test_a_small_negative_difference_agrees_with_itself() -> None:
    """100 of 200 against 101 of 200 is -0.5 percent."""
    found = made(Printed(difference=estimate("-0.5", "-10.2", "9.2")), Arm(100, 200), Arm(101, 200))
    assert row(found, "difference", "value").agreement == "rounded"
    assert not row(found, "difference", "value").arms_reversed


def test_printed_percentages_stand_beside_their_own_arm() -> None:
    found = made(Printed(percent=(Decimal("35.1"), Decimal("17.9"))))
    assert [(row.figure, row.part, row.agreement) for row in compare(found)] == [
        ("percent", "precision", "rounded"),
        ("percent", "placebo", "rounded"),
    ]

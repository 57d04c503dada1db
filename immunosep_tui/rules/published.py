"""A trial's published results as data: what is printed, where, and how surely it is known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from immunosep_tui.rules.fields import Fields
from immunosep_tui.rules.protocol import CONFIDENCE, Note
from immunosep_tui.rules.statistics import Kind

KINDS: Mapping[str, Kind] = {"benefit": "benefit", "harm": "harm"}
T = TypeVar("T")
ROLES = ("primary", "secondary", "stratum", "sensitivity", "descriptive")


@dataclass(frozen=True, slots=True)
class Arm:
    """Patients with the event, and all patients, of one arm."""

    events: int
    n: int


@dataclass(frozen=True, slots=True)
class Estimate:
    """An estimate with its 95% confidence limits, in the digits of the print."""

    value: Decimal
    low: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class Printed:
    """What the publication prints for one outcome; percentages and the difference are in percent."""

    percent: tuple[Decimal, Decimal] | None = None
    difference: Estimate | None = None
    odds_ratio: Estimate | None = None
    adjusted_odds_ratio: Estimate | None = None
    hazard_ratio: Estimate | None = None
    p: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """One yes-or-no outcome. ``role`` is primary, secondary, stratum, sensitivity or descriptive."""

    id: str
    label: str
    role: str
    kind: Kind
    precision: Arm
    placebo: Arm
    printed: Printed
    source: str
    confidence: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class OrdinalOutcome:
    """An outcome in ordered categories, from best to worst, with the patients of each arm in each."""

    id: str
    label: str
    categories: tuple[str, ...]
    precision: tuple[int, ...]
    placebo: tuple[int, ...]
    printed: Printed
    source: str
    confidence: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Patients with a finding in one named group, with the printed percentage if there is one."""

    name: str
    events: int
    n: int
    percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A fact of design, baseline, conduct or safety: a value in words, or counts by group."""

    id: str
    label: str
    value: str
    groups: tuple[Group, ...]
    source: str
    confidence: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class ArmDescription:
    """What one arm received, and how many of its patients were analyzed."""

    id: str
    label: str
    text: str
    n: int
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Screening:
    """The way from screened to analyzed patients; pairs are precision and placebo."""

    screened: int
    excluded: int
    excluded_parts: tuple[int, ...]
    randomized: tuple[int, int]
    withdrew_all_data: tuple[int, int]
    analyzed: tuple[int, int]
    source: str
    confidence: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Trial:
    """What identifies the trial."""

    id: str
    title: str
    registry: str
    doi: str
    pmid: str
    published: str
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that is known of one trial's results. ``unknown`` lists what was looked for and not found."""

    trial: Trial
    arms: tuple[ArmDescription, ...]
    screening: Screening
    design: tuple[Finding, ...]
    baseline: tuple[Finding, ...]
    conduct: tuple[Finding, ...]
    outcomes: tuple[Outcome, ...]
    ordinal: tuple[OrdinalOutcome, ...]
    safety: tuple[Finding, ...]
    limits: tuple[Note, ...]
    corrections: tuple[Note, ...]
    context: tuple[Note, ...]
    unknown: tuple[str, ...]
    sources: Mapping[str, str]


def evidence_from(data: Mapping[str, object]) -> Evidence:
    """Evidence from the plain tables of an evidence file, decimals read exactly; unread keys are refused.

    Raises:
        ValueError: naming the key by its full path, and what it must be.
    """
    root = Fields(data)
    listed = root.table("sources")
    sources = {key: listed.text(key) for key in listed.names}
    evidence = Evidence(
        trial=_trial(root.table("trial"), sources),
        arms=tuple(_arm_description(table, sources) for table in root.tables("arms")),
        screening=_screening(root.table("screening"), sources),
        design=tuple(_finding(table, sources) for table in root.tables("design")),
        baseline=tuple(_finding(table, sources) for table in root.tables("baseline")),
        conduct=tuple(_finding(table, sources) for table in root.tables("conduct")),
        outcomes=tuple(_outcome(table, sources) for table in root.tables("outcomes")),
        ordinal=tuple(_ordinal(table, sources) for table in root.tables("ordinal")),
        safety=tuple(_finding(table, sources) for table in root.tables("safety")),
        limits=tuple(_note(table, sources) for table in root.tables("limits")),
        corrections=tuple(_note(table, sources) for table in root.tables("corrections")),
        context=tuple(_note(table, sources) for table in root.tables("context")),
        unknown=_unknown(root.table("unknown")),
        sources=sources,
    )
    root.done()
    _ids_differ("arms", (arm.id for arm in evidence.arms))
    _ids_differ("outcomes", [*(o.id for o in evidence.outcomes), *(o.id for o in evidence.ordinal)])
    findings = (*evidence.design, *evidence.baseline, *evidence.conduct, *evidence.safety)
    _ids_differ("design, baseline, conduct and safety", (finding.id for finding in findings))
    return evidence


def _ids_differ(where: str, ids: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in ids:
        if name in seen:
            raise ValueError(f"{where}: the id {name!r} is used twice")
        seen.add(name)


def _trial(table: Fields, sources: Mapping[str, str]) -> Trial:
    trial = Trial(
        id=table.text("id"),
        title=table.text("title"),
        registry=table.text("registry"),
        doi=table.text("doi"),
        pmid=table.text("pmid"),
        published=table.text("published"),
        source=_source(table, sources),
        confidence=table.one_of("confidence", CONFIDENCE),
    )
    table.done()
    return trial


def _arm_description(table: Fields, sources: Mapping[str, str]) -> ArmDescription:
    arm = ArmDescription(
        id=table.text("id"),
        label=table.text("label"),
        text=table.text("text"),
        n=table.count("n"),
        source=_source(table, sources),
        confidence=table.one_of("confidence", CONFIDENCE),
    )
    table.done()
    return arm


def _screening(table: Fields, sources: Mapping[str, str]) -> Screening:
    flow = Screening(
        screened=table.count("screened"),
        excluded=table.count("excluded"),
        excluded_parts=table.counts("excluded_parts"),
        randomized=_pair(table, "randomized", table.counts("randomized")),
        withdrew_all_data=_pair(table, "withdrew_all_data", table.counts("withdrew_all_data")),
        analyzed=_pair(table, "analyzed", table.counts("analyzed")),
        source=_source(table, sources),
        confidence=table.one_of("confidence", CONFIDENCE),
        note=table.optional_text("note"),
    )
    table.done()
    sums = (
        ("excluded_parts", sum(flow.excluded_parts), flow.excluded),
        ("randomized", sum(flow.randomized), flow.screened - flow.excluded),
        ("analyzed", flow.analyzed[0], flow.randomized[0] - flow.withdrew_all_data[0]),
        ("analyzed", flow.analyzed[1], flow.randomized[1] - flow.withdrew_all_data[1]),
    )
    for key, found, wanted in sums:
        if found != wanted:
            raise ValueError(f"{table.where(key)}: adds up to {found}, the other counts say {wanted}")
    return flow


def _finding(table: Fields, sources: Mapping[str, str]) -> Finding:
    finding = Finding(
        id=table.text("id"),
        label=table.text("label"),
        value=table.optional_text("value"),
        groups=tuple(_group(group) for group in table.tables("groups")),
        source=_source(table, sources),
        confidence=table.one_of("confidence", CONFIDENCE),
        note=table.optional_text("note"),
    )
    table.done()
    if bool(finding.value) == bool(finding.groups):
        raise ValueError(f"{table.where('value')}: give either a value or groups, not both and not neither")
    return finding


def _group(table: Fields) -> Group:
    arm = _arm(table)
    percent = table.decimal("percent") if table.has("percent") else None
    group = Group(table.text("name"), arm.events, arm.n, percent)
    table.done()
    return group


def _arm(table: Fields) -> Arm:
    arm = Arm(table.count("events"), table.count("n"))
    if arm.n == 0:
        raise ValueError(f"{table.where('n')}: an arm has at least 1 patient")
    if arm.events > arm.n:
        raise ValueError(f"{table.where('events')}: {arm.events} events are more than the {arm.n} patients")
    return arm


def _whole_arm(table: Fields) -> Arm:
    arm = _arm(table)
    table.done()
    return arm


def _outcome(table: Fields, sources: Mapping[str, str]) -> Outcome:
    outcome = Outcome(
        id=table.text("id"),
        label=table.text("label"),
        role=table.one_of("role", ROLES),
        kind=KINDS[table.one_of("kind", KINDS)],
        precision=_whole_arm(table.table("precision")),
        placebo=_whole_arm(table.table("placebo")),
        printed=_printed(table),
        source=_source(table, sources),
        confidence=table.one_of("confidence", CONFIDENCE),
        note=table.optional_text("note"),
    )
    table.done()
    return outcome


def _ordinal(table: Fields, sources: Mapping[str, str]) -> OrdinalOutcome:
    outcome = OrdinalOutcome(
        id=table.text("id"),
        label=table.text("label"),
        categories=table.texts("categories"),
        precision=table.counts("precision"),
        placebo=table.counts("placebo"),
        printed=_printed(table),
        source=_source(table, sources),
        confidence=table.one_of("confidence", CONFIDENCE),
        note=table.optional_text("note"),
    )
    table.done()
    for key, counts in (("precision", outcome.precision), ("placebo", outcome.placebo)):
        if len(counts) != len(outcome.categories):
            raise ValueError(f"{table.where(key)}: must have one count for each of the categories")
    return outcome


def _printed(table: Fields) -> Printed:
    if not table.has("printed"):
        return Printed()
    inner = table.table("printed")
    percents = inner.decimals("percent") if inner.has("percent") else ()
    printed = Printed(
        percent=_pair(inner, "percent", percents) if percents else None,
        difference=_estimate(inner, "difference"),
        odds_ratio=_estimate(inner, "odds_ratio"),
        adjusted_odds_ratio=_estimate(inner, "adjusted_odds_ratio"),
        hazard_ratio=_estimate(inner, "hazard_ratio"),
        p=inner.decimal("p") if inner.has("p") else None,
    )
    inner.done()
    return printed


def _estimate(table: Fields, key: str) -> Estimate | None:
    if not table.has(key):
        return None
    inner = table.table(key)
    estimate = Estimate(inner.decimal("value"), inner.decimal("low"), inner.decimal("high"))
    inner.done()
    if not estimate.low <= estimate.value <= estimate.high:
        raise ValueError(f"{table.where(key)}: the value must lie between low and high")
    return estimate


def _note(table: Fields, sources: Mapping[str, str]) -> Note:
    note = Note(table.text("text"), _source(table, sources), table.one_of("confidence", CONFIDENCE))
    table.done()
    return note


def _unknown(table: Fields) -> tuple[str, ...]:
    texts = table.texts("texts")
    table.done()
    return texts


def _source(table: Fields, sources: Mapping[str, str]) -> str:
    keys = table.text("source")
    for key in keys.split(", "):
        if key not in sources:
            raise ValueError(f"{table.where('source')}: {key!r} is not one of the sources")
    return keys


def _pair(table: Fields, key: str, values: tuple[T, ...]) -> tuple[T, T]:
    if len(values) != 2:
        raise ValueError(f"{table.where(key)}: must be two numbers, precision and placebo")
    return values[0], values[1]

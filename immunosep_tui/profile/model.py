"""The border check of a profile: every key known, every number sourced, every value inside its sanity band.

Imported only when a profile that is not sealed by a release is checked.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_validator,
)

from immunosep_tui.profile.scalars import Confidence, Name, Number, Remark, Text, Visible
from immunosep_tui.rules.analytes import ANALYTES
from immunosep_tui.rules.monitoring import COMPARISONS, FALLS
from immunosep_tui.rules.phenotype import IMMUNOPARALYSIS, MALS
from immunosep_tui.rules.units import HINTS


class Strict(BaseModel):
    """A table in which an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, arbitrary_types_allowed=True)


class FactModel(Strict):
    """A number with unit, source and confidence."""

    value: Number
    unit: Annotated[str, StringConstraints(max_length=24), Visible]
    source: Text
    confidence: Confidence
    note: Remark = ""


class Sane(Strict):
    """A table of facts whose units and plausible ranges are fixed: wider than any likely revision, and no wider."""

    SANITY: ClassVar[Mapping[str, tuple[str, str, str]]] = {}

    @field_validator("*", mode="after")
    @classmethod
    def inside(cls, value: object, info: ValidationInfo) -> object:
        """Refuse a fact in another unit or outside its range."""
        if not isinstance(value, FactModel) or info.field_name is None or info.field_name not in cls.SANITY:
            return value
        unit, low, high = cls.SANITY[info.field_name]
        if value.unit != unit:
            raise ValueError(f"the unit must be {unit}, not {value.unit or 'empty'}")
        if not Decimal(low) <= value.value <= Decimal(high):
            raise ValueError(f"{value.value} {unit} is implausible: {low} to {high} is taken")
        if unit in WHOLE_UNITS and value.value != value.value.to_integral_value():
            raise ValueError("a whole number is wanted")
        return value


WHOLE_UNITS = frozenset({"min", "h", "days", "years"})


class NoteModel(Strict):
    text: Text
    source: Text
    confidence: Confidence


class QuestionModel(NoteModel):
    id: Name
    label: Text
    bars: bool


class BandModel(Strict):
    unit: str
    refuse_below: Number | None = None
    refuse_above: Number | None = None
    ask_below: Number | None = None
    ask_above: Number | None = None
    ask_up_to: Number | None = None
    low_hint: str | None = None
    high_hint: str | None = None
    source: Text
    confidence: Confidence

    @model_validator(mode="after")
    def in_order(self) -> BandModel:
        ends = [self.refuse_below, self.ask_up_to, self.ask_below, self.ask_above, self.refuse_above]
        known = [end for end in ends if end is not None]
        if known != sorted(known):
            raise ValueError("the limits are not in order: refuse below, ask below, ask above, refuse above")
        return self


class AssayModel(Sane):
    SANITY = {
        "cv_low": ("%", "0.1", "60"),
        "cv_high": ("%", "0.1", "60"),
    }
    cv_low: FactModel
    cv_high: FactModel
    near_low: FactModel
    near_high: FactModel


class HookFall(Sane):
    SANITY = {
        "percent": ("%", "10", "90"),
    }
    percent: FactModel


class AssaysModel(Strict):
    ferritin: AssayModel
    hla_dr: AssayModel
    hook_effect: NoteModel
    hook_fall: HookFall


class PhenotypeModel(Sane):
    SANITY = {
        "ferritin_above": ("ng/mL", "1000", "20000"),
        "hla_dr_below": ("receptors/cell", "1000", "20000"),
    }
    ferritin_above: FactModel
    hla_dr_below: FactModel


class VariantModel(Sane):
    SANITY = {
        "ferritin_above": ("ng/mL", "1000", "20000"),
        "hla_dr_below": ("%", "5", "95"),
    }
    ferritin_above: FactModel
    hla_dr_below: FactModel


class PresentationModel(Sane):
    SANITY = {
        "volume": ("mL", "0.1", "50"),
    }
    container: Text
    amount: FactModel
    volume: FactModel


class DummyModel(Sane):
    SANITY = {
        "interval_hours": ("h", "4", "72"),
        "days": ("days", "1", "30"),
        "volume": ("mL", "0.1", "50"),
    }
    product: Literal["placebo"]
    route: Literal["IV", "subcutaneous"]
    interval_hours: FactModel
    days: FactModel
    volume: FactModel | None = None


DOSE_BANDS = {"anakinra": ("mg", Decimal(50), Decimal(500)), "interferon gamma-1b": ("mcg", Decimal(10), Decimal(200))}


class RegimenModel(Sane):
    SANITY = {
        "interval_hours": ("h", "4", "72"),
        "days": ("days", "1", "30"),
    }
    product: Literal["anakinra", "interferon gamma-1b"]
    phenotype: Literal["mals", "immunoparalysis"]
    route: Literal["IV", "subcutaneous"]
    dose: FactModel | None = None
    interval_hours: FactModel
    days: FactModel
    presentation: PresentationModel | None = None
    dummy: DummyModel | None = None
    notes: list[NoteModel] = []
    questions: list[QuestionModel] = []

    @model_validator(mode="after")
    def plausible(self) -> RegimenModel:
        unit, low, high = DOSE_BANDS[self.product]
        if self.dose and (self.dose.unit != unit or not low <= self.dose.value <= high):
            raise ValueError(f"the dose of {self.product} must be {low} to {high} {unit}")
        if self.presentation and (self.presentation.amount.unit != unit):
            raise ValueError(f"the pack of {self.product} is counted in {unit}")
        if {"anakinra": MALS, "interferon gamma-1b": IMMUNOPARALYSIS}[self.product] != self.phenotype:
            raise ValueError(f"{self.product} is not what the trial gave to {self.phenotype}")
        return self


class SofaModel(Strict):
    support_counts: list[Literal["hfnc", "niv", "cpap", "invasive", "ecmo"]]
    source: Text
    confidence: Confidence


class SiteModel(Sane):
    SANITY = {
        "on_time": ("min", "1", "240"),
        "overdue": ("min", "1", "240"),
        "least_gap": ("%", "1", "100"),
        "check_after": ("h", "0", "23"),
        "before_dose": ("h", "0", "24"),
        "shift": ("h", "4", "24"),
        "acknowledged": ("h", "1", "72"),
        "red_cells": ("h", "1", "72"),
        "stale": ("h", "1", "240"),
        "apart": ("h", "1", "240"),
        "twice": ("%", "1", "50"),
    }
    on_time: FactModel
    overdue: FactModel
    least_gap: FactModel
    check_after: FactModel
    before_dose: FactModel
    shift: FactModel
    acknowledged: FactModel
    red_cells: FactModel
    stale: FactModel
    apart: FactModel
    twice: FactModel


class WindowModel(Strict):
    name: Literal["day9", "day15"]
    first_day: Annotated[int, Field(ge=2, le=2)]
    last_day: Annotated[int, Field(ge=3, le=28)]


class EndpointModel(Sane):
    SANITY = {
        "decrease_at_least": ("points", "0.1", "10"),
        "death_score": ("points", "24", "24"),
    }
    baseline_day: Annotated[int, Field(ge=1, le=1)]
    decrease_at_least: FactModel
    death_score: FactModel
    windows: Annotated[list[WindowModel], Field(min_length=1)]


class ReversalModel(Sane):
    SANITY = {
        "ferritin_fall_percent": ("%", "1", "90"),
        "hla_dr_above": ("receptors/cell", "1000", "50000"),
        "ferritin_below": ("ng/mL", "1000", "20000"),
    }
    ferritin_fall_percent: FactModel
    hla_dr_above: FactModel
    ferritin_below: FactModel


class StatementModel(Strict):
    id: Name
    label: Text
    claim: Text
    wanted: bool
    source: Text
    confidence: Confidence


class EligibilityModel(Sane):
    SANITY = {
        "age_at_least": ("years", "18", "100"),
        "hours_below": ("h", "1", "240"),
        "neutrophils_at_least": ("10^9/L", "0.1", "5"),
        "sofa_rise_at_least": ("points", "1", "24"),
    }
    age_at_least: FactModel
    hours_below: FactModel
    neutrophils_at_least: FactModel
    sofa_rise_at_least: FactModel
    infections_included: list[Text]
    infections_excluded: list[Text]
    organisms_excluded: list[Text]
    covid19_phenotypes: list[Literal["mals", "immunoparalysis"]]
    to_confirm: list[NoteModel] = []
    statements: list[StatementModel] = []


class LimitModel(Sane):
    SANITY = {
        "within": ("h", "1", "720"),
    }
    when: str
    value: FactModel
    action: Text
    level: Literal["start", "review", "call", "stop"]
    within: FactModel | None = None
    only_at_or_below: FactModel | None = None

    @model_validator(mode="after")
    def known(self) -> LimitModel:
        if self.when not in COMPARISONS:
            raise ValueError(f"when must be one of {', '.join(COMPARISONS)}")
        if self.when not in FALLS and (self.within or self.only_at_or_below):
            raise ValueError(f"within and only_at_or_below belong to a fall, not to {self.when}")
        return self


class CheckModel(Strict):
    id: Text
    regimen: Literal["anakinra", "interferon-gamma"]
    label: Text
    detail: Remark = ""
    frequency: Literal["daily", "each_shift", "before_each_dose", "every_n_days", "on_days"]
    every: Annotated[int, Field(ge=1, le=30)] = 1
    days: list[Annotated[int, Field(ge=1, le=30)]] = []
    priority: Annotated[int, Field(ge=1, le=99)]
    analyte: str = ""
    highest: Annotated[int, Field(ge=0, le=100)] | None = None
    limits: list[LimitModel] = []
    problem: Literal["review", "call", "stop"] | None = None
    source: Text
    confidence: Confidence

    @model_validator(mode="after")
    def known(self) -> CheckModel:
        if self.analyte and self.analyte not in ANALYTES:
            raise ValueError(f"{self.analyte} is not an analyte")
        units = {unit.name for unit in ANALYTES[self.analyte].units} if self.analyte else {""}
        for limit in self.limits:
            fixed = COMPARISONS[limit.when].unit
            if limit.value.unit not in (units if fixed is None else {fixed}):
                raise ValueError(f"a limit of {self.id} that is {limit.when} cannot have the unit {limit.value.unit}")
            if limit.only_at_or_below and limit.only_at_or_below.unit not in units:
                raise ValueError(f"only_at_or_below of {self.id} cannot have the unit {limit.only_at_or_below.unit}")
        if self.problem and (self.analyte or self.limits):
            raise ValueError(f"{self.id} has a value, so that nobody can answer it with problem")
        return self


class EndModel(Strict):
    """The table that ends a file; nothing stands in it."""


class ProfileModel(Strict):
    """A whole profile after its base was merged in."""

    kind: Literal["protocol"]
    extends: str | None = None
    id: Name
    version: Text
    title: Text
    registry: Text
    review_by: Annotated[str, StringConstraints(pattern=r"^20\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")]
    bands: dict[str, Annotated[list[BandModel], Field(min_length=1)]]
    assays: AssaysModel
    phenotype: PhenotypeModel
    variants: dict[Name, VariantModel] = {}
    regimens: dict[Literal["anakinra", "interferon-gamma"], RegimenModel]
    sofa: SofaModel
    site: SiteModel
    upper_normal: dict[str, FactModel] = {}
    design: Literal["open", "double-dummy"] = "open"
    endpoint: EndpointModel
    reversal: ReversalModel
    eligibility: EligibilityModel
    checklist: list[CheckModel] = []
    notes: list[NoteModel] = []
    sources: dict[Text, Text]
    end: EndModel

    @model_validator(mode="after")
    def consistent(self) -> ProfileModel:
        for name, bands in self.bands.items():
            if name not in ANALYTES:
                raise ValueError(f"bands.{name}: not an analyte")
            units = {unit.name: unit for unit in ANALYTES[name].units}
            convertible = {unit.name for unit in units.values() if unit.factor is not None}
            for band in bands:
                hints = {hint for hint in (band.low_hint, band.high_hint) if hint}
                if band.unit not in units:
                    raise ValueError(f"bands.{name}: {band.unit} is not one of its units")
                if not hints <= convertible | set(HINTS):
                    raise ValueError(f"bands.{name}: an unknown hint")
        for name, fact in self.upper_normal.items():
            if name not in ANALYTES:
                raise ValueError(f"upper_normal.{name}: not an analyte")
            if fact.unit not in {unit.name for unit in ANALYTES[name].units if unit.factor is not None}:
                raise ValueError(f"upper_normal.{name}: {fact.unit or 'empty'} is not one of its units")
            if fact.value <= 0:
                raise ValueError(f"upper_normal.{name}: it must be above 0")
        return self

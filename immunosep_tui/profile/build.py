"""From a profile's checked TOML tables to the rules' protocol."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, TypeVar

from immunosep_tui.rules.protocol import (
    Assay,
    CheckItem,
    DummyPartner,
    Eligibility,
    Endpoint,
    Fact,
    Limit,
    Note,
    PhenotypeRule,
    Presentation,
    Protocol,
    Question,
    Regimen,
    Reversal,
    SiteConventions,
    SofaConventions,
    Statement,
    Window,
)
from immunosep_tui.rules.units import Band

T = TypeVar("T")
Table = Mapping[str, Any]
"""A TOML table that the border check has passed; its shape is ``profile.model.ProfileModel``."""


def build(data: Table, sha256: str, texts: tuple[str, ...] = ()) -> Protocol:
    """The protocol of a checked profile; ``texts`` are those of its files, ``sha256`` that of all of them."""
    assays = data["assays"]
    sofa, endpoint = data["sofa"], data["endpoint"]
    return Protocol(
        id=data["id"],
        version=data["version"],
        title=data["title"],
        registry=data["registry"],
        review_by=data["review_by"],
        sha256=sha256,
        bands={name: tuple(_band(band) for band in bands) for name, bands in data["bands"].items()},
        phenotype=_phenotype(data["phenotype"]),
        phenotype_variants={name: _phenotype(table) for name, table in data.get("variants", {}).items()},
        ferritin_assay=_facts(Assay, assays["ferritin"]),
        hla_dr_assay=_facts(Assay, assays["hla_dr"]),
        hook_effect=Note(**assays["hook_effect"]),
        hook_fall_percent=_fact(assays["hook_fall"]["percent"]),
        regimens={name: _regimen(name, table) for name, table in data["regimens"].items()},
        sofa=SofaConventions(frozenset(sofa["support_counts"]), sofa["source"], sofa["confidence"]),
        endpoint=Endpoint(
            endpoint["baseline_day"],
            _fact(endpoint["decrease_at_least"]),
            _fact(endpoint["death_score"]),
            tuple(Window(**window) for window in endpoint["windows"]),
        ),
        reversal=_facts(Reversal, data["reversal"]),
        eligibility=_eligibility(data["eligibility"]),
        checklist=tuple(_check(item) for item in data.get("checklist", ())),
        notes=_notes(data),
        sources=dict(data["sources"]),
        site=_facts(SiteConventions, data["site"]),
        upper_normal={name: _fact(fact) for name, fact in data.get("upper_normal", {}).items()},
        design=data.get("design", "open"),
        texts=texts,
    )


def _fact(table: Table) -> Fact:
    return Fact(Decimal(table["value"]), table["unit"], table["source"], table["confidence"], table.get("note", ""))


def _facts(kind: Callable[..., T], table: Table) -> T:
    return kind(**{name: _fact(fact) for name, fact in table.items()})


def _phenotype(table: Table) -> PhenotypeRule:
    return _facts(PhenotypeRule, table)


def _notes(table: Table, key: str = "notes") -> tuple[Note, ...]:
    return tuple(Note(**note) for note in table.get(key, ()))


_BAND_NUMBERS = ("refuse_below", "refuse_above", "ask_below", "ask_above", "ask_up_to")


def _band(table: Table) -> Band:
    numbers = {name: Decimal(table[name]) for name in _BAND_NUMBERS if name in table}
    return Band(table["unit"], **numbers, low_hint=table.get("low_hint"), high_hint=table.get("high_hint"))


def _regimen(name: str, table: Table) -> Regimen:
    pack, dummy = table.get("presentation"), table.get("dummy")
    return Regimen(
        name=name,
        product=table["product"],
        phenotype=table["phenotype"],
        route=table["route"],
        dose=_fact(table["dose"]) if "dose" in table else None,
        interval_hours=_fact(table["interval_hours"]),
        days=_fact(table["days"]),
        presentation=Presentation(pack["container"], _fact(pack["amount"]), _fact(pack["volume"])) if pack else None,
        dummy=_dummy(dummy) if dummy else None,
        notes=_notes(table),
        questions=tuple(Question(**question) for question in table.get("questions", ())),
    )


def _dummy(table: Table) -> DummyPartner:
    return DummyPartner(
        table["product"],
        table["route"],
        _fact(table["interval_hours"]),
        _fact(table["days"]),
        _fact(table["volume"]) if "volume" in table else None,
    )


def _eligibility(table: Table) -> Eligibility:
    return Eligibility(
        age_at_least=_fact(table["age_at_least"]),
        hours_below=_fact(table["hours_below"]),
        neutrophils_at_least=_fact(table["neutrophils_at_least"]),
        sofa_rise_at_least=_fact(table["sofa_rise_at_least"]),
        infections_included=tuple(table["infections_included"]),
        infections_excluded=tuple(table["infections_excluded"]),
        organisms_excluded=tuple(table["organisms_excluded"]),
        covid19_phenotypes=tuple(table["covid19_phenotypes"]),
        to_confirm=_notes(table, "to_confirm"),
        statements=tuple(Statement(**statement) for statement in table.get("statements", ())),
    )


def _check(table: Table) -> CheckItem:
    return CheckItem(
        id=table["id"],
        regimen=table["regimen"],
        label=table["label"],
        frequency=table["frequency"],
        every=table.get("every", 1),
        days=tuple(table.get("days", ())),
        priority=table["priority"],
        analyte=table.get("analyte", ""),
        limits=tuple(_limit(limit) for limit in table.get("limits", ())),
        source=table["source"],
        confidence=table["confidence"],
        detail=table.get("detail", ""),
        highest=table.get("highest"),
        problem=table.get("problem", ""),
    )


def _limit(table: Table) -> Limit:
    further = {name: _fact(table[name]) for name in ("within", "only_at_or_below") if name in table}
    return Limit(table["when"], _fact(table["value"]), table["action"], table["level"], **further)

"""A trial protocol as data: every number carries its source and how surely it is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from immunosep_tui.rules.units import Bands

CONFIDENCE: Mapping[str, str] = {
    "V": "read in the source itself",
    "S": "quoted from a secondary source",
    "D": "derived here by arithmetic or logic",
    "G": "general medical knowledge, not verified in a source",
    "L": "local convention",
}
"""What the confidence tags mean."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A number with its unit, source keys, confidence tag and, where needed, a note."""

    value: Decimal
    unit: str
    source: str
    confidence: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A published or inferred statement, shown and never acted on."""

    text: str
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Assay:
    """How exact an assay is near its cut-off: coefficients of variation in percent, and the band that is called near."""

    cv_low: Fact
    cv_high: Fact
    near_low: Fact
    near_high: Fact


@dataclass(frozen=True, slots=True)
class PhenotypeRule:
    """The two cut-offs: ferritin strictly above, HLA-DR strictly below. ``hla_dr_below.unit`` names the HLA-DR measure."""

    ferritin_above: Fact
    hla_dr_below: Fact


@dataclass(frozen=True, slots=True)
class Presentation:
    """The pack a dose is drawn from: amount and volume of one container."""

    container: str
    amount: Fact
    volume: Fact


@dataclass(frozen=True, slots=True)
class DummyPartner:
    """The placebo given beside the active drug in a double-dummy design."""

    product: str
    route: str
    interval_hours: Fact
    days: Fact
    volume: Fact | None


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked before a course starts; ``label`` fits a narrow row, ``text`` asks in full.

    ``bars`` is whether a yes forbids the start; otherwise a yes asks for a reason.
    """

    id: str
    label: str
    text: str
    bars: bool
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Regimen:
    """What the trial gave to one phenotype. ``dose`` is None where no source gives it; then nothing is scheduled.

    Of a blinded one nobody at the bedside knows what it holds: ``dummy`` is then its second line, given to everybody.
    """

    name: str
    product: str
    phenotype: str
    route: str
    dose: Fact | None
    interval_hours: Fact
    days: Fact
    presentation: Presentation | None
    dummy: DummyPartner | None
    notes: tuple[Note, ...] = ()
    questions: tuple[Question, ...] = ()
    is_blinded: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """A response window: the days averaged, both ends included."""

    name: str
    first_day: int
    last_day: int


@dataclass(frozen=True, slots=True)
class Endpoint:
    """How response is decided: baseline day, smallest decrease, score for death, windows."""

    baseline_day: int
    decrease_at_least: Fact
    death_score: Fact
    windows: tuple[Window, ...]


@dataclass(frozen=True, slots=True)
class Reversal:
    """Immune reversal: ferritin fall in percent for MALS; HLA-DR above and ferritin below for immunoparalysis."""

    ferritin_fall_percent: Fact
    hla_dr_above: Fact
    ferritin_below: Fact


@dataclass(frozen=True, slots=True)
class Statement:
    """A published criterion that a person answers with yes or no.

    ``claim`` says it in full, ``label`` fits a narrow row; ``wanted`` is the answer with which the trial took a patient.
    """

    id: str
    label: str
    claim: str
    wanted: bool
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Eligibility:
    """Published inclusion and exclusion limits, and the lists they refer to."""

    age_at_least: Fact
    hours_below: Fact
    neutrophils_at_least: Fact
    sofa_rise_at_least: Fact
    infections_included: tuple[str, ...]
    infections_excluded: tuple[str, ...]
    organisms_excluded: tuple[str, ...]
    covid19_phenotypes: tuple[str, ...]
    to_confirm: tuple[Note, ...] = ()
    statements: tuple[Statement, ...] = ()


@dataclass(frozen=True, slots=True)
class Limit:
    """A value at which a checklist item asks for an action.

    Args:
        when: a key of ``rules.monitoring.COMPARISONS``.
        value: the number that is compared with.
        action: what is asked of a person.
        level: one of ``rules.monitoring.ALL_LEVELS``.
        within: hours back in which the highest value is looked for that a fall is counted from; None for no end.
        only_at_or_below: the highest value that can be called a fall, in a unit of the analyte; None for any.
    """

    when: str
    value: Fact
    action: str
    level: str
    within: Fact | None = None
    only_at_or_below: Fact | None = None


@dataclass(frozen=True, slots=True)
class CheckItem:
    """One line of the monitoring checklist of one regimen.

    ``frequency`` is daily, each_shift, before_each_dose, every_n_days (with ``every``) or on_days (with ``days``).
    ``analyte`` is empty for what is looked at rather than measured. ``label`` fits a narrow row, ``detail`` says more.
    ``highest`` bounds the number of an observation, such as a grade. ``problem`` is the level of the answer "problem" to
    what is only looked at, empty where that asks for nothing.
    """

    id: str
    regimen: str
    label: str
    frequency: str
    every: int
    days: tuple[int, ...]
    priority: int
    analyte: str
    limits: tuple[Limit, ...]
    source: str
    confidence: str
    detail: str = ""
    highest: int | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class SofaConventions:
    """Local conventions of SOFA 1996 that its table leaves open."""

    support_counts: frozenset[str]
    support_source: str
    support_confidence: str


@dataclass(frozen=True, slots=True)
class SiteConventions:
    """What no source gives and a site decides for itself; all of it is labelled local wherever it is shown.

    Args:
        on_time: minutes before and after its time in which a dose counts as on time.
        overdue: minutes after its time from which something of which nothing is recorded is overdue.
        least_gap: part of the interval between two doses before which no further one can be recorded, percent.
        check_after: hour of the calendar day, at the site, from which what is due on a day is due.
        before_dose: hours before a dose at which a check that hangs on it is due.
        shift: hours of a shift.
        acknowledged: most hours for which a limit that somebody has acknowledged is not urgent again.
        red_cells: hours after red cells within which a hemoglobin counts as one after a transfusion.
        stale: hours after which a laboratory value is called old.
        apart: hours that two values of one classification may lie apart.
        twice: percent of its cut-off within which a marker is typed a second time before it is signed.
    """

    on_time: Fact
    overdue: Fact
    least_gap: Fact
    check_after: Fact
    before_dose: Fact
    shift: Fact
    acknowledged: Fact
    red_cells: Fact
    stale: Fact
    apart: Fact
    twice: Fact


OPEN, DOUBLE_DUMMY = "open", "double-dummy"
"""Whether the bedside knows what is given."""


@dataclass(frozen=True, slots=True)
class Protocol:
    """A whole protocol, ready for the rules; ``sha256`` identifies the files it was read from.

    Answers can be remembered by it: its hash is that of its files.
    """

    id: str
    version: str
    title: str
    registry: str
    review_by: str
    sha256: str
    bands: Bands
    phenotype: PhenotypeRule
    phenotype_variants: Mapping[str, PhenotypeRule]
    ferritin_assay: Assay
    hla_dr_assay: Assay
    hook_effect: Note
    hook_fall_percent: Fact
    regimens: Mapping[str, Regimen]
    sofa: SofaConventions
    endpoint: Endpoint
    reversal: Reversal
    eligibility: Eligibility
    checklist: tuple[CheckItem, ...]
    notes: tuple[Note, ...]
    sources: Mapping[str, str]
    site: SiteConventions
    upper_normal: Mapping[str, Fact]
    """The upper limit of normal of an analyte that is assumed until the laboratory's own is known."""
    design: str
    """``open``, or ``double-dummy`` where nobody at the bedside may learn what is given."""
    texts: tuple[str, ...] = field(default=(), repr=False, compare=False)
    """The files it was read from as they are written, what is extended first; ``sha256`` is that of all of them."""

    def __hash__(self) -> int:
        return hash(self.sha256)

    def regimen_for(self, phenotype: str) -> Regimen | None:
        """The regimen that the trial gave this phenotype, or None."""
        return next((r for r in self.regimens.values() if r.phenotype == phenotype), None)

"""What a resident should be able to do afterwards: each topic with the rule that it teaches, in one line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from immunosep_tui.rules.reason import N_


@dataclass(frozen=True, slots=True)
class Topic:
    """One thing to learn; ``rule`` is a whole sentence without numbers of a protocol, ``source`` a key of its sources."""

    id: str
    title: str
    rule: str
    source: str


TOPICS: Final[Mapping[str, Topic]] = {
    topic.id: topic
    for topic in (
        Topic(
            "ferritin-above",
            N_("Ferritin above its cut-off"),
            N_("Ferritin is read first: above its cut-off it decides alone, whatever HLA-DR is."),
            "S1; S3",
        ),
        Topic(
            "ferritin-below",
            N_("Ferritin below its cut-off"),
            N_("A ferritin that is not above its cut-off settles nothing: HLA-DR then decides."),
            "S1",
        ),
        Topic(
            "ferritin-exact",
            N_("Ferritin exactly at its cut-off"),
            N_("Exactly at the cut-off is not above it: both comparisons are strict."),
            "S1; S3",
        ),
        Topic(
            "hla-dr-below",
            N_("HLA-DR below its cut-off"),
            N_("With a ferritin that is not above its cut-off, an HLA-DR below its own is immunoparalysis."),
            "S1",
        ),
        Topic(
            "hla-dr-above",
            N_("HLA-DR above its cut-off"),
            N_("Neither rule met is unclassified: the trial gave such patients no drug."),
            "S9; S2",
        ),
        Topic(
            "hla-dr-exact",
            N_("HLA-DR exactly at its cut-off"),
            N_("Exactly at the cut-off is not below it: such a patient is unclassified."),
            "S1",
        ),
        Topic(
            "both-states",
            N_("Both states present"),
            N_("High ferritin and low HLA-DR together count as hyper-inflammation."),
            "S3",
        ),
        Topic(
            "hla-dr-missing",
            N_("HLA-DR not measured"),
            N_(
                "Without HLA-DR only a ferritin above its cut-off settles the phenotype; nothing missing "
                "counts as normal."
            ),
            "S1",
        ),
        Topic(
            "hla-dr-percent",
            N_("HLA-DR in percent"),
            N_(
                "Percent of monocytes and receptors per cell are two different measurements: one is never "
                "turned into the other."
            ),
            "S15",
        ),
        Topic(
            "old-sample",
            N_("An old sample"),
            N_("Look when the blood was taken, not when the result came: a value of days ago decides no drug today."),
            "L",
        ),
        Topic(
            "ferritin-unit", N_("Ferritin in mg/L"), N_("Read the unit before the number: 1 mg/L is 1000 ng/mL."), "S1"
        ),
        Topic(
            "hook-effect",
            N_("Hook effect"),
            N_(
                "A very high ferritin can read falsely low without a flag: when the picture does not fit, ask "
                "for dilution and a repeat."
            ),
            "S26",
        ),
        Topic(
            "sudden-fall",
            N_("A sudden fall of ferritin"),
            N_(
                "A ferritin that fell from above its cut-off, or by more than half, is confirmed by dilution "
                "before it decides."
            ),
            "S26",
        ),
        Topic(
            "near-cut-off",
            N_("Near a cut-off"),
            N_("The rule is exact and the assay is not: near a cut-off ask for a repeat, and never round."),
            "S15",
        ),
        Topic(
            "regimen",
            N_("What the trial gave"),
            N_("Hyper-inflammation was given anakinra, immunoparalysis interferon gamma-1b, everybody else nothing."),
            "S1; S2",
        ),
        Topic("covid-19", N_("COVID-19"), N_("Patients with COVID-19 were taken only with hyper-inflammation."), "S3"),
        Topic(
            "infection",
            N_("Which infection"),
            N_(
                "Taken were pneumonia and primary bacteremia; pyelonephritis, abdominal, meningeal and skin "
                "infections were not."
            ),
            "S3",
        ),
        Topic(
            "start-window",
            N_("The 72 hours"),
            N_("The first dose came less than 72 hours after sepsis was classified."),
            "S3",
        ),
        Topic(
            "sepsis-3",
            N_("Sepsis by a rise of SOFA"),
            N_("In a patient already in hospital the rise over the total at admission counts, not the total."),
            "S3; S20",
        ),
        Topic(
            "not-known",
            N_("Not known is not met"),
            N_("A criterion that nobody has answered is open: it is neither met nor not met."),
            "S3",
        ),
        Topic(
            "sedated-gcs",
            N_("Coma scale under sedation"),
            N_(
                "A sedated patient is scored with the last coma scale before sedation; without one the organ "
                "is missing."
            ),
            "S18",
        ),
        Topic(
            "room-air",
            N_("A gas without support"),
            N_(
                "Three or four points for respiration need respiratory support on that very gas; without it "
                "two is the most."
            ),
            "S18",
        ),
        Topic(
            "ventilated-gas",
            N_("Gases on a ventilator"),
            N_("Each PaO2 belongs to the FiO2 and the support of its own gas; the worst gas of the day counts."),
            "S18",
        ),
        Topic(
            "vasopressor",
            N_("Vasopressors in mL/h"),
            N_("The table reads mcg/kg/min: pump rate times concentration, divided by 60 and by the weight."),
            "S18",
        ),
        Topic(
            "creatinine-units",
            N_("Creatinine in two units"),
            N_("Score in the unit that the laboratory reported: the printed columns are no conversions of each other."),
            "S18",
        ),
        Topic(
            "table-gap",
            N_("Gaps of the printed table"),
            N_(
                "Where the printed table leaves a gap between two cells, by convention the lower cell reaches "
                "up to the next one."
            ),
            "S18",
        ),
        Topic(
            "urine",
            N_("Urine"),
            N_("Kidneys are scored by creatinine or by the urine of 24 hours, whichever is worse."),
            "S18",
        ),
        Topic(
            "renal-replacement",
            N_("Renal replacement"),
            N_("SOFA 1996 gives renal replacement no points of its own: creatinine and urine are scored as they are."),
            "S18",
        ),
        Topic(
            "sofa-version",
            N_("Which SOFA"),
            N_("The trial scored SOFA 1996; SOFA-2 has other cut-offs and is never mixed into the same series."),
            "S18",
        ),
        Topic(
            "missing-organ",
            N_("An organ without a value"),
            N_("A missing organ is not zero: the total is then a range."),
            "S18",
        ),
        Topic(
            "day-number",
            N_("Day numbers"),
            N_("Day 1 begins with the first dose and each day has 24 hours from there; baseline is day 1."),
            "S2",
        ),
        Topic(
            "next-dose",
            N_("The next dose"),
            N_(
                "Every interval counts elapsed hours from the first dose; a missed dose moves nothing and is "
                "never made up."
            ),
            "S2",
        ),
        Topic(
            "responder",
            N_("Responder by day 9"),
            N_(
                "Baseline less the mean of days 2 to 9: over eight days a responder needs at least 12 points, "
                "since whole points cannot give 1.4 exactly."
            ),
            "S1; S2",
        ),
        Topic(
            "provisional", N_("Provisional"), N_("Until the last day of the window is known there is no verdict."), "S2"
        ),
        Topic(
            "carried-forward", N_("Carried forward"), N_("A missing day takes the value of the last known one."), "S2"
        ),
        Topic(
            "death-scored",
            N_("Death after improvement"),
            N_("From the day of death each day counts 24 points, and that the patient died stands above any verdict."),
            "S2",
        ),
        Topic(
            "anemia",
            N_("Anemia on anakinra"),
            N_("Anemia was the signal of anakinra: hemoglobin is the first line of its checklist, each day."),
            "S1",
        ),
        Topic(
            "bleeding",
            N_("Bleeding on interferon gamma-1b"),
            N_(
                "Bleeding was the signal of interferon gamma-1b, some of it with low platelets: grade it each "
                "shift and look at platelets before each dose."
            ),
            "S1; S2",
        ),
        Topic(
            "double-dummy",
            N_("Double-dummy"),
            N_(
                "In a blinded trial everybody gets an IV and a subcutaneous study drug, and the bedside knows "
                "neither the state nor the content."
            ),
            "S1; S2",
        ),
        Topic(
            "evidence",
            N_("What the trial shows"),
            N_("More responders by a SOFA endpoint; the intervals show on which outcomes the arms did not differ."),
            "S1; S2",
        ),
        Topic(
            "limits",
            N_("What the trial does not show"),
            N_(
                "One phase 2 trial without a difference in mortality: no license, no routine use, and several "
                "rules that were never published."
            ),
            "S1; S2",
        ),
    )
}
"""Every topic by its id, in the order in which they are learned."""

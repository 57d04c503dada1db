"""From typed texts to a day's readings: the one way in for forms, commands and tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from immunosep_tui.rules.number import Refusal
from immunosep_tui.rules.reason import N_, Caution, say
from immunosep_tui.rules.sofa.agents import CATECHOLAMINES, OTHER_AGENTS
from immunosep_tui.rules.sofa.day import SUPPORTS, Day, Gas, Infusion
from immunosep_tui.rules.sofa.vasoactive import rate_per_kg
from immunosep_tui.rules.units import Bands, Entry, Quantity, read_quantity

GAS_FIELDS = ("pao2", "fio2", "spo2", "support")
YES_NO = {"yes": True, "y": True, "no": False, "n": False}

Texts = Mapping[str, Sequence[str]]
"""Typed texts by field; several readings of one field stand in the order they were taken."""


@dataclass(slots=True)
class DayReading:
    """A day as it was read: the readings, what was refused (field, refusal) and what should be asked (field, caution)."""

    day: Day
    refusals: list[tuple[str, Refusal]] = field(default_factory=list)
    cautions: list[tuple[str, Caution]] = field(default_factory=list)


def one_of(text: str, choices: Sequence[str]) -> str | Refusal:
    """The choice that the text names in full, in any case; a refusal that lists the choices otherwise."""
    folded = text.lower()
    if folded in choices:
        return folded
    return Refusal(
        "not_a_choice",
        text,
        say(N_("This is not one of the choices.")),
        say(N_("Accepted: {choices}."), choices=", ".join(choices)),
    )


def fields_of_day() -> tuple[str, ...]:
    """Every field name that ``read_day`` knows."""
    per_agent = tuple(f"{agent}_{what}" for agent in CATECHOLAMINES for what in ("concentration", "minutes"))
    return (
        *GAS_FIELDS,
        "platelets",
        "bilirubin",
        "map",
        *CATECHOLAMINES,
        *per_agent,
        "vasopressin",
        "other_agents",
        "gcs",
        "sedated",
        "gcs_before_sedation",
        "creatinine",
        "urine",
        "urine_hours",
        "renal_replacement",
        "weight",
    )


def read_day(texts: Texts, bands: Bands) -> DayReading:
    """Read one day; a refused text is never read as missing or normal, it is listed among the refusals.

    Args:
        texts: by field name (see ``fields_of_day``); an empty text or an absent field is 'not measured'. Gas fields are
            paired by position.
        bands: plausible values of the protocol.

    Raises:
        KeyError: a field name is unknown.
    """
    unknown = set(texts) - set(fields_of_day())
    if unknown:
        raise KeyError(f"unknown fields: {', '.join(sorted(unknown))}")
    intake = _Intake(texts, bands)
    weight = intake.last("weight")
    day = Day(
        gases=intake.gases(),
        platelets=intake.quantities("platelets"),
        bilirubin=intake.quantities("bilirubin"),
        map=intake.quantities("map"),
        infusions=tuple(i for agent in CATECHOLAMINES for i in intake.infusions(agent, weight)),
        other_agents=intake.other_agents(),
        gcs=tuple(int(q.value) for q in intake.quantities("gcs")),
        sedated=intake.yes_no("sedated"),
        gcs_before_sedation=intake.whole("gcs_before_sedation", "gcs"),
        creatinine=intake.quantities("creatinine"),
        urine=intake.last("urine"),
        urine_hours=hours.value if (hours := intake.last("urine_hours")) else None,
        weight=weight,
        renal_replacement=intake.yes_no("renal_replacement"),
    )
    return DayReading(day, intake.refusals, intake.cautions)


class _Intake:
    """Reads fields one by one and keeps what was refused and what should be asked."""

    def __init__(self, texts: Texts, bands: Bands) -> None:
        self._texts = texts
        self._bands = bands
        self.refusals: list[tuple[str, Refusal]] = []
        self.cautions: list[tuple[str, Caution]] = []

    def _given(self, name: str) -> list[str]:
        return [text for text in self._texts.get(name, ()) if text]

    def _one(self, name: str, text: str, analyte: str) -> Quantity | None:
        read = read_quantity(text, analyte, self._bands)
        if isinstance(read, Entry):
            self.cautions.extend((name, caution) for caution in read.cautions)
            return read.quantity
        self.refusals.append((name, read))
        return None

    def quantities(self, name: str) -> tuple[Quantity, ...]:
        read = (self._one(name, text, name) for text in self._given(name))
        return tuple(quantity for quantity in read if quantity is not None)

    def last(self, name: str) -> Quantity | None:
        """The only reading of a field that has one a day; several are refused."""
        given = self._given(name)
        if len(given) > 1:
            why = say(N_("Only one value a day is taken here."))
            accepted = say(N_("Accepted: one value."))
            self.refusals.append((name, Refusal("several_values", "; ".join(given), why, accepted)))
            return None
        return self._one(name, given[0], name) if given else None

    def whole(self, name: str, analyte: str) -> int | None:
        read = [self._one(name, text, analyte) for text in self._given(name)]
        values = [int(quantity.value) for quantity in read if quantity is not None]
        return min(values) if values else None

    def yes_no(self, name: str) -> bool | None:
        answers = {self._choice(name, text, tuple(YES_NO)) for text in self._given(name)}
        return any(YES_NO[answer] for answer in answers if answer is not None) if answers - {None} else None

    def _choice(self, name: str, text: str, choices: Sequence[str]) -> str | None:
        found = one_of(text, choices)
        if isinstance(found, str):
            return found
        self.refusals.append((name, found))
        return None

    def gases(self) -> tuple[Gas, ...]:
        """The gases by position; a gas with a refused part is left out, since its partner alone means nothing."""
        columns = {name: list(self._texts.get(name, ())) for name in GAS_FIELDS}
        count = max(len(column) for column in columns.values())
        gases = []
        for index in range(count):
            before = len(self.refusals)
            parts = {name: column[index] if index < len(column) else "" for name, column in columns.items()}
            pao2, fio2, spo2 = (self._one(n, parts[n], n) if parts[n] else None for n in ("pao2", "fio2", "spo2"))
            support = self._choice("support", parts["support"], SUPPORTS) if parts["support"] else None
            if len(self.refusals) == before and (pao2 or fio2 or spo2 or support):
                gases.append(Gas(pao2, fio2, spo2, support))
        return tuple(gases)

    def infusions(self, agent: str, weight: Quantity | None) -> tuple[Infusion, ...]:
        """The rates of one agent, each in mcg/kg/min where weight and concentration allow.

        Concentrations and minutes are paired with the rates by position; a single one serves every rate.
        """
        texts = self._texts.get(agent, ())
        concentrations = self._beside(f"{agent}_concentration", "concentration", len(texts))
        minutes = self._beside(f"{agent}_minutes", "minutes", len(texts))
        found = []
        for text, concentration, ran in zip(texts, concentrations, minutes, strict=True):
            rate = self._one(agent, text, agent) if text else None
            if rate is None:
                continue
            per_kg = rate_per_kg(rate, weight, concentration)
            if per_kg is not None and not self._plausible(agent, text, per_kg):
                continue
            found.append(Infusion(agent, per_kg, int(ran.value) if ran else None))
        return tuple(found)

    def _beside(self, name: str, analyte: str, count: int) -> list[Quantity | None]:
        """One entry for each of ``count`` rates; None where nothing usable was typed for it."""
        read = [self._one(name, text, analyte) if text else None for text in self._texts.get(name, ())]
        every = read * count if len(read) == 1 else read
        return [every[index] if index < len(every) else None for index in range(count)]

    def _plausible(self, agent: str, text: str, per_kg: Fraction) -> bool:
        """Whether a converted rate lies inside the agent's band, which is in mcg/kg/min."""
        band = self._bands.get(agent, ())
        highest = next((b.refuse_above for b in band if b.unit == "mcg/kg/min"), None)
        if highest is None or per_kg <= highest:
            return True
        why = say(
            N_("With this weight and concentration it is more than {highest} mcg/kg/min, the highest value taken."),
            highest=highest,
        )
        accepted = say(N_("Accepted: a rate in mcg/kg/min, mcg/min or mL/h with the right weight and concentration."))
        self.refusals.append((agent, Refusal("above_limit", text, why, accepted)))
        return False

    def other_agents(self) -> tuple[str, ...]:
        named = [self._choice("other_agents", text, OTHER_AGENTS) for text in self._given("other_agents")]
        vasopressin = [q for q in self.quantities("vasopressin") if q.value > 0]
        agents = [*(["vasopressin"] if vasopressin else []), *(agent for agent in named if agent is not None)]
        return tuple(dict.fromkeys(agents))

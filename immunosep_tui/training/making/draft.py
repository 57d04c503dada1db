"""What every recipe begins with: a person, an hour, and a sheet to write on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from immunosep_tui.i18n import words
from immunosep_tui.rules.protocol import Protocol
from immunosep_tui.rules.reason import N_, Sentence, say
from immunosep_tui.training.item import Ask

ZONES: Final = ("Europe/Athens", "Europe/Berlin", "Europe/Lisbon", "Asia/Shanghai", "America/Sao_Paulo")
TIME = "%Y-%m-%d %H:%M"
MARKERS: Final = {"anakinra": ("9800", "7400"), "interferon-gamma": ("880", "3100")}
"""Ferritin and HLA-DR, plain values, of a patient who was given each drug."""


@dataclass(slots=True)
class Draft:
    """A sheet in the making: texts as typed, the story so far, what is asked, and the instant at which it is looked at."""

    protocol: Protocol
    zone: ZoneInfo
    now: datetime
    texts: dict[str, str] = field(default_factory=dict)
    story: list[Sentence] = field(default_factory=list)
    asks: list[Ask] = field(default_factory=list)

    def tell(self, template: str, **facts: object) -> None:
        """Add a sentence to the story."""
        self.story.append(say(template, **facts))

    def ask(self, key: str, topic: str) -> None:
        """Add a question."""
        self.asks.append(Ask(key, topic))

    def local(self, moment: datetime) -> str:
        """An instant as it is typed at the site; recipes keep clear of the hour that happens twice."""
        return moment.astimezone(self.zone).strftime(TIME)

    def treat(self, regimen: str, start: datetime) -> str:
        """Give a drug from an instant to a patient whose markers ask for it; the name of the product."""
        self.texts["labs.ferritin"], self.texts["labs.hla_dr"] = MARKERS[regimen]
        self.texts["treatment.start"] = self.local(start)
        return self.protocol.regimens[regimen].product

    @property
    def told(self) -> str:
        """The story in the language of the program."""
        return " ".join(words(sentence) for sentence in self.story)


Recipe: TypeAlias = Callable[[Draft, Random, int], None]
"""Writes a case of one level on a draft."""

INFECTIONS: Final = {
    "community-acquired pneumonia": N_("community-acquired pneumonia"),
    "hospital-acquired pneumonia": N_("hospital-acquired pneumonia"),
    "ventilator-associated pneumonia": N_("ventilator-associated pneumonia"),
    "primary bacteremia": N_("a bloodstream infection without another source"),
}


def admit(protocol: Protocol, chance: Random, number: str) -> Draft:
    """Somebody with sepsis, at an hour of the day."""
    zone = ZoneInfo(chance.choice(ZONES))
    hour = datetime(2026, chance.randint(1, 12), chance.randint(1, 28), chance.randint(5, 22), tzinfo=zone)
    draft = Draft(protocol, zone, hour + timedelta(minutes=5 * chance.randint(0, 11)))
    draft.texts |= {
        "identity.place": str(chance.randint(1, 24)),
        "identity.case": f"MADE-{number}",
        "identity.identifier": f"T-{chance.randint(1000, 9999)}",
        "labs.covid19": "no",
    }
    age, infection = chance.randint(24, 88), chance.choice(tuple(INFECTIONS))
    person = chance.choice(
        (N_("A woman of {age} has sepsis from {infection}."), N_("A man of {age} has sepsis from {infection}."))
    )
    draft.tell(person, age=age, infection=say(INFECTIONS[infection]))
    return draft


def drawn_regimen(chance: Random) -> str:
    """One of the drugs that the trial gave."""
    return chance.choice(tuple(MARKERS))


def spread(chance: Random, low: int, high: int, step: int = 1) -> int:
    """A whole number between two, both included, in steps."""
    return low + step * chance.randint(0, (high - low) // step)


def one_of(chance: Random, choices: Sequence[str]) -> str:
    """One of several texts."""
    return chance.choice(choices)


def tenths(chance: Random, low: int, high: int) -> str:
    """A number with one place behind the point, from tenths, without a trailing zero."""
    return trimmed(Decimal(chance.randint(low, high)) / 10)


def trimmed(value: Decimal) -> str:
    """A decimal number without trailing zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text

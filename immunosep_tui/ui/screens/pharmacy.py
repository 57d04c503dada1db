"""What the pharmacist prepares for a blinded course: its number, and what each syringe holds; nobody else sees it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import ClassVar

from immunosep_tui.i18n import _, words
from immunosep_tui.record.chart import Chart
from immunosep_tui.record.entry import Author, Proposal
from immunosep_tui.rules.phenotype import LABELS
from immunosep_tui.rules.text import show
from immunosep_tui.store.errors import StoreError
from immunosep_tui.store.sealed_list import SealedList, open_list
from immunosep_tui.ui.desk import Desk
from immunosep_tui.ui.form import Field
from immunosep_tui.ui.panel import Line
from immunosep_tui.ui.screens.sealed import SealedScreen
from immunosep_tui.ward.allocation import (
    Prepared,
    allocate,
    marker_findings,
    next_number,
    number_of,
    prepared,
    state_of,
    used_numbers,
)


class PharmacyScreen(SealedScreen):
    """Gives the running course the next number of the sealed list, then shows what to prepare."""

    SHEET: ClassVar[str] = "pharmacy"
    ROLE: ClassVar[str] = "pharmacist"

    def __init__(self, desk: Desk, author: Author, chart: Chart, key: str) -> None:
        super().__init__(desk, author, chart, key)
        self._arms: dict[str, str] | None = None
        self._used: frozenset[str] = frozenset()

    @property
    def is_open(self) -> bool:
        """Whether the list was opened."""
        return self._arms is not None

    def role_refusal(self) -> str:
        """Who may do it."""
        return _("Only a pharmacist sees what study drug holds. Nothing is shown to others.")

    def try_secret(self, sealed: SealedList, secret: str) -> bool:
        """By the passphrase."""
        arms = open_list(sealed, secret)
        self._used = used_numbers(self.desk.ward.store)
        self._arms = arms
        return arms is not None

    def fields(self) -> list[Field]:
        """The passphrase."""
        hint = _("Of the sealed list; only its length is shown. Enter opens the list.")
        return self.secret_field(_("Passphrase"), hint)

    @property
    def number(self) -> str:
        """The number of the course, empty where it has none."""
        return number_of(self.chart, self.course) if self.course is not None else ""

    @property
    def _next(self) -> str | None:
        return None if self._arms is None else next_number(self._arms, self._used)

    def has_nothing(self) -> bool:
        """Whether there is nothing to give out: it cannot be done, it was done, or the list is used up."""
        if self.refusal():
            return True
        return self.is_open and (bool(self.number) or self._next is None or self.chart.running is None)

    def what(self) -> list[Line]:
        """The number, and behind the passphrase what it stands for."""
        lines = self.head(_("PREPARE STUDY DRUG"))
        if self.refusal() or self.course is None:
            return lines
        if self.number:
            lines.append(("plain", _("Number {number}").format(number=show(self.number))))
        if self._arms is None:
            return [*lines, ("plain", _("What it holds is shown once the sealed list is open, and kept nowhere."))]
        if self.number:
            return lines + self._contents(self._arms.get(self.number))
        if self.chart.running is None:
            return [*lines, ("warn", _("The course has ended: it gets no number any more."))]
        if self._next is None:
            return [*lines, ("bad", _("The list is used up: no course can be prepared from it."))]
        told = _("The next number is {number}. Enter gives it to this course; what it holds is shown then.")
        return [*lines, ("warn", told.format(number=show(self._next)))]

    def _contents(self, arm: str | None) -> list[Line]:
        protocol, course = self.unblinded, self.course
        if arm is None or course is None or protocol is None:
            return [("bad", _("The sealed list does not have this number: prepare nothing, find out why."))]
        state = state_of(self.chart, course, protocol)
        if state.regimen is None:
            return [("bad", _("The values that the course rests on give no regimen: prepare nothing, find out why."))]
        lines: list[Line] = [("plain", _(LABELS[state.phenotype]))]
        for each in prepared(protocol, state.regimen, arm):
            lines += _syringe(each, self.number)
        lines += [
            ("bad", f"!! {words(text)}")
            for found in marker_findings(self.chart, course, state.regimen, protocol)
            for text in found.text
        ]
        lines += [("note", f"! {words(caution.text)}") for caution in state.cautions]
        lines.append(
            ("dim", _("Both syringes of a route must look alike in every arm; how, is the pharmacy's procedure."))
        )
        return lines + [("dim", f"{_(note.text)} [{note.source}]") for note in state.regimen.notes]

    def proposals(self) -> Sequence[Proposal]:
        """The number, without what it stands for."""
        return [] if self._next is None else [allocate(self.chart, self._next, self.signature(""))]

    async def _failed(self, error: StoreError) -> None:
        """Somebody else may have given the number out."""
        with suppress(StoreError):
            self._used = await asyncio.to_thread(used_numbers, self.desk.ward.store)
        await super()._failed(error)


def _syringe(each: Prepared, number: str) -> list[Line]:
    """One syringe: what goes into it, then what its label says."""
    lines: list[Line] = [
        ("title", f"{each.route}: {each.content}"),
        ("plain", _("  draw up: {volume}").format(volume=each.drawn_from or _("volume not published"))),
        ("plain", _("  label: {label}, number {number}").format(label=words(each.label), number=show(number))),
    ]
    return lines + ([("note", f"  ! {words(each.note)}")] if each.note else [])

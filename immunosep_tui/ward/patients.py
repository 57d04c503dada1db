"""Where the patients of a ward are kept: an interface, and a home in memory until they are stored."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from immunosep_tui.record.patient import Patient


class Patients(Protocol):
    """The patients of a ward, in the order they were admitted."""

    durable: bool
    """Whether they survive the end of the program."""

    def all(self) -> tuple[Patient, ...]:
        """Every patient."""
        ...

    def get(self, key: str) -> Patient:
        """The patient of that key; KeyError when there is none."""
        ...

    def put(self, patient: Patient) -> None:
        """Admit a patient or replace the sheet of one."""
        ...

    def new_key(self) -> str:
        """A key that no patient has."""
        ...


class InMemory:
    """Patients that are gone when the program ends."""

    durable = False

    def __init__(self, patients: Iterable[Patient] = ()) -> None:
        self._patients = {patient.key: patient for patient in patients}

    def all(self) -> tuple[Patient, ...]:
        """Every patient, in the order they were admitted."""
        return tuple(self._patients.values())

    def get(self, key: str) -> Patient:
        """The patient of that key; KeyError when there is none."""
        return self._patients[key]

    def put(self, patient: Patient) -> None:
        """Admit a patient or replace the sheet of one."""
        self._patients[patient.key] = patient

    def new_key(self) -> str:
        """A key that no patient has."""
        return str(max((int(key) for key in self._patients if key.isdecimal()), default=0) + 1)

"""A cohort table in a folder, scored through the function that the command calls."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path

from immunosep_tui.cohort.stream import Job, Summary, score_table
from immunosep_tui.rules.protocol import Protocol
from tests.oracle import days


def as_csv(rows: Iterable[Mapping[str, str]]) -> str:
    """Days of the oracle as a table."""
    text = io.StringIO()
    writer = csv.DictWriter(text, days.COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


class Table:
    """Writes bytes as a table, scores it and keeps what came out."""

    def __init__(self, folder: Path, protocol: Protocol) -> None:
        self.source = folder / "in.csv"
        self.target = folder / "out.csv"
        self.respond = folder / "patients.csv"
        self._protocol = protocol
        self.summary = Summary()

    def score(
        self, text: str | bytes, version: str = "1996", *, patients: bool = False, death_column: str | None = None
    ) -> bytes:
        """Score a table and return the scored one."""
        self.source.write_bytes(text.encode() if isinstance(text, str) else text)
        self.score_again(version, patients=patients, death_column=death_column)
        return self.target.read_bytes()

    def score_again(self, version: str = "1996", *, patients: bool = False, death_column: str | None = None) -> None:
        """Score the table that is there."""
        respond = str(self.respond) if patients else None
        job = Job(str(self.source), str(self.target), self._protocol, version, respond, death_column)
        self.summary = score_table(job)

    def rows(self, text: str | bytes, version: str = "1996") -> list[dict[str, str]]:
        """The scored rows by column."""
        out = self.score(text, version).decode("utf-8-sig", errors="surrogateescape")
        return list(csv.DictReader(io.StringIO(out, newline="")))

    def patients(self, text: str, death_column: str | None = None) -> dict[str, dict[str, str]]:
        """The rows of the table of patients by patient."""
        self.score(text, patients=True, death_column=death_column)
        with self.respond.open(newline="", encoding="utf-8") as file:
            return {row["patient_id"]: row for row in csv.DictReader(file)}

    def day(self, **cells: str) -> dict[str, str]:
        """One scored row from its cells."""
        row = {"patient_id": "P1", "day": "1", **cells}
        quoted = ['"' + cell.replace('"', '""') + '"' for cell in row.values()]
        (scored,) = self.rows(f"{','.join(row)}\n{','.join(quoted)}\n")
        return scored

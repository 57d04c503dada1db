"""The list of what an installation is made of, in the CycloneDX format, from the locked requirements beside it.

Usage: ``python docs/release/sbom.py > docs/release/sbom.cdx.json``.
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path

LOCK = Path(__file__).with_name("requirements.txt")

_LINE = re.compile(r"(?P<name>[a-z0-9-]+)(?:\[[a-z0-9,-]+\])?==(?P<version>[^\s;]+)(?: ; (?P<marker>.+))?")


@dataclass(frozen=True)
class Pinned:
    """One locked package: its exact version, when it is installed (empty: always), and the hashes of its files."""

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]


def pinned(lock: str) -> list[Pinned]:
    """The packages of a lock; ValueError where a line is not one exact version with at least one SHA-256."""
    found = []
    lines = [line for line in lock.splitlines() if not line.lstrip().startswith("#")]
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        head, *hashes = re.split(r"\s+--hash=sha256:", line.strip())
        read = _LINE.fullmatch(head)
        if read is None or not hashes or not all(re.fullmatch("[0-9a-f]{64}", digest) for digest in hashes):
            raise ValueError(f"not an exact version with hashes: {line.strip()[:100]}")
        found.append(Pinned(read["name"], read["version"], read["marker"] or "", tuple(hashes)))
    return found


def sbom(lock: str) -> str:
    """The packages of a lock as CycloneDX 1.6 in JSON; the same lock gives the same text."""
    listed = [
        {
            "type": "library",
            "bom-ref": f"pkg:pypi/{each.name}@{each.version}",
            "name": each.name,
            "version": each.version,
            "purl": f"pkg:pypi/{each.name}@{each.version}",
            "hashes": [{"alg": "SHA-256", "content": digest} for digest in each.hashes],
            **({"properties": [{"name": "marker", "value": each.marker}]} if each.marker else {}),
        }
        for each in pinned(lock)
    ]
    described = {"type": "application", "bom-ref": "immunosep-tui", "name": "immunosep-tui"}
    head = {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "metadata": {"component": described}}
    return json.dumps({**head, "components": listed}, indent=1) + "\n"


if __name__ == "__main__":
    sys.stdout.write(sbom(LOCK.read_text(encoding="utf-8")))

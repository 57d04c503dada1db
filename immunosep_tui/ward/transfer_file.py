"""A patient as a file that another store can read: every entry with its hash, checked at the border before it is used."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Final, Literal, NoReturn

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from immunosep_tui.profile.files import hash_of_kept
from immunosep_tui.record.entry import COLUMNS, Entry, NotReadable
from immunosep_tui.record.kinds import IMPORTER, KINDS, ROLES, WardProtocol
from immunosep_tui.rules.reason import N_, Sentence, say
from immunosep_tui.rules.text import show, unclean

FORMAT: Final = "immunosep-tui patient 1"
LARGEST: Final = 5_000_000
"""Bytes of a file that is read: a patient of many months."""

_OF_PATIENTS: Final = frozenset(kind for kind, body in KINDS.items() if not body.of_ward)

_Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
_Text = Annotated[str, StringConstraints(max_length=20_000)]
_Hash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
_Count = Annotated[int, Field(ge=1, le=10**12)]
_Instant = Annotated[int, Field(ge=-(10**13), le=10**14)]


class ImportRefused(Exception):
    """A file is not taken: where in it, why, and what would be accepted."""

    def __init__(self, where: str, why: Sentence, accepted: Sentence) -> None:
        super().__init__(f"{where}: {why} {accepted}")
        self.where = where
        self.why = why
        self.accepted = accepted


class _Line(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    seq: _Count
    record: _Name
    n: _Count
    kind: _Name
    text: Annotated[str, StringConstraints(max_length=1_000_000)]
    at: _Instant
    recorded: _Instant
    mono: Annotated[int, Field(ge=0, lt=2**63)]
    boot: _Text
    author: _Name
    role: _Name
    place: _Text
    reason: _Text
    corrects: _Count | None
    protocol: _Text
    program: _Text
    key: _Name
    prev: _Hash
    hash: _Hash


class _Protocol(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    name: _Name
    sha256: _Hash
    text: Annotated[str, StringConstraints(max_length=LARGEST)]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    format: Literal["immunosep-tui patient 1"]
    protocols: Annotated[list[_Protocol], Field(max_length=100)] = []
    entries: Annotated[list[_Line], Field(min_length=1, max_length=10_000)]


def written(entries: Sequence[Entry], protocols: Sequence[WardProtocol] = ()) -> str:
    """The entries of a patient as the text of a file, one a line, with the protocols that the courses rest on."""
    lines = (json.dumps({name: getattr(entry, name) for name in COLUMNS}, ensure_ascii=False) for entry in entries)
    kept = f'"protocols": {json.dumps([asdict(each) for each in protocols])}, ' if protocols else ""
    return f'{{"format": {json.dumps(FORMAT)}, {kept}"entries": [\n' + ",\n".join(lines) + "\n]}\n"


def read_protocols(path: Path) -> list[WardProtocol]:
    """The protocols of a file, each with the text that its hash says; OSError where it cannot be opened.

    Raises:
        ImportRefused: it is not such a file, or a text is another one than that of its hash.
    """
    listed = [WardProtocol(**each.model_dump()) for each in _read(path).protocols]
    for place, each in enumerate(listed):
        if hash_of_kept(each.text) != each.sha256:
            _refuse(_place(("protocols", place, "text")), say(N_("The protocol is not what its hash says.")))
        if unclean(asdict(each)) is not None:
            _refuse(_place(("protocols", place)), say(N_("It has a character that a terminal would obey or hide.")))
    return listed


def read_file(path: Path) -> list[Entry]:
    """The entries of a file, each as its hash says that it was signed; OSError where it cannot be opened.

    Raises:
        ImportRefused: it is not such a file, or not all of one patient as it was exported.
    """
    entries = [Entry(**line.model_dump()) for line in _read(path).entries]
    for index, entry in enumerate(entries, start=1):
        _check(index, entry, entries[0].record, entries[index - 2] if index > 1 else None)
    if len({entry.key for entry in entries}) < len(entries):
        _refuse("", say(N_("Two entries have the same key.")))
    return entries


def _read(path: Path) -> _File:
    if not path.is_file():
        _refuse("", say(N_("There is no such file.")))
    with path.open("rb") as file:
        raw = file.read(LARGEST + 1)
    if len(raw) > LARGEST:
        _refuse("", say(N_("The file is larger than {limit} bytes."), limit=LARGEST))
    try:
        return _File.model_validate(_json(raw))
    except ValidationError as error:
        first = error.errors()[0]
        _refuse(_place(first["loc"]), say("{why}.", why=first["msg"]))


def _check(index: int, entry: Entry, record: str, before: Entry | None) -> None:
    """Refuse an entry that was not written so by this program for this patient."""
    if entry.record != record:
        _refuse(_place(("entries", index - 1, "record")), say(N_("It is of another patient than the first entry.")))
    if entry.n != index or (before is not None and entry.seq <= before.seq):
        _refuse(_place(("entries", index - 1, "n")), say(N_("The entries are not all of the record, in order.")))
    if entry.kind not in _OF_PATIENTS:
        _refuse(_place(("entries", index - 1, "kind")), say(N_("No entry of a patient is of this kind.")))
    if entry.role not in (*ROLES, IMPORTER):
        _refuse(_place(("entries", index - 1, "role")), say(N_("Nobody signs in this capacity.")))
    if entry.digest() != entry.hash:
        _refuse(_place(("entries", index - 1, "hash")), say(N_("The entry is not as it was signed.")))
    try:
        body = entry.body
    except NotReadable:
        _refuse(_place(("entries", index - 1, "text")), say(N_("It does not say what its kind says.")))
    columns = {name: getattr(entry, name) for name in COLUMNS if name != "text"}
    found = unclean(columns | {"text": asdict(body)})
    if found is not None:
        name, text = found
        why = say(N_("It has a character that a terminal would obey or hide: {text}"), text=show(text, 60))
        _refuse(_place(("entries", index - 1, name)), why)


def _json(raw: bytes) -> object:
    try:
        return json.loads(raw.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        _refuse(_line(raw[: error.start].count(b"\n") + 1), say(N_("It is not UTF-8 text.")))
    except json.JSONDecodeError as error:
        _refuse(_line(error.lineno), say("{why}.", why=error.msg))
    except (ValueError, RecursionError) as error:
        _refuse("", say(N_("It is not JSON that can be read: {why}."), why=str(error) or type(error).__name__))


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")


def _line(number: int) -> str:
    return f"line {number}"


def _place(location: Sequence[str | int]) -> str:
    """``entry 3, at`` for the third of the entries."""
    parts = [f"entry {part + 1}" if isinstance(part, int) else part for part in location if part != "entries"]
    return ", ".join(parts) or "entries"


def _refuse(where: str, why: Sentence) -> NoReturn:
    raise ImportRefused(where, why, say(N_("Accepted: a file that immunosep-tui patient export has written.")))

"""Random, damaged and hostile profiles: refused with file and line, or taken with exactly the numbers that they hold.

Usage: ``python -m tests.harness.fuzz_profiles --inputs 1000000 --seed 1``. Of the inputs 60 in 100 are fragments of TOML,
33 are profiles of a site through the whole border check, 4 are whole files of a sample patient, 2 are whole protocols
and 1 in 1,000 costs far more to read than to write. Before them every beginning and every flipped bit of every sealed
file is tried; ``--only`` leaves that out. The exit status is 1 where anything but a ProfileError is raised, where a
refusal does not name its place, where a number differs from an independent reading, or where time or memory run out.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from decimal import Decimal
from functools import lru_cache, partial
from pathlib import Path
from random import Random

from immunosep_tui.profile import files, reading
from immunosep_tui.profile.errors import ProfileError
from immunosep_tui.profile.files import LAST_LINE, check_unsealed, data_folder, is_sealed
from immunosep_tui.profile.reading import read_toml
from immunosep_tui.profile.seals import SEALS
from immunosep_tui.rules.protocol import CheckItem, Protocol
from immunosep_tui.rules.text import show
from immunosep_tui.training.case_files import load_written
from immunosep_tui.training.checking import check_file
from immunosep_tui.ward.cases import Case, load_case
from tests.harness.fuzzing import Tally, Wrong, changed_bytes, command_line, fuzz
from tests.harness.number_texts import mutated
from tests.harness.power_cut import memory
from tests.harness.toml_texts import (
    SOUP,
    as_written,
    blocks,
    bomb,
    fragment,
    joined,
    laid_over,
    literal,
    number_of,
    numbers_in,
    shipped,
    value_of,
)

HEAD = 'kind = "protocol"\nextends = "{extends}"\nid = "mine"\n'
IN_FULL = 1_000
"""One damaged copy of a sealed file in so many goes the whole way that a protocol is loaded; the others go to the seal."""


def _told(error: ProfileError, raw: bytes, path: Path) -> None:
    """A refusal names a file that there is, a line that it has, and a reason, and no terminal obeys any of it."""
    for fault in error.faults:
        lines = (raw if fault.file == str(path) else Path(fault.file).read_bytes()).count(b"\n") + 1
        if not 0 <= fault.line <= lines or not fault.reason:
            raise Wrong(f"no place: {fault}")
    said = str(error).split("\n")
    if len(said) != len(error.faults) or not error.faults or any(show(line, len(line)) != line for line in said):
        raise Wrong(f"not one visible line for each fault: {str(error)!r:.300}")


def _differs(one: object, other: object) -> bool:
    """Whether two readings of the same tables differ; a broken number is compared digit for digit, as it is written."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() != other.keys() or any(_differs(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) != len(other) or any(map(_differs, one, other))
    if isinstance(one, Decimal):
        said = value_of(str(other))
        return said is None or one.as_tuple() != said.as_tuple()
    return type(one) is not type(other) or one != other


def look_at(path: Path, raw: bytes) -> bool:
    """Give a file to the reader; whether it was taken, and then with the very numbers that it holds."""
    path.write_bytes(raw)
    try:
        text, tables = read_toml(path)
    except ProfileError as error:
        _told(error, raw, path)
        return False
    if text.encode() != raw or _differs(tables, as_written(text)):
        raise Wrong(f"another value than {raw!r:.300}")
    return True


def single_number(path: Path, rng: Random) -> bool:
    """One number in a file of its own: taken if and only if the grammar of TOML has it, and as that number."""
    written = literal(rng)
    raw = f"x = {written}\n".encode("utf-8", "surrogatepass")
    taken = look_at(path, raw)
    line = written.removesuffix("\r")  # with the end of the line behind it, that is an end of line, too
    said = number_of(line)
    found = read_toml(path)[1]["x"] if taken else None
    if isinstance(found, int | Decimal) and not isinstance(found, bool):
        decimal = Decimal(found)
        if said is None or (decimal != said and not (decimal.is_nan() and said.is_nan())):
            raise Wrong(f"{written!r:.200} is taken as {found}")
    elif said is not None and len(written) < 4000 and said.is_finite() and abs(said.adjusted()) < 10**6:
        raise Wrong(f"{written!r:.200} is a number and is not taken")
    return taken


# ---- a profile of a site, through the whole border check ---------------------------------------------------------------


def _site(rng: Random) -> bytes:
    """A small profile that changes a few tables of a shipped one, most of them in one way."""
    extends = rng.choice(("immunosep-2025", "immunosep-2025", "provide-2022", "immunosep-2025-blinded", "base", "mine"))
    parts = [rng.choice(blocks()) for _ in range(rng.choice((1, 1, 2, 3)))]
    for _change in range(rng.choice((0, 1, 1, 1, 2, 3))):
        index = rng.randrange(len(parts))
        parts[index] = _changed_block(rng, parts[index])
    text = f"{HEAD.format(extends=extends)}{joined(rng, parts)}\n{LAST_LINE}\n"
    raw = text.encode("utf-8", "surrogatepass")
    return changed_bytes(rng, raw, SOUP) if rng.random() < 0.15 else raw


def _changed_block(rng: Random, block: str) -> str:
    numbers = list(re.finditer(r"(?<== )-?[0-9]+(?:\.[0-9]+)?(?=[,\s}])", block))
    texts = list(re.finditer(r'"[^"\n]*"', block))
    lines = block.split("\n")
    match rng.randrange(10):
        case 0 | 1 | 2 | 3 if numbers:
            at = rng.choice(numbers)
            near = mutated(rng, at[0]).replace("\n", " ") if rng.random() < 0.5 else literal(rng)
            return block[: at.start()] + near + block[at.end() :]
        case 4 if numbers:
            at = rng.choice(numbers)
            slip = Decimal(at[0]) * rng.choice((Decimal("0.1"), 10, Decimal("1.01"), 1))
            style = rng.choice(("{:f}", "{:E}", "{:f}0", "{:f}.0"))
            return block[: at.start()] + style.format(slip) + block[at.end() :]
        case 5 if texts:
            at = rng.choice(texts)
            others = ('""', "1", "true", '"\\u001b[2J"', '"' + "x" * 500 + '"', '"L"', '"%"')
            return block[: at.start()] + rng.choice((rng.choice(texts)[0], *others)) + block[at.end() :]
        case 6:
            del lines[rng.randrange(len(lines))]
        case 7:
            new = rng.choice(("unknown = 1", lines[-1], "a.b = 2", "value = 3", "[x]"))
            lines.insert(rng.randrange(1, len(lines) + 1), new)
        case 8:
            bare = lines[0].strip("[]")
            lines[0] = rng.choice(("[phenotype]", "[[checklist]]", "[site]", bare, f"[[{bare}]]", lines[0] + "x"))
        case _:
            rng.shuffle(lines)
    return "\n".join(lines)


def _numbers_of(part: object) -> Iterator[Decimal]:
    """Every number in a protocol; how often a line of the checklist is due is 1 where nothing is said."""
    if isinstance(part, bool | str | None):
        return
    if isinstance(part, int | Decimal):
        yield Decimal(part)
    elif is_dataclass(part):
        for field in fields(part):
            value = getattr(part, field.name)
            if not (isinstance(part, CheckItem) and field.name == "every" and value == 1):
                yield from _numbers_of(value)
    elif isinstance(part, dict):
        for item in part.values():
            yield from _numbers_of(item)
    elif isinstance(part, tuple | list | frozenset):
        for item in part:
            yield from _numbers_of(item)


def _stated(table: dict[str, object]) -> Counter[str]:
    """The numbers of a merged profile as texts, without a stated 1 for how often a line of the checklist is due."""
    found = Counter(str(number) for number in numbers_in(table))
    checklist = table.get("checklist", [])
    assert isinstance(checklist, list)
    found["1"] -= sum(1 for item in checklist if item.get("every") == 1)
    return +found


@lru_cache
def _base(name: str) -> dict[str, object]:
    """A shipped profile with all that it extends, read by the standard library alone."""
    table = as_written(dict(shipped("protocols"))[name])
    parent = table.get("extends")
    return laid_over(_base(parent), table) if isinstance(parent, str) else dict(table)


def check(path: Path, raw: bytes) -> bool:
    """Give a profile to the border check; whether it was taken, and then with the very numbers that it states."""
    path.write_bytes(raw)
    try:
        protocol = check_unsealed(path)
    except ProfileError as error:
        _told(error, raw, path)
        return False
    _same(protocol, raw.decode())
    return True


def _same(protocol: Protocol, text: str) -> None:
    table = as_written(text)
    parent = table.get("extends")
    merged = laid_over(_base(parent), table) if isinstance(parent, str) else dict(table)
    found = Counter(str(number) for number in _numbers_of(protocol))
    if found != _stated(merged):
        raise Wrong(f"other numbers than the file's: {+(found - _stated(merged))} for {+(_stated(merged) - found)}")
    for number in _numbers_of(protocol):
        if not number.is_finite() or len(format(number, "f")) > 40:
            raise Wrong(f"{number} is taken")


def _protocol(rng: Random) -> bytes:
    """A whole shipped protocol under another name, with changed bytes."""
    name, text = rng.choice(shipped("protocols"))
    return changed_bytes(rng, text.replace(f'id = "{name}"', 'id = "mine"').encode(), SOUP)


# ---- the sample patients ---------------------------------------------------------------------------------------------


def look_at_case(folder: Path, rng: Random) -> bool:
    """A sample patient with changed bytes: refused, or with exactly the texts that the file has."""
    name, text = rng.choice([each for each in shipped("cases") if "[expect]" in each[1]])
    raw, path = changed_bytes(rng, text.encode(), SOUP), folder / f"{name}.toml"
    path.write_bytes(raw)
    try:
        case: Case = load_case(path)
    except ProfileError as error:
        _told(error, raw, path)
        return False
    table = as_written(raw.decode())
    expect = table["expect"]
    assert isinstance(expect, dict)
    if dict(case.texts) != table["texts"] or case.id != table["id"] or case.expected.doses != expect["doses"]:
        raise Wrong(f"another case than {raw!r:.300}")
    return True


def look_at_teaching(folder: Path, rng: Random) -> bool:
    """A teaching case with changed bytes: its check tells each fault with its place, or it can be asked."""
    name, text = rng.choice([each for each in shipped("cases") if "[[ask]]" in each[1]])
    raw, path = changed_bytes(rng, text.encode(), SOUP), folder / f"{name}.toml"
    path.write_bytes(raw)
    faults = check_file(path, files.load())
    if faults:
        _told(ProfileError(*faults), raw, path)
        return False
    case = load_written(path, files.load())
    if len(case.item.questions()) != len(as_written(raw.decode())["ask"]):  # type: ignore[arg-type]
        raise Wrong(f"other questions than {raw!r:.300}")
    return True


# ---- the runs --------------------------------------------------------------------------------------------------------


def examine(folder: Path, rng: Random) -> tuple[str, bool]:
    """One input of the kinds that the head of this file tells, in their shares."""
    path, chance = folder / "mine.toml", rng.random()
    if chance < 0.001:
        raw = bomb(rng)
        return "bomb", check(path, raw) if rng.random() < 0.5 else check(
            path, HEAD.format(extends="base").encode() + raw
        )
    if chance < 0.30:
        return "number", single_number(path, rng)
    if chance < 0.60:
        return "fragment", look_at(path, fragment(rng))
    if chance < 0.94:
        return "site's profile", check(path, _site(rng))
    if chance < 0.98:
        return "sample patient", look_at_case(folder, rng)
    return "whole protocol", check(path, _protocol(rng))


@contextmanager
def _shipped_read_once() -> Iterator[None]:
    """What the shipped profiles hold is read once: nobody changes them here, and most of the time would go there."""
    once = lru_cache(read_toml)

    def read(path: Path) -> tuple[str, dict[str, object]]:
        return once(path) if path.parent == data_folder() / "protocols" else read_toml(path)

    files.read_toml = read  # type: ignore[attr-defined]
    try:
        yield
    finally:
        files.read_toml = reading.read_toml  # type: ignore[attr-defined]


def run(seed: int, numbers: Sequence[int]) -> Tally:
    """Examine the profiles of these numbers."""
    with tempfile.TemporaryDirectory(dir=memory()) as folder, _shipped_read_once():
        return fuzz(seed, numbers, partial(examine, Path(folder)))


def sealed(step: int = 1) -> Tally:
    """Every beginning and every flipped bit of every sealed file, or one in so many: none is used."""
    tally = Tally()
    for name in SEALS:
        path = data_folder() / f"{name}.toml"
        whole = path.read_bytes()
        for number in range(0, len(whole) * 9, step):
            damaged = whole[: number // 9]
            if number % 9:
                byte = bytes([whole[number // 9] ^ 1 << number % 9 - 1])
                damaged += byte + whole[number // 9 + 1 :]
            tally.inputs += 1
            if _is_taken(path, damaged):
                tally.faults.append(f"{name}: damage {number} is taken for the release")
            tally.refused += 1
    return tally


def _is_taken(path: Path, damaged: bytes) -> bool:
    try:
        return is_sealed(path, damaged.decode())
    except (UnicodeDecodeError, ProfileError):
        return False


if __name__ == "__main__":
    before = sealed() if "--only" not in sys.argv else Tally()
    print(f"sealed files: {before.inputs} beginnings and flipped bits, taken {len(before.faults)}")
    sys.exit(command_line(__doc__, run) or bool(before.faults))

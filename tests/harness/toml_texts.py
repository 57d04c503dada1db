"""TOML that was damaged or is meant to do harm, and an independent reading of the numbers in it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from functools import cache
from random import Random

from immunosep_tui.profile.files import data_folder
from tests.harness.fuzzing import changed_bytes
from tests.harness.number_texts import SIGNS, text_like_a_number

_BYTES = (
    b"\x00", b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xef\xbb\xbf", b"\r\n", b"\r", b"\n", b"\t",
    b"\x1b", b"\xc2\x9b", b"\xe2\x80\xae", b"\xe2\x80\xa8", b"\xef\xbc\x95", b"\xd9\xa5", b"9" * 30, b"9" * 5000,
    b'id = "x"\n', b"[phenotype]\n", b"[[checklist]]\n", b"value = ", b"extends = ", b'"(at line 9, column 9)" = 1\n',
)  # fmt: skip
_SIGNS = (
    rb"""" ' [ ] [[ ]] { } = # . , \ \u0000 \ud800 \U00110000 \u202e nan inf - + 1e999999 1e-999999 0x 0b1 _ e 0 true"""
)
SOUP = (*_BYTES, *_SIGNS.split(), b'""" ', b"'''", b"1979-05-27", b"07:32:00")
"""What is put into a file: bytes that are no UTF-8, marks, signs of the language, numbers, keys that mean something."""

NUMBER = re.compile(
    r"(?P<float>[+-]?(?:0|[1-9](?:_?[0-9])*)(?:\.[0-9](?:_?[0-9])*)?(?:[eE][+-]?[0-9](?:_?[0-9])*)?)"
    r"|(?P<special>[+-]?(?:inf|nan))|0x(?P<hex>[0-9A-Fa-f](?:_?[0-9A-Fa-f])*)|0o(?P<oct>[0-7](?:_?[0-7])*)"
    r"|0b(?P<bin>[01](?:_?[01])*)"
)
"""A number by the grammar of TOML 1.0."""

NOT_IN_A_COMMENT = re.compile("[\x00-\x08\x0a-\x1f\x7f\ud800-\udfff]")
"""Control characters but the tab, and what is no character (TOML 1.0, Comment)."""


@cache
def shipped(folder: str) -> tuple[tuple[str, str], ...]:
    """Name and text of every file of a kind that came with the program."""
    return tuple((path.stem, path.read_text("utf-8")) for path in sorted((data_folder() / folder).glob("*.toml")))


@cache
def blocks() -> tuple[str, ...]:
    """Every table of the shipped protocols with its header, a list of tables together with those under it."""
    found: list[str] = []
    for _name, text in shipped("protocols"):
        found += re.split(r"\n(?=\[)", re.sub(r"(?m)^#.*\n", "", text))[1:]
    return tuple(block.strip() + "\n" for block in found)


def value_of(literal: str) -> Decimal | None:
    """The number that a literal of TOML says, None where it says none."""
    found = NUMBER.fullmatch(literal)
    if found is None:
        return None
    for base, name in ((16, "hex"), (8, "oct"), (2, "bin")):
        if found[name]:
            return Decimal(int(found[name].replace("_", ""), base))
    try:
        return Decimal(literal.replace("_", ""))
    except InvalidOperation:  # its exponent is beyond what a Decimal holds
        return Decimal("inf")


def number_of(line: str) -> Decimal | None:
    """The number that a line behind ``x =`` says, a comment behind it or not; None where it says none."""
    said, _mark, comment = line.partition("#")
    return None if NOT_IN_A_COMMENT.search(comment) else value_of(said.strip(" \t"))


def literal(rng: Random) -> str:
    """A number as a profile might have it, well or badly written."""
    chance = rng.random()
    if chance < 0.4:
        return text_like_a_number(rng).replace("\n", "") or "0"
    digits = str(rng.randrange(10 ** rng.randrange(1, 13)))
    if chance < 0.6:
        return rng.choice(("", "", "+", "-")) + digits
    if chance < 0.75:
        return f"{digits}.{rng.randrange(10**6)}"
    if chance < 0.9:
        power = rng.choice((0, 1, 3, 20, 400, 10**6))
        return f"{digits}{rng.choice(('', '.5'))}{rng.choice('eE')}{rng.choice(('', '-', '+'))}{power}"
    special = "0x1F 0o17 0b101 1_000 1__0 nan -inf +nan -0.0 1e9999999999"
    return rng.choice((*special.split(), "0x" + "f" * 400, "9" * 4400))


def _text(rng: Random) -> str:
    marks = rng.choice(('""', "''", '""""""', "''''''"))
    half = len(marks) // 2
    inside = "".join(rng.choice((*SIGNS, "a", "b", "\\n", "\\u00e9", "\\ud800")) for _ in range(rng.randrange(6)))
    return marks[:half] + inside.encode("utf-8", "replace").decode() + marks[half:]


def _value(rng: Random, depth: int = 0) -> str:
    chance = rng.random()
    if chance < 0.55 or depth > 3:
        return literal(rng)
    if chance < 0.75:
        return _text(rng)
    if chance < 0.85:
        return "[" + ", ".join(_value(rng, depth + 1) for _ in range(rng.randrange(4))) + "]"
    if chance < 0.95:
        return "{" + ", ".join(f"{_key(rng)} = {_value(rng, depth + 1)}" for _ in range(rng.randrange(4))) + "}"
    return rng.choice(("true", "false", "2026-03-28", "2026-02-30", "07:32:00", "2026-03-28T22:00:00+02:00", ""))


def _key(rng: Random) -> str:
    return rng.choice(("a", "b", "c", "a.b", '"a b"', "''", "a.b.c", '"(at line 7, column 7)"', "\u00e9", "1", "-", ""))


def fragment(rng: Random) -> bytes:
    """A few lines of TOML."""
    lines = []
    for _line in range(rng.randrange(1, 7)):
        chance = rng.random()
        if chance < 0.2:
            lines.append(rng.choice(("[{}]", "[[{}]]", "[{}] # note")).format(_key(rng)))
        elif chance < 0.25:
            lines.append("# " + _text(rng))
        else:
            lines.append(f"{_key(rng)}{rng.choice(('', '', '', str(_line)))} = {_value(rng)}")
    raw = rng.choice(("\n", "\n", "\n", "\r\n", "\r")).join(lines).encode("utf-8", "surrogatepass")
    return changed_bytes(rng, raw, SOUP) if rng.random() < 0.3 else raw


def bomb(rng: Random) -> bytes:
    """A file that costs more to read than to write."""
    many = rng.choice((2_000, 20_000, 100_000))
    return rng.choice((
        b"x = " + b"[" * many + b"]" * many,
        b"x = " + b"{a=" * many + b"1" + b"}" * many,
        b"x = " + b"[{a=" * (many // 2) + b"1" + b"}]" * (many // 2),
        b"[" + b"a." * many + b"b]\n" + b"".join(b"k%d = 1\n" % n for n in range(many // 4)),
        (b"[" + b"a." * 99 + b"%d]\nk = 1\n") * (many // 400),
        b"".join(b"[a.b%d]\n" % n for n in range(many // 2)),
        b"[[a]]\n" * many,
        b"[[a]]\n[a.b]\n[[a.b.c]]\n" * (many // 4),
        b"".join(b"k%d = 1\n" % n for n in range(many // 2)),
        b"x = " + b"9" * many,
        b"x = 0x" + b"f" * (8 * many),
        b"x = 1." + b"7" * (8 * many),
        b"x = 1e" + b"9" * rng.choice((3, 6, 9, 18, 30)),
        b"x = 1e-" + b"9" * rng.choice((3, 6, 9, 18, 30)),
        b'x = """' + b"\\" * many + b'"""',
        b'x = """\n' + b"[ \t" * many + b'\n"""',
        b"x = '''\n[" + b" " * (8 * many) + b"\n'''",
        b'x = "' + b"\\U0001f4a9" * many + b'"',
        b"#" * 999_999,
        b"\n" * 999_999,
        b"x = [" + b"1," * (4 * many) + b"]",
        b'extends = "' + b"a" * many + b'"',
        b"\x00" * many,
        b" " * (8 * many) + b"x",
        b"a" * 1_000_001,
    ))  # fmt: skip


class Literal(str):
    """A number with a point or an exponent, as it is written."""

    __slots__ = ()


def as_written(text: str) -> Mapping[str, object]:
    """The tables of a text with every broken number as it is written, by the reader of the standard library."""
    return tomllib.loads(text, parse_float=Literal)


def numbers_in(value: object) -> Iterator[Decimal]:
    """Every number in tables that were read by ``as_written``."""
    if isinstance(value, Mapping):
        for item in value.values():
            yield from numbers_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from numbers_in(item)
    elif isinstance(value, Literal):
        found = value_of(value)
        assert found is not None, value
        yield found
    elif isinstance(value, int) and not isinstance(value, bool):
        yield Decimal(value)


def laid_over(base: Mapping[str, object], over: Mapping[str, object]) -> dict[str, object]:
    """One profile over another: tables key by key, everything else as a whole."""
    laid = {key: base[key] for key in base if key not in over}
    for key, value in over.items():
        below = base.get(key)
        laid[key] = laid_over(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return laid


def joined(rng: Random, parts: Sequence[str]) -> str:
    """Parts of a profile in another order, now and then with one of them twice."""
    chosen = list(parts)
    rng.shuffle(chosen)
    if chosen and rng.random() < 0.05:
        chosen.append(rng.choice(chosen))
    return "\n".join(chosen)

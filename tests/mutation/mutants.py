"""Every small wrong change of a module: a comparison, a constant, a code, a branch, a row of a table."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, MutableSequence, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change: where it is, what it does in words, and how it is made in the tree it was found in."""

    line: int
    what: str
    apply: Callable[[], None]


COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
MARKERS = frozenset({"N_", "TypeVar"})
"""Calls whose texts are words for people or the type checker, not codes."""
TYPES = frozenset({"Literal", "Mapping", "Sequence", "Callable", "tuple", "list", "dict", "frozenset", "type"})
"""What stands before the brackets of a type."""
LEFT_ALONE = (ast.Assert, ast.Raise, ast.JoinedStr, ast.Import, ast.ImportFrom, ast.AnnAssign)


def mutants(tree: ast.Module) -> list[Mutant]:
    """Every change of a module, in the order of its lines."""
    found = [mutant for statement in tree.body for mutant in _statement(statement, True)]
    return sorted(found, key=lambda mutant: mutant.line)


def _statement(node: ast.stmt, top: bool = False) -> Iterator[Mutant]:
    """The changes of a statement; annotations, texts for people and what states a fact are left alone."""
    if isinstance(node, ast.AnnAssign):
        if node.value is not None and ast.unparse(node.annotation) != "TypeAlias":
            yield from _expression(node.value, top)
        return
    if isinstance(node, LEFT_ALONE) or _is_text(node):
        return
    if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "__all__" for t in node.targets):
        return
    if isinstance(node, ast.FunctionDef):
        for default in (*node.args.defaults, *(d for d in node.args.kw_defaults if d is not None)):
            yield from _expression(default)
    if isinstance(node, ast.Return) and node.value is not None and not _is_none(node.value):
        yield _set(node, "value", ast.Constant(None), f"return None, not {_short(node.value)}")
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        yield _set(node, "value", ast.Constant(None), f"leave out {_short(node.value)}")
    if isinstance(node, ast.If | ast.While):
        yield from _always_and_never(node, isinstance(node, ast.If))
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns", "decorator_list", "args", "bases", "keywords", "targets", "target"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.stmt):
                yield from _statement(child, isinstance(node, ast.ClassDef))
            elif isinstance(child, ast.ExceptHandler):
                for inner in child.body:
                    yield from _statement(inner)
            elif isinstance(child, ast.expr):
                yield from _expression(child, top)


def _expression(node: ast.expr, top: bool = False) -> Iterator[Mutant]:
    if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Call) and _name(node.func) in MARKERS):
        return
    if isinstance(node, ast.Subscript) and _name(node.value) in TYPES:
        return
    yield from _own_changes(node, top)
    for field, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.comprehension):
                yield from _comprehension(child)
            elif isinstance(child, ast.keyword):
                if child.arg not in ("strict", "flags"):
                    yield from _expression(child.value, top)
            elif isinstance(child, ast.arguments):
                for default in child.defaults:
                    yield from _expression(default)
            elif isinstance(child, ast.expr) and field != "annotation":
                yield from _expression(child, top)


def _own_changes(node: ast.expr, top: bool) -> Iterator[Mutant]:
    if isinstance(node, ast.Compare):
        for index, operator in enumerate(node.ops):
            for other in COMPARISONS[type(operator)]:
                yield _set_item(node, node.ops, index, other(), f"{type(operator).__name__} to {other.__name__}")
    elif isinstance(node, ast.BoolOp):
        other_word = ast.Or if isinstance(node.op, ast.And) else ast.And
        yield _set(node, "op", other_word(), f"{type(node.op).__name__} to {other_word.__name__}")
    elif isinstance(node, ast.BinOp) and type(node.op) in ARITHMETIC:
        sign = ARITHMETIC[type(node.op)]
        yield _set(node, "op", sign(), f"{type(node.op).__name__} to {sign.__name__}")
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub):
        replaced: ast.unaryop = ast.UAdd()
        if isinstance(node.op, ast.Not):
            yield Mutant(node.lineno, "without not", lambda: _twice_not(node))
        else:
            yield _set(node, "op", replaced, "without minus")
    elif isinstance(node, ast.IfExp):
        yield from _always_and_never(node, True)
    elif isinstance(node, ast.Constant):
        yield from _constant(node)
    if top and isinstance(node, ast.Tuple | ast.List | ast.Set) and len(node.elts) > 1:
        for index, element in enumerate(node.elts):
            yield _leave_out(node, [(node.elts, index)], f"without element {_short(element)}")
    if top and isinstance(node, ast.Dict) and len(node.keys) > 1:
        for index, key in enumerate(node.keys):
            name = "**" if key is None else _short(key)
            yield _leave_out(node, [(node.keys, index), (node.values, index)], f"without key {name}")


def _comprehension(node: ast.comprehension) -> Iterator[Mutant]:
    for index, condition in enumerate(node.ifs):
        yield _set_item(condition, node.ifs, index, ast.Constant(True), f"always {_short(condition)}")
        yield _set_item(condition, node.ifs, index, ast.Constant(False), f"never {_short(condition)}")
        yield from _expression(condition)
    yield from _expression(node.iter)


def _constant(node: ast.Constant) -> Iterator[Mutant]:
    value = node.value
    others: tuple[object, ...] = ()
    if isinstance(value, bool):
        others = (not value,)
    elif isinstance(value, int):
        others = (value + 1, value - 1)
    elif isinstance(value, float):
        others = (value + 1,)
    elif isinstance(value, str):
        others = _other_texts(value)
    for other in others:
        yield _set(node, "value", other, f"{value!r} to {other!r}")


def _other_texts(text: str) -> tuple[str, ...]:
    """A printed number by one last digit both ways, any other text with one letter more."""
    try:
        number = Decimal(text)
        digit = Decimal(1).scaleb(int(number.as_tuple().exponent))
        return format(number + digit, "f"), format(number - digit, "f")
    except (InvalidOperation, ValueError):
        return (text + "x",)


def _always_and_never(node: ast.If | ast.While | ast.IfExp, always: bool) -> Iterator[Mutant]:
    if always:
        yield _set(node, "test", ast.Constant(True), f"always {_short(node.test)}")
    yield _set(node, "test", ast.Constant(False), f"never {_short(node.test)}")


def _set(node: ast.stmt | ast.expr, field: str, value: object, what: str) -> Mutant:
    return Mutant(node.lineno, what, lambda: setattr(node, field, value))


def _set_item(node: ast.expr, items: MutableSequence[Any], index: int, value: ast.AST, what: str) -> Mutant:
    def apply() -> None:
        items[index] = value

    return Mutant(node.lineno, what, apply)


def _leave_out(node: ast.expr, places: Sequence[tuple[MutableSequence[Any], int]], what: str) -> Mutant:
    def apply() -> None:
        for items, index in places:
            del items[index]

    return Mutant(node.lineno, what, apply)


def _twice_not(node: ast.UnaryOp) -> None:
    node.operand = ast.UnaryOp(ast.Not(), node.operand)


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _short(node: ast.expr) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 60 else text[:57] + "..."

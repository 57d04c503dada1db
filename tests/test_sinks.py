"""No text reaches a widget that would read markup in it, unless it is a literal of the program or comes through show."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CALLS = frozenset({"Static", "Label", "Button", "Option", "Checkbox", "Markdown", "update", "notify", "set_content"})
"""What reads its first argument as markup, by the last part of its name."""
NAMES = frozenset(
    {"title", "sub_title", "border_title", "border_subtitle", "tooltip", "placeholder", "prompt", "label"}
)
"""Attributes and arguments that are read as markup."""
READERS = frozenset({"from_markup", "render_markup", "escape"})
"""What has no use here: it reads markup, or only seems to make it harmless."""
SAFE = frozenset({"shown", "shown_line", "Text", "Content", "help_table"})
"""What gives text that holds no markup any more."""
OWN_WORDS = {("ui/commands.py", "tooltip"): "the help of the registry, written in the program and drawn by nobody"}
"""Exceptions, each with its reason."""


def faults(source: str, name: str) -> Iterator[str]:
    """Each place of a module at which a text could be read as markup."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            called = _last(node.func)
            if called in READERS:
                yield f"{name}:{node.lineno}: {called}"
            plain = any(
                k.arg == "markup" and isinstance(k.value, ast.Constant) and not k.value.value for k in node.keywords
            )
            if called in CALLS and node.args and not plain and not _harmless(node.args[0]):
                yield f"{name}:{node.lineno}: {called}({ast.unparse(node.args[0])})"
            for keyword in node.keywords if called in CALLS | {"Binding", "Input"} else []:
                if keyword.arg in NAMES and not _harmless(keyword.value) and (name, keyword.arg) not in OWN_WORDS:
                    yield f"{name}:{node.lineno}: {keyword.arg}={ast.unparse(keyword.value)}"
        elif isinstance(node, ast.Assign) and not _harmless(node.value):
            for target in node.targets:
                if isinstance(target, ast.Attribute) and target.attr in NAMES and _is_widget(target.value):
                    yield f"{name}:{node.lineno}: {ast.unparse(node)}"


def _last(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _harmless(value: ast.expr) -> bool:
    if isinstance(value, ast.Constant):
        return not (isinstance(value.value, str) and "[" in value.value)
    return isinstance(value, ast.Call) and _last(value.func) in SAFE


def _is_widget(owner: ast.expr) -> bool:
    return not (isinstance(owner, ast.Name) and owner.id == "cls")


def test_no_screen_reads_markup_in_what_it_shows() -> None:
    folder = ROOT / "immunosep_tui"
    names = {path: path.relative_to(folder).as_posix() for path in sorted((folder / "ui").rglob("*.py"))}
    found = [fault for path, name in names.items() for fault in faults(path.read_text(encoding="utf-8"), name)]
    assert len(names) > 50
    assert found == []


@pytest.mark.parametrize(
    "seeded",
    [
        "Static(patient.case)",
        'Label(f"Bed {place}")',
        "widget.update(text)",
        "self.app.notify(str(error))",
        "notify(error, markup=True)",
        'Static("[red]x")',
        "self.border_title = place",
        "self.app.title = patient.case",
        "panel.tooltip = why",
        "Binding('x', 'y', 'z', tooltip=name)",
        "Input(placeholder=text)",
        "Text.from_markup(text)",
        "Static(escape(text))",
        "Button(_('Yes'))",
    ],
)
def test_a_text_that_would_be_read_is_found(seeded: str) -> None:
    assert list(faults(seeded, "ui/any.py"))


@pytest.mark.parametrize(
    "allowed", ["Static(shown(text))", "Static('Bed')", "app.notify(text, markup=False)", "Static()"]
)
def test_a_text_that_is_shown_is_not(allowed: str) -> None:
    assert not list(faults(allowed, "ui/any.py"))

"""The house rules that tools check: lint, format, strict types, and which floor may import which."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    "command",
    [
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "."],
        ["mypy"],
        ["tests.support.import_contract"],
    ],
    ids=["lint", "format", "types", "import contract"],
)
def test_the_tree_is_clean(command: list[str]) -> None:
    """Each tool ends without a complaint."""
    done = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def loaded_by(code: str) -> set[str]:
    """The top-level modules that a fresh interpreter has loaded after ``code``."""
    report = f"{code}\nimport sys\nprint(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", report], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split("\n")[-2].split())


def every_module_of(package: str) -> str:
    """Code that imports every module of a package."""
    folder = ROOT / Path(*package.split("."))
    names = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in sorted(folder.rglob("*.py"))]
    return "\n".join(f"import {name.removesuffix('.__init__')}" for name in names)


def test_the_rules_load_no_screen_and_no_border() -> None:
    """All of rules/ together."""
    assert loaded_by(every_module_of("immunosep_tui.rules")).isdisjoint({"textual", "rich", "pydantic", "platformdirs"})


def test_a_command_loads_no_screen_and_no_border() -> None:
    """``classify`` on a sealed profile."""
    loaded = loaded_by("from immunosep_tui.cli import main\nmain(['classify', '--ferritin', '5000'])")
    assert loaded.isdisjoint({"textual", "rich", "pydantic", "sqlite3", "platformdirs"})


def test_opening_the_board_loads_nothing_that_it_does_not_need() -> None:
    """The application, its screens and a loaded protocol."""
    code = (
        "from immunosep_tui.profile.files import load\nload()\n"
        "import immunosep_tui.ui.app, immunosep_tui.ui.screens.patient"
    )
    assert loaded_by(code).isdisjoint({"pydantic", "markdown_it", "pygments", "tree_sitter", "psycopg", "argon2"})


def test_work_is_begun_in_one_way() -> None:
    """No module but one gives Textual a coroutine, which is never awaited where its worker gives way at once."""
    modules = (ROOT / "immunosep_tui").rglob("*.py")
    assert [path.name for path in modules if "run_worker(" in path.read_text(encoding="utf-8")] == ["workers.py"]

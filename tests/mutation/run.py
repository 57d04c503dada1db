"""Make each small wrong change in turn and run the tests of its module: a change that no test notices is a survivor.

Usage, in a checkout: ``python tests/mutation/run.py [--jobs N] [--list] [FILE ...]``; without files all of the rules.
Each change is compiled in a forked process that imports it in place of the real module; no file is touched. A
survivor is accepted only with a reason in ``accepted.toml``. The exit status is 1 while one is not.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import os
import resource
import signal
import sys
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import CodeType, ModuleType

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
MEMORY = 4 << 30
"""Bytes that a changed module may take before its tests fail."""

sys.path[0] = str(ROOT)
os.environ["HYPOTHESIS_PROFILE"] = "mutation"

from tests.mutation.fast import Case, Runner, cases, timed  # noqa: E402
from tests.mutation.mutants import Mutant, mutants  # noqa: E402

VECTORS = "tests/test_vectors.py"
_ATTENTION = ("tests/record/test_standing.py", "tests/record/test_attention.py")
OTHER_TESTS: dict[str, tuple[str, ...]] = {
    "rules/analytes.py": ("tests/rules/test_units.py",),
    "rules/monitoring.py": ("tests/rules/test_bounds.py",),
    "rules/protocol.py": ("tests/profile/test_files.py",),
    "rules/span.py": ("tests/rules/test_bounds.py",),
    "rules/text.py": ("tests/rules/test_text.py", "tests/rules/test_number.py"),
    "rules/units.py": ("tests/rules/test_bounds.py",),
    "rules/sofa/agents.py": ("tests/rules/sofa/test_reading.py",),
    "rules/sofa/day.py": ("tests/rules/sofa/test_sofa_1996.py", "tests/rules/sofa/test_sofa_2.py"),
    "rules/sofa/table.py": ("tests/rules/sofa/test_sofa_1996.py", "tests/rules/sofa/test_sofa_2.py"),
    "rules/sofa/printed_1996.py": ("tests/rules/sofa/test_sofa_1996.py",),
    "rules/published.py": ("tests/rules/test_published.py", "tests/rules/test_evidence.py"),
    "rules/fields.py": ("tests/rules/test_fields.py", "tests/rules/test_evidence.py"),
    "record/agenda.py": _ATTENTION,
    "record/attention.py": ("tests/record/test_attention_items.py", *_ATTENTION),
    "record/days.py": ("tests/record/test_observations.py",),
    "record/looks.py": ("tests/record/test_observations.py",),
    "record/observations.py": ("tests/record/test_raised.py",),
    "record/raised.py": ("tests/record/test_attention_oracle.py",),
    "record/sampling.py": ("tests/record/test_rests_on.py",),
    "record/standing.py": ("tests/record/test_attention_oracle.py", *_ATTENTION),
    "profile/build.py": ("tests/profile/test_files.py",),
    "profile/errors.py": ("tests/profile/test_files.py",),
}


class Unusable(Exception):
    """Why the changes of a module cannot be tried at all."""


def tests_of(module: Path) -> list[str]:
    """The test files of a module: of the same name, listed by hand, and the published cases."""
    inside = module.relative_to(ROOT / "immunosep_tui")
    folder = ROOT / "tests" / inside.parent
    named = sorted(str(file.relative_to(ROOT)) for file in folder.glob(f"test_{module.stem}*.py"))
    listed = [file for file in OTHER_TESTS.get(inside.as_posix(), ()) if (ROOT / file).is_file()]
    vectors = [VECTORS] if inside.parts[0] == "rules" else []
    found = list(dict.fromkeys([*named, *listed, *vectors]))
    if found in ([], [VECTORS]):
        raise Unusable(f"{inside}: no tests are known for it")
    return found


class _Changed(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports one module from a code object instead of its file."""

    def __init__(self, name: str, file: Path, code: CodeType) -> None:
        self._name, self._file, self._code = name, file, code

    def find_spec(self, name: str, path: object, target: object = None) -> importlib.machinery.ModuleSpec | None:
        if name != self._name:
            return None
        return importlib.util.spec_from_loader(name, self, origin=str(self._file))

    def exec_module(self, module: ModuleType) -> None:
        module.__file__ = str(self._file)
        exec(self._code, module.__dict__)


def _name(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts)


def _importers(name: str) -> set[str]:
    """The modules of the project that import a module, directly or not; they are read again with the change."""
    imports: dict[str, set[str]] = {}
    for module, loaded in list(sys.modules.items()):
        file = getattr(loaded, "__file__", None)
        if module.partition(".")[0] in ("immunosep_tui", "tests") and not module.startswith("tests.mutation") and file:
            imports[module] = _imported(ast.parse(Path(file).read_text("utf-8")))
    found = {name}
    while more := {module for module, used in imports.items() if used & found} - found:
        found |= more
    return found


def _imported(tree: ast.Module) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


class Trial:
    """The changes of one module: its tests, the quickest first, and the modules to be read again."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.tree = ast.parse(file.read_text("utf-8"))
        self.name = _name(file)
        self.modules = [_name(ROOT / test) for test in tests_of(file)]
        tests = [importlib.import_module(module) for module in self.modules]
        taken = timed(tests, Runner(importlib.import_module("tests.conftest")))
        self.order = [case for _, case in sorted(taken)]
        self.patience = 10 * sum(seconds for seconds, _ in taken) + 5
        self.importers = _importers(self.name) | {"tests.conftest"}

    def check(self) -> None:
        """Run the tests as for a change, but with none: they must pass."""
        if os.waitpid(self.start(Mutant(0, "nothing", lambda: None)), 0)[1] != 0:
            raise Unusable(f"{self.name}: its tests fail without any change; was the project edited meanwhile?")

    def start(self, mutant: Mutant) -> int:
        """Fork a process that runs the tests with the change; exit status 0 is a change that nothing noticed."""
        child = os.fork()
        if child:
            return child
        status = 1
        try:
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, 1)
            os.dup2(nowhere, 2)
            status = 0 if self._survives(mutant) else 1
        finally:
            os._exit(status)

    def _survives(self, mutant: Mutant) -> bool:
        mutant.apply()
        code = compile(ast.fix_missing_locations(self.tree), str(self.file), "exec", dont_inherit=True)
        for module in self.importers:
            sys.modules.pop(module, None)
            package, _, short = module.rpartition(".")
            if hasattr(sys.modules.get(package), short):
                delattr(sys.modules[package], short)
        sys.meta_path.insert(0, _Changed(self.name, self.file, code))
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            runner = Runner(importlib.import_module("tests.conftest"))
            found: dict[str, Case] = {}
            for module in self.modules:
                found |= {case.name: case for case in cases(importlib.import_module(module))}
            # A table that lost a row loses the cases made from it: what is gone is not a failure.
            return all(runner.passes(found[name]) for name in self.order if name in found)


def run_all(trial: Trial, jobs: int) -> Iterator[tuple[Mutant, bool]]:
    """Each change of a module and whether it was noticed; a test that does not come back has noticed it."""
    trial.check()
    waiting = mutants(trial.tree)[::-1]
    running: dict[int, tuple[Mutant, float]] = {}
    while waiting or running:
        while waiting and len(running) < jobs:
            mutant = waiting.pop()
            running[trial.start(mutant)] = mutant, time.monotonic()
        child, status = os.waitpid(-1, os.WNOHANG)
        if child in running:
            yield running.pop(child)[0], status != 0
            continue
        for late in [child for child, (_, began) in running.items() if time.monotonic() - began > trial.patience]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(late, signal.SIGKILL)
        time.sleep(0.002)
    trial.check()


def accepted() -> dict[tuple[str, str, str], str]:
    """The reasons of the survivors that were accepted, by module, line of code and change."""
    file = HERE / "accepted.toml"
    entries = tomllib.loads(file.read_text("utf-8")).get("accepted", [])
    return {(entry["module"], entry["code"], entry["what"]): entry["reason"] for entry in entries}


def main(arguments: Sequence[str]) -> int:
    """Run the changes of every module named and print what survived."""
    parser = argparse.ArgumentParser(description="Run the tests against small wrong changes of the rules.")
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--list", action="store_true", help="only list the changes")
    options = parser.parse_args(arguments)
    files = [file.resolve() for file in options.files] or sorted((ROOT / "immunosep_tui" / "rules").rglob("*.py"))
    reasons, used = accepted(), Counter[tuple[str, str, str]]()
    count = killed = left = 0
    checked: set[str] = set()
    for file in files:
        source = file.read_text("utf-8")
        lines, module = source.splitlines(), file.relative_to(ROOT).as_posix()
        if options.list:
            for mutant in mutants(ast.parse(source)):
                print(f"{module}:{mutant.line}: {mutant.what}")
            continue
        if not mutants(ast.parse(source)):
            continue
        before = time.monotonic()
        try:
            outcomes = list(run_all(Trial(file), options.jobs))
        except (Unusable, AssertionError) as error:
            left += 1
            print(error, flush=True)
            continue
        checked.add(module)
        survivors = sorted((mutant for mutant, noticed in outcomes if not noticed), key=lambda mutant: mutant.line)
        open_ones = []
        for mutant in survivors:
            key = (module, lines[mutant.line - 1].strip(), mutant.what)
            used[key] += 1
            if key not in reasons:
                open_ones.append(mutant)
        count += len(outcomes)
        killed += len(outcomes) - len(survivors)
        left += len(open_ones)
        print(
            f"{module}: {len(outcomes)} changes, {len(outcomes) - len(survivors)} noticed, "
            f"{len(survivors) - len(open_ones)} accepted, {len(open_ones)} survived, {time.monotonic() - before:.0f} s",
            flush=True,
        )
        for mutant in open_ones:
            print(f"  {module}:{mutant.line}: {mutant.what}\n      {lines[mutant.line - 1].strip()}", flush=True)
    for module, code, what in [key for key in reasons if key[0] in checked and not used[key]]:
        print(f"accepted.toml: no longer survives: {module}: {what}: {code}")
        left += 1
    if not options.list:
        print(f"{count} changes, {killed} noticed, {left} open")
    return 1 if left else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

"""What is kept and said after a fault in the program: never a value, a variable or the text of an exception."""

from __future__ import annotations

import os
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from immunosep_tui import __version__
from immunosep_tui.i18n import _
from immunosep_tui.rules.text import show


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault that was met: its reference and the file with the details, ``None`` when it could not be written."""

    reference: str
    path: Path | None


def record(error: BaseException, folder: Path | None = None) -> Fault:
    """Write where in the program the fault arose to a file that only its owner can read.

    Args:
        error: what was raised.
        folder: where to write; the user's own log folder unless given.
    """
    reference = os.urandom(4).hex().upper()
    try:
        place = folder or _log_folder()
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = place / f"crash-{reference}.txt"
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(_report(error, reference))
    except OSError:
        return Fault(reference, None)
    return Fault(reference, path)


def last_words(fault: Fault, kept: bool) -> str:
    """What the user is told after a fault; ``kept`` says whether what was typed is safe."""
    lines = [
        _("immunosep-tui stopped because of a fault in the program. Reference: {reference}.").format(
            reference=fault.reference
        ),
        _("What was typed has been kept.") if kept else _("What was typed last may not have been kept."),
    ]
    if fault.path is not None:
        path = show(str(fault.path), 4096)
        lines.append(_("Details, without anything that was typed: {path}").format(path=path))
    else:
        lines.append(_("The details could not be written to a file."))
    return "\n".join(lines)


@contextmanager
def recorded_quietly() -> Iterator[None]:
    """Faults in threads and in finalizers go to crash files, for a traceback would show their text on the screen."""
    thread_hook, finalizer_hook = threading.excepthook, sys.unraisablehook
    threading.excepthook = _record_thread
    sys.unraisablehook = lambda fault: _record_if_any(fault.exc_value)
    try:
        yield
    finally:
        threading.excepthook, sys.unraisablehook = thread_hook, finalizer_hook


def _record_thread(fault: threading.ExceptHookArgs) -> None:
    """Record a thread's fault, except that Textual's writer met a closed terminal, which is no fault."""
    thread = fault.thread.name if fault.thread is not None else ""
    if not (isinstance(fault.exc_value, OSError) and thread == "textual-output"):
        _record_if_any(fault.exc_value)


def _record_if_any(error: BaseException | None) -> None:
    with suppress(Exception):
        if error is not None and not isinstance(error, SystemExit):
            record(error)


def _log_folder() -> Path:
    from platformdirs import user_log_path

    return user_log_path("immunosep-tui", appauthor=False)


def _report(error: BaseException, reference: str) -> str:
    import platform
    from importlib.metadata import PackageNotFoundError, version

    versions = [f"immunosep-tui {__version__}", f"python {platform.python_version()}"]
    for package in ("textual", "rich"):
        with suppress(PackageNotFoundError):
            versions.append(f"{package} {version(package)}")
    head = [
        f"reference {reference}",
        f"time {datetime.now(UTC).isoformat(timespec='seconds')}",
        ", ".join(versions),
        f"{platform.system()} {platform.release()}, TERM {os.environ.get('TERM', 'not set')}",
        "",
    ]
    return "\n".join([*head, *_chain(error, set())]) + "\n"


def _chain(error: BaseException, seen: set[int]) -> list[str]:
    """Frames and class of an error and of those behind it, the oldest first; no message, note or variable."""
    if id(error) in seen:
        return []
    seen.add(id(error))
    lines: list[str] = []
    if error.__cause__ is not None:
        lines += [*_chain(error.__cause__, seen), "", "which caused:", ""]
    elif error.__context__ is not None and not error.__suppress_context__:
        lines += [*_chain(error.__context__, seen), "", "while it was handled:", ""]
    lines += _frames(error.__traceback__)
    lines.append(f"{type(error).__module__}.{type(error).__qualname__} (message left out)")
    if isinstance(error, BaseExceptionGroup):
        for number, inner in enumerate(error.exceptions, start=1):
            lines += ["", f"part {number}:", *_chain(inner, seen)]
    return lines


def _frames(trace: TracebackType | None) -> list[str]:
    return [
        f'  File "{frame.f_code.co_filename}", line {line}, in {frame.f_code.co_qualname}'
        for frame, line in traceback.walk_tb(trace)
    ]

"""The street door: ``immunosep-tui`` opens the board, ``immunosep-tui COMMAND`` answers without a screen."""

from __future__ import annotations

import importlib
import io
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import NoReturn

from immunosep_tui.cli.arguments import parser, with_values_attached
from immunosep_tui.cli.output import REFUSED, UNUSABLE, complain


def enter() -> NoReturn:
    """Be the program: run one command, then end at once.

    The interpreter takes a second to take a long session's memory apart, and hears no signal meanwhile.
    """
    status = main()
    with suppress(OSError):  # it was said
        sys.stdout.flush()
    os._exit(status)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status: 0 done, 2 refused, 3 a resource could not be used, 4 look at it."""
    from immunosep_tui.i18n import words
    from immunosep_tui.profile.errors import ProfileError
    from immunosep_tui.store.errors import Declined, Refused, Stale, StoreError

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal that does not know a letter gets its number
            stream.reconfigure(errors="backslashreplace")
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        options = parser().parse_args(with_values_attached(given))
        command = importlib.import_module(f"immunosep_tui.cli.{options.command or 'board'}")
        status: int = command.run(options)
        sys.stdout.flush()
        return status
    except ProfileError as error:
        complain(*(str(fault) for fault in error.faults))
        return REFUSED
    except StoreError as error:
        complain(f"{words(error.text)} {words(error.advice)}")
        return REFUSED if isinstance(error, Declined | Refused | Stale) else UNUSABLE
    except BrokenPipeError:
        # The reader went away; what is still buffered must not raise again while the interpreter ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return UNUSABLE
    except OSError as error:
        complain(f"{error.filename or 'the system'}: {error.strerror or type(error).__name__}")
        return UNUSABLE
    except KeyboardInterrupt:
        return 130

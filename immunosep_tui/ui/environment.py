"""Variables that would change how the program behaves without anybody at the bedside knowing."""

from __future__ import annotations

import os
from collections.abc import MutableMapping


def put_aside(variables: MutableMapping[str, str] = os.environ) -> None:
    """Remove ``TEXTUAL`` and every ``TEXTUAL_*``; works only before Textual is imported, which reads them once.

    They can press keys, load another driver, write logs with what was typed, or end the program after a picture.
    """
    for name in [name for name in variables if name == "TEXTUAL" or name.startswith("TEXTUAL_")]:
        del variables[name]

"""Work that goes on while the keys are heard."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from textual.dom import DOMNode
from textual.worker import Worker

from immunosep_tui.ui.shell.going import may_go


def start_worker(node: DOMNode, work: Callable[[], Coroutine[Any, Any, None]], group: str = "default") -> Worker[None]:
    """Begin this work, in place of the same node's and group's work that has not ended; the node may be left meanwhile.

    It is called when its turn comes and not before: a coroutine whose worker gives way before its first step would
    never be awaited, and the finalizer that complains of that may fail itself and leave a crash file.

    Args:
        node: whose work ends when it does.
        work: what is called.
        group: of work of which only the last goes on.
    """

    async def while_it_lasts() -> None:
        with may_go(node):
            await work()

    return node.run_worker(while_it_lasts, exclusive=True, group=group)

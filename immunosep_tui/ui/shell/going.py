"""What is on its way out: a screen or a room that is left loses its parts before it is gone itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from textual.css.query import QueryError
from textual.dom import DOMNode


def is_going(node: DOMNode) -> bool:
    """Whether it has been left: its parts may be missing, and soon it is."""
    return node._pruning or not node.is_attached


@contextmanager
def may_go(node: DOMNode) -> Iterator[None]:
    """Do something that waits, in which the node may be left: what is then missing from it is no fault."""
    try:
        yield
    except QueryError:
        if not is_going(node):
            raise

"""Stub."""

from immunosep_tui.training.question import Kind

KINDS: tuple[Kind, ...] = ()

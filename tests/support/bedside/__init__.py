"""Journeys in a real terminal: the program under a false clock, and what people do at a bedside as words."""

from tests.support.bedside.bedside import Journey
from tests.support.bedside.steps import walk

__all__ = ["Journey", "walk"]

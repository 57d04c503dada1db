"""The vasoactive drugs that can be entered."""

CATECHOLAMINES = ("norepinephrine", "epinephrine", "dopamine", "dobutamine")
OTHER_AGENTS = ("vasopressin", "terlipressin", "phenylephrine", "angiotensin_ii", "milrinone", "levosimendan")
"""Vasoactive drugs that SOFA 1996 does not name; vasopressin may be given with its rate, the others by name."""

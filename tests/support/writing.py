"""What is never written in a text that somebody at a bedside reads: abbreviations and numbers that were misread before."""

from __future__ import annotations

import re
from typing import Final

UNSAFE: Final = re.compile(
    r"[µμ]g|\bug\b|\d\s?(?:IU|I\.U\.|U|u)\b|\b[Qq]\.?[Oo]?\.?[Dd]\b|\bq\d+h\b"
    r"|\b(?:TID|BID|QID|QHS|EOD|TIW|BIW|SC|SQ)\b|\b\d+\.\d*0\s?(?:mg|mcg|mL|g)\b"
    r"|(?<![\d.])\.\d|\d(?:mg|mcg|mL|kg|g)\b|\b(?:mg|mcg|mL)\. ?(?=[a-z0-9])|\bIFN\b|γ|\d,\d|[<>≤≥]"
    r"|\bcc\b|\bD/C\b|haem|anaem|oedema|\btumour|colour"
)
"""Error-prone writing, and British spelling."""

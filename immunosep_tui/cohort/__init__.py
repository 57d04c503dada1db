"""The same rules over a table of patient-days: one row in, the same row with its score out."""

"""What staff do with a patient's sheet, and what the rules make of it; no screen and no storage format."""

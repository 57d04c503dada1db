"""The patient's record as a list of entries, and the fold that turns it into today's state."""

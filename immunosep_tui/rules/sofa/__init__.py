"""The Sequential Organ Failure Assessment: the 1996 table that the trial used, and SOFA-2 for display."""

"""The training room's screens: nothing on them belongs to a patient, and none of them knows a ward."""

"""The rooms of a patient: each one form and one answer, computed anew at each key."""

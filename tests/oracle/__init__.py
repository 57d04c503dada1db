"""A second, independent reading of the published tables, for differential tests only."""

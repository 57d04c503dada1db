"""The hazard log as tests: each hazard's control is tried, taken out, and missed."""

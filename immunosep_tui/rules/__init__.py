"""The trial as exact, pure functions: no clock, no file, no screen, no randomness."""

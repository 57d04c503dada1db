"""Screens; each is built when it is first shown."""

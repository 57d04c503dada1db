"""The rules against published numbers, boundaries from both sides and properties."""

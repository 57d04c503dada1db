"""Tests of the cohort engine."""

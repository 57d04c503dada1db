"""Widgets that draw a model they are given and decide nothing."""

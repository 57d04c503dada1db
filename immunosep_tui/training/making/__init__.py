"""Recipes for made-up patients: each draws a sheet that turns on one topic; what is right about it the rules say."""

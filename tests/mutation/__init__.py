"""Small wrong changes to the rules, each of which a test must notice."""

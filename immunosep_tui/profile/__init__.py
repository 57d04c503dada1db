"""Protocol profiles: where they lie, how they are checked, and how they become the rules' protocol."""

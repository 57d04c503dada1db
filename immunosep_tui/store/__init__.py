"""Where the record lies: one ledger in SQLite or PostgreSQL, append only, with the same statements on both."""

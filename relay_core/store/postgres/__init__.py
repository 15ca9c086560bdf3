"""The ledger in PostgreSQL: the same tables and named queries, for several processes at once."""

"""What is kept: one DuckDB file, its writer, its numbered migrations and named queries."""

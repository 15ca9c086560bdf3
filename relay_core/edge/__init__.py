"""What stands before every request: by which name, how often, and what its answer may do."""

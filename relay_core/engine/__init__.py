"""Who does the work: by default, threads of the process that owns the file."""

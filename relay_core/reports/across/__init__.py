"""What happened over many runs: campaigns compared, time, templates, and contact pressure."""

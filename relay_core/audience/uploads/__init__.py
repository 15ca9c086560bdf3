"""Lists of people that came as a file."""

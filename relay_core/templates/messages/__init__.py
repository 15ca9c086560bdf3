"""What leaves for one person, and what a phone shows of it."""

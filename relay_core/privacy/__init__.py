"""What is known about one person, and how it is forgotten: on request, or after some time."""

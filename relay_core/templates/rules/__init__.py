"""What would be refused, and what would do better, said before anything is submitted."""

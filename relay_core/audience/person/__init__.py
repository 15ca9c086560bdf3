"""One person: who is meant, and everything that decides about them."""

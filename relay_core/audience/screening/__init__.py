"""One decision and one reason for each matched person, and looking at them."""

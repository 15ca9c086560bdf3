"""Templates in Meta's own form, there and back."""

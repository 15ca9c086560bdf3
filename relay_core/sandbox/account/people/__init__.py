"""Whom the account knows, and where they come from: invented, or read from a file."""

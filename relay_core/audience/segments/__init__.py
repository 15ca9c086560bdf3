"""Audience definitions kept under a name, with their history."""

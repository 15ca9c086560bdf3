"""Copies to fall back on: the whole file at one moment, and the way back from it."""

"""Sunshine Conversations' API as a caller meets it."""

"""Zendesk's search language: read, checked, explained, and made ready to be sent."""

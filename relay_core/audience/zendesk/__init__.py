"""Conditions as queries of Zendesk's search, and what those leave to be checked here."""

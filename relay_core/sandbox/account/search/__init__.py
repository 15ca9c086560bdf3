"""Zendesk's search, from the text of a query to the records it finds."""

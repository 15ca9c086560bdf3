"""Zendesk's API as a caller meets it: the Support endpoints, OAuth and Talk."""

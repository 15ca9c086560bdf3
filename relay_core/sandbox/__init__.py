"""A stand-in world over real HTTP: Zendesk, Sunshine Conversations, Talk, Meta and phones."""

"""The outside: Zendesk and Sunshine Conversations over HTTP. Pure translation, no decisions."""

"""What the stand-in's Zendesk account keeps and counts."""

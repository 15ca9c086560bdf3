"""What Zendesk shows of Relay's work: campaigns, templates, segments and each person's messages."""

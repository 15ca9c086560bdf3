"""Meta's side of WhatsApp: templates, their review, and what they look like when filled."""

"""Who exists: Zendesk's users mirrored here, with their phone numbers and consent."""

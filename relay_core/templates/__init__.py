"""What to say: templates, their placeholders, the rules of Meta and of SMS, and previews."""

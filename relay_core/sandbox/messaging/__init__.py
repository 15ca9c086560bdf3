"""What becomes of a message once it is accepted: templates, phones, answers and reports."""

"""What a template is, and how it is written down."""

"""What connecting an account takes: its steps, what each is checked for, and what to write down."""

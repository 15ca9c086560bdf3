"""What can be set, part by part: its fields, where they come from, and faults in words."""

"""The plan: campaigns, the values of a run, and its frozen recipients and texts."""

"""The send: states, pacing, the sender, recovery and receipts."""

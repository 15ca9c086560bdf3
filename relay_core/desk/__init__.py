"""What a person can do at the front desk, room by room; `relay.py` puts the parts together."""

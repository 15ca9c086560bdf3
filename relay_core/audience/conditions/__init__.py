"""Conditions as they are stored and as they are meant: fields, operators, values."""

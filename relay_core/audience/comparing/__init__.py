"""What differs: from what Zendesk itself finds, and from the last use of a segment."""

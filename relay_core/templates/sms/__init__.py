"""Text messages: their alphabet, and the parts they are charged by."""

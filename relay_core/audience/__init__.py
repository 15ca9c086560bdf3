"""Who to reach: conditions, what they mean in SQL and in words, screening, segments."""

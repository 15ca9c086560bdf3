"""The account's templates: kept, submitted, followed, deleted."""

"""That a run tells nothing of people any more, in words."""

from datetime import datetime


def removed_in_words(forgotten_at: datetime) -> str:
    """Return since when names, numbers and texts are gone, and what stays.

    Args:
        forgotten_at: UTC.
    """
    return (
        f"Names, numbers and texts were removed on {forgotten_at:%-d %b %Y} for their age "
        "(RELAY_RETENTION_DAYS). Every figure stays as it was."
    )

"""The largest audience: a larger one is refused with both numbers, never cut."""

from relay_core.errors import AudienceTooLarge


def ensure_within_cap(people: int, *, cap: int) -> None:
    """Refuse more people than the limit.

    Raises:
        AudienceTooLarge: Says both numbers.
    """
    if people > cap:
        raise AudienceTooLarge(
            f"{people} people, limit {cap}",
            advice=f"These are {people:,} people, and the limit is {cap:,}. Narrow the audience, "
            "or raise RELAY_AUDIENCE_CAP. Nothing was cut.",
        )


def ensure_readable(people: int, *, cap: int) -> None:
    """Refuse to read more people than the limit, when only some of them are wanted.

    Raises:
        AudienceTooLarge: Says both numbers.
    """
    if people > cap:
        raise AudienceTooLarge(
            f"{people} people to read, limit {cap}",
            advice=f"Zendesk finds {people:,} people, of whom Relay would keep those who match, "
            f"and the limit is {cap:,}. Ask the mirror instead, narrow the audience, or raise "
            "RELAY_AUDIENCE_CAP. Nothing was cut.",
        )

"""Whom a command means by a name, number, address or id."""

from relay_core.errors import NotFound
from relay_core.relay import Relay


def whom(relay: Relay, words: str, *, also_unknown: bool = False) -> int:
    """Return the id of the one person who is meant.

    Args:
        relay: The front desk that knows people.
        words: A name, phone number, e-mail address or id.
        also_unknown: Whether an id may be of somebody whom the mirror does not have.

    Raises:
        NotFound: Nobody is meant, or several may be; it lists them.
    """
    found = relay.find_people(words)
    # A number may also be part of somebody else's phone or external id.
    found = [each for each in found if str(each.id) == words.strip()] or found
    if len(found) == 1:
        return found[0].id
    if also_unknown and not found and words.strip().isascii() and words.strip().isdecimal():
        return int(words)
    listed = "\n".join(f"- {each.id}: {each.name}" for each in found)
    raise NotFound(
        f"{len(found)} people",
        advice=f"Several people may be meant. Say the id:\n{listed}"
        if found
        else f"Nobody is found for {words}.",
    )

"""A tag for everybody whom a campaign was sent to, on their profile in Zendesk.

A tag is given or taken alone, and doing it again changes nothing, so whatever is in doubt is done
again. One profile is one request: Zendesk documents no way to add a tag to many users at once that
leaves their other tags alone.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Final, Protocol

from relay_core.errors import AccessDenied, GatewayError, NotFound, OutsideUnavailable
from relay_core.mirroring.jobs import MOST_TRIES, UNCONFIRMED, Mirror, note_told, noted
from relay_core.mirroring.removing import removal_bounds
from relay_core.mirroring.telling import message_bounds
from relay_core.store.ledger import Ledger, Row

TAG: Final = "tag"
"""What tags are noted under, beside the kinds of records."""
_AT_ONCE: Final = 100
"""In one pass, which then takes a minute."""
_PAUSE_S: Final = 0.5
"""Between two requests: 120 a minute, where the smallest plan allows 200 of everything."""
_LONGEST: Final = 100


class TaggedProfiles(Protocol):
    """Where tags are changed."""

    def add_tag(self, user_id: int, tag: str, /) -> None:
        """Give a user one tag."""
        ...

    def remove_tag(self, user_id: int, tag: str, /) -> None:
        """Take one tag from a user."""
        ...


def campaign_tag(prefix: str, campaign: str) -> str:
    """Return the tag of a campaign: small letters and digits of any script, the rest underscores.

    Unconfirmed: that Zendesk keeps letters beyond ASCII in tags of users, as it does in tickets'.
    """
    name = re.sub(r"[\W_]+", "_", campaign.casefold()).strip("_")
    return f"{prefix.casefold()}_{name}".strip("_")[:_LONGEST]


def give_tags(mirror: Mirror, profiles: TaggedProfiles, *, prefix: str) -> int:
    """Tag those whom a message of a campaign has reached, a hundred at most; see the query.

    The next pass goes on: what was erased meanwhile does not wait for all of them.

    Args:
        mirror: Where messages and tags are.
        profiles: Zendesk's.
        prefix: Begins every tag.

    Returns:
        How many have it now who did not.

    Raises:
        GatewayError: Zendesk cannot be asked. Who has the tag keeps it.
    """
    ledger = mirror.ledger
    due = ledger.rows("mirroring.tags", most=_AT_ONCE, **message_bounds(mirror.clock()))
    people = [row["person_id"] for row in due]
    had = {
        (row["person_id"], row["tag"]) for row in ledger.rows("mirroring.tags_of", people=people)
    }
    given = 0
    for row in due:
        tag = campaign_tag(prefix, row["campaign"])
        if (row["person_id"], tag) in had:
            _note(ledger, row, tag, None, tries=0, now=mirror.clock())
            continue
        if mirror.is_ending(_PAUSE_S):
            break
        # As records are: noted before, so that it can be taken from somebody erased meanwhile.
        _note(ledger, row, tag, UNCONFIRMED, tries=row["tries"], now=mirror.clock())
        trouble = _refusal(profiles.add_tag, row["person_id"], tag)
        tries = 0 if trouble is None else MOST_TRIES
        _note(ledger, row, tag, trouble, tries=tries, now=mirror.clock())
        if trouble is None:
            had.add((row["person_id"], tag))
            given += 1
    return given


def take_tags(mirror: Mirror, profiles: TaggedProfiles) -> int:
    """Take the tags that Relay gave from those who were erased since, a hundred at most.

    Returns:
        How many were taken. Those of a deleted profile went with it.

    Raises:
        GatewayError: Zendesk cannot be asked.
    """
    taken = 0
    ledger = mirror.ledger
    due = ledger.rows("mirroring.tags_to_take", most=_AT_ONCE, **removal_bounds(mirror.clock()))
    for row in due:
        if mirror.is_ending(_PAUSE_S):
            break
        # Noted before: who cannot be asked for comes last the next time.
        _note(ledger, row, row["tag"], UNCONFIRMED, tries=row["tries"], now=mirror.clock())
        if trouble := _refusal(_taking(profiles), row["person_id"], row["tag"]):
            _note(ledger, row, row["tag"], trouble, tries=row["tries"] + 1, now=mirror.clock())
        else:
            note_told(ledger, TAG, [], gone=[row["id"]])
            taken += 1
    return taken


def _taking(profiles: TaggedProfiles) -> Callable[[int, str], None]:
    def take(person_id: int, tag: str) -> None:
        with suppress(NotFound):
            profiles.remove_tag(person_id, tag)

    return take


def _refusal(change: Callable[[int, str], None], person_id: int, tag: str) -> str | None:
    """Make a change; return why Zendesk refuses it for this profile, for good.

    Raises:
        GatewayError: It would refuse, or not hear, any other as well.
    """
    try:
        change(person_id, tag)
    except (AccessDenied, OutsideUnavailable):
        raise
    except (NotFound, GatewayError) as error:
        return error.advice
    return None


def _note(
    ledger: Ledger, row: Row, tag: str, trouble: str | None, *, tries: int, now: datetime
) -> None:
    person_id = row["person_id"]
    told = noted(TAG, row["id"], tag, trouble, tries=tries, now=now, person_id=person_id)
    note_told(ledger, TAG, [told])

"""A tag for everybody whom a campaign was sent to, on their profile in Zendesk.

A tag is given or taken alone, and doing it again changes nothing, so whatever is in doubt is done
again. One profile is one request: Zendesk documents no way to add a tag to many users at once that
leaves their other tags alone.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, Protocol

from relay_core.errors import AccessDenied, GatewayError, NotFound, OutsideUnavailable
from relay_core.log import log
from relay_core.mirroring.telling import MOST_TRIES, UNCONFIRMED, message_bounds
from relay_core.store.ledger import Ledger, Row, Session, Work

TAG: Final = "tag"
"""What tags are noted under, beside the kinds of records."""
_AT_ONCE: Final = 100
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
    return f"{prefix}_{name}".strip("_")[:_LONGEST]


def give_tags(
    ledger: Ledger,
    profiles: TaggedProfiles,
    *,
    prefix: str,
    clock: Callable[[], datetime],
    is_ending: Callable[[float], bool],
) -> int:
    """Tag everybody whom a message of a campaign has reached, as far as it is known; see the query.

    Args:
        ledger: Where messages and tags are.
        profiles: Zendesk's.
        prefix: Begins every tag.
        clock: Now, with a time zone.
        is_ending: Waits so many seconds; true when the process ends.

    Returns:
        How many have it now who did not.

    Raises:
        GatewayError: Zendesk cannot be asked. Who has the tag keeps it.
    """
    given = 0
    while due := ledger.rows("mirroring.tags", most=_AT_ONCE, **message_bounds(clock())):
        for row in due:
            if is_ending(_PAUSE_S):
                return given
            tag = campaign_tag(prefix, row["campaign"])
            # As records are: noted before, so that it can be taken from somebody erased meanwhile.
            _note(ledger, _noted(row, tag, UNCONFIRMED, tries=row["tries"], now=clock()))
            trouble = _refusal(profiles.add_tag, row["person_id"], tag)
            tries = 0 if trouble is None else MOST_TRIES
            _note(ledger, _noted(row, tag, trouble, tries=tries, now=clock()))
            given += trouble is None
    return given


def take_tags(
    ledger: Ledger, profiles: TaggedProfiles, *, is_ending: Callable[[float], bool]
) -> int:
    """Take the tags that Relay gave from everybody who was erased since; return how many.

    Raises:
        GatewayError: Zendesk cannot be asked.
    """
    taken = 0
    while due := ledger.rows("mirroring.tags_to_take", most=_AT_ONCE):
        for row in due:
            if is_ending(_PAUSE_S):
                return taken
            if trouble := _refusal(profiles.remove_tag, row["person_id"], row["tag"]):
                log().warning("mirror.tag_stays", person=row["person_id"], trouble=trouble)
            ledger.write(_forgetting(row["id"]))
            taken += 1
    return taken


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


def _noted(
    row: Row, tag: str, trouble: str | None, *, tries: int, now: datetime
) -> dict[str, object]:
    return {
        "kind": TAG,
        "id": row["id"],
        "version": tag,
        "person_id": row["person_id"],
        "trouble": trouble,
        "tries": tries,
        "told_at": now,
    }


def _note(ledger: Ledger, noted: Mapping[str, object]) -> None:
    def work(session: Session) -> None:
        session.run("mirroring.forget", kind=TAG, ids=[noted["id"]])
        session.run_many("mirroring.note", [noted])

    ledger.write(work)


def _forgetting(message_id: int) -> Work[object]:
    return lambda session: session.run("mirroring.forget", kind=TAG, ids=[message_id])

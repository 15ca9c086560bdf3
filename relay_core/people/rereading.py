"""Reads people again shortly before they are messaged, and lists what changed that matters."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Protocol

from relay_core.errors import GatewayError
from relay_core.gateways.zendesk_records import ZendeskUser
from relay_core.people.mirror import remembering
from relay_core.people.phone import PhoneState
from relay_core.store.ledger import Ledger, Row

_AT_ONCE: Final = 100
"""Source: Zendesk, Show Many Users."""
_FEWEST_DOUBTED: Final = 10
"""Of fewer people, most may well have been deleted."""
_SHOWN_DIGITS: Final = 4
_CHECKED: Final = frozenset({"true", "t", "yes", "y", "1"})
"""How a checkbox may be written where it comes as a word."""


class Users(Protocol):
    """The part of Zendesk that gives people by their ids."""

    def users_by_ids(self, ids: Sequence[int]) -> tuple[ZendeskUser, ...]:
        """Return those of at most a hundred users who exist."""
        ...


class What(StrEnum):
    """What of a person changed."""

    PHONE = "phone"
    SUSPENDED = "suspended"
    DELETED = "deleted"
    ROLE = "role"
    OPT_OUT = "opt_out"
    CONSENT = "consent"

    @property
    def label(self) -> str:
        """What a page calls it."""
        return self.value.replace("_", "-")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that is no longer as the mirror knew it. Shows no whole phone number."""

    person_id: int
    name: str
    what: What
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What on a profile speaks of consent."""

    opt_out_tags: tuple[str, ...] = ()
    opt_out_fields: tuple[str, ...] = ()
    """Keys of checkbox fields."""
    consent_tags: tuple[str, ...] = ()
    consent_fields: tuple[str, ...] = ()
    """Keys of checkbox fields."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reread:
    """What came of reading people again."""

    changes: tuple[Change, ...]
    """By person, in the order in which they were asked for."""
    missing: frozenset[int]
    """Whom Zendesk does not give, asked twice. The mirror keeps them as they were, because they
    may also stand outside of what the credentials show; they must not be messaged now."""


def reread(
    ledger: Ledger,
    *,
    source: Users,
    ids: Sequence[int],
    region: str,
    marks: Marks,
    report: Callable[[int], None] = lambda _: None,
    refuse_gaps: bool = True,
) -> Reread:
    """Read these people again, a hundred in a call, and bring the mirror up to date.

    Each hundred is committed by itself, so an interruption loses none of what was read. Somebody
    Zendesk does not give is a change as well, unless the mirror knew that they were deleted.

    Args:
        ledger: Where the mirror is.
        source: Zendesk.
        ids: Whom.
        region: Country of phone numbers written without a plus sign.
        marks: What says opted out, and what says consent.
        report: Called after each hundred with the number of people read so far.
        refuse_gaps: Whether an answer without most of the people is taken for a broken one.

    Raises:
        GatewayError: Zendesk could not be read, or left out more than half of the people of a
            call for ten or more; the mirror keeps what came until then.
    """
    wanted = list(dict.fromkeys(ids))
    changes: list[Change] = []
    missing: set[int] = set()
    for start in range(0, len(wanted), _AT_ONCE):
        asked = wanted[start : start + _AT_ONCE]
        known = _known(ledger, asked)
        expected = {id_ for id_ in asked if id_ not in known or known[id_]["active"]}
        users = _given(source, asked, expected=expected)
        if refuse_gaps:
            _ensure_most_came(expected, lost=expected - users.keys())
        ledger.write(remembering(list(users.values()), region=region))
        lost = set(asked) - users.keys()
        changes += _changes(known, _known(ledger, asked), missing=lost, marks=marks)
        missing |= lost
        report(start + len(asked))
    return Reread(changes=tuple(changes), missing=frozenset(missing))


def _given(source: Users, asked: list[int], *, expected: set[int]) -> dict[int, ZendeskUser]:
    """Return whom Zendesk gives; it is asked once more for those who should be there."""
    users = {user.id: user for user in source.users_by_ids(asked)}
    if lost := [id_ for id_ in asked if id_ in expected and id_ not in users]:
        users |= {user.id: user for user in source.users_by_ids(lost)}
    return users


def _ensure_most_came(expected: set[int], *, lost: set[int]) -> None:
    if len(expected) >= _FEWEST_DOUBTED and 2 * len(lost) > len(expected):
        raise GatewayError(
            f"{len(lost)} of {len(expected)} users missing from an answer",
            advice=f"Zendesk gave only {len(expected) - len(lost)} of {len(expected)} people who "
            "were asked for, twice. Nothing was sent. Look in Zendesk whether these people were "
            "deleted, then sync; if they are there, use credentials that may see all users.",
        )


def _changes(
    before: Mapping[int, Row], after: Mapping[int, Row], *, missing: set[int], marks: Marks
) -> list[Change]:
    found = {
        id_: row | {"active": row["active"] and id_ not in missing} for id_, row in after.items()
    }
    return [
        Change(person_id=id_, name=found[id_]["name"], what=what, before=words[0], after=words[1])
        for id_, row in before.items()
        for what, words in _differences(row, found[id_], marks)
    ]


def _known(ledger: Ledger, ids: Sequence[int]) -> dict[int, Row]:
    """Return what the mirror holds of these people, in their order."""
    rows = {row["id"]: row for row in ledger.rows("people.as_known", ids=ids)}
    return {
        id_: rows[id_] | {"fields": json.loads(rows[id_]["fields"] or "{}")}
        for id_ in ids
        if id_ in rows
    }


def _differences(
    before: Row, after: Mapping[str, Any], marks: Marks
) -> list[tuple[What, tuple[str, str]]]:
    """Return what differs, as words; of somebody who is deleted nothing else matters."""
    compared = {What.DELETED: (_presence(before), _presence(after))}
    if after["active"]:
        compared |= {
            What.ROLE: (str(before["role"]), str(after["role"])),
            What.PHONE: (_phone(before), _phone(after)),
            What.SUSPENDED: (_suspended(before), _suspended(after)),
            What.OPT_OUT: (_opted_out(before, marks), _opted_out(after, marks)),
            What.CONSENT: (_consent(before, marks), _consent(after, marks)),
        }
        if _number(before) != _number(after):
            compared[What.PHONE] = _distinct(*compared[What.PHONE])
    return [(what, words) for what, words in compared.items() if words[0] != words[1]]


def _presence(row: Mapping[str, Any]) -> str:
    return "there" if row["active"] else "deleted"


def _number(row: Mapping[str, Any]) -> tuple[str, str | None]:
    return row["phone_state"], row["phone_e164"]


def _phone(row: Mapping[str, Any]) -> str:
    match row["phone_state"]:
        case PhoneState.VALID:
            return f"…{str(row['phone_e164'])[-_SHOWN_DIGITS:]}"
        case PhoneState.INVALID:
            return "invalid"
        case _:
            return "none"


def _distinct(before: str, after: str) -> tuple[str, str]:
    """Tell apart two numbers that end alike."""
    return (before, after) if before != after else (before, f"another {after}")


def _suspended(row: Mapping[str, Any]) -> str:
    return "suspended" if row["suspended"] else "not suspended"


def _opted_out(row: Mapping[str, Any], marks: Marks) -> str:
    is_marked = _is_marked(row, tags=marks.opt_out_tags, fields=marks.opt_out_fields)
    return "opted out" if is_marked else "not opted out"


def _consent(row: Mapping[str, Any], marks: Marks) -> str:
    is_marked = _is_marked(row, tags=marks.consent_tags, fields=marks.consent_fields)
    return "consent" if is_marked else "no consent"


def _is_marked(row: Mapping[str, Any], *, tags: Sequence[str], fields: Sequence[str]) -> bool:
    if not {tag.lower() for tag in tags}.isdisjoint(row["tags"]):
        return True
    return any(str(row["fields"].get(key)).lower() in _CHECKED for key in fields)

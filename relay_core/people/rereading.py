"""Reads people again shortly before they are messaged, and lists what changed that matters."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Protocol

from relay_core.gateways.zendesk_records import ZendeskUser
from relay_core.people.mirror import remembering, row_of
from relay_core.people.phone import PhoneState
from relay_core.store.ledger import Ledger, Row, Session

_AT_ONCE: Final = 100
"""Source: Zendesk, Show Many Users."""
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


def reread(
    ledger: Ledger,
    *,
    source: Users,
    ids: Sequence[int],
    region: str,
    marks: Marks,
    report: Callable[[int], None] = lambda _: None,
) -> tuple[Change, ...]:
    """Read these people again, a hundred in a call, and bring the mirror up to date.

    Whom Zendesk does not give any more is marked as deleted. Each hundred is committed by itself,
    so an interruption loses none of what was read.

    Args:
        ledger: Where the mirror is.
        source: Zendesk.
        ids: Whom.
        region: Country of phone numbers written without a plus sign.
        marks: What says opted out, and what says consent.
        report: Called after each hundred with the number of people read so far.

    Returns:
        What changed, by person, in the order of `ids`.

    Raises:
        GatewayError: Zendesk could not be read; the mirror keeps what came until then.
    """
    wanted = list(dict.fromkeys(ids))
    changes: list[Change] = []
    for start in range(0, len(wanted), _AT_ONCE):
        asked = wanted[start : start + _AT_ONCE]
        changes += _reread_some(ledger, asked, source=source, region=region, marks=marks)
        report(start + len(asked))
    return tuple(changes)


def _reread_some(
    ledger: Ledger, asked: list[int], *, source: Users, region: str, marks: Marks
) -> list[Change]:
    known = {row["id"]: row for row in ledger.rows("people.as_known", ids=asked)}
    users = {user.id: user for user in source.users_by_ids(asked)}
    gone = [id_ for id_ in asked if id_ not in users]
    remember = remembering(list(users.values()), region=region)

    def work(session: Session) -> None:
        remember(session)
        if gone:
            session.run("people.mark_deleted", ids=gone)

    ledger.write(work)
    changes: list[Change] = []
    for id_ in asked:
        if (before := known.get(id_)) is None:
            continue
        before = {**before, "fields": json.loads(before["fields"] or "{}")}
        user = users.get(id_)
        after = row_of(user, region=region) if user else {**before, "active": False}
        name = str(after["name"])
        changes += [
            Change(person_id=id_, name=name, what=what, before=words[0], after=words[1])
            for what, words in _differences(before, after, marks)
        ]
    return changes


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

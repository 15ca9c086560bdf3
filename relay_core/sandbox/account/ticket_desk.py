"""The tickets of the account, and the keys that keep one from being made twice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from relay_core.sandbox.account.journal import Journal
from relay_core.sandbox.account.records import HOME, Record
from relay_core.sandbox.clock import Clock, stamp

FIRST_TICKET_ID: Final = 4_001
KEY_LIFE: Final = timedelta(hours=2)
LONGEST_KEY: Final = 255

DELETED: Final = "deleted"
"""The status under which the export still tells of a ticket that was deleted."""


class KeyReused(Exception):
    """An idempotency key came back with another body."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What was answered to a request with a key."""

    at: datetime
    body: bytes
    answer: Record


class TicketDesk:
    """Makes tickets and keeps them with their comments."""

    def __init__(self, clock: Clock) -> None:
        """Begin with no ticket."""
        self.tickets: dict[int, Record] = {}
        """All that are not deleted."""

        self.comments: dict[int, list[Record]] = {}
        self._clock = clock
        self._kept: dict[str, Kept] = {}
        self._deleted: dict[int, Record] = {}
        self._journal = Journal()
        self._next_id = FIRST_TICKET_ID
        self._next_event_id = 90_001

    def admit(self, tickets: Sequence[Record]) -> None:
        """Take in many tickets at once, as a world begins; the oldest change comes first."""
        for ticket in sorted(tickets, key=lambda each: str(each["updated_at"])):
            self._next_id = max(self._next_id, ticket["id"] + 1)
            store = self._deleted if ticket["status"] == DELETED else self.tickets
            store[ticket["id"]] = ticket
            self._journal.note(ticket["id"])

    def changed_after(self, sequence: int, count: int) -> tuple[list[Record], int, bool]:
        """Return tickets in the order of their last change, deleted ones too.

        Returns:
            At most `count` of them after `sequence`, the sequence reached, and whether it is
            the last there is.
        """
        ids, reached, is_last = self._journal.after(sequence, count)
        return [self._any(ticket_id) for ticket_id in ids], reached, is_last

    def sequence_at(self, start: datetime) -> int:
        """Return the sequence after which come all tickets changed at `start` or later."""
        wanted = stamp(start)
        return self._journal.before_first(
            lambda ticket_id: bool(self._any(ticket_id)["updated_at"] >= wanted)
        )

    def delete(self, ticket_id: int) -> None:
        """Delete a ticket: only the export still knows it, as deleted."""
        ticket = self.tickets.pop(ticket_id)
        self._deleted[ticket_id] = {
            **ticket,
            "status": DELETED,
            "updated_at": stamp(self._clock.now()),
        }
        self._journal.note(ticket_id)

    def _any(self, ticket_id: int) -> Record:
        return self.tickets.get(ticket_id) or self._deleted[ticket_id]

    def replay(self, key: str, body: bytes) -> Record | None:
        """Return what was answered to the same key and body within two hours, else None.

        Raises:
            KeyReused: The body is another one.
        """
        kept = self._kept.get(key)
        if kept is None or self._clock.now() - kept.at >= KEY_LIFE:
            return None
        if kept.body != body:
            raise KeyReused
        return kept.answer

    def keep(self, key: str, body: bytes, given: Record) -> None:
        """Remember an answer for its key."""
        self._kept[key] = Kept(self._clock.now(), body, given)

    def open(
        self,
        given: Record,
        *,
        requester_id: int | None,
        submitter_id: int,
        channel: str = "api",
        by_messaging: bool = False,
    ) -> Record:
        """Make a ticket; return it with its audit.

        Args:
            given: What it says.
            requester_id: Who asks; None: who submits it.
            submitter_id: Who submits it.
            channel: How it came, in Zendesk's word.
            by_messaging: Whether that is a messaging channel.
        """
        ticket_id = self._next_id
        self._next_id += 1
        comment = comment_of(given)
        ticket = ticket_record(
            {
                **given,
                "description": comment["body"],
                "is_public": comment["public"],
                "requester_id": requester_id or submitter_id,
                "submitter_id": given.get("submitter_id") or submitter_id,
                "channel": channel,
                "by_messaging": by_messaging,
            },
            ticket_id=ticket_id,
            now=self._clock.now(),
        )
        self.tickets[ticket_id] = ticket
        self._journal.note(ticket_id)
        return {"ticket": ticket, "audit": self._audit(ticket, comment)}

    def change(self, ticket_id: int, given: Record, *, author_id: int) -> Record:
        """Change an existing ticket; return it with its audit."""
        ticket = self.tickets[ticket_id]
        for attribute in _CHANGEABLE & given.keys():
            ticket[attribute] = given[attribute]
        if "tags" in given:
            ticket["tags"] = sorted(set(given["tags"] or []))
        added = set(given.get("additional_tags") or [])
        removed = set(given.get("remove_tags") or [])
        ticket["tags"] = sorted({*ticket["tags"], *added} - removed)
        ticket["updated_at"] = stamp(self._clock.now())
        self._journal.note(ticket_id)
        comment = comment_of(given) if "comment" in given else None
        return {"ticket": ticket, "audit": self._audit(ticket, comment, author_id=author_id)}

    def _audit(
        self, ticket: Record, comment: Record | None, *, author_id: int | None = None
    ) -> Record:
        now = stamp(self._clock.now())
        author = author_id or ticket["submitter_id"]
        events: list[Record] = []
        if comment is not None:
            event = {
                "id": self._new_event_id(),
                "type": "Comment",
                "author_id": comment.get("author_id") or author,
                "body": comment["body"],
                "public": comment["public"],
                "attachments": [],
            }
            events.append(event)
            self.comments.setdefault(ticket["id"], []).append({**event, "created_at": now})
        return {
            "id": self._new_event_id(),
            "ticket_id": ticket["id"],
            "created_at": now,
            "author_id": author,
            "metadata": {"system": {}, "custom": {}},
            "via": ticket["via"],
            "events": events,
        }

    def _new_event_id(self) -> int:
        self._next_event_id += 1
        return self._next_event_id


_CHANGEABLE: Final = frozenset(
    {"assignee_id", "external_id", "group_id", "priority", "status", "subject", "type"}
)


def ticket_record(given: Record, *, ticket_id: int, now: datetime) -> Record:
    """Return a whole ticket from what was given."""
    return {
        "id": ticket_id,
        "url": f"{HOME}/tickets/{ticket_id}.json",
        "external_id": given.get("external_id"),
        "via": {
            "channel": given.get("channel") or "api",
            "source": {"from": {}, "to": {}, "rel": None},
        },
        "from_messaging_channel": bool(given.get("by_messaging")),
        "created_at": given.get("created_at") or stamp(now),
        "updated_at": given.get("updated_at") or stamp(now),
        "type": given.get("type"),
        "subject": given.get("subject"),
        "raw_subject": given.get("subject") or "",
        "description": given.get("description") or "",
        "priority": given.get("priority"),
        "status": given.get("status") or "open",
        "requester_id": given.get("requester_id"),
        "submitter_id": given.get("submitter_id"),
        "assignee_id": given.get("assignee_id"),
        "organization_id": given.get("organization_id"),
        "group_id": given.get("group_id"),
        "is_public": given.get("is_public", True),
        "tags": sorted(set(given.get("tags") or [])),
        "custom_fields": given.get("custom_fields") or [],
        "fields": given.get("custom_fields") or [],
    }


def comment_of(given: dict[str, Any]) -> Record:
    """Return a ticket's comment; it is public unless it says otherwise."""
    comment = given.get("comment") or {"body": given.get("description") or ""}
    return {
        **comment,
        "body": str(comment.get("body") or ""),
        "public": comment.get("public", True),
    }

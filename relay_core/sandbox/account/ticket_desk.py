"""The tickets of the account, and the keys that keep one from being made twice."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from relay_core.sandbox.account.records import HOME, Record
from relay_core.sandbox.clock import Clock, stamp

FIRST_TICKET_ID: Final = 4_001
KEY_LIFE: Final = timedelta(hours=2)
LONGEST_KEY: Final = 255


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
        self.comments: dict[int, list[Record]] = {}
        self._clock = clock
        self._kept: dict[str, Kept] = {}
        self._next_event_id = 90_001

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

    def open(self, given: Record, *, requester_id: int | None, submitter_id: int) -> Record:
        """Make a ticket; return it with its audit."""
        now = stamp(self._clock.now())
        ticket_id = FIRST_TICKET_ID + len(self.tickets)
        comment = comment_of(given)
        ticket: Record = {
            "id": ticket_id,
            "url": f"{HOME}/tickets/{ticket_id}.json",
            "external_id": given.get("external_id"),
            "via": {"channel": "api", "source": {"from": {}, "to": {}, "rel": None}},
            "created_at": now,
            "updated_at": now,
            "type": given.get("type"),
            "subject": given.get("subject"),
            "raw_subject": given.get("subject") or "",
            "description": comment["body"],
            "priority": given.get("priority"),
            "status": given.get("status") or "open",
            "requester_id": requester_id or submitter_id,
            "submitter_id": given.get("submitter_id") or submitter_id,
            "assignee_id": given.get("assignee_id"),
            "organization_id": given.get("organization_id"),
            "group_id": given.get("group_id"),
            "is_public": comment["public"],
            "tags": sorted(set(given.get("tags") or [])),
            "custom_fields": given.get("custom_fields") or [],
            "fields": given.get("custom_fields") or [],
        }
        self.tickets[ticket_id] = ticket
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


def comment_of(given: dict[str, Any]) -> Record:
    """Return a ticket's comment; it is public unless it says otherwise."""
    comment = given.get("comment") or {"body": given.get("description") or ""}
    return {
        **comment,
        "body": str(comment.get("body") or ""),
        "public": comment.get("public", True),
    }

"""What a record in Zendesk says of a campaign, a template, a segment or a message."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

from relay_core.audience.segments.saved import Segment
from relay_core.store.ledger import Row
from relay_core.templates.kept.catalogue import ListedTemplate

_LONGEST_NAME: Final = 255
_LONGEST_TEXT: Final = 5_000
"""Letters; a record has 32 KB at most, and a letter up to four bytes. Nothing is lost: the whole
text stands in Relay."""
_NUMBER: Final = re.compile(r"\+?[0-9]{7,15}")
"""Vendors repeat numbers in their reasons."""
_CHANNELS: Final = {
    "whatsapp": "WhatsApp",
    "twilio": "SMS (Twilio)",
    "messagebird": "SMS (MessageBird)",
    "talk": "SMS (Talk)",
}
_STATES: Final = {
    "accepted": "On its way",
    "delivered": "Delivered",
    "failed": "Failed",
    "unknown": "Unknown: it may have been sent",
}
Value = str | int | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record, as it should be in Zendesk."""

    id: int
    """Relay's own, of its kind."""
    name: str
    fields: Mapping[str, Value]
    version: str
    """Differs whenever the record does."""

    def item(self, home: str) -> dict[str, object]:
        """Return it as an item of a job."""
        return {
            "external_id": external_id(home, self.id),
            "name": self.name,
            "custom_object_fields": dict(self.fields),
        }


def external_id(home: str, number: int) -> str:
    """Return by what Zendesk knows a record of this file."""
    return f"{home}-{number}"


def number_of(home: str, external_id: str) -> int | None:
    """Return Relay's own number of a record; None for one of another file, or of nobody's."""
    before, _, number = external_id.rpartition("-")
    return int(number) if before == home and number.isdecimal() else None


def campaign_record(row: Row, *, audience: str) -> Record:
    """Return what is said of a campaign.

    Args:
        row: Of `mirroring.campaigns`.
        audience: Whom it is for, in words.
    """
    fields: dict[str, Value] = {
        "template": row["template"],
        "sender": row["sender"],
        "channel": _channel(row["type"]),
        "audience": _cut(audience),
        "last_sent_on": _day(row["last_sent_at"]),
        "archived": row["archived"],
    }
    figures = ("runs", "accepted", "delivered", "failed", "unknown")
    return _digested(row["id"], row["name"], fields | {each: row[each] for each in figures})


def template_record(listed: ListedTemplate) -> Record:
    """Return what is said of a template."""
    template = listed.template
    fields: dict[str, Value] = {
        "language": template.language,
        "category": template.category.value,
        "text": _cut(template.body),
        "status": _cut("\n".join(f"{each.name}: {each.status}" for each in listed.integrations)),
    }
    return _digested(listed.id, template.name, fields)


def segment_record(segment: Segment, *, audience: str) -> Record:
    """Return what is said of a segment; `audience` is who it stands for, in words."""
    fields: dict[str, Value] = {
        "audience": _cut(audience),
        "version": segment.version,
        "saved_on": _day(segment.updated_at),
    }
    return _digested(segment.id, segment.name, fields)


def message_record(row: Row) -> Record:
    """Return what is said of a message: its text, but no name and no number; Zendesk has both.

    Args:
        row: Of `mirroring.messages`.
    """
    sent_at: datetime | None = row["begun_at"]
    fields: dict[str, Value] = {
        "person": str(row["person_id"]),
        "text": _cut(row["body"]),
        "status": _STATES[row["state"]],
        "reason": _cut(_NUMBER.sub("…", row["reason"] or "")),
        "sent_on": _day(sent_at),
        "sent_at": None if sent_at is None else f"{sent_at:%Y-%m-%d %H:%M:%S}",
        "channel": _channel(row["type"]),
        "sender": row["sender"],
        "campaign": row["campaign"],
        "template": row["template"],
        "language": row["language"],
        "run": row["run_id"],
    }
    return Record(id=row["id"], name=_named(row["campaign"]), fields=fields, version=row["version"])


def _digested(number: int, name: str, fields: Mapping[str, Value]) -> Record:
    said = json.dumps([name, fields], sort_keys=True)
    return Record(
        id=number, name=_named(name), fields=fields, version=sha256(said.encode()).hexdigest()[:16]
    )


def _named(name: str) -> str:
    return name[:_LONGEST_NAME]


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_TEXT else text[: _LONGEST_TEXT - 1] + "…"


def _day(moment: datetime | None) -> str | None:
    return None if moment is None else f"{moment:%Y-%m-%d}"


def _channel(kind: str | None) -> str | None:
    return None if kind is None else _CHANNELS.get(kind, kind)

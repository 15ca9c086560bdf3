"""The file that answers a request for access: one page to read, and the same as JSON."""

import json
import re
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from html import escape
from io import BytesIO
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZipFile

from relay_core.audience.screening.choices import choices_about
from relay_core.delivery.opting_out import opt_outs_of
from relay_core.privacy.history import messages_of
from relay_core.privacy.traces import Traces, traces_of
from relay_core.reports.skips import skip_label
from relay_core.store.audit import note
from relay_core.store.ledger import Ledger

_STYLE: Final = (
    "body{font:16px/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#14191B}"
    "table{border-collapse:collapse;width:100%;margin:.5rem 0 1.5rem}"
    "th,td{border:1px solid #B8C2C6;padding:.3rem .5rem;text-align:left;vertical-align:top}"
    "th{width:14rem;background:#F1F4F5}td{overflow-wrap:anywhere}td table{margin:.25rem 0}"
    "@media(max-width:40rem){th,td{display:block;width:auto;border-bottom:0}"
    "table{border-bottom:1px solid #B8C2C6}}@media print{body{font-size:10pt;margin:0}}"
)
_TITLES: Final = {
    "profile": "Your profile, as copied from Zendesk",
    "numbers_never_messaged": "Numbers that are never messaged",
    "messages": "Messages to you",
    "left_out_of": "Sendings that left you out",
    "opt_outs": "What you asked for by message",
    "decided_by_hand": "Decisions of people about you",
    "uploads": "Lists that name you",
    "segments": "Groups you were in at their last use",
    "tickets": "Your tickets",
    "audit_trail": "What people did about your data",
}
_LABELS: Final = {
    "phone": "Phone number",
    "phone_e164": "Phone number, as dialled",
    "fields": "Other fields",
    "row": "Row of the file",
    "delivery_id": "Message",
    "run_id": "Run",
    "text": "What it said",
    "delivered_after_s": "Seconds until it was on the phone",
    "consent": "Consent then",
    "people_as_of": "Your profile as of",
    "kind": "Report",
}
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00")
_WORDS: Final = {
    "channel": "the channel has it",
    "user": "on the phone",
    "failure": "did not get there",
}
"""Of reports, which the channel calls so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """What is known of one person."""

    person_id: int
    name: str
    made_at: datetime
    parts: dict[str, Any]
    """By the keys of the JSON document; plain values."""

    def as_json(self) -> str:
        """Return it for a machine."""
        head = {"person_id": self.person_id, "made_at": self.made_at.isoformat()}
        return json.dumps(head | self.parts, ensure_ascii=False, indent=2)

    def as_html(self) -> str:
        """Return it as a page that needs nothing else."""
        sections = "".join(
            f"<h2>{_TITLES[key]}</h2>{_shown(value) if value else '<p>Nothing.</p>'}"
            for key, value in self.parts.items()
        )
        return (
            '<!doctype html><html lang="en"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width">'
            f"<title>What Relay knows about {escape(self.name)}</title>"
            f"<style>{_STYLE}</style></head><body><main>"
            f"<h1>What Relay knows about {escape(self.name)}</h1>"
            f"<p>As of {self.made_at:%d %B %Y, %H:%M} UTC. Id in Zendesk: {self.person_id}.</p>"
            f"{sections}</main></body></html>\n"
        )

    def as_zip(self) -> bytes:
        """Return both in one file."""
        file = BytesIO()
        with ZipFile(file, "w", ZIP_DEFLATED) as both:
            both.writestr("person.html", self.as_html())
            both.writestr("person.json", self.as_json())
        return file.getvalue()


def dossier(ledger: Ledger, person_id: int, *, actor: str, now: datetime) -> Dossier:
    """Gather everything that is held about one person, and note who did.

    Raises:
        NotFound: Nothing is.
    """
    traces = traces_of(ledger.rows, person_id)
    made = Dossier(person_id=person_id, name=traces.name, made_at=now, parts=_parts(ledger, traces))
    ledger.write(
        lambda session: note(
            session, actor=actor, event="person.exported", subject=str(person_id), now=now
        )
    )
    return made


def _parts(ledger: Ledger, traces: Traces) -> dict[str, Any]:
    who, own = traces.person_id, list(traces.own_phones)
    profile = ledger.rows("history.mirrored", person_id=who)
    if profile:
        profile[0]["fields"] = json.loads(profile[0]["fields"] or "{}")
    read: dict[str, Any] = {
        "profile": profile[0] if profile else {},
        "numbers_never_messaged": ledger.rows("history.suppressions", phones=list(traces.phones)),
        "messages": [asdict(each) for each in messages_of(ledger, who, phones=own)],
        "left_out_of": ledger.rows("history.left_out", person_id=who),
        "opt_outs": [asdict(each) for phone in own for each in opt_outs_of(ledger, phone)],
        "decided_by_hand": [asdict(each) for each in choices_about(ledger, who)],
        "uploads": ledger.rows("history.uploads", person_id=who),
        "segments": [row["name"] for row in ledger.rows("history.segments", person_id=who)],
        "tickets": ledger.rows("history.tickets", person_id=who),
        "audit_trail": ledger.rows("history.audit", person_id=who),
    }
    for skipped in read["left_out_of"]:
        skipped["meaning"] = skip_label(skipped["reason"])
    for entry in read["audit_trail"]:
        entry["detail"] = _about(entry["detail"], who)
    plain: dict[str, Any] = json.loads(json.dumps(read, default=_plain, ensure_ascii=False))
    return plain


def _about(detail: str | None, person_id: int) -> str | None:
    """Return an entry's detail without the ids of others."""
    told = json.loads(detail) if detail and detail.startswith("{") else None
    if told is None or "ids" not in told:
        return detail
    return json.dumps(told | {"ids": [person_id]}, ensure_ascii=False)


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _shown(value: object, *, key: str = "") -> str:
    match value:
        case dict():
            # Fields of an account have names of its own.
            named = [
                (name, name, "") if key == "fields" else (name, _label(name), name)
                for name in map(str, value)
            ]
            rows = "".join(
                f"<tr><th>{escape(label)}</th><td>{_shown(value[name], key=known)}</td></tr>"
                for name, label, known in named
                if value[name] not in (None, "", [], {})
            )
            return f"<table>{rows}</table>"
        case list() if all(not isinstance(each, dict) for each in value):
            return escape(", ".join(map(str, value)))
        case list():
            return "".join(map(_shown, value))
        case _:
            return escape(_said(value, key))


def _said(value: object, key: str) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case float() if key.endswith("_s"):
            return f"{value:,.1f}"
        case str() if _MOMENT.fullmatch(value):
            return f"{datetime.fromisoformat(value).astimezone(UTC):%d %B %Y, %H:%M:%S} UTC"
        case str() if key == "kind":
            return _WORDS.get(value, value)
        case _:
            return str(value)


def _label(key: str) -> str:
    return _LABELS.get(key, key.replace("_", " ").capitalize())

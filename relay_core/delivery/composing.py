"""What leaves for a delivery, built from what is frozen with its run."""

import json
from hashlib import sha256

from relay_core.campaigns.talk_rules import TalkHindrance, hindrance_on_talk
from relay_core.gateways.channel import Outgoing
from relay_core.gateways.talk_lanes import is_talk
from relay_core.store.ledger import Ledger, Row
from relay_core.templates.messages.outgoing import sms_message, whatsapp_message
from relay_core.templates.writing.documents import template_from_dict
from relay_core.templates.writing.template import Template


class Composer:
    """Builds the messages of one lane; remembers what all those of a run share."""

    def __init__(self, ledger: Ledger, *, lane: str) -> None:
        """Begin with nothing known.

        Args:
            ledger: Where runs are. It is read beside the writer.
            lane: Id of the integration.
        """
        self._ledger = ledger
        self._lane = lane
        self._requests: dict[int, str] = {}
        self._templates: dict[tuple[int, str | None], tuple[Template, str]] = {}

    def outgoing(self, row: Row) -> Outgoing:
        """Return the message of a delivery, ready to leave."""
        template, kind = self._template(row["run_id"], row["template_language"])
        return Outgoing(
            integration_id=self._lane,
            phone=row["phone"],
            message=whatsapp_message(template, json.loads(row["bound"]))
            if kind == "whatsapp"
            else sms_message(row["body"]),
            reference={"run": str(row["run_id"]), "delivery": str(row["id"])},
            key=self._key(row) if is_talk(self._lane) else "",
            person_id=row["person_id"] if is_talk(self._lane) else None,
        )

    def hindrance(self, row: Row) -> TalkHindrance | None:
        """Return why Zendesk Talk cannot text this person any more, by what the mirror says now."""
        if not is_talk(self._lane):
            return None
        known = self._ledger.rows("people.profile_phone", id=row["person_id"])
        profile_phone = known[0]["phone"] if known else row["phone"]
        return hindrance_on_talk(row["body"], phone=row["phone"], profile_phone=profile_phone)

    def _key(self, row: Row) -> str:
        """Return the delivery's idempotency key: its own in every account and file, at every try.

        A number in a file would not do: another file of the same account counts from 1 too.
        """
        run_id = row["run_id"]
        if run_id not in self._requests:
            found = self._ledger.rows("talk.request_of", run_id=run_id)[0]
            self._requests[run_id] = found["request_id"]
        return sha256(f"{self._requests[run_id]}\n{row['phone']}".encode()).hexdigest()

    def _template(self, run_id: int, language: str | None) -> tuple[Template, str]:
        """Return a frozen template of the run and the kind of its channel; None: the run's own."""
        asked = (run_id, language)
        if asked not in self._templates:
            row = self._ledger.rows("runs.template_of", run_id=run_id, language=language)[0]
            self._templates[asked] = (
                template_from_dict(json.loads(row["template"])),
                row["channel"],
            )
        return self._templates[asked]

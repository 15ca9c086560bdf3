"""A look at the outside: integrations, their templates, and what Meta says of them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from relay_core.errors import GatewayError, OutsideUnavailable, TemplateError
from relay_core.gateways.sunco_records import Integration, MessageTemplate
from relay_core.log import log
from relay_core.store.ledger import Ledger, Row, Session
from relay_core.templates.kept.changes import StatusChange, keep_event
from relay_core.templates.kept.deleting import finish_deletions
from relay_core.templates.kept.likeness import as_listed
from relay_core.templates.kept.senders import (
    WHATSAPP,
    Sender,
    keep_integration,
    keep_line,
    keep_trouble,
)
from relay_core.templates.kept.service import TemplateService
from relay_core.templates.kept.statuses import (
    DELETING,
    NOT_SUBMITTED,
    SUBMITTING,
    UNDER_WAY,
    Standing,
    after_listing,
)
from relay_core.templates.kept.versions import add_template, begin_anew, change_content, stored
from relay_core.templates.meta.importing import from_listed
from relay_core.templates.writing.documents import template_from_dict
from relay_core.templates.writing.names import meta_name
from relay_core.templates.writing.template import MediaHeader, Template

CACHED_FOR: Final = timedelta(hours=2)
"""How long Sunco may keep an old list. Source: its documentation of message templates."""
ACTOR: Final = "Sunshine Conversations"
"""Who changes a template that is changed outside."""

_Found = dict[tuple[str, str], tuple[Template, Standing]]
"""An integration's list: Meta's name and language to what it says."""


def refresh(
    ledger: Ledger,
    *,
    service: TemplateService,
    lines: Sequence[Sender] | None = (),
    now: datetime,
) -> tuple[StatusChange, ...]:
    """Fetch integrations, templates and their status, and keep them.

    An integration whose templates are refused, e.g. one without a WhatsApp account, keeps the
    statuses it had and the reason; see `Sender.trouble`.

    Args:
        ledger: Where they are kept.
        service: Sunshine Conversations.
        lines: Zendesk Talk's lines as they are now; None when they could not be asked for.
        now: When.

    Returns:
        Every change of a status, first sights included.

    Raises:
        GatewayError: Sunshine Conversations could not be read; nothing is changed.
    """
    listed = service.integrations()
    found: dict[str, _Found] = {}
    troubles: dict[str, str] = {}
    for integration in listed:
        if integration.type == WHATSAPP:
            try:
                items = service.message_templates(integration.id)
            except OutsideUnavailable:
                raise
            except GatewayError as error:
                log().warning(
                    "templates.not_listed", integration=integration.id, error=type(error).__name__
                )
                troubles[integration.id] = error.advice
            else:
                found[integration.id] = _read(integration, items)

    def work(session: Session) -> tuple[StatusChange, ...]:
        for integration in listed:
            keep_integration(session, integration, now=now)
            keep_trouble(session, integration.id, troubles.get(integration.id), now=now)
        if lines is None:
            session.run("talk.keep_lines", now=now)
        for line in lines or ():
            keep_line(session, line, now=now)
        session.run("templates.retire_integrations", now=now)
        changes = _Look(session, found, now=now).keep()
        finish_deletions(session, now=now)
        return changes

    changes = ledger.write(work)
    log().info("templates.refreshed", integrations=len(listed), changes=len(changes))
    return changes


def _read(integration: Integration, items: Sequence[MessageTemplate]) -> _Found:
    found: _Found = {}
    for item in items:
        try:
            template = from_listed(item.model_dump()).template
        except TemplateError:
            log().warning("template.unreadable", integration=integration.id)
            continue
        key = (meta_name(template.name), template.language)
        found[key] = (template, Standing(item.status, item.rejected_reason))
    return found


class _Look:
    """What one look at all lists changes, within one transaction."""

    def __init__(self, session: Session, found: Mapping[str, _Found], *, now: datetime) -> None:
        self._session = session
        self._found = found
        self._now = now
        self._rows: dict[tuple[str, str], Row] = {}
        for row in session.run("templates.rows"):
            self._rows.setdefault((meta_name(row["name"]), row["language"]), row)
        self._states = {
            (row["template_id"], row["integration_id"]): row
            for row in session.run("templates.states")
        }
        self._keys = {row["id"]: key for key, row in self._rows.items()}
        self._recorded = {
            (row["template_id"], row["integration_id"]): row["status_after"]
            for row in session.run("templates.last_statuses")
        }
        self._changes: list[StatusChange] = []

    def keep(self) -> tuple[StatusChange, ...]:
        for key in dict.fromkeys(key for listed in self._found.values() for key in listed):
            self._keep_listed(key)
        for (template_id, integration_id), state in self._states.items():
            listed = self._found.get(integration_id)
            if listed is not None and self._keys.get(template_id) not in listed:
                self._keep_standing(template_id, integration_id, self._after(state, None))
        for integration_id in self._found:
            self._session.run("templates.touch", integration_id=integration_id, now=self._now)
        return tuple(self._changes)

    def _keep_listed(self, key: tuple[str, str]) -> None:
        row = self._rows.get(key)
        template_id = row["id"] if row else None
        standings: dict[str, Standing] = {}
        believed: list[Template] = []
        for integration_id, listed in self._found.items():
            if key in listed:
                template, standing = listed[key]
                state = self._states.get((template_id, integration_id))
                after = self._after(state, standing)
                if state and state["status"] == DELETING and after.status != DELETING:
                    # The list is new enough to say that the deletion never happened.
                    self._session.run("templates.ask_deletion", id=template_id, asked_at=None)
                standings[integration_id] = after
                if after == standing:
                    believed.append(template)
        template_id = self._keep_text(row, believed)
        for integration_id, standing in standings.items():
            self._keep_standing(template_id, integration_id, standing)

    def _keep_text(self, row: Row | None, believed: Sequence[Template]) -> int:
        """Keep what the first list says that is not older than what we did ourselves."""
        now = self._now
        if row is None:
            return add_template(self._session, believed[0], origin="sunco", actor=ACTOR, now=now)
        template_id = int(row["id"])
        if not believed:
            return template_id
        kept = template_from_dict(json.loads(row["content"]))
        said = as_listed(kept, believed[0])
        if row["deleted_at"] is not None:
            begin_anew(
                self._session, template_id, believed[0], origin="sunco", actor=ACTOR, now=now
            )
        elif said != kept:
            change_content(self._session, template_id, said, origin="sunco", actor=ACTOR, now=now)
            log().info("template.changed_outside", template=template_id)
        elif self._has_moved(template_id, kept, believed[0]):
            # The address of Meta's sample is not the same for ever; no new text, so no version.
            moved = replace(kept, header=believed[0].header)
            self._session.run(
                "templates.change_content", id=template_id, content=stored(moved), now=now
            )
        return template_id

    def _has_moved(self, template_id: int, kept: Template, listed: Template) -> bool:
        """Whether Meta's own sample of a header lies elsewhere now, and nobody chose another."""
        if kept.header == listed.header or not isinstance(listed.header, MediaHeader):
            return False
        latest = self._session.run("templates.versions", template_id=template_id)[0]
        return bool(listed.header.url) and latest["origin"] == "sunco"

    def _after(self, state: Row | None, listed: Standing | None) -> Standing:
        now = Standing(state["status"], state["reason"]) if state else Standing(NOT_SUBMITTED)
        acted_at = state["acted_at"] if state else None
        return after_listing(
            now,
            listed,
            acted_lately=acted_at is not None and acted_at > self._now - CACHED_FOR,
        )

    def _keep_standing(self, template_id: int, integration_id: str, standing: Standing) -> None:
        if standing.status == SUBMITTING:
            return
        place = (template_id, integration_id)
        state = self._states.get(place)
        if state is None or (state["status"], state["reason"]) != (
            standing.status,
            standing.reason,
        ):
            self._session.run(
                "templates.keep_state",
                template_id=template_id,
                integration_id=integration_id,
                status=standing.status,
                reason=standing.reason,
                now=self._now,
            )
        if standing.status in UNDER_WAY or self._recorded.get(place) == standing.status:
            return
        change = keep_event(
            self._session,
            template_id=template_id,
            integration_id=integration_id,
            standing=standing,
            source="listed",
            now=self._now,
        )
        if change is not None:
            self._changes.append(change)

"""What to say: templates, the integrations that send them, and what becomes of both."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from relay_core.delivery.talk_lines import talk_senders
from relay_core.desk.template_checks import TemplateCheckDesk
from relay_core.engine.watching import Watch
from relay_core.settings import Settings
from relay_core.store.database import Database
from relay_core.templates.kept.catalogue import (
    ListedTemplate,
    template_named,
    template_numbered,
    templates,
)
from relay_core.templates.kept.changes import StatusChange, news
from relay_core.templates.kept.creating import create, kept_with_same_text
from relay_core.templates.kept.deleting import Deletion, delete
from relay_core.templates.kept.editing import edit
from relay_core.templates.kept.history import TemplateHistory, history
from relay_core.templates.kept.naming import name_for_copy, resting_until
from relay_core.templates.kept.refreshing import refresh
from relay_core.templates.kept.senders import Sender, last_seen, senders
from relay_core.templates.kept.statuses import UNDECIDED
from relay_core.templates.kept.submitting import Submission, submit
from relay_core.templates.writing.template import Template

_STALE: Final = timedelta(days=1)
"""Older than this, the list is fetched again even when nothing is awaited."""
SOMEBODY: Final = "unknown"
"""Who did it, where nobody said."""


class TemplateDesk(TemplateCheckDesk):
    """What can be done with templates."""

    def __init__(
        self, settings: Settings, *, database: Database, now: Callable[[], datetime]
    ) -> None:
        """Use `relay_core.relay.open_relay`."""
        super().__init__(settings, database=database, now=now)
        self._refreshing = database.lock("templates")
        self._watch = Watch(
            name="templates-watch",
            is_awaited=self._awaits_meta,
            look=self._looked_again,
            leads=lambda: database.leads,
            shortest_s=settings.template_poll_s,
        )

    def integrations(self) -> list[Sender]:
        """Return every integration as last seen."""
        return senders(self._database)

    def templates(self) -> list[ListedTemplate]:
        """Return every template with its status on each integration.

        Deleted ones are among them only while campaigns name them.
        """
        return templates(self._database)

    def template(self, name: str) -> ListedTemplate:
        """Return one template by name, or by `name:language`."""
        return template_named(self._database, name)

    def refresh_templates(self) -> tuple[StatusChange, ...]:
        """Fetch integrations, templates and their status from Sunshine Conversations.

        Returns:
            Every change of a status, first sights included.
        """
        with self._refreshing:
            return self._refresh()

    def template_news(self, since: datetime) -> list[StatusChange]:
        """Return how Meta's mind changed about templates since then, newest first."""
        return news(self._database, since=since)

    def template_history(self, template_id: int) -> TemplateHistory:
        """Return a template's versions, changes of status and uses, also of a deleted one."""
        return history(self._database, template_id)

    def create_template(
        self,
        template: Template,
        *,
        integration_ids: Sequence[str],
        actor: str = SOMEBODY,
        replaces: int | None = None,
    ) -> Submission:
        """Keep a new template and submit it to Meta where needed.

        Args:
            template: As it was written.
            integration_ids: Where it shall be available.
            actor: Who writes it.
            replaces: The template that it is a corrected copy of.
        """
        template_id = create(
            self._database,
            template,
            integration_ids=integration_ids,
            found=self._media_problems(template),
            actor=actor,
            replaces=replaces,
            now=self._now(),
        )
        return self.submit_template(template_id, integration_ids=integration_ids, actor=actor)

    def submit_written(
        self, template: Template, *, integration_ids: Sequence[str], actor: str = SOMEBODY
    ) -> Submission:
        """Create a template; one that is kept already with this text is only submitted."""
        same = kept_with_same_text(self._database, template)
        if same is None:
            return self.create_template(template, integration_ids=integration_ids, actor=actor)
        return self.submit_template(same, integration_ids=integration_ids, actor=actor)

    def submit_template(
        self, template_id: int, *, integration_ids: Sequence[str], actor: str = SOMEBODY
    ) -> Submission:
        """Submit a template on these integrations; where it is known already, nothing happens."""
        listed = template_numbered(self._database, template_id)
        try:
            return submit(
                self._database,
                template_id,
                integration_ids=integration_ids,
                found=self._media_problems(listed.template),
                service=self._sunco,
                actor=actor,
                now=self._now(),
            )
        finally:
            self._watch.wake()

    def edit_template(
        self, template_id: int, template: Template, *, actor: str = SOMEBODY
    ) -> Submission:
        """Let a template say something else, while Meta has it nowhere: a new version."""
        edit(self._database, template_id, template, actor=actor, now=self._now())
        listed = template_numbered(self._database, template_id)
        return Submission(
            template_id=template_id, results={s.id: s.status for s in listed.integrations}
        )

    def delete_template(
        self, template_id: int, *, typed_name: str, actor: str = SOMEBODY
    ) -> Deletion:
        """Delete a template in all its languages, on every integration that has it."""
        try:
            return delete(
                self._database,
                template_id,
                typed_name=typed_name,
                service=self._sunco,
                actor=actor,
                now=self._now(),
            )
        finally:
            self._watch.wake()

    def name_for_copy(self, name: str) -> str:
        """Return a free name like this one, e.g. `order_ready_2`."""
        return name_for_copy(self._database, name)

    def name_rests_until(self, name: str, *, integration_ids: Sequence[str]) -> datetime | None:
        """Return until when Meta keeps the name of a deleted template; None when it is free."""
        return resting_until(self._database, name, integration_ids=integration_ids, now=self._now())

    def _awaits_meta(self) -> bool:
        """Whether another look at Sunshine Conversations is worth it."""
        if not self.settings.is_connected:
            return False
        seen = last_seen(self._database)
        return (
            seen is None
            or self._now() - seen > _STALE
            or any(
                status.status in UNDECIDED
                for listed in templates(self._database)
                for status in listed.integrations
            )
        )

    def _looked_again(self) -> bool:
        """Look, unless somebody does so at this moment; tell whether anything changed."""
        if not self._refreshing.acquire(blocking=False):
            return False
        try:
            return bool(self._refresh())
        finally:
            self._refreshing.release()

    def _refresh(self) -> tuple[StatusChange, ...]:
        return refresh(
            self._database,
            service=self._sunco,
            lines=talk_senders(self._talk),
            now=self._now(),
        )

"""A second person's word: what they look at, and what they say."""

import json
from dataclasses import dataclass, replace

from relay_core.audience.conditions.definition import ByQuery, definition_from_json
from relay_core.audience.conditions.fields import catalogue
from relay_core.audience.english.definitions import in_words_or_broken
from relay_core.audience.screening.notices import Notice, NoticeKind
from relay_core.campaigns.kinds import Retried, retried_causes, said_retried
from relay_core.campaigns.price_table import kept_prices
from relay_core.campaigns.reviewing import Review, review
from relay_core.delivery.approval import approve_run, reject_run, what_changed
from relay_core.delivery.frozen_plan import frozen_plan
from relay_core.delivery.runs import RunStatus
from relay_core.desk.campaigns import CampaignDesk
from relay_core.errors import GatewayError, NotFound
from relay_core.log import log
from relay_core.store.ledger import Row, one


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenReview:
    """What somebody has to see before they approve a run."""

    review: Review
    """The same that its maker saw, from what was frozen."""
    changes: tuple[str, ...]
    """What is no longer as it was then, in sentences: while there is any, it cannot be
    approved."""


class ApprovalDesk(CampaignDesk):
    """What can be done with runs that somebody else has to approve."""

    def review_frozen(self, run_id: int) -> FrozenReview:
        """Return what somebody has to see before they approve a run."""
        self._database.follow()
        self._look_at_templates()
        row = self._run_row(run_id)
        made, canary = frozen_plan(self._database, row), self.canary(run_id)
        seen = review(
            made,
            explanation=self._audience_in_words(row),
            notices=[Notice(NoticeKind.WARNING, warning) for warning in made.warnings],
            skipped=self.run(run_id).skipped,
            per_second=self.pace_of(row["integration_id"]),
            rehearsal=bool(self.settings.sandbox_url),
            prices=kept_prices(self._database),
            on=self._now().date(),
        )
        return FrozenReview(
            review=replace(
                seen,
                manifest=row["manifest"],
                departures=self._departures(made, canary=canary.size if canary else None),
            ),
            changes=what_changed(self._database, row, rules=self.settings.deciding()),
        )

    def approve_run(self, run_id: int, *, manifest: str, actor: str) -> RunStatus:
        """Let a run leave that somebody else made.

        Args:
            run_id: The run.
            manifest: Of what was looked at, by `review_frozen`; anything else is refused.
            actor: Who approves.
        """
        self._database.follow()
        self._look_at_templates()
        with self._exchanging:  # no rule changes between the look at them and the first message
            approve_run(
                self._database,
                run_id,
                manifest=manifest,
                actor=actor,
                rules=self.settings.deciding(),
                now=self._now(),
            )
        self._drop_unwelcome()
        approved = self.run(run_id)
        self._engine.wake(approved.integration_id)
        return approved

    def reject_run(self, run_id: int, *, actor: str, reason: str = "") -> RunStatus:
        """Give up a run that waits for approval; nothing of it has left."""
        reject_run(self._database, run_id, reason=reason, actor=actor, now=self._now())
        return self.run(run_id)

    def _run_row(self, run_id: int) -> Row:
        row = one(self._database.rows("runs.one", run_id=run_id))
        if row is None:
            raise NotFound("no such run", advice=f"There is no run {run_id}. See `relay run list`.")
        return row

    def _audience_in_words(self, row: Row) -> str:
        if row["retried"]:
            causes = retried_causes(json.loads(row["rules"]))
            whom = said_retried(Retried(row["retried"]), causes)
            return f"Of run {row['parent_run']}, {whom}."
        definition = definition_from_json(row["definition"])
        if isinstance(definition, ByQuery):
            return self.check_query(definition.query).explanation
        return in_words_or_broken(
            definition, catalogue=catalogue(self._database, for_picking=False)
        )

    def _look_at_templates(self) -> None:
        """Learn what the outside says of templates and integrations at this moment."""
        try:
            self.refresh_templates()
        except GatewayError as error:  # what is known stands; the send itself will tell
            log().warning("templates.not_refreshed", error=type(error).__name__)

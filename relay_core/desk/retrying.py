"""Another try: whom it could be for, what it would send, and the press."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

from relay_core.audience.screening.preview import preview_of
from relay_core.campaigns.freezing import Press
from relay_core.campaigns.kinds import RETRIED_CAUSES, Retried, RunKind
from relay_core.campaigns.planning import purpose_of
from relay_core.campaigns.retrying import RetryChoice, people_to_retry, rows_to_retry
from relay_core.campaigns.reviewing import Review
from relay_core.delivery.runs import RunStatus
from relay_core.desk.plans import Planned
from relay_core.desk.sending import SendDesk
from relay_core.errors import CampaignError
from relay_core.reports.another_try import check_causes, failures_of
from relay_core.reports.causes import Cause
from relay_core.store.ledger import Row


class RetryDesk(SendDesk):
    """What lets messages leave once more, to some people of an earlier run."""

    def retry_choices(self, run_id: int) -> list[RetryChoice]:
        """Return whom another try could be for, and how many of them it would reach now."""
        if self._run_row(run_id)["kind"] == RunKind.TEST:
            return []
        choices = [self.retry_choice(run_id, retried) for retried in Retried]
        return [choice for choice in choices if choice.people]

    def retry_choice(
        self, run_id: int, retried: Retried, *, causes: Sequence[str] = ()
    ) -> RetryChoice:
        """Return how many people one retry would be for, and how many it would reach now.

        Args:
            run_id: The earlier run.
            retried: Which of its people.
            causes: As in `retry_run`.
        """
        row, causes = self._retriable(run_id, retried, causes)
        people = len(rows_to_retry(self._database, run_id, retried, causes=causes))
        if not people:
            return RetryChoice(retried=retried, people=0, will_receive=0, left_out={})
        sources, now = self._sources(), self._now()
        seen = preview_of(
            people_to_retry(sources, run_id, retried, causes=causes, now=now),
            sources,
            now=now,
            purpose=purpose_of(self.campaign(row["campaign"])),
            rows=0,
        )
        return RetryChoice(
            retried=retried,
            people=people,
            will_receive=seen.will_receive,
            left_out={step.reason: step.count for step in seen.steps if step.count},
        )

    def run_failures(self, run_id: int) -> list[Cause]:
        """Return why messages of a run failed, and which of it another try may help."""
        return list(failures_of(self._database, run_id))

    def review_retry(
        self,
        run_id: int,
        retried: Retried,
        *,
        causes: Sequence[str] = (),
        static_values: Mapping[str, str] | None = None,
    ) -> Review:
        """Return everything a person must see before they try some people of a run again.

        Args:
            run_id: The earlier run.
            retried: Which of its people.
            causes: As in `retry_run`.
            static_values: Texts of the new run; None takes those of the earlier one.
        """
        return self._reviewed(self._retry(run_id, retried, causes, static_values))

    def retry_run(
        self,
        run_id: int,
        retried: Retried,
        *,
        request_id: str,
        actor: str,
        causes: Sequence[str] = (),
        static_values: Mapping[str, str] | None = None,
        reviewed: str | None = None,
        accepted: bool = False,
    ) -> RunStatus:
        """Send to some people of an earlier run again, screened anew.

        Never among them: whose message may have arrived after all, and who opted out.

        Args:
            run_id: The earlier run.
            retried: Which of its people.
            request_id: As in `send`.
            actor: Who sends.
            causes: Codes as `run_failures` names them, to try again only who failed for these and,
                tried again since, for no other; none: whatever the cause.
            static_values: Texts of the new run; None takes those of the earlier one.
            reviewed: As in `send`, by `review_retry`.
            accepted: As in `send`.
        """
        return self._pressed(
            self.run(run_id).campaign,
            Press(
                request_id=request_id,
                actor=actor,
                kind=RunKind.RETRY,
                parent_run=run_id,
                retried=retried,
            ),
            plan=lambda: self._retry(run_id, retried, causes, static_values),
            reviewed=reviewed,
            accepted=accepted,
        )

    def _retry(
        self,
        run_id: int,
        retried: Retried,
        causes: Sequence[str],
        static_values: Mapping[str, str] | None,
    ) -> Planned:
        row, causes = self._retriable(run_id, retried, causes)
        values = json.loads(row["static_values"]) if static_values is None else static_values
        self._freshen()
        self._database.follow()
        among = people_to_retry(self._sources(), run_id, retried, causes=causes, now=self._now())
        planned = self._plan(row["campaign"], values, among=among, hold_out=0)
        if not causes:
            return planned
        rules = {**planned.plan.rules, RETRIED_CAUSES: list(causes)}
        return replace(planned, plan=replace(planned.plan, rules=rules))

    def _retriable(
        self, run_id: int, retried: Retried, causes: Sequence[str]
    ) -> tuple[Row, tuple[str, ...]]:
        """Return the run, and the causes as they are kept: each once, in order.

        Raises:
            CampaignError: It is a test, or another try for these causes would not help.
        """
        row = self._run_row(run_id)
        if row["kind"] == RunKind.TEST:
            raise CampaignError("retry of a test", advice="This is a test. Send another test.")
        if not causes:
            return row, ()
        if retried is not Retried.FAILED:
            raise CampaignError(
                f"causes of {retried}",
                advice=f"Only those who failed can be chosen by cause, not {retried.words}.",
            )
        check_causes(causes, failures_of(self._database, run_id))
        return row, tuple(sorted(set(causes)))

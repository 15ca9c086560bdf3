"""Looks from time to time at what has become of messages, and lets a run follow or stop."""

from collections.abc import Callable
from datetime import datetime

from relay_core.delivery.breaker import LATEST, too_many
from relay_core.delivery.canary import CanaryState, Figures, decide, verdict_in_words
from relay_core.delivery.gates import GateRules
from relay_core.log import log
from relay_core.store.ledger import Ledger, Row, Session, one

_TOO_MANY = (
    "{failed} of the latest {looked_at} messages failed because of {named}. Relay paused the run; "
    "look at the failures, then resume."
)


class Attendant:
    """The one who looks after one lane."""

    def __init__(self, ledger: Ledger, *, lane: str, rules: GateRules) -> None:
        """Begin with nothing seen.

        Args:
            ledger: Where everything is. It is read beside the writer.
            lane: Id of the integration.
            rules: Of this installation.
        """
        self._ledger = ledger
        self._lane = lane
        self._rules = rules
        self._throttled_at: datetime | None = None
        self._since: datetime | None = None

    def attend(self, *, now: datetime) -> bool:
        """Decide what can be decided.

        Args:
            now: When (aware).

        Returns:
            Whether a receipt has said, since the last look, that the lane sends too fast.
        """
        self._since = self._since or now
        for row in self._ledger.rows("canaries.leading", lane=self._lane):
            self._decide(row, now=now)
        if self._rules.most_failures > 0:
            for row in self._ledger.rows("gates.running_on", lane=self._lane):
                self._look_at_failures(row)
        return self._is_told_to_slow_down()

    def _decide(self, row: Row, *, now: datetime) -> None:
        run_id = row["run_id"]

        def work(session: Session) -> CanaryState:
            figures = Figures(**session.run("canaries.figures", run_id=run_id)[0])
            state = decide(
                figures, wait_s=row["wait_s"], most_failures=row["most_failures"], now=now
            )
            if state is CanaryState.LEADING or not session.run(
                "canaries.change",
                run_id=run_id,
                from_state=CanaryState.LEADING,
                to_state=state,
                decided_at=now,
            ):
                return CanaryState.LEADING
            session.run("canaries.release", run_id=run_id, now=now)
            if state is CanaryState.STOPPED:
                session.run("gates.pause_run", run_id=run_id, note=verdict_in_words(figures))
            return state

        # Looked at beside the writer first: most looks decide nothing.
        figures = Figures(**self._ledger.rows("canaries.figures", run_id=run_id)[0])
        if (
            decide(figures, wait_s=row["wait_s"], most_failures=row["most_failures"], now=now)
            is CanaryState.LEADING
        ):
            return
        state = self._ledger.write(work)
        if state is not CanaryState.LEADING:
            log().info("canary.decided", run=run_id, state=state.value)

    def _look_at_failures(self, row: Row) -> None:
        latest = self._ledger.rows(
            "gates.latest", run_id=row["id"], since=row["since"], number=LATEST
        )
        tripped = too_many(
            [each["code"] for each in latest],
            channel=row["channel"],
            most_failures=self._rules.most_failures,
        )
        if tripped is None:
            return
        note = _TOO_MANY.format(
            failed=tripped.failed, looked_at=tripped.looked_at, named=tripped.named.value
        )
        if self._ledger.write(_pausing(row["id"], note)):
            log().error("run.stopped", run=row["id"], cause=tripped.named.name)

    def _is_told_to_slow_down(self) -> bool:
        found = one(self._ledger.rows("gates.throttled_at", lane=self._lane))
        if found is None or found["told_at"] in (None, self._throttled_at):
            return False
        self._throttled_at = found["told_at"]
        # What was said before this sender began has been waited for by then.
        return self._since is not None and found["told_at"] > self._since


def _pausing(run_id: int, note: str) -> Callable[[Session], list[Row]]:
    return lambda session: session.run("gates.pause_run", run_id=run_id, note=note)

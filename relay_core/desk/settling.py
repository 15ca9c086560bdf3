"""What is not known, and who said stop: decisions about both, and what became of them."""

from relay_core.delivery.opting_out import OptOut, opt_outs_of
from relay_core.delivery.unknowns import (
    Decision,
    Settled,
    Settlement,
    Unknown,
    settle_unknown,
    settlements,
    unknowns,
)
from relay_core.desk.runs import RunDesk


class SettlingDesk(RunDesk):
    """What can be done about messages in doubt, and seen of opt-outs."""

    def unknowns(self, run_id: int) -> list[Unknown]:
        """Return the messages of a run of which nobody knows whether they left."""
        return unknowns(self._database, run_id, now=self._now())

    def settle_unknown(
        self, run_id: int, deliveries: list[int] | None, *, decided: Decision, actor: str
    ) -> Settled:
        """Settle unknown messages as a person says; None for `deliveries` is all of the run.

        Raises:
            IllegalTransition: To send again, the run would have to go on, and it is over.
        """
        settled = settle_unknown(
            self._database,
            run_id,
            deliveries,
            decided=decided,
            actor=actor,
            now=self._now(),
        )
        if decided is Decision.AGAIN and settled.changed:
            self._engine.wake(self.run(run_id).integration_id)
        return settled

    def settlements(self, run_id: int) -> list[Settlement]:
        """Return what people decided about unknown messages, and what became of it since."""
        return settlements(self._database, run_id)

    def opt_outs_of(self, phone: str) -> list[OptOut]:
        """Return what was asked for from a number in E.164, the latest first."""
        return opt_outs_of(self._database, phone)

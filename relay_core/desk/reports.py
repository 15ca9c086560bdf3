"""What happened: figures, and the people behind them."""

from relay_core.desk.runs import RunDesk
from relay_core.reports.narrowing import Narrowing
from relay_core.reports.outcome_tickets import outcome_tickets
from relay_core.reports.overview import Overview, overview
from relay_core.reports.people_behind import Group, people_behind
from relay_core.reports.run_report import RunReport, run_report
from relay_core.reports.setbacks import Setbacks, setbacks
from relay_core.store.tables import Table


class ReportDesk(RunDesk):
    """What can be asked afterwards."""

    def overview(self) -> Overview:
        """Return what Home shows: runs, totals, and what needs attention."""
        return overview(self._database, now=self._now())

    def report(self, run_id: int) -> RunReport:
        """Return every figure of a run's report."""
        self.run(run_id)
        return run_report(self._database, run_id, now=self._now())

    def people_behind(
        self,
        run_id: int,
        *,
        group: Group,
        detail: str | None = None,
        narrowed: Narrowing | None = None,
    ) -> Table:
        """Return the people behind a number of a report, phone numbers masked."""
        return people_behind(
            self._database, run_id, group=group, detail=detail, narrowed=narrowed, show_phones=False
        )

    def outcome_tickets(
        self, run_id: int, *, hours: int, held_out: bool = False, answers: bool = False
    ) -> Table:
        """Return the tickets behind a figure of a run's outcome, with links for agents.

        Args:
            run_id: The run.
            hours: Of the window.
            held_out: Those of people held out, in place of recipients.
            answers: Those that replies to the message opened, in place of all others.
        """
        return outcome_tickets(
            self._database,
            run_id,
            hours=hours,
            held_out=held_out,
            answers=answers,
            zendesk_url=self.settings.account().zendesk_url,
        )

    def setbacks(self, run_id: int) -> Setbacks:
        """Return what went wrong in a run lately, in words, with what to do."""
        return setbacks(self._database, run_id, now=self._now())

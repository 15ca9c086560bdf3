"""What an operator can do: keep a copy, see how Relay is doing, and read who did what."""

from pathlib import Path

from relay_core.backups.taking import Backup, take_backup
from relay_core.desk.runs import RunDesk
from relay_core.errors import ExportError
from relay_core.reports.trail import Entry, TrailFilter, TrailNames, trail, trail_names
from relay_core.reports.vitals import Vitals, vitals


class OperationsDesk(RunDesk):
    """Backups, figures, and the trail."""

    def take_backup(self, path: str, *, overwrite: bool, actor: str) -> Backup:
        """Copy everything into a file that `relay restore` takes, as it is at this moment.

        Raises:
            ExportError: It cannot be written there, or the ledger is a shared one.
        """
        if self.settings.ledger_url:
            raise ExportError(
                "a shared ledger",
                advice="The ledger is in PostgreSQL, and this file only follows it. Back up that "
                "database (pg_dump), or copy it to a folder of its own: RELAY_DATA_DIR=FOLDER "
                "relay ledger copy --from URL --keep.",
            )
        return take_backup(
            self._database, Path(path), overwrite=overwrite, actor=actor, now=self._now()
        )

    def ledger_lag_s(self) -> float:
        """Return for how many seconds nothing is known of what others wrote; 0 with no others."""
        return self._database.lag_s

    def vitals(self) -> Vitals:
        """Return how Relay is doing as a program, in figures without people."""
        return vitals(self._database, sending=self.is_sending, now=self._now())

    def trail(self, which: TrailFilter, *, most: int, after: int = 0) -> list[Entry]:
        """Return who did what, the latest first: `most` of them, `after` so many."""
        return trail(self._database, which, most=most, after=after)

    def trail_names(self) -> TrailNames:
        """Return everybody who did something, and everything that was done."""
        return trail_names(self._database)

"""What an operator can do: keep a copy, see how Relay is doing, and read who did what."""

from pathlib import Path

from relay_core.backups.taking import Backup, take_backup
from relay_core.desk.runs import RunDesk
from relay_core.reports.trail import Entry, TrailFilter, TrailNames, trail, trail_names
from relay_core.reports.vitals import Vitals, vitals


class OperationsDesk(RunDesk):
    """Backups, figures, and the trail."""

    def take_backup(self, path: str, *, overwrite: bool, actor: str) -> Backup:
        """Copy everything into a file that `relay restore` takes, as it is at this moment.

        Raises:
            ExportError: It cannot be written there.
        """
        return take_backup(
            self._database, Path(path), overwrite=overwrite, actor=actor, now=self._now()
        )

    def vitals(self) -> Vitals:
        """Return how Relay is doing as a program, in figures without people."""
        return vitals(self._database, sending=self.is_sending, now=self._now())

    def trail(self, which: TrailFilter, *, most: int, after: int = 0) -> list[Entry]:
        """Return who did what, the latest first: `most` of them, `after` so many."""
        return trail(self._database, which, most=most, after=after)

    def trail_names(self) -> TrailNames:
        """Return everybody who did something, and everything that was done."""
        return trail_names(self._database)

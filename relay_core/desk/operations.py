"""What an operator can do: keep a copy to fall back on, and see how Relay is doing."""

from pathlib import Path

from relay_core.backups.taking import Backup, take_backup
from relay_core.desk.runs import RunDesk
from relay_core.reports.vitals import Vitals, vitals


class OperationsDesk(RunDesk):
    """Backups and figures."""

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

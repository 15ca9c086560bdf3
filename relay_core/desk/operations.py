"""What an operator can do: keep a copy to fall back on."""

from pathlib import Path

from relay_core.backups.taking import Backup, take_backup
from relay_core.desk.base import Desk


class OperationsDesk(Desk):
    """Backups."""

    def take_backup(self, path: str, *, overwrite: bool, actor: str) -> Backup:
        """Copy everything into a file that `relay restore` takes, as it is at this moment.

        Raises:
            ExportError: It cannot be written there.
        """
        return take_backup(
            self._database, Path(path), overwrite=overwrite, actor=actor, now=self._now()
        )

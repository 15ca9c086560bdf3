"""What an analyst can do: look up the facts, query them, and take them away."""

from functools import cached_property
from pathlib import Path

from relay_core.desk.base import Desk
from relay_core.reports.exporting import ExportedFile, export_facts, export_file
from relay_core.reports.facts import FactView, facts
from relay_core.reports.sql_answers import Answer, Inquiries


class FactDesk(Desk):
    """Queries over the `report_*` views, and files."""

    @cached_property
    def _inquiries(self) -> Inquiries:
        return Inquiries(self._database)

    def facts(self) -> list[FactView]:
        """Return every view that can be queried, with what its columns mean."""
        return list(facts(self._database))

    def query_facts(self, sql: str) -> Answer:
        """Answer one SELECT over these views.

        Raises:
            QueryError: It is not that, it is wrong, or it took too long.
        """
        return self._inquiries.ask(sql)

    def export_file(self, path: str, *, actor: str) -> list[ExportedFile]:
        """Copy everything into a new DuckDB file, as it is at this moment."""
        return export_file(self._database, Path(path), actor=actor, now=self._now())

    def export_facts(self, path: str, *, actor: str) -> list[ExportedFile]:
        """Write every view into a new folder as Parquet, as they are at this moment."""
        return export_facts(self._database, Path(path), actor=actor, now=self._now())

"""What an analyst can do: look up the facts and query them."""

from functools import cached_property

from relay_core.desk.base import Desk
from relay_core.reports.facts import FactView, facts
from relay_core.reports.sql_answers import Answer, Inquiries


class FactDesk(Desk):
    """Queries over the `report_*` views."""

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

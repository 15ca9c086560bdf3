"""What happened over many runs, as it is asked for at the front desk."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from relay_core.desk.people import PeopleDesk
from relay_core.reports.across.cells import ANY_SOURCE, Cell, Source, cells, sources
from relay_core.reports.across.comparison import CampaignFigures, compare
from relay_core.reports.across.failures import FailuresOfIntegration, failures_by_integration
from relay_core.reports.across.over_time import Point, Step, over_time
from relay_core.reports.across.pressure import Pressure, pressed_people, pressure
from relay_core.reports.across.quality import Quality, quality
from relay_core.reports.across.shown import AcrossFigure, across_sql
from relay_core.store.tables import Table


class AcrossDesk(PeopleDesk):
    """What can be asked of all runs together."""

    def compare_campaigns(self, *, days: int) -> tuple[CampaignFigures, ...]:
        """Return the campaigns with a run made in the last days."""
        return compare(self._database, since=self._now() - timedelta(days=days))

    def messages_over_time(
        self, *, days: int, step: Step, source: Source = ANY_SOURCE
    ) -> tuple[Point, ...]:
        """Return what left in the last days by the account's calendar."""
        found = filter(source.has, self._cells(days))
        return over_time(found, step=step, zone=ZoneInfo(self.time_zone()))

    def message_sources(self) -> tuple[Source, ...]:
        """Return the integrations and templates that messages were ever made from."""
        return sources(self._database)

    def template_quality(self, *, days: int) -> tuple[Quality, ...]:
        """Return each version of a template that was sent in the last days."""
        zone, now = ZoneInfo(self.time_zone()), self._now()
        return quality(
            self._cells(days),
            lambda cell: (cell.template, cell.version),
            now=now,
            zone=zone,
        )

    def integration_quality(self, *, days: int) -> tuple[Quality, ...]:
        """Return each integration that something left from in the last days."""
        zone, now = ZoneInfo(self.time_zone()), self._now()
        return quality(self._cells(days), lambda cell: (cell.integration, None), now=now, zone=zone)

    def integration_failures(self, *, days: int) -> tuple[FailuresOfIntegration, ...]:
        """Return why messages of the last days failed, by integration and class."""
        return failures_by_integration(self._database, since=self._now() - timedelta(days=days))

    def contact_pressure(self, *, days: int) -> Pressure:
        """Return how many messages people got in the last days."""
        return pressure(
            self._database,
            days=days,
            now=self._now(),
            cap=self.settings.frequency_cap,
            cap_days=self.settings.frequency_days,
        )

    def people_under_pressure(self, *, least: int, most: int | None, days: int) -> Table:
        """Return who got so many messages, phone numbers masked."""
        return pressed_people(self._database, least=least, most=most, days=days, now=self._now())

    def sql_across(
        self,
        figure: AcrossFigure,
        *,
        days: int,
        step: Step = Step.WEEK,
        source: Source = ANY_SOURCE,
    ) -> str:
        """Return a query over the facts that returns what a view of the last days shows."""
        return across_sql(
            figure,
            since=self._now() - timedelta(days=days),
            step=step,
            zone=ZoneInfo(self.time_zone()),
            source=source,
        )

    def was_anything_sent(self) -> bool:
        """Return whether there is a run to report of; tests to oneself are none."""
        return bool(self._database.rows("across.any_run"))

    def _cells(self, days: int) -> tuple[Cell, ...]:
        return cells(self._database, since=self._now() - timedelta(days=days))

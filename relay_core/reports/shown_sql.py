"""The SQL beside a chart: a query over the facts that returns what the chart shows."""

from enum import StrEnum

from relay_core.store.queries import query


class Figure(StrEnum):
    """What a run's report draws; the value names its query."""

    FUNNEL = "shown.funnel"
    OVER_TIME = "shown.over_time"
    FAILURES = "shown.failures"
    TO_DELIVERY = "shown.to_delivery"
    TO_REPLY = "shown.to_reply"
    SKIPPED = "shown.skipped"
    COUNTRIES = "shown.countries"
    LANGUAGES = "shown.languages"
    TICKETS = "shown.tickets"


def shown_sql(figure: Figure, *, run: int, step_s: int = 60) -> str:
    """Return the query of one run, its title as a comment in the first line.

    Args:
        figure: What is drawn.
        run: Of which run.
        step_s: Seconds that a step of the chart over time takes at this moment.
    """
    return query(figure).replace("$run_id", str(run)).replace("$step_s", str(step_s))

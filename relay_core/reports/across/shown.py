"""The SQL beside a view over many runs: a query over the facts that returns what it shows."""

from datetime import UTC, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from relay_core.reports.across.cells import ANY_SOURCE, Source
from relay_core.reports.across.over_time import Step
from relay_core.store.queries import query


class AcrossFigure(StrEnum):
    """What is drawn over many runs; the value names its query."""

    CAMPAIGNS = "shown.campaigns"
    MESSAGES = "shown.messages"
    TEMPLATES = "shown.templates"
    INTEGRATIONS = "shown.integrations"
    PRESSURE = "shown.pressure"
    OPT_OUTS = "shown.opt_outs"


def across_sql(
    figure: AcrossFigure,
    *,
    since: datetime,
    step: Step = Step.WEEK,
    zone: ZoneInfo,
    source: Source = ANY_SOURCE,
) -> str:
    """Return the query, its title as a comment in the first line.

    Args:
        figure: What is drawn.
        since: From when on (aware).
        step: How long a step of time is.
        zone: Whose days.
        source: Of `MESSAGES`: what they are made from.
    """
    moment = since.astimezone(UTC)
    return (
        query(figure)
        .replace("$since", f"TIMESTAMP '{moment:%Y-%m-%d %H:%M:%S.%f}'")
        .replace("$step", f"'{step}'")
        .replace("$zone", f"'{zone.key}'")
        .replace("\n   AND $chosen", _narrowed(source))
    )


def _narrowed(source: Source) -> str:
    told = {
        "coalesce(i.name, r.integration_id)": source.integration,
        "coalesce(r.template || ' (' || r.template_language || ')', 'not known')": source.template,
    }
    return "".join(f"\n   AND {what} = {_text(name)}" for what, name in told.items() if name)


def _text(name: str) -> str:
    return "'" + name.replace("'", "''") + "'"

"""Who will receive, by country, language, tag, consent and age of the profile."""

from datetime import datetime
from typing import Final

import pyarrow as pa

from relay_core.audience.policy import Purpose
from relay_core.audience.resolving.matching import Match
from relay_core.audience.resolving.sources import Sources
from relay_core.audience.screening.preview import screening_of
from relay_core.audience.screening.reasons import WILL_RECEIVE
from relay_core.audience.sql.predicates import Binding
from relay_core.audience.sql.relays_own import opted_in
from relay_core.store.tables import Table

MOST_TAGS: Final = 20
_KINDS: Final = ("country", "language", "tag", "consent", "created")

_COUNTED: Final = """
WITH receiving AS MATERIALIZED (
    SELECT p.phone_country, p.locale, p.tags, {consent} AS agreed,
           date_trunc('month', timezone($dist_zone, timezone('UTC', p.created_at))) AS month
      FROM ({decisions}) s
      JOIN people p ON p.id = s.id
     WHERE s.decision = $dist_receiving
)
SELECT 'country' AS kind, phone_country AS value, count(*) AS people FROM receiving GROUP BY 2
 UNION ALL
SELECT 'language', locale, count(*) FROM receiving GROUP BY 2
 UNION ALL
(SELECT 'tag', tag, count(*) FROM (SELECT unnest(tags) AS tag FROM receiving)
  GROUP BY 2 ORDER BY 3 DESC, 2 LIMIT $dist_most)
 UNION ALL
SELECT 'consent', CASE WHEN agreed THEN 'yes' ELSE 'no' END, count(*) FROM receiving GROUP BY 2
 UNION ALL
SELECT 'created', strftime(month, '%Y-%m'), count(*) FROM receiving GROUP BY 2
"""


def distributions(
    found: Match, sources: Sources, *, purpose: Purpose, now: datetime
) -> dict[str, Table]:
    """Return how those who will receive are spread.

    Returns:
        `country`, `language`, `tag` (the most frequent), `consent` (yes, no) and `created` (by
        month, `2026-03`), each with columns value and people: months in order, all others from
        the most people down. A value that is not known is null.
    """
    binding = Binding(now=now, zone=sources.zone, policy=sources.policy, prefix="dist_")
    consent = opted_in(binding)
    decisions = screening_of(found, sources, purpose=purpose, now=now).decisions()
    counted = sources.database.table(
        _COUNTED.format(consent=consent, decisions=decisions.text),
        {
            **decisions.values,
            **binding.values,
            "dist_zone": sources.zone.key,
            "dist_receiving": WILL_RECEIVE,
            "dist_most": MOST_TAGS,
        },
    ).to_pylist()
    spread: dict[str, Table] = {}
    for kind in _KINDS:
        rows = [(row["value"], row["people"]) for row in counted if row["kind"] == kind]
        rows.sort(key=lambda row: (row[0] or "") if kind == "created" else (-row[1], row[0] or ""))
        spread[kind] = pa.table(
            {
                "value": pa.array([value for value, _ in rows], pa.string()),
                "people": pa.array([people for _, people in rows], pa.int64()),
            }
        )
    return spread

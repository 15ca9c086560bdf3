"""What came up after somebody was included by hand, and therefore counts although they were.

Whoever includes a person knows what speaks against it at that moment, and says why it shall not
count. Of what comes up later they knew nothing. A message is there from the moment its run was
frozen, whether it has left or waits.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from relay_core.audience.screening.reasons import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """When a reason came up later."""

    holds: str
    """SQL over a row `m` of somebody who is included."""
    sets: tuple[str, ...]
    """Which of `LATER_SETS` it reads."""


# What waits stands apart: with one condition over both, what is long past could not be skipped.
_MESSAGES: Final = """
    SELECT i.id, d.id AS delivery_id
      FROM taken_in i
      JOIN (SELECT id, person_id, phone, run_id FROM deliveries
             WHERE state IN ('sending', 'accepted', 'delivered', 'unknown')
               AND begun_at >= ${since} AND person_id >= 0
             UNION ALL
            SELECT id, person_id, phone, run_id FROM deliveries
             WHERE state = 'queued' AND person_id >= 0) d ON d.{whose} = i.{whose_own}
      JOIN runs r ON r.id = d.run_id AND r.created_at > i.chosen_at{only}"""
_OF_THE_TEMPLATE: Final = """
      JOIN campaigns c ON c.id = r.campaign_id AND c.template_id IN (SELECT id FROM same_name)"""


def _messages(*, since: str, only: str = "") -> str:
    """Return each message once, whether it is the person's by id, by number, or both."""
    by_person = _MESSAGES.format(whose="person_id", whose_own="id", since=since, only=only)
    by_phone = _MESSAGES.format(whose="phone", whose_own="phone", since=since, only=only)
    return f"{by_person}\n     UNION{by_phone}"


LATER_SETS: Final[Mapping[str, str]] = {
    "taken_in": """
    SELECT p.id, p.phone_e164 AS phone, c.chosen_at
      FROM choices c
      JOIN people p ON p.id = c.person_id
     WHERE c.campaign_id = $campaign_id AND c.choice = 'included'""",
    # Beside each, everybody who has the number.
    "taken_in_profiles": """
    SELECT id, id AS profile_id, chosen_at FROM taken_in
     UNION
    SELECT i.id, q.id, i.chosen_at FROM taken_in i JOIN people q ON q.phone_e164 = i.phone""",
    "same_template_later": _messages(since="blackout_since", only=_OF_THE_TEMPLATE),
    "sent_later": _messages(since="frequency_since"),
    "waiting_later": """
    SELECT i.id
      FROM taken_in_profiles i
      JOIN tickets t ON t.requester_id = i.profile_id AND t.updated_at > i.chosen_at
     WHERE t.status NOT IN ('solved', 'closed', 'deleted')""",
    "talking_later": """
    SELECT i.id
      FROM taken_in i
      JOIN replies e ON e.phone = i.phone AND e.happened_at > i.chosen_at
     WHERE e.happened_at >= $conversation_since""",
    "blocked_later": """
    SELECT i.id
      FROM taken_in_profiles i
      JOIN choices c ON c.person_id = i.profile_id AND c.chosen_at > i.chosen_at
     WHERE c.campaign_id = $every_campaign AND c.choice = 'excluded'""",
}
"""Name to SQL, each after those it reads."""

LATER: Final[Mapping[Reason, Later]] = {
    Reason.BLACKOUT: Later(
        holds="m.id IN (SELECT id FROM same_template_later)",
        sets=("taken_in", "same_template_later"),
    ),
    Reason.FREQUENCY: Later(
        holds="m.id IN (SELECT id FROM sent_later GROUP BY id HAVING count(*) >= $frequency_cap)",
        sets=("taken_in", "sent_later"),
    ),
    Reason.OPEN_TICKET: Later(
        holds="m.id IN (SELECT id FROM waiting_later)",
        sets=("taken_in", "taken_in_profiles", "waiting_later"),
    ),
    Reason.IN_CONVERSATION: Later(
        holds="m.id IN (SELECT id FROM talking_later)",
        sets=("taken_in", "talking_later"),
    ),
    Reason.EXCLUDED: Later(
        holds="m.id IN (SELECT id FROM blocked_later)",
        sets=("taken_in", "taken_in_profiles", "blocked_later"),
    ),
}
"""Reasons that inclusion wins over only where they were there before. To be outside a sample is not
among them: it says nothing about the person."""

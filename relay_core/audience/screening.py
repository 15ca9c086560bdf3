"""Screening: every matched person gets exactly one decision, and one reason when left out.

The reasons are looked at in the order of `Reason`; the first that holds is the one given.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final, Self

from relay_core.audience.predicates import Predicate

WILL_RECEIVE: Final = "will_receive"
"""The decision about a person whom no reason leaves out."""


class Reason(StrEnum):
    """Why a matched person is left out, in the order of looking. Values are stored."""

    label: str
    """What a page calls the people left out."""
    advice: str
    """What can be done about them."""

    def __new__(cls, value: str, label: str, advice: str) -> Self:
        """Make a member that is its stored word."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        member.advice = advice
        return member

    STAFF = (
        "staff",
        "Team member",
        "Agents and administrators are never messaged. In a query, add role:end-user.",
    )
    NO_PHONE = (
        "no_phone",
        "No phone number",
        "Add a phone number to the profile in Zendesk, then sync.",
    )
    INVALID_PHONE = (
        "invalid_phone",
        "Invalid phone number",
        "Correct the number in Zendesk; write it with + and its country code.",
    )
    DUPLICATE_PHONE = (
        "duplicate_phone",
        "Same number as another person",
        "One profile of each number is messaged. Merge the profiles if they are one person.",
    )
    OPTED_OUT = (
        "opted_out",
        "Opted out",
        "Somebody with this number asked for no messages. Only they can change that.",
    )
    SUSPENDED = (
        "suspended",
        "Suspended",
        "Unsuspend the profile in Zendesk if this person should be messaged.",
    )


_SCREENED: Final = """
WITH matched AS (
    SELECT p.* FROM people p
     WHERE p.active
       AND ({predicate})
),
-- One profile of each number: not suspended if there is such a one, then the oldest (lowest id).
owners AS (
    SELECT phone_e164, coalesce(min(id) FILTER (NOT suspended), min(id)) AS id
      FROM matched
     WHERE role = 'end-user' AND phone_e164 IS NOT NULL
     GROUP BY phone_e164
),
-- An opt-out belongs to a number: one profile that carries it, matched or not, even one that was
-- deleted or merged since, speaks for all.
opted_out AS (
    SELECT q.phone_e164 FROM people q
     WHERE q.phone_e164 IS NOT NULL
       AND ({opt_out})
     UNION
    SELECT phone FROM suppressions
)
SELECT m.id, m.name, m.email, m.phone, m.phone_e164, m.phone_country, m.locale, m.tags,
       CASE WHEN m.role <> 'end-user'                          THEN 'staff'
            WHEN m.phone_state = 'missing'                     THEN 'no_phone'
            WHEN m.phone_e164 IS NULL                          THEN 'invalid_phone'
            WHEN m.id <> o.id                                  THEN 'duplicate_phone'
            WHEN m.phone_e164 IN (SELECT phone_e164 FROM opted_out) THEN 'opted_out'
            WHEN m.suspended                                   THEN 'suspended'
            ELSE 'will_receive'
       END AS decision
  FROM matched m
  LEFT JOIN owners o ON o.phone_e164 = m.phone_e164
 ORDER BY m.id
"""


def screened(
    predicate: Predicate, *, opt_out_tags: Sequence[str], opt_out_fields: Sequence[str]
) -> Predicate:
    """Return the query that decides about everybody a predicate matches, and its values.

    It yields id, name, email, phone (as Zendesk holds it), phone_e164, phone_country, locale,
    tags and decision (a `Reason` or `WILL_RECEIVE`), by id, and can be wrapped:
    `SELECT … FROM (…) WHERE decision = 'will_receive'`. Deleted people are never matched.

    Args:
        predicate: Who is matched; its values are called neither `opt_out_tags` nor
            `opt_out_field_<n>`.
        opt_out_tags: Zendesk tags that mean: never message this person.
        opt_out_fields: Keys of checkbox fields that mean the same when checked.
    """
    names = [f"opt_out_field_{number}" for number, _ in enumerate(opt_out_fields)]
    checked = [f"try_cast(variant_extract(q.fields, ${name}) AS BOOLEAN)" for name in names]
    opt_out = " OR ".join(["list_has_any(q.tags, $opt_out_tags)", *checked])
    values = {"opt_out_tags": [tag.lower() for tag in opt_out_tags]}
    return Predicate(
        _SCREENED.format(predicate=predicate.text, opt_out=opt_out),
        {**predicate.values, **values, **dict(zip(names, opt_out_fields, strict=True))},
    )

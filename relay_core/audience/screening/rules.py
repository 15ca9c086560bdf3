"""The rules of screening: one table, from which decisions and explanations are both made.

A rule is SQL, never null, over a row `m` of the people who are matched: `id`, `number` (the
digits of E.164), `created_at`, `included` (by hand) and the facts that rules name. It may look
into named sets, which are worked out once. What speaks for a number speaks for all who have it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from relay_core.audience.policy import EVERY_CAMPAIGN, Policy, Purpose
from relay_core.audience.screening.later import LATER, LATER_SETS
from relay_core.audience.screening.reasons import Reason
from relay_core.audience.sql.predicates import either, sure
from relay_core.audience.sql.quicker import number_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """When one reason leaves a person out."""

    reason: Reason
    holds: str
    """SQL over a row `m`, and `u` if the person leaves a shared number to another profile."""
    despite_inclusion: str | None = None
    """The part of it that stands even against including the person by hand."""
    facts: tuple[str, ...] = ()
    """Which of `Rules.facts` it reads."""
    sets: tuple[str, ...] = ()
    """Which of `Rules.sets` it reads."""
    applies: bool = True
    """Whether the settings, and what the audience is for, ask for this rule at all."""

    @property
    def decides(self) -> str:
        """SQL for whether it leaves a person out, once inclusion by hand is considered."""
        if not self.reason.overridable:
            return self.holds
        waived = f"({self.holds} AND NOT m.included)"
        return either([waived, self.despite_inclusion]) if self.despite_inclusion else waived


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Every rule in the order of looking, save the sample, which comes after all of them."""

    rules: tuple[Rule, ...]
    facts: Mapping[str, str]
    """Column of `m` to SQL over a row `p` of people. Short ones: a row of a million is copied."""
    sets: Mapping[str, str]
    """Name to SQL, each after those it reads."""
    values: Mapping[str, object]
    """What may be bound, by name."""


NO_RULES: Final = Rules(rules=(), facts={}, sets={}, values={})

# A message that has left or will: what waits counts however long it has waited. A test goes to no
# person.
_LEFT: Final = """
    SELECT d.id AS delivery_id, d.person_id AS id, d.phone_number AS number FROM deliveries d
     WHERE d.state IN ('sending', 'accepted', 'delivered', 'unknown') AND d.begun_at >= ${since}
       AND d.person_id >= 0 {only}"""
_WAITS: Final = """
    SELECT d.id AS delivery_id, d.person_id AS id, d.phone_number AS number FROM deliveries d
     WHERE d.state = 'queued'
       AND d.run_id IN (SELECT r.id FROM runs r WHERE r.state IN ('awaiting', 'running', 'paused'))
       AND d.person_id >= 0 {only}"""
_SENT: Final = f"{_LEFT}\n     UNION ALL{_WAITS}"
_SENT_LATELY: Final = _SENT.format(since="frequency_since", only="")
_OF_THE_TEMPLATE: Final = """AND d.run_id IN (SELECT r.id FROM runs r
                                         JOIN campaigns c ON c.id = r.campaign_id
                                        WHERE c.template_id IN (SELECT id FROM same_name))"""

# Those people, and everybody who has the number of one of them.
_WITH_SHARERS: Final = """
    SELECT {person} AS id FROM {those}
     UNION ALL
    SELECT other.person_id AS id
      FROM {those}
      JOIN sharers own ON own.person_id = {person}
      JOIN sharers other ON other.phone_number = own.phone_number"""
_CHOSEN: Final = """(
        SELECT person_id FROM choices
         WHERE choice = 'excluded' AND campaign_id = ${campaign}) c"""
_OPEN: Final = """(
        SELECT requester_id FROM tickets
         WHERE status NOT IN ('solved', 'closed', 'deleted')) t"""

_BY_PERSON: Final = "m.id IN (SELECT id FROM {name})"
_BY_NUMBER: Final = "m.number IN (SELECT number FROM {name} WHERE number IS NOT NULL)"

_SETS: Final[Mapping[str, str]] = {
    # Profiles that leave their number to another one.
    "duplicates": """
    SELECT id, owner_id
      FROM (SELECT m.id, first_value(m.id) OVER (PARTITION BY m.number ORDER BY
                   m.suspended, NOT m.included, m.created_at, m.id) AS owner_id
              FROM matched m
             WHERE NOT m.staff AND m.sharer_id IS NOT NULL)
     WHERE id <> owner_id""",
    # An opt-out belongs to a number: one profile that carries it, matched or not, even one that
    # was deleted or merged since, speaks for all.
    "opted_out": """
    SELECT q.phone_number AS number FROM sharers q
     WHERE q.refused IS NOT FALSE
     UNION ALL
    SELECT {number} AS number FROM suppressions d""",
    # One template in all its languages: to the person who gets it, the same message.
    "same_name": """
    SELECT $template_id::BIGINT AS id
     UNION
    SELECT v.id FROM templates t JOIN templates v ON v.name = t.name WHERE t.id = $template_id""",
    "same_template": _SENT.format(since="blackout_since", only=_OF_THE_TEMPLATE),
    # Who heard enough is kept with people. What waits counts beside what they heard: whoever it is
    # for, or has their number, is counted for.
    "waits": _WAITS.format(only=""),
    "awaited": """
    SELECT m.id, m.number FROM matched m
     WHERE m.id IN (SELECT id FROM waits)
        OR coalesce(m.number IN (SELECT number FROM waits WHERE number IS NOT NULL), false)""",
    # One message counts once, whether it is the person's by id, by number, or both. Each join reads
    # by itself what was sent, and reads nothing where nobody is awaited.
    "reached": f"""
    SELECT id
      FROM (SELECT a.id, d.delivery_id FROM awaited a JOIN ({_SENT_LATELY}) d ON d.id = a.id
             UNION
            SELECT a.id, d.delivery_id
              FROM awaited a JOIN ({_SENT_LATELY}) d ON d.number = a.number)
     GROUP BY id HAVING count(*) >= $frequency_cap""",  # noqa: S608 - the text above
    "waiting": _WITH_SHARERS.format(person="t.requester_id", those=_OPEN),
    "talking": """
    SELECT {number} AS number FROM replies d
     WHERE d.phone IS NOT NULL AND d.happened_at >= $conversation_since""",
    "blocked": _WITH_SHARERS.format(
        person="c.person_id", those=_CHOSEN.format(campaign="every_campaign")
    ),
    "taken_out": _WITH_SHARERS.format(
        person="c.person_id", those=_CHOSEN.format(campaign="campaign_id")
    ),
}


def rules_for(policy: Policy, purpose: Purpose, *, now: datetime) -> Rules:
    """Return the rules of this installation for this purpose.

    Args:
        policy: What the settings say.
        purpose: What the audience is for. A rule that needs what is not known does not apply.
        now: The moment that stretches of time are counted back from (aware).
    """
    now = now.astimezone(UTC)
    consent = ("consent", policy.consent_tags, policy.consent_fields)
    wanting = {"number": number_of("d.phone")}
    rules = (
        Rule(reason=Reason.STAFF, holds="m.staff", facts=("staff",)),
        Rule(reason=Reason.NO_PHONE, holds="m.no_phone", facts=("no_phone",)),
        Rule(
            reason=Reason.INVALID_PHONE,
            holds="(m.number IS NULL AND NOT m.no_phone)",
            facts=("no_phone",),
        ),
        Rule(
            reason=Reason.NOT_MOBILE,
            holds="m.landline",
            facts=("landline",),
            applies=purpose.channel == "sms",
        ),
        Rule(
            reason=Reason.DUPLICATE_PHONE,
            holds="u.id IS NOT NULL",
            facts=("staff", "suspended", "sharer_id"),
            sets=("duplicates",),
        ),
        Rule(
            reason=Reason.NO_CONSENT,
            holds="NOT m.agreed",
            facts=("agreed",),
            applies=policy.consent_required,
        ),
        Rule(
            reason=Reason.OPTED_OUT,
            holds=either([sure("m.number IN (SELECT number FROM opted_out)"), "m.refused"]),
            facts=("refused",),
            sets=("opted_out",),
        ),
        Rule(reason=Reason.SUSPENDED, holds="m.suspended", facts=("suspended",)),
        Rule(
            reason=Reason.BLACKOUT,
            holds=_by_person_or_phone("same_template"),
            sets=("same_name", "same_template"),
            applies=policy.blackout_days > 0 and purpose.template_id is not None,
        ),
        Rule(
            reason=Reason.FREQUENCY,
            holds=either(["m.capped", "m.id IN (SELECT id FROM reached)"]),
            facts=("capped",),
            sets=("waits", "awaited", "reached"),
            applies=policy.frequency_cap > 0,
        ),
        Rule(
            reason=Reason.OPEN_TICKET,
            holds=_BY_PERSON.format(name="waiting"),
            sets=("waiting",),
            applies=policy.skip_open_tickets,
        ),
        Rule(
            reason=Reason.IN_CONVERSATION,
            holds=sure("m.number IN (SELECT number FROM talking)"),
            sets=("talking",),
            applies=policy.conversation_hours > 0,
        ),
        _excluded(is_for_campaign=purpose.campaign_id is not None),
    )
    return Rules(
        rules=rules if purpose.campaign_id is None else tuple(map(_also_later, rules)),
        facts={
            "staff": "p.role <> 'end-user'",
            "no_phone": "p.phone_state = 'missing'",
            "landline": "p.phone_mobile IS NOT DISTINCT FROM false",
            "agreed": _marked("p", *consent),
            # Whom nobody looked through may have opted out.
            "refused": "p.refused IS NOT FALSE",
            # Null for almost everybody: what is null is never looked up.
            "sharer_id": "CASE WHEN p.shares_number THEN p.id END",
            "capped": sure("p.capped_at >= $frequency_since"),
            "suspended": "p.suspended",
        },
        sets={
            **{name: sql.format_map(wanting) for name, sql in _SETS.items()},
            **LATER_SETS,
        },
        values={
            **_marks(*consent),
            "template_id": purpose.template_id,
            "every_campaign": EVERY_CAMPAIGN,
            "campaign_id": purpose.campaign_id,
            "blackout_since": now - timedelta(days=policy.blackout_days),
            "frequency_since": now - timedelta(days=policy.frequency_days),
            "frequency_cap": policy.frequency_cap,
            "conversation_since": now - timedelta(hours=policy.conversation_hours),
        },
    )


def _also_later(rule: Rule) -> Rule:
    """Return a rule that stands against inclusion by hand where it came to hold later."""
    later = LATER.get(rule.reason)
    if later is None:
        return rule
    stands = [each for each in (rule.despite_inclusion, later.holds) if each]
    return replace(rule, despite_inclusion=either(stands), sets=(*rule.sets, *later.sets))


def _excluded(*, is_for_campaign: bool) -> Rule:
    blocked = Rule(
        reason=Reason.EXCLUDED, holds=_BY_PERSON.format(name="blocked"), sets=("blocked",)
    )
    if not is_for_campaign:
        return blocked
    taken_out = _BY_PERSON.format(name="taken_out")
    return replace(
        blocked,
        holds=either([blocked.holds, taken_out]),
        despite_inclusion=taken_out,
        sets=("blocked", "taken_out"),
    )


def _by_person_or_phone(name: str) -> str:
    return either([_BY_PERSON.format(name=name), sure(_BY_NUMBER.format(name=name))])


def _marked(row: str, mark: str, tags: Sequence[str], fields: Sequence[str]) -> str:
    """Return SQL for whether a row carries one of these tags, or has one of these boxes checked."""
    # One `list_contains` each takes a third of the time of one `list_has_any`.
    tagged = [f"list_contains({row}.tags, ${mark}_tag_{n})" for n, _ in enumerate(tags)]
    checked = [
        sure(f"try_cast(variant_extract({row}.fields, ${mark}_field_{n}) AS BOOLEAN)")
        for n, _ in enumerate(fields)
    ]
    return either([*tagged, *checked]) if tagged or checked else "false"


def _marks(mark: str, tags: Sequence[str], fields: Sequence[str]) -> dict[str, object]:
    return {
        **{f"{mark}_tag_{n}": tag.lower() for n, tag in enumerate(tags)},
        **{f"{mark}_field_{n}": key for n, key in enumerate(fields)},
    }

"""Screening: every matched person gets exactly one decision, and one reason when left out.

The reasons are looked at in the order of `Reason`; the first that holds is the one given.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from relay_core.audience.conditions.limits import Limits
from relay_core.audience.policy import Policy, Purpose
from relay_core.audience.screening.reasons import WILL_RECEIVE, Reason
from relay_core.audience.screening.rules import NO_RULES, Rule, Rules, rules_for
from relay_core.audience.sql.lot import boundary, lot
from relay_core.audience.sql.predicates import Predicate

_INCLUDED: Final = """p.id IN (SELECT person_id FROM choices
                    WHERE campaign_id = $campaign_id AND choice = 'included')"""
_MATCHED: Final = """
    SELECT {columns}
      FROM people p
     WHERE p.active
       AND ({predicate})"""
_DECIDED: Final = """
    SELECT m.id, m.included, u.owner_id{truths},
           CASE {cases}
                ELSE '{will_receive}'
           END AS decision
      FROM matched m
      LEFT JOIN duplicates u ON u.id = m.sharer_id"""
_NOTHING_DECIDED: Final = """
    SELECT m.id, m.included, NULL::BIGINT AS owner_id, '{will_receive}' AS decision
      FROM matched m"""
_DRAWN: Final = """
    SELECT d.id
      FROM decided d
     WHERE d.decision = '{will_receive}' AND (d.included OR {within_share})"""
# Whoever is included by hand comes first.
_FIRST: Final = """
     ORDER BY NOT d.included, {turn}, d.id
     LIMIT $limit_people"""
_DRAWN_OR_NOT: Final = """CASE WHEN d.decision = '{will_receive}' AND NOT d.included
             AND d.id NOT IN (SELECT id FROM drawn) THEN '{outside}'
            ELSE d.decision
       END AS decision"""
_NAME: Final = re.compile(r"\$(\w+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Screening:
    """The decisions about everybody who is matched or included by hand, as SQL."""

    rules: Rules
    limits: Limits
    predicate: Predicate
    """Who is matched."""
    knows_choices: bool
    """Whether it is for a campaign, into which people can be moved by hand."""
    adds_included: bool
    """Whether who was moved in counts as matched."""

    @property
    def applied(self) -> tuple[Rule, ...]:
        """The rules that are looked at, in order."""
        return tuple(rule for rule in self.rules.rules if rule.applies)

    def decisions(self) -> Predicate:
        """Return the query for `id`, `owner_id` and `decision`, in no order.

        `owner_id` is the profile that a shared number is messaged through, where that is another
        one. Deleted people are never matched.
        """
        return self._query("d.id, d.owner_id")

    def truths(self) -> Predicate:
        """Return the same with `included`, and a column for each applied rule: its reason."""
        told = [f"d.{rule.reason}" for rule in self.applied]
        return self._query(", ".join(["d.id, d.owner_id, d.included", *told]), told=True)

    @property
    def _is_limited(self) -> bool:
        return self.limits.percent is not None or self.limits.people is not None

    def _query(self, columns: str, *, told: bool = False) -> Predicate:
        needed = {name for rule in self.applied for name in rule.sets}
        sets = {
            "matched": self._matched(),
            **{name: sql for name, sql in self.rules.sets.items() if name in needed},
            "decided": self._decided(told=told),
        }
        decision = "d.decision"
        if self._is_limited:
            sets["drawn"] = self._drawn()
            decision = _DRAWN_OR_NOT.format(
                will_receive=WILL_RECEIVE, outside=Reason.OUTSIDE_SAMPLE
            )
        named = ",\n".join(f"{name} AS ({sql}\n)" for name, sql in sets.items())
        text = f"WITH {named}\nSELECT {columns}, {decision}\n  FROM decided d"
        known = {**self.rules.values, **self._limit_values(), **self.predicate.values}
        used = set(_NAME.findall(text))
        return Predicate(text, {name: value for name, value in known.items() if name in used})

    def _matched(self) -> str:
        predicate = self.predicate.text
        if self.adds_included:
            predicate = f"{predicate}\n        OR {_INCLUDED}"
        included = _INCLUDED if self.knows_choices else "false"
        facts = {name for rule in self.applied for name in rule.facts}
        columns = ["p.id", "p.phone_number AS number", "p.created_at"]
        columns += [f"{sql} AS {name}" for name, sql in self.rules.facts.items() if name in facts]
        columns.append(f"{included} AS included")
        return _MATCHED.format(columns=",\n           ".join(columns), predicate=predicate)

    def _decided(self, *, told: bool) -> str:
        if not self.applied:
            return _NOTHING_DECIDED.format(will_receive=WILL_RECEIVE)
        truths = [f",\n           {rule.holds} AS {rule.reason}" for rule in self.applied if told]
        cases = [f"WHEN {rule.decides} THEN '{rule.reason}'" for rule in self.applied]
        return _DECIDED.format(
            truths="".join(truths),
            cases="\n                ".join(cases),
            will_receive=WILL_RECEIVE,
        )

    def _drawn(self) -> str:
        share = f"{lot('$limit_seed', 'd.id')} < $limit_boundary"
        drawn = _DRAWN.format(
            will_receive=WILL_RECEIVE,
            within_share="true" if self.limits.percent is None else share,
        )
        if self.limits.people is not None:
            drawn += _FIRST.format(turn=lot("$limit_people_seed", "d.id"))
        return drawn

    def _limit_values(self) -> dict[str, object]:
        percent = self.limits.percent
        return {
            "limit_seed": self.limits.seed,
            "limit_boundary": None if percent is None else boundary(percent),
            "limit_people": self.limits.people,
            "limit_people_seed": self.limits.people_seed,
        }


def screening(
    predicate: Predicate,
    *,
    policy: Policy,
    purpose: Purpose,
    limits: Limits,
    now: datetime,
    only_these: bool = False,
) -> Screening:
    """Return the screening of everybody a predicate matches, and of those included by hand.

    Args:
        predicate: Who is matched; its values have no name that the rules use.
        policy: What the settings say.
        purpose: What the audience is for.
        limits: Applied last, over those who would otherwise receive.
        now: The moment that stretches of time are counted back from (aware).
        only_these: Whether nobody comes in who is not matched, not even by hand.
    """
    return Screening(
        rules=rules_for(policy, purpose, now=now),
        limits=limits,
        predicate=predicate,
        knows_choices=purpose.campaign_id is not None,
        adds_included=purpose.campaign_id is not None and not only_these,
    )


def unscreened(predicate: Predicate, *, limits: Limits) -> Screening:
    """Return a screening by nothing but the limits, to see whom the conditions alone match."""
    return Screening(
        rules=NO_RULES,
        limits=limits,
        predicate=predicate,
        knows_choices=False,
        adds_included=False,
    )

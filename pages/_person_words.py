"""What is said of one person in one sentence: will they receive, and if not, why."""

from dataclasses import dataclass
from typing import assert_never

from relay_core.audience.comparing.segment_marks import Group
from relay_core.audience.person.explaining import ConditionTold, PersonExplained
from relay_core.audience.screening.reasons import WILL_RECEIVE, Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How it ends for one person."""

    receives: bool
    sentence: str
    advice: str
    """What can be done about it; may be empty."""


def verdict(told: PersonExplained, *, words: str, outcome: str) -> Verdict:
    """Return what became of one person.

    Args:
        told: Everything that decides about them.
        words: What to call the audience.
        outcome: What to say of somebody whom nothing keeps out.
    """
    if told.decision is None:
        return Verdict(
            receives=False, sentence=f"Not in {words}: {_lacks(told.conditions)}.", advice=""
        )
    if told.decision == WILL_RECEIVE:
        by_hand = told.included and not told.matches
        how = ", included by hand" if by_hand else ""
        return Verdict(receives=True, sentence=f"{outcome}{how}.", advice="")
    reason = Reason(told.decision)
    through = (
        f" Their number is messaged as {told.messaged_through}." if told.messaged_through else ""
    )
    return Verdict(
        receives=False,
        sentence=f"Left out: {_lowered(reason.label)}.{through}",
        advice=reason.advice,
    )


def speaks_for(condition: ConditionTold) -> bool:
    """Whether the truth of a condition speaks for the person, where it stands."""
    return condition.holds is not (condition.group is Group.NONE)


def shortened(sentence: str) -> str:
    """Return a condition without the word that joins it to “people”."""
    return sentence.removeprefix("whose ").removeprefix("who ").removesuffix(".")


def _lacks(conditions: tuple[ConditionTold, ...]) -> str:
    """Return every condition that keeps a person out."""
    if not conditions:
        return "Zendesk does not find them"
    lacking = []
    for group in Group:
        those = [condition for condition in conditions if condition.group is group]
        against = [condition for condition in those if not speaks_for(condition)]
        match group:
            case Group.ALL:
                lacking += [_untrue(condition) for condition in against]
            case Group.ANY:
                if those and len(against) == len(those):
                    listed = ", ".join(f"“{shortened(each.sentence)}”" for each in those)
                    untrue = "is not true" if len(those) == 1 else "are all not true"
                    lacking.append(f"{listed} {untrue}")
            case Group.NONE:
                lacking += [f"“{shortened(each.sentence)}” is true" for each in against]
            case _:
                assert_never(group)
    return "; ".join(lacking) or "they are not there any more"


def _untrue(condition: ConditionTold) -> str:
    if condition.implied:
        return _lowered(shortened(condition.sentence))
    return f"“{shortened(condition.sentence)}” is not true"


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:]

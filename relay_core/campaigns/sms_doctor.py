"""How the SMS of an audience turn out: their parts, who tips over, what forces UCS-2, the cost."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from relay_core.campaigns.cost import Charged, Cost, cost_of
from relay_core.campaigns.part_count import count_parts, is_gsm
from relay_core.campaigns.planning import Plan
from relay_core.campaigns.prices import Price
from relay_core.campaigns.tipping import Tipped, UsualParts, tipped, usual_parts
from relay_core.campaigns.writing import Recipient
from relay_core.templates.messages.preview import sms_text
from relay_core.templates.sms.parts import ForcedBy, measure
from relay_core.templates.writing.template import Template

_MOST_TIPPED: Final = 1000
"""People who are named; more are only counted."""


@dataclass(frozen=True, slots=True)
class PartsShare:
    """How many people get a text of so many parts."""

    parts: int
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Forcing:
    """A character that GSM-7 does not have."""

    character: str
    suggestion: str | None
    """The same in GSM-7; empty to leave it away; None when nothing comes close."""
    people: int
    """Whose text holds it."""
    in_template: bool
    """Whether the template's own words hold it."""
    values: tuple[str, ...]
    """Keys of the values that bring it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsDoctor:
    """What an audience's text messages will be like."""

    template: str
    as_of: datetime
    people: int
    left_out: int
    parts: int
    """Of all messages together."""
    shares: tuple[PartsShare, ...]
    """The fewest parts first."""
    languages: tuple[UsualParts, ...]
    """The most people first."""
    tipped: int
    """People whose text takes more parts than is usual."""
    tipped_by: Mapping[str, int]
    """Key of the value responsible to people, the most first."""
    tipping: tuple[Tipped, ...]
    """Who they are, the most parts first; the first thousand."""
    ucs2: int
    """People whose text travels as UCS-2, with less than half the room."""
    forcing: tuple[Forcing, ...]
    """What makes it so, the most people first."""
    cost: Cost
    """As SMS, whatever the campaign's own channel is."""
    notices: tuple[str, ...]


def examine(
    made: Plan, *, prices: Sequence[Price], as_of: datetime, on: date, notices: Sequence[str] = ()
) -> SmsDoctor:
    """Look at every text of a plan. Pure.

    Args:
        made: The plan; of a WhatsApp campaign, the same texts are looked at as SMS.
        prices: What is known of them.
        as_of: When people were read.
        on: The day whose prices hold.
        notices: What a person should know about these numbers.
    """
    templates: dict[str | None, Template] = made.templates()
    usual = usual_parts(made.recipients, templates=templates)
    tipping = tipped(made.recipients, templates=templates, usual=usual)
    shares = Counter(count_parts(recipient.body) for recipient in made.recipients)
    return SmsDoctor(
        template=made.campaign.template.label,
        as_of=as_of,
        people=len(made.recipients),
        left_out=len(made.exclusions),
        parts=sum(parts * people for parts, people in shares.items()),
        shares=tuple(PartsShare(parts, shares[parts]) for parts in sorted(shares)),
        languages=tuple(sorted(usual.values(), key=lambda each: (-each.people, each.language))),
        tipped=len(tipping),
        tipped_by=dict(Counter(each.value for each in tipping if each.value).most_common()),
        tipping=tuple(tipping[:_MOST_TIPPED]),
        ucs2=sum(not is_gsm(recipient.body) for recipient in made.recipients),
        forcing=_forcing(made.recipients, templates=templates),
        cost=cost_of(
            sms_charges(made.recipients, templates=templates), prices=prices, channel="sms", on=on
        ),
        notices=(*made.skipped, *notices),
    )


def sms_charges(
    recipients: Iterable[Recipient], *, templates: Mapping[str | None, Template]
) -> Iterator[Charged]:
    """Return what is charged for each of these messages as SMS."""
    return (
        Charged(r.country, templates[r.variant].category, count_parts(r.body)) for r in recipients
    )


def _forcing(
    recipients: Iterable[Recipient], *, templates: Mapping[str | None, Template]
) -> tuple[Forcing, ...]:
    words = {variant: _own_words(template) for variant, template in templates.items()}
    measured: dict[str, dict[str, str | None]] = {}
    people: Counter[str] = Counter()
    suggestions: dict[str, str | None] = {}
    by_values: dict[str, dict[str, None]] = {}
    for recipient in recipients:
        held = dict(words[recipient.variant])
        for key, said in recipient.bound.items():
            if is_gsm(said):
                continue
            if said not in measured:
                measured[said] = _forced(said)
            # In an address a value is written in ASCII, so it forces nothing there.
            brought = {c: near for c, near in measured[said].items() if c in recipient.body}
            for character in brought:
                by_values.setdefault(character, {})[key] = None
            held |= brought
        people.update(held.keys())
        suggestions |= held
    return tuple(
        Forcing(
            character=character,
            suggestion=suggestions[character],
            people=number,
            in_template=any(character in each for each in words.values()),
            values=tuple(by_values.get(character, ())),
        )
        for character, number in people.most_common()
    )


def _own_words(template: Template) -> dict[str, str | None]:
    """Return what in the template itself is not in GSM-7, with what could stand for it."""
    return _forced(sms_text(template, dict.fromkeys(template.examples, "")))


def _forced(text: str) -> dict[str, str | None]:
    found: Sequence[ForcedBy] = measure(text).forced_by
    return {each.character: each.suggestion for each in found}

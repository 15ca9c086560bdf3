"""What a person must see of a plan before anybody gets it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Final

from relay_core.audience.screening.notices import Notice, NoticeKind, texts_of
from relay_core.campaigns.control_group import remark
from relay_core.campaigns.cost import Charged, Cost, cost_of
from relay_core.campaigns.departures import Departures
from relay_core.campaigns.part_count import count_parts
from relay_core.campaigns.planning import Plan
from relay_core.campaigns.prices import Price
from relay_core.campaigns.sms_doctor import sms_charges
from relay_core.setup.statement import said_rules
from relay_core.templates.writing.template import Template

_SAMPLES: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One person's message, to be read before sending."""

    person_id: int
    name: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantShare:
    """One language of a campaign, and how many people get it."""

    language: str
    people: int
    sample: str
    """What one of them will read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What a person must see before sending."""

    campaign: str
    template: str
    integration: str
    channel: str
    audience: str
    """The audience, in plain words."""
    rules: tuple[str, ...]
    """How numbers are read, who agreed, and who is never messaged, in sentences."""
    matched: int
    total: int
    """Messages that would be sent."""
    skipped: Mapping[str, int]
    """People left out, by reason."""
    samples: tuple[Sample, ...]
    variants: tuple[VariantShare, ...]
    """Each language that leaves, the most people first; empty where there is one for everybody."""
    longest_parts: int
    """SMS parts of the longest text; 0 where the channel does not count parts."""
    parts: int
    """SMS parts of all texts together; 0 where the channel does not count parts."""
    cost: Cost
    duration_s: float
    """At the lane's pace, were nothing held back."""
    notices: tuple[Notice, ...]
    """What a person should know about these numbers, and what has to be accepted, such as people
    Zendesk did not hand out; hand that to `send`."""
    changes: tuple[str, ...]
    """What has changed of the recipients in Zendesk since they were last read."""
    rehearsal: bool
    manifest: str
    """Hash of exactly these messages; hand it to `send`, so that what leaves is what was seen."""
    departures: Departures | None = field(default=None, compare=False)
    """When they would leave if they were sent now. Two looks at the same messages differ in it."""
    needs_approval: bool = False
    """Whether somebody else has to approve it before anything leaves."""
    untested: str | None = field(default=None, compare=False)
    """Why it may not be sent before a test to oneself; None where it may."""
    unstated: str | None = field(default=None, compare=False)
    """What has to be stated before anything leaves; None where nothing keeps it back."""
    held_out: int = 0
    """People who would receive it and get nothing, to compare with; among those left out."""

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a person has to accept."""
        return texts_of(self.notices, NoticeKind.WARNING)


def review(
    made: Plan,
    *,
    explanation: str,
    notices: Sequence[Notice],
    skipped: Mapping[str, int],
    per_second: float,
    rehearsal: bool,
    prices: Sequence[Price] = (),
    on: date,
    changes: Sequence[str] = (),
) -> Review:
    """Return what a person must see before sending.

    Args:
        made: The plan.
        explanation: Whom the audience matches, in words.
        notices: What is to be said of it.
        skipped: People left out, by reason.
        per_second: Messages that leave in a second.
        rehearsal: Whether nothing can reach a real phone.
        prices: What is known of them.
        on: The day whose prices hold.
        changes: What was found when the recipients were read again, in sentences.
    """
    sms = made.campaign.integration.type != "whatsapp"
    templates: dict[str | None, Template] = made.templates()
    charged = (
        sms_charges(made.recipients, templates=templates)
        if sms
        else (Charged(r.country, templates[r.variant].category, 1) for r in made.recipients)
    )
    cost = cost_of(charged, prices=prices, channel="sms" if sms else "whatsapp", on=on)
    return Review(
        campaign=made.campaign.name,
        template=made.campaign.template.label,
        integration=made.campaign.integration.name,
        channel=made.campaign.integration.type,
        audience=explanation,
        rules=said_rules(made.rules),
        matched=made.matched,
        total=len(made.recipients),
        skipped=skipped,
        samples=tuple(
            Sample(person_id=r.person_id, name=r.name, body=r.body)
            for r in islice(made.recipients, _SAMPLES)
        ),
        variants=_shares(made) if made.campaign.languages else (),
        longest_parts=max((count_parts(r.body) for r in made.recipients), default=0) if sms else 0,
        parts=cost.units if sms else 0,
        cost=cost,
        duration_s=len(made.recipients) / per_second,
        notices=(
            *(Notice(NoticeKind.INFORMATION, said) for said in made.skipped),
            *(Notice(NoticeKind.INFORMATION, said) for said in _control(made)),
            *notices,
        ),
        changes=tuple(changes),
        rehearsal=rehearsal,
        held_out=len(made.held_out),
        manifest=made.manifest(),
    )


def _control(made: Plan) -> tuple[str, ...]:
    if made.hold_out is None:
        return ()
    return (remark(held_out=len(made.held_out), recipients=len(made.recipients)),)


def _shares(made: Plan) -> tuple[VariantShare, ...]:
    own = made.campaign.template.template.language
    people: Counter[str] = Counter()
    samples: dict[str, str] = {}
    for recipient in made.recipients:
        language = recipient.variant or own
        people[language] += 1
        samples.setdefault(language, recipient.body)
    return tuple(
        VariantShare(language=language, people=number, sample=samples[language])
        for language, number in people.most_common()
    )

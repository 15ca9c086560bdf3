"""What a person must see of a plan before anybody gets it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from relay_core.audience.screening.preview import AudiencePreview
from relay_core.campaigns.planning import Plan
from relay_core.templates.kept.senders import SMS
from relay_core.templates.sms.parts import measure

_SAMPLES: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One person's message, to be read before sending."""

    person_id: int
    name: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What a person must see before sending."""

    campaign: str
    template: str
    integration: str
    channel: str
    audience: str
    """The audience, in plain words."""
    matched: int
    total: int
    """Messages that would be sent."""
    skipped: Mapping[str, int]
    """People left out, by reason."""
    samples: tuple[Sample, ...]
    longest_parts: int
    """SMS parts of the longest text; 0 where the channel does not count parts."""
    duration_s: float
    """At the lane's pace."""
    notices: tuple[str, ...]
    """What a person should know about these numbers."""
    warnings: tuple[str, ...]
    """What a person has to accept, such as people Zendesk did not hand out; hand that to `send`."""
    changes: tuple[str, ...]
    """What has changed of the recipients in Zendesk since they were last read."""
    rehearsal: bool
    manifest: str
    """Hash of exactly these messages; hand it to `send`, so that what leaves is what was seen."""


def review(
    made: Plan,
    *,
    audience: AudiencePreview,
    per_second: float,
    rehearsal: bool,
    changes: Sequence[str] = (),
) -> Review:
    """Return what a person must see before sending.

    Args:
        made: The plan.
        audience: What it was made from.
        per_second: Messages that leave in a second.
        rehearsal: Whether nothing can reach a real phone.
        changes: What was found when the recipients were read again, in sentences.
    """
    skipped: dict[str, int] = {}
    for exclusion in made.exclusions:
        skipped[exclusion.reason] = skipped.get(exclusion.reason, 0) + 1
    sms = made.campaign.integration.type in SMS
    bodies = {recipient.body for recipient in made.recipients}
    return Review(
        campaign=made.campaign.name,
        template=made.campaign.template.label,
        integration=made.campaign.integration.name,
        channel=made.campaign.integration.type,
        audience=audience.explanation,
        matched=made.matched,
        total=len(made.recipients),
        skipped=skipped,
        samples=tuple(
            Sample(person_id=r.person_id, name=r.name, body=r.body)
            for r in made.recipients[:_SAMPLES]
        ),
        longest_parts=max((measure(body).parts for body in bodies), default=0) if sms else 0,
        duration_s=len(made.recipients) / per_second,
        notices=audience.notices,
        warnings=made.warnings,
        changes=tuple(changes),
        rehearsal=rehearsal,
        manifest=made.manifest(),
    )

"""What one person is written: their language, their values, their text."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from relay_core.campaigns.bindings import CustomField, FromField, value_for
from relay_core.campaigns.campaign import Campaign
from relay_core.campaigns.candidates import Candidates
from relay_core.campaigns.talk_rules import hindrance_on_talk
from relay_core.campaigns.variants import chooser
from relay_core.errors import CampaignError
from relay_core.gateways.talk_lanes import TALK
from relay_core.store.ledger import Row
from relay_core.templates.messages.preview import sms_text
from relay_core.templates.rules.problems import has_errors
from relay_core.templates.rules.values import message_problems, value_problems

EMPTY_VALUE: Final = "empty_value"
UNUSABLE_VALUE: Final = "unusable_value"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """One frozen delivery: to whom, and exactly what."""

    person_id: int
    name: str
    phone: str
    country: str | None
    language: str | None
    """Their own, as Zendesk says it."""
    bound: Mapping[str, str]
    body: str
    """What a phone shows."""
    variant: str | None = None
    """Language of the template it is made from; None: the campaign's own template."""
    consent: str | None = None
    """What said that they may be messaged; see `relay_core.people.consent`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """One person who was matched and is left out."""

    person_id: int
    name: str
    reason: str
    place: int | None = None
    """Of somebody held out: how many messages stand before where theirs would have stood."""


def writer(
    campaign: Campaign,
    sendable: Candidates,
    *,
    custom: Mapping[str, CustomField],
    static_values: Mapping[str, str],
) -> Callable[[Row], Recipient | Exclusion]:
    """Return what writes one person's text in the language that is theirs."""
    own = campaign.template.template.language
    choose = chooser(candidates=sendable.by_language, order=campaign.languages, own=own)
    # Worked out once: finding the values of a template takes longer than filling them in.
    written = {
        language: (each.template, {value.key for value in each.template.values})
        for language, each in sendable.by_language.items()
    }

    is_talk = campaign.integration.type == TALK

    def write(person: Row) -> Recipient | Exclusion:
        language = choose(person["locale"]) if campaign.languages else own
        template, asked = written[language]
        bound: dict[str, str] = {}
        for key, binding in campaign.bindings.items():
            if key not in asked:
                continue
            value = (
                value_for(binding, person, custom=custom)
                if isinstance(binding, FromField)
                else static_values[key].strip()
            )
            if value is None:
                return Exclusion(person_id=person["id"], name=person["name"], reason=EMPTY_VALUE)
            bound[key] = value
        if has_errors(message_problems(template, bound)):
            return Exclusion(person_id=person["id"], name=person["name"], reason=UNUSABLE_VALUE)
        body = sms_text(template, bound)
        if is_talk:
            hindrance = hindrance_on_talk(
                body, phone=person["phone"], profile_phone=person["profile_phone"]
            )
            if hindrance is not None:
                return Exclusion(person_id=person["id"], name=person["name"], reason=hindrance)
        return Recipient(
            person_id=person["id"],
            name=person["name"],
            phone=person["phone"],
            country=person["phone_country"],
            language=person["locale"],
            bound=bound,
            body=body,
            variant=None if language == own else language,
        )

    return write


def check_static(campaign: Campaign, static_values: Mapping[str, str]) -> None:
    """Refuse texts of a run that do not fit its campaign.

    Raises:
        CampaignError: Names every text that is missing, empty, superfluous or unusable.
    """
    asked = {key for key, b in campaign.bindings.items() if not isinstance(b, FromField)}
    wrong = [
        f"{key} has no text" for key in sorted(asked) if not static_values.get(key, "").strip()
    ]
    wrong += [f"the run has no value {key}" for key in sorted(static_values.keys() - asked)]
    wrong += [
        f"{key}: {problem.message}"
        for key in sorted(asked & static_values.keys())
        for problem in value_problems(static_values[key], key=key)
        if static_values[key].strip()
    ]
    if wrong:
        raise CampaignError(
            f"{len(wrong)} static values",
            advice=f"Correct the values of this run: {'; '.join(wrong)}.",
        )

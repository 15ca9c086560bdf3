"""The rules of one installation about whom it never messages, or not so soon again."""

from dataclasses import dataclass
from typing import Final, Literal

from relay_core.people.settled import KeptBy

EVERY_CAMPAIGN: Final = 0
"""The campaign id under which the block list is kept."""

Channel = Literal["sms", "whatsapp"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the settings say about consent, contact pressure and conversations."""

    opt_out_tags: tuple[str, ...] = ()
    opt_out_fields: tuple[str, ...] = ()
    """Keys of checkbox fields that mean: never message this person."""
    consent_tags: tuple[str, ...] = ()
    consent_fields: tuple[str, ...] = ()
    consent_required: bool = False
    blackout_days: int = 0
    """Days within which the same template is not sent again to the same person; 0 is off."""
    frequency_cap: int = 0
    """Messages, over all templates, within `frequency_days`; 0 is off."""
    frequency_days: int = 30
    skip_open_tickets: bool = False
    conversation_hours: int = 0
    """Hours after a reply within which a person is in conversation; 0 is off."""

    @property
    def kept_by(self) -> KeptBy:
        """What of it is worked out for everybody and kept with them."""
        return KeptBy(
            opt_out_tags=tuple(tag.lower() for tag in self.opt_out_tags),
            opt_out_fields=self.opt_out_fields,
            frequency_cap=self.frequency_cap,
            frequency_days=self.frequency_days,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """What an audience is for. Rules that need what is not known here are not applied."""

    channel: Channel | None = None
    template_id: int | None = None
    campaign_id: int | None = None


ANY_PURPOSE: Final = Purpose()

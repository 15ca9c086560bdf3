"""What decides about people: whose number is whose, who agreed, and how often is too often."""

from typing import Literal

from pydantic import BaseModel, Field


class PeopleOptions(BaseModel):
    """Whom this installation never messages, or not so soon again."""

    default_region: str = Field(
        "US",
        description="Country (ISO 3166, two letters) of phone numbers written without +.",
        pattern=r"^[A-Z]{2}$",
    )
    opt_out_tags: tuple[str, ...] = Field(
        ("opted_out",), description="Zendesk tags that mean: never message this person."
    )
    opt_out_fields: tuple[str, ...] = Field(
        ("sms_opt_out",), description="Checkbox user fields that mean the same when checked."
    )
    opt_out_write_back: Literal["off", "tag"] = Field(
        "off",
        description="What a STOP by message changes in Zendesk: `off` nothing; `tag` gives every "
        "profile with that number the first of RELAY_OPT_OUT_TAGS, and a START takes it away.",
    )
    consent_tags: tuple[str, ...] = Field(
        (), description="Zendesk tags that mean: this person agreed to be messaged."
    )
    consent_fields: tuple[str, ...] = Field(
        (), description="Checkbox user fields that mean the same when checked."
    )
    consent_required: bool = Field(
        default=False, description="Message only people who agreed, by one of these tags or fields."
    )
    blackout_days: int = Field(
        1,
        description="Days within which the same template is not sent again to the same person; "
        "0 is off.",
        ge=0,
        le=365,
    )
    frequency_cap: int = Field(
        0,
        description="Most messages to one person, over all templates, within "
        "RELAY_FREQUENCY_DAYS; 0 is off.",
        ge=0,
    )
    frequency_days: int = Field(
        30, description="Days over which RELAY_FREQUENCY_CAP counts.", ge=1, le=365
    )
    skip_open_tickets: bool = Field(
        default=False, description="Leave out people who have a ticket that is not solved."
    )
    conversation_hours: int = Field(
        0,
        description="Leave out people who replied within so many hours; 0 is off.",
        ge=0,
        le=720,
    )

    def faults_of_consent(self) -> list[str]:
        """Return what rules of consent and opt-out lack."""
        wrong = []
        if self.consent_required and not (self.consent_tags or self.consent_fields):
            wrong.append(
                "RELAY_CONSENT_REQUIRED needs RELAY_CONSENT_TAGS or RELAY_CONSENT_FIELDS: "
                "without them nobody has agreed"
            )
        if self.opt_out_write_back == "tag" and not self.opt_out_tags:
            wrong.append(
                "RELAY_OPT_OUT_WRITE_BACK needs RELAY_OPT_OUT_TAGS: there is no tag to give"
            )
        return wrong

"""What of Relay's work Zendesk shows."""

from pydantic import BaseModel, Field


class MirroringOptions(BaseModel):
    """What agents see in Zendesk."""

    mirror_to_zendesk: bool = Field(
        default=False,
        description="Show campaigns, templates, segments and each person's messages in Zendesk, as "
        "custom objects. Make the objects first, on the page Setup or by `relay mirror make`.",
    )
    campaign_tag: str = Field(
        "",
        description="Give everybody whom a campaign was sent to a tag in Zendesk: this word, an "
        "underscore and the campaign's name, e.g. relay for relay_parcel_late. Empty: no tag.",
        pattern=r"^\w*$",
        max_length=30,
    )

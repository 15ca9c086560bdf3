"""Words that several pages share: moments, durations, and texts that are shown as they are."""

import re
from datetime import UTC, datetime
from typing import Final

from relay_core.campaigns.campaign import Campaign
from relay_core.worded import counted

_MARKS: Final = re.compile(r"[\\`*_\[\]<>#|~$]|:(?=\S)|^[-+]|(?<=^\d)[.)]", re.MULTILINE)
_LINKED: Final = re.compile(r"https?(?=:)|www(?=\.)|(?<=[\w.+-])(?=@\w)", re.IGNORECASE)
"""Where an address begins or has its @: Markdown makes a link of what it sees as one."""
_JOINER: Final = "\u2060"
"""Seen by nobody; nothing is an address with it."""
_LISTED: Final = re.compile(r"^\\- ", re.MULTILINE)
_COMMAND: Final = re.compile(r"(`relay [\w -]+`)")
_MINUTE_S: Final = 60
_HOUR_S: Final = 3600
_DAY_S: Final = 86_400

CHANNELS: Final = {
    "whatsapp": "WhatsApp",
    "twilio": "SMS (Twilio)",
    "messagebird": "SMS (MessageBird)",
    "talk": "SMS (Zendesk Talk)",
}


def plain(text: str) -> str:
    """Return a text so that Markdown shows it as it is: no link, no formula, no icon."""
    return _MARKS.sub(r"\\\g<0>", _LINKED.sub(rf"\g<0>{_JOINER}", text))


def advised(advice: str) -> str:
    """Return an advice as it is, but its commands as code, and its lines with a dash as a list."""
    parts = _COMMAND.split(advice)  # every second one is a command
    return "".join(
        part if number % 2 else _LISTED.sub("- ", plain(part)) for number, part in enumerate(parts)
    )


def said_moment(moment: datetime | None) -> str:
    """Return a moment as a page says it, in UTC."""
    return f"{moment.astimezone(UTC):%-d %b %Y, %H:%M} UTC" if moment else "never"


def said_duration(seconds: float) -> str:
    """Return a duration in words, as exact as anybody needs it."""
    if seconds < 1:
        return "a second"
    if seconds < 2 * _MINUTE_S:
        return counted(round(seconds), "second")
    if seconds < 2 * _HOUR_S:
        return f"{round(seconds / _MINUTE_S)} minutes"
    if seconds >= 2 * _DAY_S:
        days, hours = divmod(round(seconds / _HOUR_S), _DAY_S // _HOUR_S)
        return f"{days} days {counted(hours, 'hour')}" if hours else f"{days} days"
    hours, rest = divmod(round(seconds / _MINUTE_S), _MINUTE_S)
    return f"{hours} hours {rest} minutes" if rest else f"{hours} hours"


def channel_name(kind: str) -> str:
    """Return what people call a kind of channel."""
    return CHANNELS.get(kind, kind.capitalize())


def sender_name(campaign: Campaign) -> str:
    """Return who a campaign's messages come from."""
    integration = campaign.integration
    return f"{channel_name(integration.type)}, {integration.sender or integration.name}"

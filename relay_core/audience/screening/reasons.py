"""Why a matched person is left out: every reason, in the order of looking."""

from enum import StrEnum
from typing import Final, Self

WILL_RECEIVE: Final = "will_receive"
"""The decision about a person whom no reason leaves out."""


class Reason(StrEnum):
    """Why a matched person is left out, in the order of looking. Values are stored."""

    label: str
    """What a page calls the people left out."""
    advice: str
    """What can be done about them."""
    overridable: bool
    """Whether including the person by hand wins over it, as far as it was there by then."""

    def __new__(cls, value: str, label: str, advice: str, overridable: bool = False) -> Self:  # noqa: FBT001, FBT002 - members are tuples
        """Make a member that is its stored word."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        member.advice = advice
        member.overridable = overridable
        return member

    STAFF = (
        "staff",
        "Team member",
        "Agents and administrators are never messaged. In a query, add role:end-user.",
    )
    NO_PHONE = (
        "no_phone",
        "No phone number",
        "Add a phone number to the profile in Zendesk, then sync.",
    )
    INVALID_PHONE = (
        "invalid_phone",
        "Invalid phone number",
        "Correct the number in Zendesk; write it with + and its country code.",
    )
    NOT_MOBILE = (
        "not_mobile",
        "Not a mobile number",
        "A landline takes no SMS. Put a mobile number on the profile, or send over WhatsApp.",
    )
    DUPLICATE_PHONE = (
        "duplicate_phone",
        "Same number as another person",
        (
            "One profile of each number is messaged: one that is not suspended, then one included "
            "by hand, then the oldest. Merge the profiles if they are one person."
        ),
    )
    NO_CONSENT = (
        "no_consent",
        "No consent",
        (
            "This account messages only people who agreed to it. Record their consent in Zendesk "
            "with the tag or field that the settings name."
        ),
    )
    OPTED_OUT = (
        "opted_out",
        "Opted out",
        "Somebody with this number asked for no messages. Only they can change that.",
    )
    SUSPENDED = (
        "suspended",
        "Suspended",
        "Unsuspend the profile in Zendesk if this person should be messaged.",
    )
    BLACKOUT = (
        "blackout",
        "Had this template lately",
        (
            "They were sent this very template within the days of RELAY_BLACKOUT_DAYS. Wait, or "
            "include them by hand."
        ),
        True,
    )
    FREQUENCY = (
        "frequency",
        "Enough messages lately",
        (
            "They were sent as many messages as RELAY_FREQUENCY_CAP allows. Wait, or include them "
            "by hand."
        ),
        True,
    )
    OPEN_TICKET = (
        "open_ticket",
        "Open ticket",
        (
            "Somebody with this number waits for an answer. Solve the ticket first, or include "
            "them by hand."
        ),
        True,
    )
    IN_CONVERSATION = (
        "in_conversation",
        "In conversation",
        "They replied within the hours of RELAY_CONVERSATION_HOURS. Wait, or include them by hand.",
        True,
    )
    EXCLUDED = (
        "excluded",
        "Excluded by hand",
        "Somebody took this person, or another with the number, out: here or on the block list.",
        True,
    )
    OUTSIDE_SAMPLE = (
        "outside_sample",
        "Outside the sample",
        (
            "The audience takes only a share of its people, or a number of them. Raise it, or "
            "include them by hand."
        ),
        True,
    )

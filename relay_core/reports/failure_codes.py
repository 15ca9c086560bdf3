"""What failure codes mean, and what a person can do about them.

Source:
    Meta's WhatsApp Cloud API error codes; Twilio's error and warning dictionary; MessageBird's
    SMS status reasons. Codes that are not listed get a sentence that claims nothing.
"""

from dataclasses import dataclass
from typing import Final

from relay_core.campaigns.talk_rules import TalkHindrance


@dataclass(frozen=True, slots=True)
class Meaning:
    """A code in words."""

    title: str
    """A few words."""
    meaning: str
    """One or two sentences."""
    advice: str
    """What to do next."""


_TOO_FAST: Final = Meaning(
    "Too many messages at once",
    "The account sent more than the channel allows for a while.",
    "Nothing is wrong with these numbers. Send to them again later, at a lower pace.",
)
_WRONG_VALUES: Final = Meaning(
    "Values do not fit the template",
    "The values filled in are not those that the approved template asks for.",
    "Refresh the templates, check what each value is bound to, then send again.",
)
_TEMPLATE_STOPPED: Final = Meaning(
    "Template stopped by Meta",
    "Meta has paused or disabled the template, mostly because people blocked or reported it.",
    "Do not send it as it is. Rework the text or the audience and submit a new template.",
)
_ACCOUNT_STOPPED: Final = Meaning(
    "Account restricted by Meta",
    "Meta has locked or restricted the business account for breaking its policies.",
    "Open Meta Business Manager, read the notice and appeal there before sending again.",
)
_MEDIA: Final = Meaning(
    "Media could not be used",
    "WhatsApp could not fetch the header's file, or does not support its kind.",
    "Check that the address is public, and the file's kind and size, then send again.",
)
_REQUEST: Final = Meaning(
    "Request not understood",
    "WhatsApp found a part of the request missing or not valid.",
    "Refresh the templates and check the values; if it goes on, report it as a fault of Relay.",
)
_HIDDEN_NUMBER: Final = Meaning(
    "Person cannot be addressed this way",
    "WhatsApp knows this person by a business-scoped id that it does not accept here.",
    "Ask the person for a phone number, or use another channel.",
)
_NOT_A_NUMBER: Final = Meaning(
    "Number does not exist",
    "The channel says that this is not a number that can receive messages.",
    "Correct the number in Zendesk, or take the person out of the audience.",
)
_NOT_REACHED: Final = Meaning(
    "Phone could not be reached",
    "The phone was off, out of coverage, or does not take messages from this sender.",
    "Try again another day; if it fails again, ask the person for another number.",
)
_BLOCKED: Final = Meaning(
    "Person opted out",
    "This person told the channel to receive nothing more from this sender.",
    "Respect it: tag the person as opted out in Zendesk. Only they can undo it.",
)
_FILTERED: Final = Meaning(
    "Blocked by the carrier",
    "The network refused the message, mostly because it looks like unwanted mail.",
    "Check the text and the links, and that the sender is registered in that country.",
)

_META: Final = {
    **dict.fromkeys(("4", "80007", "130429", "133016"), _TOO_FAST),
    "131048": Meaning(
        "Sender limited for spam reports",
        "Meta limits this sender because many people blocked or reported its messages.",
        "Pause. Look at the sender's quality in WhatsApp Manager, and send to fewer people.",
    ),
    "131056": Meaning(
        "Too many messages to this person",
        "This sender messaged the same person too often within a short time.",
        "Wait before messaging this person again.",
    ),
    "131026": Meaning(
        "Not reachable on WhatsApp",
        "The number is not on WhatsApp, its app is out of date, or WhatsApp's terms are not "
        "accepted there. Meta does not say which.",
        "Try SMS for these people, or ask them for their WhatsApp number.",
    ),
    "131047": Meaning(
        "More than 24 hours since their last message",
        "Outside the 24 hours after a person's last message, WhatsApp takes templates only.",
        "Send an approved template instead.",
    ),
    "131049": Meaning(
        "Held back by Meta",
        "Meta limits how many marketing messages one person gets from all businesses.",
        "Do not send again within 24 hours; repeated tries make it worse.",
    ),
    "131050": Meaning(
        "Opted out of marketing",
        "This person switched off marketing messages from this business in WhatsApp.",
        "Respect it: tag the person as opted out in Zendesk.",
    ),
    "130472": Meaning(
        "Part of a Meta experiment",
        "Meta keeps some numbers free of marketing messages for an experiment.",
        "Nothing can be done from here; use another channel if it matters.",
    ),
    **dict.fromkeys(("131062", "131063"), _HIDDEN_NUMBER),
    **dict.fromkeys(("132000", "132008", "132012"), _WRONG_VALUES),
    "132001": Meaning(
        "Template not known in this language",
        "Meta has no approved template of that name in that language.",
        "Refresh the templates and check the status before sending again.",
    ),
    "132005": Meaning(
        "Text too long",
        "With its values filled in, the message is longer than WhatsApp allows.",
        "Shorten the text or bind shorter values.",
    ),
    "132007": Meaning(
        "Against Meta's policy",
        "Meta refused the content of this template.",
        "Read the policy notice in WhatsApp Manager and rework the template.",
    ),
    **dict.fromkeys(("132015", "132016"), _TEMPLATE_STOPPED),
    "131042": Meaning(
        "Payment problem at Meta",
        "The WhatsApp account has no valid way to pay.",
        "Correct the payment method in Meta Business Manager, then send again.",
    ),
    **dict.fromkeys(("131031", "368"), _ACCOUNT_STOPPED),
    **dict.fromkeys(("131052", "131053"), _MEDIA),
    **dict.fromkeys(("131008", "131009"), _REQUEST),
}
_TWILIO: Final = {
    **dict.fromkeys(("21211", "21614", "30005"), _NOT_A_NUMBER),
    "21408": Meaning(
        "Country not enabled",
        "The Twilio account may not send to this country.",
        "Enable the country under geographic permissions in Twilio, then send again.",
    ),
    "21610": _BLOCKED,
    "21612": Meaning(
        "No route to this number",
        "This sender cannot reach that country or network.",
        "Use a sender that serves the person's country.",
    ),
    "21617": Meaning(
        "Text too long",
        "The message is longer than Twilio takes.",
        "Shorten the text or bind shorter values.",
    ),
    "30001": _TOO_FAST,
    "30002": Meaning(
        "Account suspended",
        "Twilio suspended the account between taking the message and sending it.",
        "Settle it with Twilio before sending again.",
    ),
    "30003": _NOT_REACHED,
    "30004": _BLOCKED,
    "30006": Meaning(
        "Landline or unreachable carrier",
        "The number is a landline, or its network takes no SMS.",
        "Ask the person for a mobile number.",
    ),
    "30007": _FILTERED,
    "30008": Meaning(
        "Carrier gave no reason",
        "The network did not deliver the message and does not say why.",
        "Try again once; if it fails again, ask the person for another number.",
    ),
    "30034": Meaning(
        "Sender not registered",
        "American networks take messages from registered senders only.",
        "Register the number for A2P 10DLC in Twilio.",
    ),
}
_TALK: Final = {
    "talk_undelivered": _NOT_REACHED,
    "talk_failed": Meaning(
        "Not sent by Zendesk Talk",
        "Zendesk Talk could not send the text, and does not say why.",
        "Look at the number's texts in Talk; the person may have answered STOP to this number.",
    ),
    **{
        hindrance.value: Meaning(
            "Not possible with Zendesk Talk",
            "What Zendesk Talk would have sent is not what was planned, so nothing was sent.",
            hindrance.sentence,
        )
        for hindrance in TalkHindrance
    },
}
_MESSAGEBIRD: Final = {
    **dict.fromkeys(("1", "9"), _NOT_A_NUMBER),
    **dict.fromkeys(("6", "27"), _NOT_REACHED),
}
_BY_CHANNEL: Final = {
    "whatsapp": _META,
    "twilio": _TWILIO,
    "talk": {**_TWILIO, **_TALK},
    "messagebird": _MESSAGEBIRD,
}

_RELAYS_OWN: Final = {
    "unsendable": Meaning(
        "Message could not be built",
        "The frozen template or one of its values cannot be expressed on this channel.",
        "Look at the reason, correct the template or the values, and plan a new run.",
    ),
    "bug": Meaning(
        "Fault in Relay",
        "Relay itself failed on this message before anything left.",
        "Look for `delivery.broke` in the log and report it; other messages are not affected.",
    ),
    "by_hand": Meaning(
        "Given up by hand",
        "Nobody knew whether it left, and somebody decided that it was not sent.",
        "Start a retry for those who failed if this person should still be reached.",
    ),
    "unexplained": Meaning(
        "No reason given",
        "The channel reported a failure and did not say why.",
        "Try again once; if it fails again, look at the message in the channel's own console.",
    ),
}
_REFUSED: Final = Meaning(
    "Refused by the channel",
    "The channel did not accept the request, and nothing was sent.",
    "Its own words are the best guide; correct what they name and send again.",
)

_MAY_BE_SENT: Final = "The request left, so the message may have been sent."
_ASK: Final = (
    "Relay does not repeat it by itself. Wait for a receipt, or ask the person and decide on the "
    "run's page."
)
_DOUBTS: Final = {
    "ReadTimeout": Meaning("No answer in time", _MAY_BE_SENT, _ASK),
    "WriteTimeout": Meaning("No answer in time", _MAY_BE_SENT, _ASK),
    "http_408": Meaning("No answer in time", _MAY_BE_SENT, _ASK),
    "unreadable_answer": Meaning("Answer could not be read", _MAY_BE_SENT, _ASK),
    "stopped": Meaning(
        "Relay stopped in between",
        f"Relay was stopped before the answer was recorded. {_MAY_BE_SENT}",
        _ASK,
    ),
    "bug": Meaning("Fault in Relay", f"Relay failed while sending. {_MAY_BE_SENT}", _ASK),
}
_CANCELLATIONS: Final = {
    "opted_out": Meaning(
        "Opted out in time",
        "The person asked for no messages before this one left.",
        "Respect it. Nothing else is needed.",
    ),
    "person_erased": Meaning(
        "Erased in time",
        "The person asked that Relay forget them before this message left.",
        "Nothing is needed.",
    ),
    "run_cancelled": Meaning(
        "Run was cancelled",
        "Somebody cancelled the run before this message left.",
        "Start a new run if these people should still be reached.",
    ),
    "suspended": Meaning(
        "Suspended in time",
        "The person was suspended in Zendesk before this message left.",
        "Unsuspend the profile in Zendesk if this person should be messaged.",
    ),
    "gone": Meaning(
        "Deleted in time",
        "The person was deleted in Zendesk before this message left.",
        "Nothing is needed. Somebody merged into another profile is found under that one.",
    ),
    "staff": Meaning(
        "Became a team member",
        "The person became an agent or administrator before this message left.",
        "Nothing is needed. Team members are never messaged.",
    ),
    "no_consent": Meaning(
        "Consent withdrawn in time",
        "The person no longer agreed to be messaged before this message left.",
        "Respect it. Nothing else is needed.",
    ),
    "blackout": Meaning(
        "Same template sent by another run",
        "Another run sent this person the same template before this message's turn came.",
        "Nothing is needed. The setting RELAY_BLACKOUT_DAYS says how long to wait.",
    ),
    "frequency": Meaning(
        "Enough messages from other runs",
        "Other runs sent this person as much as is allowed before this message's turn came.",
        "Nothing is needed. The setting RELAY_FREQUENCY_CAP says how many are allowed.",
    ),
    "excluded": Meaning(
        "Excluded in time",
        "Somebody took this person, or another with the number, out before this message left.",
        "Look at the block list and at who was moved in the campaign.",
    ),
}


def meaning_of_failure(code: str, *, channel: str) -> Meaning:
    """Explain why a message did not get there; unknown codes get an honest general sentence."""
    known = _RELAYS_OWN.get(code) or _BY_CHANNEL.get(channel, {}).get(code)
    if known:
        return known
    if code.startswith("http_4"):
        return _REFUSED
    return Meaning(
        "Failed at the channel" if code == "uncategorized_error" else f"Code {code}",
        "The channel reported a failure that Relay has no explanation for.",
        "Its own words are the best guide; the channel's console may say more.",
    )


def meaning_of_doubt(code: str) -> Meaning:
    """Explain why it is not known whether a message was sent."""
    if code.startswith("http_5"):
        return Meaning("Fault at the channel", _MAY_BE_SENT, _ASK)
    return _DOUBTS.get(code, Meaning("No usable answer", _MAY_BE_SENT, _ASK))


def meaning_of_cancellation(code: str) -> Meaning:
    """Explain why a message was held back on purpose."""
    return _CANCELLATIONS.get(
        code, Meaning("Cancelled", "It was held back before it left.", "Nothing is needed.")
    )

"""How phones behave: who cannot be reached and why, who answers, who says STOP."""

import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from relay_core.sandbox.faults import PhoneHabits
from relay_core.sandbox.messaging.integrations import Channel
from relay_core.sandbox.messaging.messages import Refusal

E164: Final = re.compile(r"\+[1-9][0-9]{6,14}")

BUSINESS_SCOPED_ID: Final = re.compile(r"[A-Z]{2}\.[A-Za-z0-9]+")
"""WhatsApp's name for a person who hides the number."""

STOP_WORDS: Final = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"})
START_WORDS: Final = frozenset({"START", "YES", "UNSTOP"})

REPLIES: Final = (
    "Thank you!",
    "Thanks, see you then.",
    "Can we make it a day later, please?",
    "Who is this?",
    "Merci beaucoup 🙏",
    "Ok",
    "Sorry, wrong number.",
)

WHATSAPP_FAILURES: Final[tuple[Refusal, ...]] = (
    Refusal(code=131026, title="Message undeliverable", blames_phone=True),
    Refusal(
        code=131049,
        title="This message was not delivered to maintain healthy ecosystem engagement",
        blames_phone=True,
    ),
    Refusal(code=130472, title="User's number is part of an experiment", blames_phone=True),
)

TWILIO_FAILURES: Final[tuple[Refusal, ...]] = (
    Refusal(code=30003, title="Unreachable destination handset", blames_phone=True),
    Refusal(code=30005, title="Unknown destination handset", blames_phone=True),
    Refusal(code=30006, title="Landline or unreachable carrier", blames_phone=True),
)

MESSAGEBIRD_FAILURES: Final[tuple[Refusal, ...]] = (
    Refusal(code=1, title="EC_UNKNOWN_SUBSCRIBER", blames_phone=True),
    Refusal(code=27, title="EC_ABSENT_SUBSCRIBER", blames_phone=True),
)

WRONG_NUMBER_CODES: Final = {
    Channel.WHATSAPP: Refusal(code=131026, title="Message undeliverable"),
    Channel.TWILIO: Refusal(code=21211, title="The 'To' number is not a valid phone number"),
    Channel.MESSAGEBIRD: Refusal(code=9, title="EC_ILLEGAL_SUBSCRIBER"),
}

BLOCKED: Final = Refusal(code=21610, title="Attempt to send to unsubscribed recipient")
"""What follows STOP on an SMS line until the phone says START."""


class Wish(StrEnum):
    """What a text from a phone asks of the line that it is sent to."""

    STOP = "stop"
    START = "start"
    TALK = "talk"


@dataclass(frozen=True, slots=True, kw_only=True)
class Phones:
    """All phones of the world; what one does depends on its number and the world's seed only."""

    seed: int

    def failure(self, number: str, channel: Channel, habits: PhoneHabits) -> Refusal | None:
        """Return why this phone cannot be reached on this channel, or None."""
        if not is_plausible(number, channel):
            return WRONG_NUMBER_CODES[channel]
        draw = self._draw("failure", number)
        if draw >= habits.failure:
            return None
        match channel:
            case Channel.WHATSAPP:
                reasons = WHATSAPP_FAILURES
            case Channel.TWILIO:
                reasons = TWILIO_FAILURES
            case Channel.MESSAGEBIRD:
                reasons = MESSAGEBIRD_FAILURES
        return reasons[int(self._draw("reason", number) * len(reasons))]

    def reply(self, number: str, habits: PhoneHabits) -> str | None:
        """Return what this phone answers, or None when it stays silent."""
        draw = self._draw("reply", number)
        if draw < habits.stop:
            return "STOP"
        if draw < habits.stop + habits.reply:
            return REPLIES[int(self._draw("words", number) * len(REPLIES))]
        return None

    def _draw(self, subject: str, number: str) -> float:
        """Return this number's own fixed chance in a subject, from 0 to below 1."""
        digest = hashlib.sha256(f"{self.seed}:{subject}:{number}".encode()).digest()
        return int.from_bytes(digest[:6]) / 256**6


def is_plausible(destination: str, channel: Channel) -> bool:
    """Tell whether such a number can exist; a vendor takes more than this and fails later."""
    if channel is Channel.WHATSAPP and BUSINESS_SCOPED_ID.fullmatch(destination):
        return True
    return E164.fullmatch(destination) is not None


def wish(text: str) -> Wish:
    """Read a text the way carriers do: the keyword has to stand alone."""
    word = text.strip().upper()
    if word in STOP_WORDS:
        return Wish.STOP
    return Wish.START if word in START_WORDS else Wish.TALK

"""Why people were left out of a run, in words."""

from typing import Final

from relay_core.audience.screening.reasons import Reason
from relay_core.campaigns.control_group import HELD_OUT
from relay_core.campaigns.planning import GONE
from relay_core.campaigns.talk_rules import TalkHindrance
from relay_core.campaigns.writing import EMPTY_VALUE, UNUSABLE_VALUE

_LABELS: Final = {
    **{reason.value: reason.label for reason in Reason},
    EMPTY_VALUE: "Nothing to fill in",
    GONE: "No longer in Zendesk",
    HELD_OUT: "Held out to compare with",
    UNUSABLE_VALUE: "A value does not fit the message",
    TalkHindrance.OTHER_NUMBER: "Another number comes first on the profile",
    TalkHindrance.NUMBER_AS_WRITTEN: "Number not in international form",
    TalkHindrance.TOO_LONG: "Text too long for Zendesk Talk",
    TalkHindrance.MARKUP: "Text holds Zendesk's own placeholders",
}
_ADVICE: Final = {
    **{reason.value: reason.advice for reason in Reason},
    **{hindrance.value: hindrance.sentence for hindrance in TalkHindrance},
    EMPTY_VALUE: "A field that the message uses is empty. Fill it in Zendesk, or bind another.",
    GONE: "Zendesk did not give this person when asked again. Sync people, and look them up there.",
    HELD_OUT: "They got nothing on purpose, drawn by lot: the report compares their tickets with "
    "those of the recipients.",
    UNUSABLE_VALUE: "A field that the message uses holds a text that the channel refuses, such as "
    "a line break or one that is too long. Correct it in Zendesk.",
}


def skip_label(reason: str) -> str:
    """Return what a page calls people left out for this reason; the word itself if unknown."""
    return _LABELS.get(reason, reason.replace("_", " ").capitalize())


def skip_advice(reason: str) -> str:
    """Return what can be done about it; empty for a reason this version does not know."""
    return _ADVICE.get(reason, "")

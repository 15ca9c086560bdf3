"""Failures by class: will it pass, who can end it, and which deed helps."""

from typing import Final

from relay_core.campaigns.talk_rules import TalkHindrance
from relay_core.worded import WordedEnum


class Nature(WordedEnum):
    """What kind of failure it is."""

    TEMPORARY = "temporary", "Temporary"  # another try may succeed as it is
    PERMANENT = "permanent", "Permanent"  # it will fail again, whoever sends it
    LIMITED = "limited", "Limited by Meta"  # nothing is wrong with number or message
    OURS = "ours", "Ours to correct"  # template, values, account or Relay
    UNEXPLAINED = "unexplained", "Not explained"  # nobody says why


class Deed(WordedEnum):
    """What helps those who failed."""

    RETRY = "retry", "Try those again"
    SUPPRESS = "suppress", "Block those numbers"
    WAIT = "wait", "Wait, then try those again"
    CORRECT = "correct", "Correct it, then try those again"
    OTHER_CHANNEL = "other_channel", "Reach those another way"


_PASSING: Final = (Nature.TEMPORARY, Deed.RETRY)
_LASTING: Final = (Nature.PERMANENT, Deed.SUPPRESS)
_ELSEWHERE: Final = (Nature.PERMANENT, Deed.OTHER_CHANNEL)
_OURS: Final = (Nature.OURS, Deed.CORRECT)
_UNEXPLAINED: Final = (Nature.UNEXPLAINED, Deed.RETRY)

_META: Final = {
    **dict.fromkeys(("4", "80007", "130429", "133016"), (Nature.LIMITED, Deed.RETRY)),
    **dict.fromkeys(("131048", "131049", "131056"), (Nature.LIMITED, Deed.WAIT)),
    **dict.fromkeys(("132015", "132016", "131031", "368"), (Nature.LIMITED, Deed.CORRECT)),
    "130472": (Nature.LIMITED, Deed.OTHER_CHANNEL),
    **dict.fromkeys(("131026", "131062", "131063"), _ELSEWHERE),
    "131050": _LASTING,
    **dict.fromkeys(
        (
            *("131047", "131042", "131008", "131009", "131052", "131053"),
            *("132000", "132001", "132005", "132007", "132008", "132012"),
        ),
        _OURS,
    ),
}
_TWILIO: Final = {
    **dict.fromkeys(("30001", "30003", "30008"), _PASSING),
    **dict.fromkeys(("21211", "21614", "30005", "21610", "30004", "30006"), _LASTING),
    "21612": _ELSEWHERE,
    **dict.fromkeys(("21408", "21617", "30002", "30007", "30034"), _OURS),
}
_BY_CHANNEL: Final = {
    "whatsapp": _META,
    "twilio": _TWILIO,
    "talk": {
        **_TWILIO,
        "talk_undelivered": _PASSING,
        "talk_failed": _UNEXPLAINED,
        **dict.fromkeys((each.value for each in TalkHindrance), _OURS),
    },
    "messagebird": {
        **dict.fromkeys(("1", "9"), _LASTING),
        **dict.fromkeys(("6", "27"), _PASSING),
    },
}
_RELAYS_OWN: Final = {
    "unsendable": _OURS,
    "bug": _OURS,
    "by_hand": (Nature.OURS, Deed.RETRY),
    "unexplained": _UNEXPLAINED,
}


def class_of_failure(code: str, *, channel: str) -> tuple[Nature, Deed]:
    """Return what kind of failure a code is, and which deed helps.

    Args:
        code: As a report's causes name it.
        channel: Type of the integration; the same number means different things to each vendor.
    """
    known = _RELAYS_OWN.get(code) or _BY_CHANNEL.get(channel, {}).get(code)
    if known:
        return known
    return _OURS if code.startswith("http_4") else _UNEXPLAINED

"""What a failure means for everything else that waits: the lane, the run, the person, the pace.

Source:
    Meta's WhatsApp Cloud API error codes; Twilio's error and warning dictionary.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final


class Consequence(StrEnum):
    """What follows from one failure, beyond its own delivery."""

    NONE = "none"
    STOP_LANE = "stop_lane"  # every message of this sender would end the same way
    STOP_RUN = "stop_run"  # every message of this template would
    REST = "rest"  # this person is to be left alone for a while
    SLOW_DOWN = "slow_down"  # the lane sends too fast


class FailureClass(StrEnum):
    """Whose fault a failure is, in words for a person."""

    ACCOUNT = "the sender's account"
    TEMPLATE = "the template"
    SPEED = "too many messages at once"
    REFUSED = "people or carriers who block these messages"
    NUMBER = "numbers that cannot be reached"
    REQUEST = "requests that the channel does not take"
    OTHER = "causes that the channel does not name"


REST: Final = timedelta(hours=24)
"""For how long Meta wants a person left alone after its ecosystem limit."""
LATEST: Final = 50
"""How many of a run's latest messages the share of failures is taken from."""

_ACCOUNT: Final = frozenset({"131031", "368", "131042", "131048", "30002", "30034"})
_TEMPLATE_GONE: Final = frozenset({"132001", "132007", "132015", "132016"})
_TEMPLATE: Final = _TEMPLATE_GONE | {"132000", "132005", "132008", "132012", "131052", "131053"}
_SPEED: Final = frozenset({"4", "80007", "130429", "133016", "30001"})
_ECOSYSTEM: Final = frozenset({"131049"})
_REFUSED: Final = frozenset({"131049", "131050", "130472", "131056", "21610", "30004", "30007"})
_NUMBER: Final = frozenset(
    {"131026", "131062", "131063", "21211", "21614", "30003", "30005", "30006"}
)
_REQUEST: Final = frozenset({"131008", "131009", "21408", "21612", "21617"})
_BY_CODE: Final[Mapping[str, Consequence]] = {
    **dict.fromkeys(_ACCOUNT, Consequence.STOP_LANE),
    **dict.fromkeys(_TEMPLATE_GONE, Consequence.STOP_RUN),
    **dict.fromkeys(_ECOSYSTEM, Consequence.REST),
    **dict.fromkeys(_SPEED, Consequence.SLOW_DOWN),
}
_CLASSES: Final = (
    (_ACCOUNT, FailureClass.ACCOUNT),
    (_TEMPLATE, FailureClass.TEMPLATE),
    (_SPEED, FailureClass.SPEED),
    (_REFUSED, FailureClass.REFUSED),
    (_NUMBER, FailureClass.NUMBER),
    (_REQUEST, FailureClass.REQUEST),
)
# MessageBird's codes are small numbers that mean other things elsewhere.
_MESSAGEBIRD: Final = {
    **dict.fromkeys(("1", "6", "9", "27"), FailureClass.NUMBER),
}


def consequence(code: str | None, *, channel: str) -> Consequence:
    """Return what follows from a failure, beyond its own delivery.

    Args:
        code: As the channel gave it, at once or with a receipt.
        channel: Type of the integration, e.g. `whatsapp`.
    """
    if code is None or channel == "messagebird":
        return Consequence.NONE
    return _BY_CODE.get(code, Consequence.NONE)


def class_of(code: str | None, *, channel: str) -> FailureClass:
    """Return whose fault a failure is.

    Args:
        code: As the channel gave it.
        channel: Type of the integration.
    """
    if code is None:
        return FailureClass.OTHER
    if channel == "messagebird":
        return _MESSAGEBIRD.get(code, FailureClass.OTHER)
    if code.startswith("http_4") or code == "unsendable":
        return FailureClass.REQUEST
    return next((named for codes, named in _CLASSES if code in codes), FailureClass.OTHER)


@dataclass(frozen=True, slots=True)
class Tripped:
    """Too many of a run's latest messages failed for the same cause."""

    named: FailureClass
    failed: int
    looked_at: int


def too_many(latest: Sequence[str | None], *, channel: str, most_failures: float) -> Tripped | None:
    """Return the class of failures that is too frequent, if there is one.

    Args:
        latest: Codes of a run's latest messages, an empty text for one that did not fail.
        channel: Type of the integration.
        most_failures: Share up to which it is borne; 0 is off.
    """
    if most_failures == 0 or len(latest) < LATEST:
        return None
    classes = Counter(class_of(code, channel=channel) for code in latest if code != "")
    for named, failed in classes.most_common(1):
        if failed > most_failures * len(latest):
            return Tripped(named, failed, len(latest))
    return None

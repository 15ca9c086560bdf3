"""Zendesk Talk's lines as integrations: found, checked, and made ready."""

from typing import Protocol

from relay_core.delivery.talk_trigger import LineCheck, check_lines
from relay_core.errors import AccessDenied, GatewayError, NoSuchRecord
from relay_core.gateways.talk_lanes import TALK
from relay_core.gateways.talk_records import PhoneLine, Trigger
from relay_core.log import log
from relay_core.templates.kept.senders import Sender


class LineService(Protocol):
    """The part of Zendesk that tells of lines and triggers; every method may raise."""

    def lines(self) -> list[PhoneLine]:
        """Return every number."""
        ...

    def triggers(self) -> list[Trigger]:
        """Return every trigger."""
        ...


def line_checks(service: LineService) -> list[LineCheck]:
    """Return every line that can text, and whether it is ready.

    An account without Talk has none.

    Raises:
        GatewayError: They could not be asked for.
    """
    try:
        lines = service.lines()
    except (AccessDenied, NoSuchRecord) as error:
        log().info("talk.closed", error=type(error).__name__)
        return []
    return check_lines(lines, service.triggers() if lines else [])


def talk_senders(service: LineService) -> list[Sender] | None:
    """Return the lines as integrations; None when they cannot be asked for just now.

    A campaign can be sent from a line only while nothing is wrong with it: a ticket without its
    trigger would be a message that nobody gets and nobody misses.
    """
    try:
        checks = line_checks(service)
    except GatewayError as error:
        log().warning("talk.not_listed", error=type(error).__name__)
        return None
    return [
        Sender(
            id=check.lane,
            type=TALK,
            name=check.name,
            status="active" if check.is_ready else "inactive",
            sender=check.number,
            trouble=" ".join(check.faults) or None,
        )
        for check in checks
    ]

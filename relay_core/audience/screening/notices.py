"""What is to be said beside the numbers of an audience, and how grave it is."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from relay_core.audience.resolving.matching import Match


class NoticeKind(StrEnum):
    """How grave a notice is."""

    INFORMATION = "information"  # read it with the numbers
    WARNING = "warning"  # has to be accepted before a send
    REFUSED = "refused"  # cannot be sent like this, whatever is accepted


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing a person should know, in sentences."""

    kind: NoticeKind
    text: str


def notices_about(found: Match, *, will_receive: int, cap: int) -> tuple[Notice, ...]:
    """Return what is to be said, the least grave first.

    Args:
        found: Who is matched, with its own doubts.
        will_receive: People who would be sent to.
        cap: Most people of one send.
    """
    # What Zendesk left open is told with its answer and is a doubt as well: it is said once.
    told = [text for text in (found.notice, found.fetched) if text and text not in found.warnings]
    notices = [Notice(NoticeKind.INFORMATION, text) for text in told]
    notices += [Notice(NoticeKind.WARNING, text) for text in found.warnings]
    if will_receive > cap:
        too_many = (
            f"{will_receive:,} people would receive this, and the limit is {cap:,}. It cannot be "
            "sent like this: narrow the audience, or raise RELAY_AUDIENCE_CAP."
        )
        notices.append(Notice(NoticeKind.REFUSED, too_many))
    return tuple(notices)


def texts_of(notices: Iterable[Notice], *kinds: NoticeKind) -> tuple[str, ...]:
    """Return the sentences of the notices of these kinds, in their order."""
    return tuple(notice.text for notice in notices if notice.kind in kinds)

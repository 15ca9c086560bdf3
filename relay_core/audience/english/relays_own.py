"""What only Relay knows of people, in plain words; each phrase can follow "people"."""

from typing import Final, assert_never

from relay_core.audience.conditions.clauses import (
    Emptiness,
    InSegment,
    IsTrue,
    Limited,
    OnUpload,
    Sampled,
    WasSent,
)
from relay_core.audience.conditions.limits import Limits
from relay_core.audience.conditions.operators import Op
from relay_core.audience.english.phrases import choices_said, joined, stretch_said

_HAPPENED: Final = {
    "relay.last_message": ("who were messaged by Relay", "who were never messaged by Relay"),
    "relay.last_failure": ("whom a message did not reach", "whom no message failed to reach"),
    "relay.last_reply": ("who replied", "who never replied"),
}
_FLAGS: Final = {
    "relay.opted_in": ("who agreed to be messaged", "who did not agree to be messaged"),
    "relay.open_ticket": ("who have an open ticket", "who have no open ticket"),
}
_SENT: Final = {
    "relay.template": "sent the template",
    "relay.campaign": "messaged in the campaign",
    "relay.channel": "messaged over",
}


def happened_said(clause: Emptiness) -> str:
    """Return whether there ever was an event."""
    yes, no = _HAPPENED[clause.field.key]
    return no if clause.empty else yes


def flag_said(clause: IsTrue) -> str:
    """Return a yes or no."""
    yes, no = _FLAGS[clause.field.key]
    return yes if clause.wanted else no


def sent_said(clause: WasSent) -> str:
    """Return what was sent."""
    sent = f"{_SENT[clause.field.key]} {choices_said(clause.field, clause.names, 'or')}"
    match clause.op:
        case Op.IS_ANY_OF:
            return f"who were {sent}"
        case Op.IS_NONE_OF:
            return f"who were never {sent}"
        case Op.IS_ANY_OF_IN_LAST:
            within = f" in the last {stretch_said(clause.duration)}" if clause.duration else ""
            return f"who were {sent}{within}"
        case _:
            assert_never(clause.op)


def list_said(clause: InSegment | OnUpload) -> str:
    """Return which segments or uploads people stand on."""
    lists = "in the segment" if isinstance(clause, InSegment) else "on the upload"
    names = choices_said(clause.field, clause.names, "or")
    match clause.op:
        case Op.IS_ANY_OF:
            return f"who are {lists} {names}"
        case Op.IS_NONE_OF:
            return f"who are not {lists} {names}"
        case _:
            assert_never(clause.op)


def chance_said(clause: Sampled | Limited) -> str:
    """Return how people are drawn."""
    if isinstance(clause, Sampled):
        return f"who are in {_share(clause.percent, clause.seed)}"
    return f"who are among {_number(clause.people, clause.seed)}"


def limits_said(limits: Limits) -> str:
    """Return what bounds an audience, so that it can follow "of these"."""
    bounds = []
    if limits.percent is not None:
        bounds.append(_share(limits.percent, limits.seed))
    if limits.people is not None:
        bounds.append(_number(limits.people, limits.people_seed))
    return joined(bounds, "and")


def _share(percent: float, seed: str) -> str:
    return f"a random {percent:g} %{_seed(seed)}"


def _number(people: int, seed: str) -> str:
    return f"at most {people:,}{_seed(seed)}"


def _seed(seed: str) -> str:
    return f" (seed “{seed}”)" if seed else ""

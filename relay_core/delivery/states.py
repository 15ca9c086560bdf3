"""One message to one person, and the states it passes through.

Whatever happens to the process, each delivery is in exactly one of these states, and only the
arrows drawn here exist. Every change is an UPDATE that names the state it expects.

    queued ──begin──▶ sending ──accept──▶ accepted ──arrive──▶ delivered
      │ ▲                │ │ │                │                    ▲
      │ └─────defer──────┘ │ └─────fail───┐   └─bounce─▶ failed ───┤ arrive
      │                    │              └────────────▶   ▲       │
      │                  doubt                             │       │
      │                    ▼                               │       │
      │                 unknown ──bounce, fail, give_up────┘       │
      │                    ├──────accept, vouch──▶ accepted        │
      │                    ├──────arrive───────────────────────────┤
      │                    └──────repeat──▶ queued                 │
      ├──accept──▶ accepted                                        │
      ├──arrive────────────────────────────────────────────────────┘
      └──cancel──▶ cancelled

    begin   the intent is committed; the request leaves next
    defer   it is certain that nothing left (throttled, unreachable, lane refused, held by a gate):
            another turn
    accept  the channel took it: by its answer, or by a receipt for an unknown one; for a queued
            one only where a person had it repeated and a receipt shows that it left before
    fail    the channel refused it; of an unknown one by an answer that came after another process
            had taken the lane
    doubt   the request left and no usable answer came, or the process stopped in between
    arrive  a receipt says that it is on the phone; a receipt outranks an earlier failure report
    bounce  a receipt says that it will not get there
    cancel  before its turn the run was cancelled, or the person opted out, was suspended, deleted,
            excluded by hand, or messaged by another run as much as is allowed
    vouch   a person says that it was sent
    repeat  a person says that it shall be sent again, whatever became of it
    give_up  a person says that it was not sent, and leaves it at that

The run that it belongs to has states of its own:

    freezing ──ask──▶ awaiting ──reject, cancel──▶ cancelled
        │                │                            ▲
        │             approve                         │ cancel
        │                ▼                            │
        └───start────▶ running ◀─resume─┬─pause─▶ paused
                         │                            │
                         └─────finish──▶ finished ◀───┘ finish

    start    the last page of recipients is written down
    ask      the same, but somebody else has to approve it first
    approve  a second person has seen exactly this
    reject   somebody does not want it; nothing has left
    pause    by a person, or by Relay when the lane is refused
    resume   by a person
    cancel   by a person, from wherever it is not over; what is in flight is still recorded
    finish   planned = settled, counted by a query
"""

from enum import StrEnum
from typing import Final


class DeliveryState(StrEnum):
    """Where a delivery is. Values are stored, so never rename one without a migration."""

    QUEUED = "queued"  # waiting for its turn; nothing has left
    SENDING = "sending"  # the intent is committed; after a crash this becomes UNKNOWN
    ACCEPTED = "accepted"  # the channel took it; a receipt may follow
    DELIVERED = "delivered"  # final: a receipt says that it is on the phone
    FAILED = "failed"  # it did not get there; only a receipt can say otherwise
    UNKNOWN = "unknown"  # it may have been sent; never repeated by itself
    CANCELLED = "cancelled"  # final: held back in time


class Arrow(StrEnum):
    """What may happen to a delivery; see the drawing."""

    BEGIN = "begin"
    DEFER = "defer"
    ACCEPT = "accept"
    FAIL = "fail"
    DOUBT = "doubt"
    ARRIVE = "arrive"
    BOUNCE = "bounce"
    CANCEL = "cancel"
    VOUCH = "vouch"
    REPEAT = "repeat"
    GIVE_UP = "give_up"


_S = DeliveryState
ARROWS: Final[dict[tuple[DeliveryState, Arrow], DeliveryState]] = {
    (_S.QUEUED, Arrow.BEGIN): _S.SENDING,
    (_S.QUEUED, Arrow.CANCEL): _S.CANCELLED,
    (_S.QUEUED, Arrow.ACCEPT): _S.ACCEPTED,
    (_S.QUEUED, Arrow.ARRIVE): _S.DELIVERED,
    (_S.SENDING, Arrow.DEFER): _S.QUEUED,
    (_S.SENDING, Arrow.ACCEPT): _S.ACCEPTED,
    (_S.SENDING, Arrow.FAIL): _S.FAILED,
    (_S.SENDING, Arrow.DOUBT): _S.UNKNOWN,
    (_S.ACCEPTED, Arrow.ARRIVE): _S.DELIVERED,
    (_S.ACCEPTED, Arrow.BOUNCE): _S.FAILED,
    (_S.UNKNOWN, Arrow.ACCEPT): _S.ACCEPTED,
    (_S.UNKNOWN, Arrow.FAIL): _S.FAILED,
    (_S.UNKNOWN, Arrow.ARRIVE): _S.DELIVERED,
    (_S.UNKNOWN, Arrow.BOUNCE): _S.FAILED,
    (_S.UNKNOWN, Arrow.VOUCH): _S.ACCEPTED,
    (_S.UNKNOWN, Arrow.REPEAT): _S.QUEUED,
    (_S.UNKNOWN, Arrow.GIVE_UP): _S.FAILED,
    (_S.FAILED, Arrow.ARRIVE): _S.DELIVERED,
}


class RunState(StrEnum):
    """Where a run is. Values are stored, so never rename one without a migration."""

    FREEZING = "freezing"  # being written down; removed when the process stops meanwhile
    AWAITING = "awaiting"  # frozen; nothing leaves before somebody else approves it
    RUNNING = "running"  # what is queued leaves in its turn
    PAUSED = "paused"  # nothing new leaves
    FINISHED = "finished"  # final: nothing is left to send
    CANCELLED = "cancelled"  # final: what had not left does not leave


class RunArrow(StrEnum):
    """What may happen to a run; see the drawing."""

    START = "start"
    ASK = "ask"
    APPROVE = "approve"
    REJECT = "reject"
    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"
    FINISH = "finish"


_R = RunState
RUN_ARROWS: Final[dict[tuple[RunState, RunArrow], RunState]] = {
    (_R.FREEZING, RunArrow.START): _R.RUNNING,
    (_R.FREEZING, RunArrow.ASK): _R.AWAITING,
    (_R.AWAITING, RunArrow.APPROVE): _R.RUNNING,
    (_R.AWAITING, RunArrow.REJECT): _R.CANCELLED,
    (_R.AWAITING, RunArrow.CANCEL): _R.CANCELLED,
    (_R.RUNNING, RunArrow.PAUSE): _R.PAUSED,
    (_R.RUNNING, RunArrow.CANCEL): _R.CANCELLED,
    (_R.RUNNING, RunArrow.FINISH): _R.FINISHED,
    (_R.PAUSED, RunArrow.RESUME): _R.RUNNING,
    (_R.PAUSED, RunArrow.CANCEL): _R.CANCELLED,
    (_R.PAUSED, RunArrow.FINISH): _R.FINISHED,
}

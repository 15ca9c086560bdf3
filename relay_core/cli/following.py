"""Follows a run to its end, under a progress bar."""

import time

from relay_core.cli.output import bar, remark
from relay_core.delivery.holding import HeldBack
from relay_core.delivery.runs import RunStatus
from relay_core.relay import Relay

_LOOK_S = 0.25


def follow(relay: Relay, run_id: int, *, receipts_s: float) -> RunStatus:
    """Wait until a run is over or paused; as the owner, also for its receipts.

    Args:
        relay: The front desk; another process's goes on listening for receipts without us.
        run_id: The run.
        receipts_s: Seconds to wait for receipts that are still expected.

    Raises:
        OwnerGone: The process that was sending has ended.
    """
    status = relay.run(run_id)
    try:
        with bar("Sending", total=status.planned) as shown:
            while status.is_active:
                time.sleep(_LOOK_S)
                status = relay.run(run_id)
                held = relay.held_back(run_id)
                shown.at(status.settled, note=said_hold(held[0]) if held else _note(status))
    except (KeyboardInterrupt, SystemExit):
        remark(
            f"Stopping. Go on with: relay run resume {run_id}"
            if isinstance(relay, Relay)
            else f"Run {run_id} goes on elsewhere. Look at it with: relay run status {run_id}"
        )
        raise
    if not isinstance(relay, Relay):
        return status
    deadline = time.monotonic() + receipts_s
    with bar("Receipts", total=status.planned) as shown:
        while time.monotonic() < deadline and status.accepted > status.delivered:
            time.sleep(_LOOK_S)
            status = relay.run(run_id)
            shown.at(status.planned - (status.accepted - status.delivered))
    return status


def said_hold(held: HeldBack) -> str:
    """Return what waits although its run goes on, in words."""
    until = f" until {held.until.astimezone():%d %b %H:%M}" if held.until else ""
    return f"{held.messages:,} {held.why.words}{until}"


def _note(status: RunStatus) -> str:
    words = [f"{status.delivered} delivered"]
    words += [f"{status.failed} failed"] if status.failed else []
    words += [f"{status.unknown} unknown"] if status.unknown else []
    return ", ".join(words)

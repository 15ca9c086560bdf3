"""One press on the command line: review, ask, send, follow; the same press if the owner changes."""

import os
import pwd
import shlex
import sys
import uuid
from collections.abc import Callable
from dataclasses import dataclass

import typer

from relay_core.campaigns.bindings import Static
from relay_core.campaigns.campaign import Campaign
from relay_core.campaigns.reviewing import Review
from relay_core.cli.following import follow
from relay_core.cli.output import ACTOR, remark, settings
from relay_core.cli.reviewed import print_review
from relay_core.delivery.runs import RunStatus
from relay_core.errors import CampaignError, OwnerGone, WarningsNotAccepted
from relay_core.relay import Relay
from relay_core.serving import front_desk
from relay_core.worded import counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """What a command hands over with its press."""

    request_id: str
    reviewed: str | None
    """Manifest of what was looked at; None when nobody looked."""
    accepted: bool


def person() -> str:
    """Return who is at this terminal, so that one person's run is approved by another.

    By the operating system's word, which no environment variable changes.
    """
    try:
        return f"{ACTOR} ({pwd.getpwuid(os.getuid()).pw_name})"
    except KeyError:  # a user without a name, as in some containers
        return f"{ACTOR} (user {os.getuid()})"


def how_to_send(campaign: Campaign) -> str:
    """Return the command that sends a campaign, with each value that it asks for."""
    asked = (key for key, each in campaign.bindings.items() if isinstance(each, Static))
    return " ".join(
        ["relay send", shlex.quote(campaign.name), *(f"--set {key}=..." for key in asked)]
    )


def press(
    review: Callable[[Relay], Review],
    send: Callable[[Relay, Agreed], RunStatus],
    *,
    yes: bool,
    accept_warnings: bool,
    receipts_s: float,
) -> RunStatus:
    """Look, ask, send once, and follow.

    Args:
        review: What would happen.
        send: Lets it happen.
        yes: Whether to send without asking.
        accept_warnings: Whether warnings are accepted, whichever there are.
        receipts_s: Seconds to wait for receipts at the end.

    Raises:
        CampaignError: There are warnings that nobody has accepted, or nobody to ask.
    """
    loaded = settings()
    # The same request survives a change of the owner in the middle: one press, one run.
    request_id = str(uuid.uuid4())
    reviewed: str | None = None
    while True:
        try:
            with front_desk(loaded, sending=True) as relay:
                if not (yes or reviewed):
                    seen = review(relay)
                    reviewed = _ask(seen, accepted=accept_warnings)
                    accept_warnings = accept_warnings or bool(seen.warnings)
                agreed = Agreed(request_id=request_id, reviewed=reviewed, accepted=accept_warnings)
                return follow(relay, send(relay, agreed).run, receipts_s=receipts_s)
        except OwnerGone:
            continue
        except WarningsNotAccepted as refusal:
            raise CampaignError(
                str(refusal), advice=f"{refusal.advice}\nThen say --accept-warnings."
            ) from refusal


def check_somebody_is_there() -> None:
    """Refuse to ask where nobody can answer.

    Raises:
        CampaignError: Standard input is not a terminal.
    """
    if not sys.stdin.isatty():
        raise CampaignError("nobody to ask", advice="Say --yes to send without being asked.")


def _ask(review: Review, *, accepted: bool) -> str:
    """Show what would happen; return the manifest once a person agrees to all of it, else stop.

    Args:
        review: What would happen.
        accepted: Whether its warnings are accepted already.
    """
    print_review(review, to=remark)
    check_somebody_is_there()
    if review.warnings and not accepted:
        typer.confirm("Are these the right people, despite the warnings?", abort=True, err=True)
    minutes = review.duration_s / 60
    rehearsal = " in a rehearsal" if review.rehearsal else ""
    typer.confirm(
        f"Send {counted(review.total, 'message')}{rehearsal}, in about {minutes:.1f} minutes?",
        abort=True,
        err=True,
    )
    return review.manifest

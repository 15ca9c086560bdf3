"""What an erasure takes and leaves, in sentences for whoever is about to do it."""

from relay_core.privacy.traces import Traces
from relay_core.worded import counted


def erasure_in_words(traces: Traces) -> list[str]:
    """Return what goes and what stays, in sentences."""
    comes_to = (
        f"Messages to {traces.name}: {traces.messages:,}. Replies: {traces.replies:,}. Left out: "
        f"{traces.left_out:,}. Decisions by hand: {traces.choices:,}. Lists: {traces.uploads:,}."
    )
    goes = "What goes: name, numbers, profile, texts, replies, and what people typed about them."
    stays = (
        "What stays: that messages were sent, when, and what became of them, under their id in "
        f"Zendesk, {traces.person_id}."
    )
    lines = [comes_to, goes, stays]
    if traces.queued:
        waiting = counted(traces.queued, "message that waits", "messages that wait")
        lines.append(f"Cancelled first: {waiting}.")
    if traces.awaiting_in:
        lines.append(
            f"Run {', '.join(map(str, traces.awaiting_in))} waits for approval with them in it. It "
            "can no longer be approved then: reject it and send the campaign again."
        )
    if traces.shown_in_zendesk:
        lines.append(
            f"Zendesk shows {traces.shown_in_zendesk:,} of these messages to agents; Relay removes "
            "them there within minutes, with the campaigns' tags."
        )
    if traces.never_message:
        lines.append("They are not to be messaged; that holds on, should the number come back.")
    lines += [
        f"{each.phone} stays where it is: {each.name} has it too." for each in traces.elsewhere
    ]
    if traces.in_zendesk:
        lines.append(
            "Zendesk still has them. Delete them there first, or their profile stays there; Relay "
            "does not copy it again."
        )
    return lines

"""The tickets after a run in sentences that can be repeated without their table."""

from datetime import UTC, datetime
from typing import Final, assert_never

from relay_core.reports.intervals import Proportion
from relay_core.reports.outcomes import Outcome, Verdict, Window

HOW_COUNTED: Final = (
    "Everybody counts whose message left, also where it failed. Who was held out counts from the "
    "moment when the message beside their place in the queue left. Tickets on another profile "
    "with the same number count; deleted ones, and those that Relay made, do not."
)


def said_outcome(outcome: Outcome, window: Window) -> str:
    """Return what a window comes to, in sentences."""
    hours = f"{window.hours} hours"
    match window.verdict:
        case Verdict.NOBODY:
            said = "Nothing has left, so there is nothing to compare."
        case Verdict.UNKNOWN:
            said = "Which tickets were opened then is not known: the run is older than that record."
        case Verdict.UNDER_WAY:
            said = f"Too early: the run is under way, and {hours} count from each message."
        case Verdict.EARLY:
            said = f"Too early: {hours} are over on {_moment(window.over_at)}."
        case Verdict.UNREAD:
            said = (
                f"{hours} were over on {_moment(window.over_at)}, and tickets "
                f"{_known(outcome.known_until)}. Sync people on Home, or with `relay sync`."
            )
        case Verdict.NO_CONTROL:
            said = _without_control(outcome, window)
        case Verdict.NOT_SHOWN | Verdict.FEWER | Verdict.MORE:
            said = _compared(window)
        case _:
            assert_never(window.verdict)
    return said


def said_answers(window: Window) -> str:
    """Return what to say of tickets that replies opened; empty where there are none."""
    answers, probable = window.recipients.answers, window.recipients.probable
    if not answers:
        return ""
    tickets = "1 ticket was" if answers == 1 else f"{answers:,} tickets were"
    probably = " probably" if probable == answers else ""
    doubt = f", {probable:,} of them probably" if 0 < probable < answers else ""
    return (
        f"Counted apart: {tickets}{probably} opened by replies to the message itself within "
        f"{window.hours} hours{doubt}. Who answers does not complain; but who would have written "
        "anyway may have done so as an answer."
    )


def _without_control(outcome: Outcome, window: Window) -> str:
    wrote = window.recipients.wrote
    counts = f"{_per_100(wrote)} of 100 recipients opened a ticket within {window.hours} hours."
    if outcome.held_out_percent:
        return f"{counts} Of those held out nobody counts, so there is nothing to compare with."
    return (
        f"{counts} Nobody was held out, so it cannot be said whether the message changed that. "
        "Next time hold out a share of the people: in the campaign, at Send, or with "
        "`relay send --hold-out 10`."
    )


def _compared(window: Window) -> str:
    found, held = window.difference, window.held_out
    if found is None or held is None:
        raise ValueError("a comparison needs two groups")
    recipients = _per_100(window.recipients.wrote)
    shares = (
        f"{recipients} of 100 recipients opened a ticket within {window.hours} hours, against "
        f"{_per_100(held.wrote)} of 100 held out"
    )
    if window.verdict is Verdict.NOT_SHOWN:
        return (
            f"No difference can be shown: {shares}. The true difference lies between "
            f"{-found.low * 100:.1f} of 100 fewer and {found.high * 100:.1f} of 100 more with 95 % "
            "certainty."
        )
    few = window.verdict is Verdict.FEWER
    low, high = sorted((abs(found.low), abs(found.high)))
    return (
        f"{'Fewer' if few else 'More'} tickets: {shares}. The difference lies between "
        f"{low * 100:.1f} and {high * 100:.1f} of 100 with 95 % certainty, about "
        f"{window.people or 0:,} people {'fewer' if few else 'more'} over the whole run."
    )


def _per_100(part: Proportion | None) -> str:
    return f"{part.share * 100:.1f}" if part else "0"


def _known(until: datetime | None) -> str:
    if until is None:
        return "are not read to the end"
    return f"were last read on {_moment(until)}"


def _moment(moment: datetime | None) -> str:
    return f"{moment.astimezone(UTC):%-d %B %Y at %H:%M} UTC" if moment else "a later day"

"""What may stand between a queued delivery and its turn, and the three answers a gate gives."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from relay_core.audience.policy import Policy
from relay_core.delivery.hours import QuietHours
from relay_core.delivery.public_holidays import public_holidays
from relay_core.delivery.quiet_hours import Place, next_allowed
from relay_core.delivery.quota import Quota
from relay_core.worded import WordedEnum


class HeldFor(WordedEnum):
    """Why a delivery waits although its run goes on. Values are stored.

    The words end a sentence that begins with a number of messages.
    """

    QUIET_HOURS = "quiet_hours", "wait for the hours in which their country may be messaged"
    DAILY_QUOTA = "daily_quota", "wait for another day: the sender's limit for today is reached"
    CANARY = "canary", "wait for what becomes of the first messages"
    REST = "rest", "wait because the channel wants the person left alone for a day"
    # Not stored: the first for want of room, the second because nobody is there to do so.
    FULL_DISK = "full_disk", "wait for room on the disk, without which no outcome could be noted"
    NO_WORKER = "no_worker", "wait for a worker: none is running; start one with relay worker"


class DroppedFor(WordedEnum):
    """Why a delivery does not leave after all, as a sentence. Values are stored as codes."""

    OPTED_OUT = "opted_out", "They asked for no messages before this one left."
    BLACKOUT = "blackout", "Another run sent them this template before this message's turn."
    FREQUENCY = "frequency", "Other runs sent them as much as is allowed before this one's turn."


@dataclass(frozen=True, slots=True)
class Go:
    """Nothing stands in the way."""


@dataclass(frozen=True, slots=True)
class Hold:
    """Not before a moment."""

    until: datetime
    why: HeldFor


@dataclass(frozen=True, slots=True)
class Drop:
    """Never."""

    why: DroppedFor


Verdict = Go | Hold | Drop


@dataclass(frozen=True, slots=True, kw_only=True)
class CanaryChoice:
    """How a run begins unless it says otherwise."""

    size: int
    """Messages that go first; 0 is no canary."""
    wait_s: int
    most_failures: float
    """Share of them up to which the run goes on."""


NO_QUOTA: Final = Quota()
NO_POLICY: Final = Policy()
NO_CANARY: Final = CanaryChoice(size=0, wait_s=0, most_failures=1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class GateRules:
    """What the settings say about the moment of sending. As built, every gate stands open."""

    quiet_hours: QuietHours | None = None
    quota: Quota = NO_QUOTA
    policy: Policy = NO_POLICY
    canary: CanaryChoice = NO_CANARY
    most_failures: float = 0.0
    """Share of one class of failures among the latest messages at which a run pauses; 0 is off."""


OPEN: Final = GateRules()


def judge_hours(rules: GateRules, place: Place, *, channel: str, now: datetime) -> Go | Hold:
    """Judge where a number is by its country's hours.

    Args:
        rules: Of this installation.
        place: See `relay_core.delivery.quiet_hours.place_of`.
        channel: `sms` or `whatsapp`.
        now: The moment in question (aware).
    """
    quiet = rules.quiet_hours
    if quiet is None or channel not in quiet.channels:
        return Go()
    until = next_allowed(now, place, quiet.of(place.country), holidays_of=public_holidays)
    return Hold(until, HeldFor.QUIET_HOURS) if until > now else Go()


def judge_person(*, opted_out: bool, rests_until: datetime | None, now: datetime) -> Verdict:
    """Judge by what is known of a number besides its messages.

    Args:
        opted_out: Whether its owner wants none.
        rests_until: Until when its channel wants it left alone.
        now: The moment of sending (aware).
    """
    if opted_out:
        return Drop(DroppedFor.OPTED_OUT)
    if rests_until is not None and rests_until > now:
        return Hold(rests_until, HeldFor.REST)
    return Go()


def judge_pressure(policy: Policy, *, of_the_template: int, of_all: int) -> Go | Drop:
    """Judge by what other runs sent to a person.

    Args:
        policy: Of this installation.
        of_the_template: Messages of the same template within its blackout.
        of_all: Messages within the days of the cap.
    """
    if policy.blackout_days > 0 and of_the_template > 0:
        return Drop(DroppedFor.BLACKOUT)
    if 0 < policy.frequency_cap <= of_all:
        return Drop(DroppedFor.FREQUENCY)
    return Go()

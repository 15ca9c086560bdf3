"""How a page says when something is to be sent."""

from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from relay_core.campaigns.bindings import Static
from relay_core.campaigns.campaign import Campaign
from relay_core.campaigns.moments import Repeat, wall
from relay_core.campaigns.schedules import Schedule, ScheduleState
from relay_core.campaigns.variants import asked_values

OFTEN = {None: "Once", Repeat.WEEKLY: "Every week", Repeat.MONTHLY: "Every month"}


@cache
def zones() -> tuple[str, ...]:
    """Return every time zone that is named after a place, and UTC."""
    places = {name for name in available_timezones() if "/" in name}
    return ("UTC", *sorted(each for each in places if not each.startswith(("Etc/", "SystemV/"))))


def said_there(moment: datetime, zone: str) -> str:
    """Return a moment as a clock of a zone shows it."""
    return f"{wall(moment, ZoneInfo(zone)):%a %-d %b %Y, %H:%M}"


def said_when(schedule: Schedule) -> str:
    """Return how often something is sent, and when it is due."""
    often = OFTEN[schedule.wanted.repeat]
    if schedule.next_at is None:
        return often
    there = f"{said_there(schedule.next_at, schedule.wanted.zone)} ({schedule.wanted.zone})"
    if schedule.state is ScheduleState.HELD:
        return f"{often}; held, was due {there}"
    return f"{often}, next {there}" if schedule.wanted.repeat else f"{often}, {there}"


def spoken_values(campaign: Campaign) -> dict[str, str]:
    """Return what a page calls the values that are the same for everybody: their examples."""
    examples = {each.value.key: each.value.example for each in asked_values(campaign.variants)}
    return {
        key: examples.get(key, key)
        for key, bound in campaign.bindings.items()
        if isinstance(bound, Static)
    }

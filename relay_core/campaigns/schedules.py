"""Schedules: promises to press Send at a moment, kept in the file until they are kept."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from relay_core.campaigns.bindings import FromField
from relay_core.campaigns.campaign import Campaign
from relay_core.campaigns.changing import check_not_archived
from relay_core.campaigns.dated_texts import check_dated, dated
from relay_core.campaigns.moments import Repeat, instant, next_after, read_zone, wall
from relay_core.campaigns.variants import asked_values
from relay_core.campaigns.writing import check_static
from relay_core.errors import CampaignError, NotFound
from relay_core.store.ledger import Ledger, Row, one

_FURTHEST: Final = timedelta(days=2 * 366)


class ScheduleState(StrEnum):
    """How a schedule stands. Values are stored."""

    WAITING = "waiting"  # for its time
    HELD = "held"  # its time came and it was not sent; a person decides
    DONE = "done"  # sent, and there is no other time
    CANCELLED = "cancelled"  # by a person


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A schedule as somebody asks for it."""

    at: datetime
    """The first time, as a clock on the wall there shows it; without a time zone."""
    zone: str
    repeat: Repeat | None = None
    static_values: Mapping[str, str]
    """Value key to text; `{{weekday}}` and its kin are filled in when it is sent. A value that is
    not here is asked each time, so each time is held until a person gives it."""
    accepted_warnings: tuple[str, ...] = ()
    """What may stand in the way and was accepted; anything else holds it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """A promise to send a campaign."""

    id: int
    campaign_id: int
    campaign: str
    wanted: Wanted
    created_by: str
    created_at: datetime
    state: ScheduleState
    note: str | None
    """Why it is held; while it waits, why it was not sent yet."""
    next_at: datetime | None
    """The time that is due next, or that is held; None once it is over."""
    last_run: int | None

    def after(self, moment: datetime) -> datetime | None:
        """Return its next time later than a moment; None where there is none."""
        wanted = self.wanted
        return next_after(wanted.at, read_zone(wanted.zone), wanted.repeat, after=moment)


def schedules(ledger: Ledger, *, over: bool = False) -> list[Schedule]:
    """Return every schedule, the next to come first; those that are over only when asked for."""
    return [_schedule(row) for row in ledger.rows("schedules.all", over=over)]


def schedule_numbered(ledger: Ledger, schedule_id: int) -> Schedule:
    """Return one schedule.

    Raises:
        NotFound: There is none with this number.
    """
    row = one(ledger.rows("schedules.one", id=schedule_id))
    if row is None:
        raise NotFound(
            "no such schedule",
            advice=f"There is no schedule {schedule_id}. See `relay schedule list`.",
        )
    return _schedule(row)


def run_for(ledger: Ledger, schedule: Schedule) -> int | None:
    """Return the run that this or another schedule made of the campaign for the time due."""
    rows = ledger.rows(
        "schedules.run_for", campaign_id=schedule.campaign_id, time=said_time(schedule.next_at)
    )
    return int(rows[0]["id"]) if rows else None


def checked(wanted: Wanted, campaign: Campaign, *, now: datetime) -> datetime:
    """Return the first moment of a schedule, once nothing is wrong with it.

    Raises:
        CampaignError: The time is over or too far, there is no such zone, the campaign was put
            away, or a text is superfluous, unusable, or asks for what no moment tells.
    """
    check_not_archived(campaign)
    zone = read_zone(wanted.zone)
    if wanted.at != wanted.at.replace(second=0, microsecond=0, tzinfo=None):
        raise CampaignError(
            "not a time on the wall",
            advice="Give day, hour and minute as a clock there shows them, and the zone beside.",
        )
    if wanted.at - wall(now, zone) > _FURTHEST or (first := instant(wanted.at, zone)) <= now:
        raise CampaignError(
            "time out of reach", advice="Choose a time that is still to come, within two years."
        )
    check_dated(wanted.static_values)
    check_static(campaign, stand_ins(wanted, campaign) | texts_at(wanted, campaign, moment=first))
    return first


def texts_at(wanted: Wanted, campaign: Campaign, *, moment: datetime) -> dict[str, str]:
    """Return the texts that a schedule brings, as they read at a moment."""
    return dated(
        {key: text for key, text in wanted.static_values.items() if text.strip()},
        local=wall(moment, read_zone(wanted.zone)),
        language=campaign.template.template.language,
    )


def stand_ins(wanted: Wanted, campaign: Campaign) -> dict[str, str]:
    """Return examples for the values that are asked each time, to be looked at, never sent."""
    examples = {each.value.key: each.value.example for each in asked_values(campaign.variants)}
    return {key: examples.get(key, key) for key in asked_each_time(wanted, campaign)}


def asked_each_time(wanted: Wanted, campaign: Campaign) -> tuple[str, ...]:
    """Return the values of a run that a schedule does not bring."""
    return tuple(
        key
        for key, binding in campaign.bindings.items()
        if not isinstance(binding, FromField) and not wanted.static_values.get(key, "").strip()
    )


def request_id(schedule_id: int, time: datetime) -> str:
    """Return what a press for a time of a schedule carries, so that one time is one run."""
    return f"schedule:{schedule_id}:{said_time(time)}"


def said_time(moment: datetime | None) -> str:
    """Return a moment as presses and the audit trail name it."""
    return f"{moment.astimezone(UTC):%Y%m%dT%H%MZ}" if moment else "over"


def _schedule(row: Row) -> Schedule:
    return Schedule(
        id=row["id"],
        campaign_id=row["campaign_id"],
        campaign=row["campaign"],
        wanted=Wanted(
            at=datetime.fromisoformat(row["at_local"]),
            zone=row["zone"],
            repeat=Repeat(row["repeats"]) if row["repeats"] else None,
            static_values=json.loads(row["static_values"]),
            accepted_warnings=tuple(json.loads(row["accepted_warnings"])),
        ),
        created_by=row["created_by"],
        created_at=row["created_at"],
        state=ScheduleState(row["state"]),
        note=row["note"],
        next_at=row["next_at"],
        last_run=row["last_run"],
    )

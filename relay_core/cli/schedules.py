"""`relay schedule …`: send a campaign later, once or again and again."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from relay_core.campaigns.moments import Repeat, wall
from relay_core.campaigns.reviewing import Review
from relay_core.campaigns.schedules import Schedule, Wanted
from relay_core.cli.campaigns import pairs
from relay_core.cli.output import AsJson, print_json, print_table, remark, say, settings
from relay_core.cli.pressing import Agreed, check_somebody_is_there, person, press
from relay_core.cli.reviewed import print_review
from relay_core.cli.runs import print_status
from relay_core.delivery.runs import RunStatus
from relay_core.desk.scheduling import Foreseen
from relay_core.errors import CampaignError, WarningsNotAccepted
from relay_core.relay import Relay
from relay_core.serving import front_desk

app = typer.Typer(no_args_is_help=True)

_Number = Annotated[
    int, typer.Argument(help="The schedule's number; see `relay schedule list`.", max=2**63 - 1)
]
_Values = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        help="KEY=text of each run, may say {{weekday}}, {{date}}, {{day}}, {{month}}, {{year}} or "
        "{{time}}; repeatable. A value that is left out is asked each time.",
    ),
]
_Yes = Annotated[bool, typer.Option("--yes", help="Do it without being asked.")]
_Accept = Annotated[
    bool,
    typer.Option("--accept-warnings", help="Do it even if the audience is doubtful; see review."),
]


@app.command("list")
def list_(
    *,
    over: Annotated[bool, typer.Option("--all", help="Those that are over, too.")] = False,
    as_json: AsJson = False,
) -> None:
    """List what is to be sent later, the next to come first."""
    with front_desk(settings()) as relay:
        found = relay.schedules(over=over)
    if as_json:
        print_json(found)
        return
    if not found:
        say("Nothing is scheduled.")
        return
    print_table(
        ("No.", "Campaign", "Next", "Repeats", "State", "Run"),
        (
            (
                each.id,
                each.campaign,
                f"{_there(each.next_at, each.wanted.zone)} {each.wanted.zone}"
                if each.next_at
                else None,
                each.wanted.repeat.words if each.wanted.repeat else "once",
                each.state,
                each.last_run,
            )
            for each in found
        ),
    )
    for each in found:
        if each.note:
            say(f"{each.id}: {each.note}")


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="The campaign.")],
    *,
    at: Annotated[str, typer.Option(help='Day and time there, e.g. "2027-03-01 09:00".')],
    zone: Annotated[
        str | None,
        typer.Option(help="Time zone, e.g. Europe/Amsterdam; the account's own unless given."),
    ] = None,
    repeat: Annotated[Repeat | None, typer.Option(help="How often; once unless given.")] = None,
    values: _Values = None,
    yes: _Yes = False,
    accept_warnings: _Accept = False,
    as_json: AsJson = False,
) -> None:
    """Send a campaign later. It leaves at its time from `relay serve`, which has to run then."""
    with front_desk(settings()) as relay:
        wanted = Wanted(
            at=_read_time(at),
            zone=zone or relay.time_zone(),
            repeat=repeat,
            static_values=dict(pairs(values or [], "--set")),
        )
        foreseen = relay.foresee_schedule(name, wanted)
        seen = relay.review(name, static_values=foreseen.texts)
        if not yes:
            _ask(seen, foreseen, zone=wanted.zone, accepted=accept_warnings)
        elif seen.warnings and not accept_warnings:
            listed = "\n".join(f"- {warning}" for warning in seen.warnings)
            raise WarningsNotAccepted(
                f"{len(seen.warnings)} warnings",
                advice=f"Read this, then say --accept-warnings:\n{listed}",
            )
        made = relay.schedule_campaign(
            name,
            Wanted(
                at=wanted.at,
                zone=wanted.zone,
                repeat=wanted.repeat,
                static_values=wanted.static_values,
                accepted_warnings=seen.warnings,
            ),
            actor=person(),
        )
    if as_json:
        print_json(made)
    else:
        _say_next(made)


@app.command()
def cancel(schedule: _Number) -> None:
    """Send nothing of it any more."""
    with front_desk(settings()) as relay:
        relay.cancel_schedule(schedule, actor=person())
    say(f"Schedule {schedule} is cancelled.")


@app.command()
def skip(schedule: _Number, *, as_json: AsJson = False) -> None:
    """Leave out the next time, or the one that is held, of a schedule that repeats."""
    with front_desk(settings()) as relay:
        skipped = relay.skip_schedule(schedule, actor=person())
    if as_json:
        print_json(skipped)
    else:
        _say_next(skipped)


@app.command()
def fire(
    schedule: _Number,
    *,
    values: Annotated[
        list[str] | None,
        typer.Option("--set", help="KEY=text, in place of the schedule's; repeatable."),
    ] = None,
    yes: _Yes = False,
    accept_warnings: _Accept = False,
    receipts_s: Annotated[
        float, typer.Option("--receipts", help="Seconds to wait for receipts at the end.")
    ] = 10.0,
    as_json: AsJson = False,
) -> None:
    """Send what is held now, and follow it."""
    given = dict(pairs(values or [], "--set"))
    # The time and the texts that were seen first hold, even if the owner changes in the middle.
    with front_desk(settings()) as relay:
        held = relay.schedule(schedule)
        texts = relay.texts_of_schedule(schedule) | given

    def review(relay: Relay) -> Review:
        return relay.review(held.campaign, static_values=texts)

    def send(relay: Relay, agreed: Agreed) -> RunStatus:
        return relay.fire_schedule_now(
            schedule,
            actor=person(),
            time=held.next_at,
            static_values=texts,
            reviewed=agreed.reviewed,
            accepted=agreed.accepted,
        )

    status = press(review, send, yes=yes, accept_warnings=accept_warnings, receipts_s=receipts_s)
    print_status(status, as_json=as_json)


def _ask(seen: Review, foreseen: Foreseen, *, zone: str, accepted: bool) -> None:
    """Show what would happen at the first time; go on only once a person agrees."""
    print_review(seen, to=remark)
    remark("To whoever the audience matches then; this is as it would be now.")
    _remark_times(foreseen, zone=zone)
    check_somebody_is_there()
    if seen.warnings and not accepted:
        typer.confirm("Are these the right people, despite the warnings?", abort=True, err=True)
    typer.confirm("Send it then?", abort=True, err=True)


def _remark_times(foreseen: Foreseen, *, zone: str) -> None:
    times: Sequence[str] = [_there(each, zone) for each in foreseen.times]
    remark(f"Sent at {', '.join(times)}{', …' if len(times) > 1 else ''} ({zone}).")
    for sentence in foreseen.remarks:
        remark(sentence)
    if foreseen.asked:
        remark(f"Held each time until somebody gives: {', '.join(foreseen.asked)}.")


def _say_next(schedule: Schedule) -> None:
    if schedule.next_at is not None:
        at = _there(schedule.next_at, schedule.wanted.zone)
        say(
            f"Schedule {schedule.id}: {schedule.campaign} is sent at {at} "
            f"({schedule.wanted.zone}), if `relay serve` runs then."
        )


def _there(moment: datetime, zone: str) -> str:
    return f"{wall(moment, ZoneInfo(zone)):%a %Y-%m-%d %H:%M}"


def _read_time(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise CampaignError(
            "not a time", advice=f'{text!r} is no day and time. Say e.g. --at "2027-03-01 09:00".'
        ) from error

"""`relay run unknown`: messages in doubt, and decisions about them."""

from collections.abc import Sequence
from typing import Annotated

import typer

from relay_core.cli.complaining import complain
from relay_core.cli.output import (
    ACTOR,
    AsJson,
    print_json,
    print_table,
    remark,
    say,
    settings,
)
from relay_core.cli.runs import app
from relay_core.delivery.unknowns import Decision, Settled, Settlement, Unknown
from relay_core.serving import front_desk

_SAID = {
    Decision.SENT: "Now taken as sent",
    Decision.AGAIN: "Queued again (whoever got the first one will get it twice)",
    Decision.NOT_SENT: "Now taken as not sent",
}

_Ids = Annotated[list[int] | None, typer.Argument(help="Deliveries, by number.", max=2**63 - 1)]


@app.command()
def unknown(
    run: Annotated[int, typer.Argument(help="The run's number.", max=2**63 - 1)],
    deliveries: _Ids = None,
    *,
    sent: Annotated[bool, typer.Option("--sent", help="They were sent.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Send them again.")] = False,
    not_sent: Annotated[bool, typer.Option("--not-sent", help="They were not sent.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="All that are unknown.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the messages of a run that are in doubt, or decide about some or all of them."""
    chosen = [
        decided
        for decided, wanted in (
            (Decision.SENT, sent),
            (Decision.AGAIN, again),
            (Decision.NOT_SENT, not_sent),
        )
        if wanted
    ]
    _check(chosen, deliveries, everything=everything)
    with front_desk(settings()) as relay:
        if chosen:
            settled = relay.settle_unknown(
                run, None if everything else deliveries, decided=chosen[0], actor=ACTOR
            )
            _say_settled(settled, chosen[0], as_json=as_json)
            return
        found, past = relay.unknowns(run), relay.settlements(run)
    _print(run, found, past, as_json=as_json)


def _check(
    chosen: Sequence[Decision], deliveries: Sequence[int] | None, *, everything: bool
) -> None:
    if not chosen and not deliveries and not everything:
        return
    if len(chosen) != 1:
        complain("Say one of --sent, --again and --not-sent.")
        raise typer.Exit(2)
    if bool(deliveries) == everything:
        complain("Name the deliveries, or say --all.")
        raise typer.Exit(2)


def _say_settled(settled: Settled, decided: Decision, *, as_json: bool) -> None:
    if as_json:
        print_json(settled)
        return
    say(f"{_SAID[decided]}: {settled.changed:,}")
    if settled.missed:
        numbers = ", ".join(map(str, settled.missed))
        remark(f"Not unknown in this run, so left as they are: {numbers}")


def _print(
    run: int, found: Sequence[Unknown], past: Sequence[Settlement], *, as_json: bool
) -> None:
    if as_json:
        print_json({"unknown": found, "settled": past})
        return
    if not found:
        say(f"Run {run} has no unknown messages.")
    else:
        print_table(
            ("Delivery", "Person", "Phone", "Left at", "Hours", "Known", "Receipts"),
            (
                (
                    u.delivery,
                    u.person,
                    u.phone,
                    f"{u.left_at:%Y-%m-%d %H:%M:%S}",
                    f"{u.hours_since:.1f}",
                    f"{u.sentence} ({u.code})",
                    ", ".join(receipt.kind for receipt in u.receipts),
                )
                for u in found
            ),
        )
        say("Decide with --sent, --again or --not-sent, and delivery numbers or --all.")
    for twice in (settlement for settlement in past if settlement.twice):
        remark(
            f"Delivery {twice.delivery}: {twice.actor} had it sent again, and a receipt shows that "
            f"the first had left too. {twice.person} was sent it twice."
        )

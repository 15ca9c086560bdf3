"""`relay run approve|reject|retry`: what lets a run start, or not, besides `relay send`."""

from typing import Annotated

import typer

from relay_core.campaigns.kinds import Retried
from relay_core.cli.campaigns import pairs
from relay_core.cli.following import follow
from relay_core.cli.output import AsJson, remark, say, settings
from relay_core.cli.pressing import check_somebody_is_there, person, press
from relay_core.cli.reviewed import print_review
from relay_core.cli.runs import RunNumber, app, print_status
from relay_core.delivery.states import RunState
from relay_core.errors import OwnerGone
from relay_core.serving import front_desk


@app.command()
def approve(
    run: RunNumber,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Approve without being asked.")] = False,
    receipts_s: Annotated[
        float, typer.Option("--receipts", help="Seconds to wait for receipts at the end.")
    ] = 10.0,
    as_json: AsJson = False,
) -> None:
    """Let a run leave that somebody else made, and follow it."""
    loaded = settings()
    agreed: str | None = None
    while True:
        try:
            with front_desk(loaded, sending=True) as relay:
                # After a change of the owner the answer may have been lost, not the approval.
                if agreed is None or relay.run(run).state is RunState.AWAITING:
                    seen = relay.review_frozen(run)
                    if not (yes or agreed):
                        remark(f"Run {run}, made by {relay.run(run).created_by}")
                        print_review(seen.review, to=remark)
                        for change in seen.changes:
                            remark(f"Changed since: {change}")
                        check_somebody_is_there()
                        typer.confirm("Let exactly this leave?", abort=True, err=True)
                    agreed = agreed or seen.review.manifest
                    relay.approve_run(run, manifest=agreed, actor=person())
                status = follow(relay, run, receipts_s=receipts_s)
        except OwnerGone:
            continue
        break
    print_status(status, as_json=as_json)


@app.command()
def reject(
    run: RunNumber,
    *,
    reason: Annotated[str, typer.Option(help="For whoever made it.")] = "",
) -> None:
    """Give up a run that waits for approval. Nothing of it has left."""
    with front_desk(settings()) as relay:
        relay.reject_run(run, actor=person(), reason=reason)
    say(f"Run {run} is rejected.")


@app.command()
def retry(
    run: RunNumber,
    who: Annotated[Retried, typer.Argument(help="Which of its people.")] = Retried.FAILED,
    *,
    codes: Annotated[
        list[str] | None,
        typer.Option("--code", help="Only who failed for this code of the report; repeatable."),
    ] = None,
    values: Annotated[
        list[str] | None,
        typer.Option("--set", help="KEY=text, in place of the earlier run's; repeatable."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Send without asking.")] = False,
    accept_warnings: Annotated[
        bool, typer.Option("--accept-warnings", help="Send despite warnings; see the review.")
    ] = False,
    receipts_s: Annotated[
        float, typer.Option("--receipts", help="Seconds to wait for receipts at the end.")
    ] = 10.0,
    as_json: AsJson = False,
) -> None:
    """Send to some people of a run again, screened anew. Unknown ones are never among them."""
    static_values, causes = dict(pairs(values, "--set")) if values else None, codes or []
    status = press(
        lambda relay: relay.review_retry(run, who, causes=causes, static_values=static_values),
        lambda relay, agreed: relay.retry_run(
            run,
            who,
            causes=causes,
            request_id=agreed.request_id,
            actor=person(),
            static_values=static_values,
            reviewed=agreed.reviewed,
            accepted=agreed.accepted,
        ),
        yes=yes,
        accept_warnings=accept_warnings,
        receipts_s=receipts_s,
    )
    print_status(status, as_json=as_json)

"""`relay doctor` and `relay setup`: is everything in order, and what is to be done."""

from collections.abc import Sequence
from typing import Final

import typer

from relay_core.cli.output import ACTOR, AsJson, print_json, print_table, say, settings
from relay_core.serving import front_desk
from relay_core.setup.check import Check, Step, Verdict
from relay_core.setup.progress import progress

_MARKS: Final = {Verdict.OK: "ok", Verdict.WARNING: "!", Verdict.PROBLEM: "NO"}

app = typer.Typer(invoke_without_command=True)


def doctor(*, as_json: AsJson = False) -> None:
    """Check settings, connections, permissions, rules and the file; say what to do."""
    with front_desk(settings()) as relay:
        checks = relay.doctor()
    if as_json:
        print_json(checks)
    else:
        _print(checks)
    _end(checks)


@app.callback()
def steps(context: typer.Context) -> None:
    """Go through the steps of connecting an account, each checked as it is now."""
    if context.invoked_subcommand is not None:
        return
    with front_desk(settings()) as relay:
        checks = relay.doctor()
    found = {step: [check for check in checks if check.step is step] for step in Step}
    for number, (step, of_step) in enumerate(found.items(), start=1):
        say(f"{number}. {step.words}" + ("" if of_step else ": comes once Zendesk is set"))
        if of_step:
            _print(of_step)
    say(progress(found).said)
    _end(checks)


@app.command("reload")
def reload() -> None:
    """Use new credentials without a restart; what is being sent ends with the old ones."""
    with front_desk(settings()) as relay:
        changed = relay.use_new_credentials(actor=ACTOR)
    say(f"In use now: {', '.join(changed)}." if changed else "Nothing has changed.")


@app.command("webhook")
def webhook() -> None:
    """Send a test event to the webhook's public address, and see it come back."""
    with front_desk(settings()) as relay:
        done = relay.test_webhook()
    say(f"The test came back through {done.address} after {done.seconds:.2f} s.")


def _print(checks: Sequence[Check]) -> None:
    print_table(
        ("", "Check", "Found", "What to do"),
        ((_MARKS[c.verdict], c.name, c.found, c.advice) for c in checks),
    )


def _end(checks: Sequence[Check]) -> None:
    if any(check.verdict is Verdict.PROBLEM for check in checks):
        raise typer.Exit(1)

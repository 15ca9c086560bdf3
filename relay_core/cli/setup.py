"""`relay doctor` and `relay setup`: is everything in order, and what is to be done."""

from collections.abc import Sequence
from typing import Annotated, Final

import typer

from relay_core.cli.chosen import called
from relay_core.cli.output import ACTOR, AsJson, print_json, print_table, remark, say, settings
from relay_core.control import ask_owner
from relay_core.errors import ConfigurationError
from relay_core.serving import front_desk
from relay_core.setup.check import Check, Step, Verdict
from relay_core.setup.progress import progress
from relay_core.setup.sign_in import PATIENCE

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
    """Use new credentials and rules without a restart; rules only once every run is over."""
    with front_desk(settings()) as relay:
        credentials = relay.use_new_credentials(actor=ACTOR)
        if credentials:
            say(f"In use now: {called(', '.join(credentials))}.")
        rules = relay.use_new_rules(actor=ACTOR)
    if rules:
        say(f"In use now: {called(', '.join(rules))}.")
    if "RELAY_DEFAULT_REGION" in rules:
        remark("Now read everybody's number anew: relay sync --anew")
    if not (credentials or rules):
        say("Nothing has changed.")


@app.command("sign-in")
def sign_in(
    at: Annotated[
        str, typer.Option(help="Under which your browser has Relay open.")
    ] = "http://localhost:8501",
) -> None:
    """Print an address to open in a browser, where Zendesk asks whether Relay may sign in."""
    remote = ask_owner(settings().data_dir, sending=False)
    if remote is None:
        raise ConfigurationError(
            "nobody listens", advice="Start `relay serve` first: Zendesk sends your browser there."
        )
    try:
        link = remote.begin_sign_in(address=at, actor=ACTOR)
    finally:
        remote.close()
    say(f"Open this within {PATIENCE.seconds // 60} minutes, in the browser that is to sign in:")
    typer.echo(link)  # on one line, however narrow the terminal is


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

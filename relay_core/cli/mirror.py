"""`relay mirror`: what agents see of Relay in Zendesk."""

import typer

from relay_core.cli.output import ACTOR, AsJson, print_json, print_table, say, settings
from relay_core.mirroring.objects import Kind
from relay_core.mirroring.status import MirrorStatus
from relay_core.mirroring.tags import TAG
from relay_core.serving import front_desk

app = typer.Typer(invoke_without_command=True)


@app.callback()
def status(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Say how far Zendesk shows what stands here."""
    if context.invoked_subcommand is not None:
        return
    with front_desk(settings()) as relay:
        found = relay.mirror_status()
    if as_json:
        print_json(found)
    else:
        _print(found)


@app.command("make")
def make() -> None:
    """Make the custom objects and fields that are missing in Zendesk."""
    with front_desk(settings()) as relay:
        made = relay.make_objects(actor=ACTOR)
    for each in made:
        say(f"Made {each}.")
    if not made:
        say("Nothing was missing.")


@app.command("now")
def now() -> None:
    """Tell Zendesk now what differs, at most 2,000 messages and 100 tags at once, and wait."""
    with front_desk(settings()) as relay:
        relay.tell_zendesk()
        found = relay.mirror_status()
    _print(found)


@app.command("again")
def again() -> None:
    """Try again what Zendesk refused; let a copy of the file go on in place of the original."""
    with front_desk(settings()) as relay:
        refused = relay.mirror_again(actor=ACTOR)
    say(f"To be tried again: {refused:,}.")


def _print(found: MirrorStatus) -> None:
    if not found.is_on:
        say("Switched off. Set RELAY_MIRROR_TO_ZENDESK or RELAY_CAMPAIGN_TAG.")
    if found.held:
        say(f"Waiting for a person: {found.held} To go on: relay mirror again")
    if found.trouble:
        say(f"The last try failed. {found.trouble}")
    names = {kind.value: kind.words for kind in Kind} | {TAG: "tags"}
    rows = [(names[kind], f"{told:,}") for kind, told in found.told.items()]
    rows.append(("messages waiting", f"{found.waiting_messages:,}"))
    rows.append(("erased or deleted, to be removed", f"{found.to_remove:,}"))
    print_table(("In Zendesk", ""), rows)
    if found.refused:
        print_table(
            ("Refused", "Number", "Why"),
            [(each.kind, str(each.id), each.trouble) for each in found.refused],
        )

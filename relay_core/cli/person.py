"""`relay person …` and `relay retention`: what is known of people, and forgetting it."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from relay_core.cli.output import AsJson, print_json, print_table, remark, say, say_below, settings
from relay_core.cli.pressing import person as by_whom
from relay_core.cli.whom import whom
from relay_core.errors import ExportError
from relay_core.privacy.erasure_words import erasure_in_words
from relay_core.privacy.history import PersonMessage
from relay_core.reports.skips import skip_label
from relay_core.serving import front_desk
from relay_core.worded import counted

app = typer.Typer(no_args_is_help=True)

Who = Annotated[str, typer.Argument(help="A name, phone number, e-mail address or id.")]


@app.command()
def show(person: Who, *, as_json: AsJson = False) -> None:
    """Show every message to one person, what it rested on, and what became of it."""
    with front_desk(settings()) as relay:
        messages = relay.history_of_person(whom(relay, person, also_unknown=True))
    if as_json:
        print_json(messages)
        return
    if not messages:
        say("Nothing was planned for them.")
    for message in messages:
        _say_message(message)


def _say_message(message: PersonMessage) -> None:
    say(f"Run {message.run_id}, {message.campaign}: {message.state}")
    when = message.sent_at or message.planned_at
    sent = f"{'Sent' if message.sent_at else 'Planned'} {_moment(when)}"
    if message.delivered_after_s is not None:
        sent += f", on the phone after {message.delivered_after_s:.1f} s"
    say_below(f"{sent}. {message.template}. Consent: {message.consent}.")
    why = message.reason or (skip_label(message.code) if message.code else None)
    if why:
        say_below(f"Why: {why}")
    say_below(message.text if message.text is not None else "(name, number and text removed)")
    for reply in message.replies:
        say_below(f"Reply, {_moment(reply.happened_at)}: {reply.text or '(removed)'}")


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


@app.command()
def export(
    person: Who,
    *,
    to: Annotated[Path, typer.Option(help="A new .zip file.", dir_okay=False)],
) -> None:
    """Write everything that is known of one person into a file, for their request for access."""
    with front_desk(settings()) as relay:
        made = relay.dossier_of_person(whom(relay, person, also_unknown=True), actor=by_whom())
    try:
        with to.open("xb") as file:
            file.write(made.as_zip())
        to.chmod(0o600)
    except OSError as error:
        raise ExportError(
            "not written",
            advice=f"{to} cannot be written ({error.strerror}). Name a new file.",
        ) from error
    say(f"{to} holds everything about {made.name}: person.html to read, person.json for machines.")


@app.command()
def erase(
    person: Who,
    *,
    confirm: Annotated[
        str | None, typer.Option(help="Their name or number, to be sure; asked for without it.")
    ] = None,
) -> None:
    """Forget one person on their request; every figure stays."""
    with front_desk(settings()) as relay:
        who = whom(relay, person, also_unknown=True)
        for line in erasure_in_words(relay.traces_of_person(who)):
            say(line)
        typed = confirm if confirm is not None else typer.prompt("Type their name or number")
        relay.erase_person(who, typed=typed, actor=by_whom())
    say("Erased. Copies and backups of the file still hold what it was; see the README.")
    remark("Old bytes may be found in the file itself until `relay compact` has written it anew.")


@app.command("erased")
def erased_list(*, as_json: AsJson = False) -> None:
    """List whom Relay passes over since they were erased."""
    with front_desk(settings()) as relay:
        erased = relay.erased_people()
    if as_json:
        print_json(erased)
    else:
        print_table(
            ("Id", "Erased", "By"),
            ((str(e.person_id), f"{e.erased_at:%Y-%m-%d %H:%M} UTC", e.actor) for e in erased),
        )


@app.command("let-back")
def let_back(
    person_id: Annotated[
        int, typer.Argument(help="Their id in Zendesk; see `relay person erased`.", max=2**63 - 1)
    ],
) -> None:
    """Let somebody who was erased be copied from Zendesk again."""
    with front_desk(settings()) as relay:
        relay.let_person_back(person_id, actor=by_whom())
    say(f"Person {person_id} may be copied again. `relay sync --anew` does it now.")


def retention(
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    as_json: AsJson = False,
) -> None:
    """Remove names, numbers and texts that are older than RELAY_RETENTION_DAYS; figures stay."""
    with front_desk(settings()) as relay:
        done = relay.foresee_removal() if dry_run else relay.remove_aged(actor=by_whom())
    if as_json:
        print_json(done)
        return
    if not done.days:
        say("Everything is kept: RELAY_RETENTION_DAYS is 0.")
        return
    verb = "would be removed" if dry_run else "removed"
    say(
        f"Older than {counted(done.days, 'day')}: names, numbers and texts of "
        f"{counted(done.messages, 'message')} in {counted(done.runs, 'run')}, and "
        f"{counted(done.replies, 'reply', 'replies')} {verb}."
    )
    if done.doubtful:
        listed = ", ".join(map(str, done.doubtful))
        remark(f"Run {listed} stays: settle its messages in doubt first (`relay run unknown`).")

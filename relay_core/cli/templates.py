"""`relay template …`: what can be said, and where it may be sent."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Final

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
from relay_core.errors import TemplateError
from relay_core.gateways.talk_lanes import TALK
from relay_core.relay import Relay
from relay_core.serving import front_desk
from relay_core.templates.kept.catalogue import ListedTemplate
from relay_core.templates.kept.senders import WHATSAPP
from relay_core.templates.kept.statuses import meaning
from relay_core.templates.kept.submitting import Submission
from relay_core.templates.writing.documents import category_named, template_from_dict
from relay_core.templates.writing.template import Template
from relay_core.worded import counted

app = typer.Typer(no_args_is_help=True)

_STDIN: Final = "-"
_UNWRITTEN: Final = dict.fromkeys(("name", "language", "category", "body"), "")
"""What every template needs; a part that is missing is checked as an empty one."""
Name = Annotated[str, typer.Argument(help="A template's name, or NAME:LANGUAGE.")]
File = Annotated[str, typer.Argument(help="A template as JSON; - for standard input.")]
Integrations = Annotated[
    list[str] | None,
    typer.Option("--integration", help="Where it shall be available; every one without it."),
]


@app.command("list")
def list_(*, as_json: AsJson = False) -> None:
    """List the templates with their values and their status on each integration."""
    with front_desk(settings()) as relay:
        relay.refresh_templates()
        listed = relay.templates()
    if as_json:
        print_json([_as_json(template) for template in listed])
        return
    print_table(
        ("Name", "Language", "Values", "Status"),
        (
            (
                t.template.name,
                t.template.language,
                ", ".join(value.key for value in t.template.values),
                "\n".join(f"{s.name} {s.id}: {s.status}" for s in t.integrations),
            )
            for t in listed
        ),
    )


@app.command()
def show(name: Name, *, as_json: AsJson = False) -> None:
    """Show one template, what each integration says of it, and how it came to be."""
    with front_desk(settings()) as relay:
        listed = relay.template(name)
        past = relay.template_history(listed.id)
        document = relay.export_template(listed.id)
    if as_json:
        print_json(
            _as_json(listed)
            | {
                "template": document,
                "versions": [
                    {"number": v.number, "made_at": v.made_at, "actor": v.actor}
                    for v in past.versions
                ],
                "events": [
                    {
                        "integration": e.integration_id,
                        "before": e.before,
                        "after": e.after,
                        "reason": e.reason,
                        "happened_at": e.happened_at,
                    }
                    for e in past.events
                ],
                "used_by": list(past.used_by),
                "replaces": past.replaces,
                "replaced_by": past.replaced_by,
            }
        )
        return
    say(json.dumps(document, ensure_ascii=False, indent=2))
    _say_statuses([listed])
    for use in past.used_by:
        say(f"Used by {use.campaign}, {counted(len(use.runs), 'run')}.")


@app.command()
def check(file: File, *, as_json: AsJson = False) -> None:
    """Say what is wrong with a template; exit code 1 when it cannot be submitted."""
    template = template_from_dict(_UNWRITTEN | _document(file))
    with front_desk(settings()) as relay:
        checked = relay.check_template(template)
    if as_json:
        print_json(checked.as_json())
    else:
        say(f"{checked.name}: {'can be submitted' if checked.valid else 'cannot be submitted'}.")
        for problem in checked.problems:
            remark(f"{problem.severity.value}: {problem.where}: {problem.message}")
            if problem.suggestion is not None:
                remark(f"  write: {problem.suggestion}")
        parts = counted(checked.sms.parts, "part")
        say(f"As text message, {parts} in {checked.sms.encoding.value}:")
        say(checked.sms_text)
        for loss in checked.lost_in_sms:
            remark(loss)
    if not checked.valid:
        sys.exit(1)


@app.command()
def submit(file: File, *, integration: Integrations = None, as_json: AsJson = False) -> None:
    """Keep a template from a file and submit it where Meta must approve it.

    Once kept, the same file submits it where that failed before. Exit code 1 when any refused it.
    """
    template = template_from_dict(_document(file))
    with front_desk(settings()) as relay:
        relay.refresh_templates()
        where = integration or _every(relay)
        made = relay.submit_written(template, integration_ids=where, actor=ACTOR)
    _tell(made, as_json=as_json)


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="Small letters, digits and underscores.")],
    body: Annotated[str, typer.Argument(help='The text, e.g. "Hello {{Clarice}}, …".')],
    *,
    integration: Annotated[list[str], typer.Option(help="Where it shall be available.")],
    language: Annotated[str, typer.Option(help="Meta's code of the language.")] = "en",
    category: Annotated[str, typer.Option(help="UTILITY or MARKETING.")] = "UTILITY",
) -> None:
    """Write a template and submit it where Meta must approve it."""
    template = Template(name=name, language=language, category=category_named(category), body=body)
    with front_desk(settings()) as relay:
        relay.refresh_templates()
        made = relay.create_template(template, integration_ids=integration, actor=ACTOR)
    _tell(made, as_json=False)


@app.command()
def status(
    name: Annotated[str | None, typer.Argument(help="One template; all without it.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Ask what Meta says now, and say what that means."""
    with front_desk(settings()) as relay:
        relay.refresh_templates()
        listed = [relay.template(name)] if name else relay.templates()
        troubled = [s for s in relay.integrations() if s.trouble]
    if as_json:
        print_json([_as_json(template) for template in listed])
    else:
        _say_statuses(listed)
    for sender in troubled:
        what = "" if sender.type == TALK else " its templates could not be read."
        remark(f"{sender.name}:{what} {sender.trouble}")


@app.command()
def export(name: Name) -> None:
    """Print one template as the JSON that `check` and `submit` read."""
    with front_desk(settings()) as relay:
        print_json(relay.export_template(relay.template(name).id))


@app.command()
def delete(
    name: Name,
    *,
    confirm: Annotated[str, typer.Option(help="Its name once more; all its languages go.")],
    as_json: AsJson = False,
) -> None:
    """Delete a template in all its languages, on every integration; its name then rests 30 days."""
    with front_desk(settings()) as relay:
        listed = relay.template(name)
        deleted = relay.delete_template(listed.id, typed_name=confirm, actor=ACTOR)
    if as_json:
        print_json(deleted)
    else:
        say(f"{listed.template.name}, in {', '.join(deleted.languages)}:")
        for integration_id, word in deleted.results.items():
            say(f"{integration_id}: {meaning(word).word}")
        if not deleted.results:
            say("Deleted. Meta never had it.")
    for integration_id, refusal in deleted.refusals.items():
        complain(f"{integration_id}: {refusal}")
    if deleted.refusals:
        sys.exit(1)


def _tell(made: Submission, *, as_json: bool) -> None:
    if as_json:
        print_json(made)
    else:
        for integration_id, word in made.results.items():
            say(f"{integration_id}: {word}")
    for integration_id, refusal in made.refusals.items():
        complain(f"{integration_id}: {refusal}")
    if made.refusals:
        sys.exit(1)


def _say_statuses(listed: Sequence[ListedTemplate]) -> None:
    for template in listed:
        say(template.label)
        for each in template.integrations:
            told = meaning(each.status)
            to_do = each.explanation or (told.advice if each.type == WHATSAPP else "")
            say(f"  {each.name} {each.id}: {told.word}. {to_do}".rstrip())


def _every(relay: Relay) -> list[str]:
    return [sender.id for sender in relay.integrations() if sender.is_active]


def _document(file: str) -> dict[str, Any]:
    """Read a JSON object from a file, or from standard input.

    Raises:
        TemplateError: There is no such file, or it holds something else.
    """
    try:
        text = sys.stdin.read() if file == _STDIN else Path(file).read_text(encoding="utf-8-sig")
        document = json.loads(text)
    except OSError as error:
        raise TemplateError(
            f"unreadable file: {error.strerror}", advice=f"{file} cannot be read: {error.strerror}."
        ) from error
    except UnicodeDecodeError as error:
        raise TemplateError("not UTF-8", advice=f"Save {file} as UTF-8 text.") from error
    except ValueError as error:
        raise TemplateError(
            "not JSON", advice=f"{_said(file)} is not JSON: {error}. Write the template as JSON."
        ) from error
    if not isinstance(document, dict):
        raise TemplateError(
            "not an object", advice=f'{_said(file)} must hold a JSON object: {{"name": …}}.'
        )
    return document


def _said(file: str) -> str:
    return "Standard input" if file == _STDIN else file


def _as_json(listed: ListedTemplate) -> dict[str, object]:
    template = listed.template
    return {
        "name": template.name,
        "language": template.language,
        "category": template.category.value,
        "body": template.body,
        "values": [value.key for value in template.values],
        "integrations": [
            {
                "id": s.id,
                "type": s.type,
                "name": s.name,
                "status": s.status,
                "reason": s.reason,
                "sendable": s.is_sendable,
            }
            for s in listed.integrations
        ],
    }

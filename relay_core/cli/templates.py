"""`relay template …`: what can be said, and where it may be sent."""

from typing import Annotated

import typer

from relay_core.cli.output import AsJson, print_json, print_table, say, settings
from relay_core.serving import front_desk
from relay_core.templates.kept.catalogue import ListedTemplate
from relay_core.templates.writing.documents import category_named
from relay_core.templates.writing.template import Template

app = typer.Typer(no_args_is_help=True)


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
def create(
    name: str,
    body: Annotated[str, typer.Argument(help='The text, e.g. "Hello {{Clarice}}, …".')],
    *,
    integration: Annotated[list[str], typer.Option(help="Where it shall be available.")],
    language: Annotated[str, typer.Option(help="Meta's code of the language.")] = "en",
    category: Annotated[str, typer.Option(help="UTILITY or MARKETING.")] = "UTILITY",
) -> None:
    """Write a template and submit it where Meta must approve it."""
    template = Template(name=name, language=language, category=category_named(category), body=body)
    with front_desk(settings()) as relay:
        statuses = relay.create_template(template, integration_ids=integration)
    for integration_id, status in statuses.items():
        say(f"{integration_id}: {status}")


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

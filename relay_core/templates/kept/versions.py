"""What templates said over time: every change of a text is a version beside the earlier ones."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from relay_core.store.ledger import Ledger, Session
from relay_core.templates.writing.documents import template_from_dict, template_to_dict
from relay_core.templates.writing.template import Template

Origin = Literal["relay", "sunco"]
"""Written here, or read from an integration."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateVersion:
    """What a template said from some moment on."""

    number: int
    template: Template
    made_at: datetime
    actor: str
    origin: str


def add_template(
    session: Session,
    template: Template,
    *,
    origin: Origin,
    actor: str,
    replaces: int | None = None,
    now: datetime,
) -> int:
    """Keep a template that is new to Relay, with its first version; return its number."""
    content = stored(template)
    (added,) = session.run(
        "templates.add",
        name=template.name,
        language=template.language,
        content=content,
        origin=origin,
        replaces=replaces,
        now=now,
    )
    template_id = int(added["id"])
    keep_version(session, template_id, content, origin=origin, actor=actor, now=now)
    return template_id


def change_content(
    session: Session,
    template_id: int,
    template: Template,
    *,
    origin: Origin,
    actor: str,
    now: datetime,
) -> None:
    """Let a template say something else from now on."""
    content = stored(template)
    session.run("templates.change_content", id=template_id, content=content, now=now)
    keep_version(session, template_id, content, origin=origin, actor=actor, now=now)


def begin_anew(
    session: Session,
    template_id: int,
    template: Template,
    *,
    origin: Origin,
    actor: str,
    replaces: int | None = None,
    now: datetime,
) -> None:
    """Let a deleted template's name stand for a new text; its history goes on."""
    content = stored(template)
    session.run(
        "templates.revive",
        id=template_id,
        content=content,
        origin=origin,
        replaces=replaces,
        now=now,
    )
    keep_version(session, template_id, content, origin=origin, actor=actor, now=now)


def keep_version(
    session: Session, template_id: int, content: str, *, origin: Origin, actor: str, now: datetime
) -> None:
    """Note what a template says now, after all earlier versions."""
    session.run(
        "templates.add_version",
        template_id=template_id,
        content=content,
        origin=origin,
        actor=actor,
        now=now,
    )


def versions(ledger: Ledger, template_id: int) -> tuple[TemplateVersion, ...]:
    """Return every version of a template, newest first."""
    return tuple(
        TemplateVersion(
            number=row["number"],
            template=template_from_dict(json.loads(row["content"])),
            made_at=row["made_at"],
            actor=row["actor"],
            origin=row["origin"],
        )
        for row in ledger.rows("templates.versions", template_id=template_id)
    )


def stored(template: Template) -> str:
    """Return a template as it is kept."""
    return json.dumps(template_to_dict(template), ensure_ascii=False)

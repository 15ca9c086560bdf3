"""Changing a text in place, while Meta has it nowhere."""

import json
from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import datetime

from relay_core.errors import TemplateError
from relay_core.store.audit import changes, note
from relay_core.store.ledger import Ledger, Session
from relay_core.templates.kept.catalogue import ListedTemplate, template_numbered
from relay_core.templates.kept.creating import check_rules
from relay_core.templates.kept.likeness import is_same_at_meta
from relay_core.templates.kept.naming import check_free, name_for_copy
from relay_core.templates.kept.statuses import is_held
from relay_core.templates.kept.versions import change_content
from relay_core.templates.writing.documents import template_from_dict
from relay_core.templates.writing.names import meta_name
from relay_core.templates.writing.template import Template


def edit(
    ledger: Ledger, template_id: int, template: Template, *, actor: str, now: datetime
) -> None:
    """Let a template say something else: a new version in the same place.

    What Meta has cannot be changed there. Only what Meta does not approve can: the address of a
    header's file, and the words of the examples.

    Raises:
        TemplateError: It breaks a rule, its new name is taken or rests, or Meta has it; the advice
            then names the two ways that are left.
        NotFound: There is no such template.
    """
    listed = template_numbered(ledger, template_id)
    template = replace(template, name=meta_name(template.name)) if template.name else template
    check_rules(template, whatsapp=False)  # those of Meta count once it is submitted
    suggestion = name_for_copy(ledger, listed.template.name)

    def work(session: Session) -> None:
        row = next(row for row in session.run("templates.rows") if row["id"] == template_id)
        before = template_from_dict(json.loads(row["content"]))
        held = _held_by(session, template_id)
        if held and not is_same_at_meta(before, template):
            raise _elsewhere(listed, held=held, suggestion=suggestion)
        if template == before:
            return
        if (template.name, template.language) != (row["name"], row["language"]):
            _rename(session, template_id, template, now=now)
        change_content(session, template_id, template, origin="relay", actor=actor, now=now)
        label = f"{template.name} ({template.language})"
        parts = [field.name for field in fields(template)]
        detail = changes(
            {part: getattr(before, part) for part in parts},
            {part: getattr(template, part) for part in parts},
        )
        note(session, actor=actor, event="template.edited", subject=label, now=now, detail=detail)

    ledger.write(work)


def _held_by(session: Session, template_id: int) -> list[str]:
    return [
        row["integration_id"]
        for row in session.run("templates.states")
        if row["template_id"] == template_id and is_held(row["status"])
    ]


def _rename(session: Session, template_id: int, template: Template, *, now: datetime) -> None:
    rested = check_free(
        session,
        name=template.name,
        language=template.language,
        integration_ids=(),
        apart_from=template_id,
        now=now,
    )
    if rested is not None:
        raise TemplateError(
            "name of a deleted template",
            advice=f"{template.name} was the name of a template that is deleted. Create a new "
            "template under that name, or choose another name.",
        )
    session.run("templates.rename", id=template_id, name=template.name, language=template.language)


def _elsewhere(listed: ListedTemplate, *, held: Sequence[str], suggestion: str) -> TemplateError:
    names = ", ".join(s.name for s in listed.integrations if s.id in held) or "an integration"
    return TemplateError(
        "held by Meta",
        advice=f"Meta has {listed.label} already ({names}), and Zendesk cannot change it there. "
        f"Either create a corrected copy under another name, e.g. {suggestion}; this one goes on "
        "until you delete it. Or delete it and create it anew: Meta then keeps its name for 30 "
        "days, and all its languages go with it.",
    )

"""New templates: checked, named as Meta will know them, and kept whole or not at all."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from relay_core.errors import NotFound, TemplateError
from relay_core.store.audit import note
from relay_core.store.ledger import Ledger, Session
from relay_core.templates.kept.catalogue import templates
from relay_core.templates.kept.naming import check_free
from relay_core.templates.kept.senders import WHATSAPP, Sender, senders
from relay_core.templates.kept.versions import add_template, begin_anew
from relay_core.templates.rules.problems import Problem, Severity
from relay_core.templates.rules.templates import problems_on
from relay_core.templates.writing.names import meta_name
from relay_core.templates.writing.template import Template


def create(
    ledger: Ledger,
    template: Template,
    *,
    integration_ids: Sequence[str],
    found: tuple[Problem, ...] = (),
    actor: str,
    replaces: int | None = None,
    now: datetime,
) -> int:
    """Keep a new template; SMS channels can send it at once, WhatsApp ones after its submission.

    Args:
        ledger: Where templates are kept.
        template: As it was written; it is kept under the name that Meta will know.
        integration_ids: Where it is meant to be sent. With one of WhatsApp, Meta's rules count.
        found: Problems that were found by looking outside, such as a file that is not there;
            they count for WhatsApp, which fetches it.
        actor: Who writes it.
        replaces: The template it is a corrected copy of.
        now: When.

    Returns:
        Its number.

    Raises:
        TemplateError: It breaks a rule, or its name is taken or rests.
        NotFound: There is no such integration, or nothing that it could replace.
    """
    on_whatsapp = [s.id for s in chosen_senders(ledger, integration_ids) if s.type == WHATSAPP]
    template = replace(template, name=meta_name(template.name)) if template.name else template
    check_rules(template, whatsapp=bool(on_whatsapp), found=found if on_whatsapp else ())

    def work(session: Session) -> int:
        rested = check_free(
            session,
            name=template.name,
            language=template.language,
            integration_ids=on_whatsapp,
            now=now,
        )
        _check_replaced(session, replaces)
        if rested is None:
            template_id = add_template(
                session, template, origin="relay", actor=actor, replaces=replaces, now=now
            )
        else:
            template_id = rested
            begin_anew(
                session,
                rested,
                template,
                origin="relay",
                actor=actor,
                replaces=replaces,
                now=now,
            )
        note(
            session,
            actor=actor,
            event="template.created",
            subject=f"{template.name} ({template.language})",
            now=now,
        )
        return template_id

    return ledger.write(work)


def kept_with_same_text(ledger: Ledger, template: Template) -> int | None:
    """Return the number of a template that says exactly this under this name, if there is one."""
    wanted = replace(template, name=meta_name(template.name)) if template.name else template
    for listed in templates(ledger):
        if listed.deleted_at is None and listed.template == wanted:
            return listed.id
    return None


def check_rules(template: Template, *, whatsapp: bool, found: tuple[Problem, ...] = ()) -> None:
    """Refuse a template that breaks a rule.

    Raises:
        TemplateError: Says all that is wrong.
    """
    problems = (*problems_on(template, whatsapp=whatsapp), *found)
    errors = [problem for problem in problems if problem.severity is Severity.ERROR]
    if errors:
        raise TemplateError(
            f"{len(errors)} rules broken",
            advice="Correct the template: " + " ".join(error.message for error in errors),
        )


def chosen_senders(ledger: Ledger, integration_ids: Collection[str]) -> list[Sender]:
    """Return these integrations, each once.

    Raises:
        NotFound: One of them is not there.
    """
    known = {sender.id: sender for sender in senders(ledger) if sender.status != "gone"}
    for integration_id in integration_ids:
        if integration_id not in known:
            raise NotFound(
                "unknown integration",
                advice=f"There is no integration {integration_id}. Refresh, then choose one of "
                f"{', '.join(known) or 'those that Sunshine Conversations lists'}.",
            )
    return [known[integration_id] for integration_id in dict.fromkeys(integration_ids)]


def _check_replaced(session: Session, replaces: int | None) -> None:
    if replaces is not None and all(row["id"] != replaces for row in session.run("templates.rows")):
        raise NotFound(
            f"no template {replaces} to replace",
            advice="The template that this one shall replace is not there. Create it without.",
        )

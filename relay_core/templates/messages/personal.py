"""A template with the values of one person: both previews, and what would stop the message."""

from collections.abc import Mapping
from dataclasses import dataclass

from relay_core.templates.messages.preview import WhatsAppPreview, sms_text, whatsapp_preview
from relay_core.templates.rules.problems import Problem
from relay_core.templates.rules.values import message_problems
from relay_core.templates.sms.parts import SmsMeasure, measure
from relay_core.templates.writing.template import Template


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplatePreview:
    """What one person would see."""

    values: Mapping[str, str]
    """The text of each value by its key; the example where the person has none."""
    missing: tuple[str, ...]
    """Keys for which nothing was chosen, or for which the person has nothing."""
    whatsapp: WhatsAppPreview
    sms_text: str
    sms: SmsMeasure
    problems: tuple[Problem, ...]
    """What would stop the message to this person."""


def personal_preview(template: Template, known: Mapping[str, str | None]) -> TemplatePreview:
    """Return what somebody with these values sees; examples stand in for what is missing.

    Args:
        template: What is sent.
        known: Key of a value to what the person has there, None or "" for nothing.
    """
    values = {v.key: known.get(v.key) or v.example for v in template.values}
    text = sms_text(template, values)
    return TemplatePreview(
        values=values,
        missing=tuple(v.key for v in template.values if not known.get(v.key)),
        whatsapp=whatsapp_preview(template, values),
        sms_text=text,
        sms=measure(text),
        problems=message_problems(template, values),
    )

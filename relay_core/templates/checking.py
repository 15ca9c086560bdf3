"""Everything there is to say about a template before it is kept or submitted."""

from dataclasses import dataclass
from typing import Any

from relay_core.templates.messages.preview import lost_in_sms, sms_text
from relay_core.templates.meta.components import to_components
from relay_core.templates.rules.advice import advice_on
from relay_core.templates.rules.problems import Problem, Severity, has_errors
from relay_core.templates.rules.templates import problems_on
from relay_core.templates.sms.parts import ForcedBy, SmsMeasure, measure
from relay_core.templates.writing.names import meta_name
from relay_core.templates.writing.template import Template


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedTemplate:
    """A template, what is wrong with it, and what it becomes on either channel."""

    valid: bool
    """Whether nothing stops it; warnings and hints do not."""
    name: str
    """As Meta would store it."""
    problems: tuple[Problem, ...]
    """Errors first, then warnings, hints last; part by part within each."""
    components: list[dict[str, Any]]
    """In Meta's form."""
    sms: SmsMeasure
    """Of `sms_text`."""
    sms_text: str
    """The text message, with the examples as values."""
    lost_in_sms: tuple[str, ...]
    """What a text message cannot show, and what becomes of it, as sentences."""

    def as_json(self) -> dict[str, Any]:
        """Say it as `relay template check --json` prints it."""
        return {
            "valid": self.valid,
            "name": self.name,
            "problems": [_problem_document(problem) for problem in self.problems],
            "components": self.components,
            "sms": {
                "text": self.sms_text,
                "encoding": self.sms.encoding.value,
                "parts": self.sms.parts,
                "forced_by": [_forced_document(forced) for forced in self.sms.forced_by],
            },
        }


def checked(
    template: Template, *, whatsapp: bool = True, found: tuple[Problem, ...] = ()
) -> CheckedTemplate:
    """Check a template for the channels it is meant for.

    Args:
        template: As it was written.
        whatsapp: Whether Meta must approve it; otherwise only what stops a text message counts.
        found: Problems that were found by looking outside, such as a file that is not there.
    """
    problems = (*problems_on(template, whatsapp=whatsapp), *found, *advice_on(template))
    text = sms_text(template, template.examples)
    return CheckedTemplate(
        valid=not has_errors(problems),
        name=meta_name(template.name),
        problems=tuple(
            sorted(problems, key=lambda problem: list(Severity).index(problem.severity))
        ),
        components=to_components(template),
        sms=measure(text),
        sms_text=text,
        lost_in_sms=lost_in_sms(template),
    )


def _problem_document(problem: Problem) -> dict[str, Any]:
    return {
        "code": problem.code.value,
        "where": problem.where,
        "message": problem.message,
        "severity": problem.severity.value,
        "start": problem.start,
        "end": problem.end,
        "suggestion": problem.suggestion,
    }


def _forced_document(forced: ForcedBy) -> dict[str, Any]:
    return {
        "character": forced.character,
        "start": forced.start,
        "end": forced.end,
        "suggestion": forced.suggestion,
    }

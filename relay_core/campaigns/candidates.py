"""The languages of a campaign that can leave now, and why the others cannot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from relay_core.campaigns.variants import language_name
from relay_core.errors import CampaignError
from relay_core.templates.kept.catalogue import ListedTemplate


@dataclass(frozen=True, slots=True)
class Candidates:
    """What can leave now."""

    by_language: Mapping[str, ListedTemplate]
    """Always with the campaign's own template."""
    skipped: tuple[str, ...]
    """Languages that nobody gets, each with the reason, in a sentence."""


def candidates(
    variants: Sequence[ListedTemplate], *, integration_id: str, bound: Sequence[str]
) -> Candidates:
    """Look at every language of a campaign.

    Args:
        variants: The campaign's own template first, which has to be sendable.
        integration_id: Where they would leave from.
        bound: Keys of the values that the campaign fills.

    Raises:
        CampaignError: The campaign's own template cannot be sent from there now.
    """
    own, *others = variants
    check_sendable(own, integration_id)
    sendable = {own.template.language: own}
    skipped = []
    for variant in others:
        language = variant.template.language
        if why := _hindrance(variant, integration_id, bound=bound):
            skipped.append(f"Nobody gets {language_name(language)} ({language}): {why}")
        else:
            sendable.setdefault(language, variant)
    return Candidates(by_language=sendable, skipped=tuple(skipped))


def is_sendable(template: ListedTemplate, integration_id: str) -> bool:
    """Whether this integration can send the template now."""
    return _hindrance(template, integration_id, bound=None) is None


def check_sendable(template: ListedTemplate, integration_id: str) -> None:
    """Refuse a template that this integration cannot send now.

    Raises:
        CampaignError: Says why.
    """
    if template.deleted_at is not None:
        raise CampaignError(
            "template deleted",
            advice=f"{template.label} was deleted on {template.deleted_at:%d %B %Y}. What was sent "
            "with it stays; to send again, make a campaign with another template.",
        )
    status = template.on(integration_id)
    if status is None:
        raise CampaignError(
            "unknown integration",
            advice=f"There is no integration {integration_id}. See `relay template list`.",
        )
    if not status.is_sendable:
        raise CampaignError(
            f"template is {status.status}",
            advice=f"{template.label} is {status.status} on {status.name}; only approved templates "
            "can be sent there. Choose another template or integration.",
        )
    if template.template.left_out and status.type == "whatsapp":
        raise CampaignError(
            "template not whole",
            advice=f"{template.label} has parts that Relay cannot send: "
            f"{', '.join(template.template.left_out)}.",
        )


def _hindrance(
    template: ListedTemplate, integration_id: str, *, bound: Sequence[str] | None
) -> str | None:
    """Return why a variant cannot be sent, None when it can; `bound` None asks for no values."""
    status = template.on(integration_id)
    if status is None:
        return "its integration is gone."
    if not status.is_sendable:
        return f"it is {status.status.lower().replace('_', ' ')} on {status.name}."
    if template.template.left_out and status.type == "whatsapp":
        return f"it has parts that Relay cannot send ({', '.join(template.template.left_out)})."
    if bound is not None:
        missing = [v.example for v in template.template.values if v.key not in bound]
        if missing:
            return f"this campaign does not fill its {', '.join(missing)}."
    return None

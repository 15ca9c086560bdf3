"""What is decided about whom Relay messages, in sentences: for a review and for the record."""

from collections.abc import Iterable, Mapping
from typing import Any

from relay_core.settings import Settings


def said_rules(rules: Mapping[str, Any]) -> tuple[str, ...]:
    """Return how numbers are read, who counts as having agreed, and who is never messaged.

    Args:
        rules: The settings that decide, as `Settings.deciding` gives them and a run keeps them.
    """
    region, opted_out = rules.get("default_region"), marked(rules, "opt_out")
    agreed = (
        f"Only people {marked(rules, 'consent')} are messaged: they agreed."
        if rules.get("consent_required")
        else "Everybody in the audience counts as having agreed."
    )
    return (
        *((f"Numbers without + are read as numbers of {region}.",) if region else ()),
        agreed,
        *((f"Nobody {opted_out} is messaged.",) if opted_out else ()),
    )


def consent_statement(settings: Settings) -> str:
    """Return for the record who agreed, and how people stop it, as the settings say."""
    rules = settings.deciding()
    if settings.consent_required:
        agreed = (
            f"We message only people {marked(rules, 'consent')} in Zendesk, which means that they "
            "agreed."
        )
    else:
        agreed = "We message only people who agreed; each audience is made of them alone."
    stopped = marked(rules, "opt_out")
    except_for = f" Nobody {stopped} is messaged." if stopped else ""
    return f"{agreed} Whoever answers STOP gets nothing more.{except_for}"


def marked(rules: Mapping[str, Any], what: str) -> str:
    """Return how people of a kind are known: `consent` or `opt_out`; empty where they are not."""
    tags: Iterable[str] = rules.get(f"{what}_tags", ())
    fields: Iterable[str] = rules.get(f"{what}_fields", ())
    return " or ".join([f"tagged {t}" for t in tags] + [f"with {f} checked" for f in fields])

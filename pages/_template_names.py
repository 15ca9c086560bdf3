"""Names of templates and of their languages: what is taken, what rests, what people call it."""

from collections.abc import Sequence

from pages._template_draft import Draft, Purpose, beginning
from pages._ui import relay
from pages._words import plain, said_moment
from relay_core.templates.kept.catalogue import ListedTemplate
from relay_core.templates.writing.languages import LANGUAGES
from relay_core.templates.writing.names import meta_name


def language_name(code: str) -> str:
    """Return a language as people call it; a code that Meta does not list stays a code."""
    return LANGUAGES.get(code, code)


def name_fault(written: Draft) -> str | None:
    """Return why the name cannot be used now; None when it can."""
    began = beginning()
    if not written.template.name or (began is not None and began.purpose is Purpose.EDIT):
        return None
    free_from = relay().name_rests_until(
        written.template.name, integration_ids=written.integration_ids
    )
    if free_from is None:
        return None
    return (
        f"{plain(meta_name(written.template.name))} was deleted lately, and Meta keeps a name for "
        f"30 days. It is free from {said_moment(free_from)} on; choose another name until then."
    )


def name_note(written: Draft, templates: Sequence[ListedTemplate]) -> str:
    """Return in which languages the name exists already, as a sentence; empty when in none."""
    began = beginning()
    if not written.template.name or (began is not None and began.purpose is Purpose.EDIT):
        return ""
    taken = _languages_of(written.template.name, templates)
    if not taken:
        return ""
    named = ", ".join(language_name(code) for code in taken)
    return (
        f"{plain(written.template.name)} exists in {named}. Under this name you can write it in "
        "another language; for another message, choose another name."
    )


def language_fault(written: Draft, templates: Sequence[ListedTemplate]) -> str | None:
    """Return why the language cannot be chosen; None when it can."""
    began = beginning()
    language = written.template.language
    if not language:
        return "Choose the language it is written in."
    is_edit = began is not None and began.purpose is Purpose.EDIT
    if not is_edit and language in _languages_of(written.template.name, templates):
        return (
            f"{plain(written.template.name)} exists in {language_name(language)} already. Choose "
            "another language, or another name in the first step."
        )
    return None


def _languages_of(name: str, templates: Sequence[ListedTemplate]) -> list[str]:
    stored = meta_name(name)
    return [
        listed.template.language
        for listed in templates
        if listed.deleted_at is None and meta_name(listed.template.name) == stored
    ]

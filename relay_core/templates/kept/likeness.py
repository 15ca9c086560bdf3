"""Whether two templates are one and the same to Meta: the texts it approves, not their examples."""

from dataclasses import replace
from typing import Any

from relay_core.templates.meta.components import to_components
from relay_core.templates.writing.names import meta_name
from relay_core.templates.writing.template import MediaHeader, Template


def is_same_at_meta(one: Template, other: Template) -> bool:
    """Tell whether Meta would send the same for both, whatever their examples are."""
    return _approved(one) == _approved(other)


def as_listed(kept: Template, listed: Template) -> Template:
    """Return what a kept template says now that an integration lists it.

    What was written here knows more than the list: names of values, the address of a header's
    file. So it stays, unless the list says something else.
    """
    if is_same_at_meta(kept, listed):
        return kept
    if is_same_at_meta(replace(kept, category=listed.category), listed):
        return replace(kept, category=listed.category)
    header = listed.header
    if (
        isinstance(header, MediaHeader)
        and not header.url
        and isinstance(kept.header, MediaHeader)
        and kept.header.kind is header.kind
    ):
        header = kept.header
    return replace(listed, name=kept.name, header=header)


def _approved(template: Template) -> tuple[object, ...]:
    return (
        meta_name(template.name),
        template.language,
        template.category,
        [_bare(component) for component in to_components(template)],
        template.left_out,
    )


def _bare(part: Any) -> Any:  # noqa: ANN401 - JSON
    match part:
        case dict():
            return {key: _bare(value) for key, value in part.items() if key != "example"}
        case list():
            return [_bare(each) for each in part]
        case str():
            return part.strip()
        case _:
            return part

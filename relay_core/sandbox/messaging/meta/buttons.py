"""What Meta checks of the buttons when a template is created."""

from collections.abc import Sequence
from itertools import pairwise
from types import MappingProxyType
from typing import Final

from relay_core.sandbox.messaging.meta.refusals import MetaError
from relay_core.sandbox.messaging.meta.shapes import (
    EMOJI,
    Component,
    button_kind,
    buttons_of,
    component,
    is_list_of_objects,
    phone_of,
    variables,
)

LONGEST_BUTTON: Final = 25
LONGEST_URL: Final = 2000
LONGEST_NUMBER: Final = 20
MOST_BUTTONS: Final = 10

MOST_OF_KIND: Final = MappingProxyType(
    {"QUICK_REPLY": MOST_BUTTONS, "URL": 2, "PHONE_NUMBER": 1, "COPY_CODE": 1}
)

TOO_LONG: Final = 2388040


def button_error(components: Sequence[Component]) -> MetaError | None:
    """Return what is wrong with the buttons of a draft, or None."""
    part = component(components, "BUTTONS")
    if part is None:
        return None
    if not is_list_of_objects(part.get("buttons", [])):
        return MetaError(text="buttons must be a list of objects")
    buttons = buttons_of(components)
    kinds = [button_kind(each) for each in buttons]
    return _count_error(kinds) or next(
        (error for each in buttons if (error := _error_of(each)) is not None), None
    )


def _count_error(kinds: Sequence[str]) -> MetaError | None:
    if unknown := set(kinds) - set(MOST_OF_KIND):
        return MetaError(text=f"unknown button type {', '.join(sorted(unknown))}")
    if len(kinds) > MOST_BUTTONS:
        return MetaError(text=f"more than {MOST_BUTTONS} buttons")
    if any(kinds.count(kind) > most for kind, most in MOST_OF_KIND.items()):
        return MetaError(text="too many buttons of one type")
    turns = [(one == "QUICK_REPLY") != (next_ == "QUICK_REPLY") for one, next_ in pairwise(kinds)]
    if sum(turns) > 1:
        return MetaError(text="quick replies must stand together, apart from other buttons")
    return None


def _error_of(button: Component) -> MetaError | None:
    text, url, phone = str(button.get("text") or ""), str(button.get("url") or ""), phone_of(button)
    kind = button_kind(button)
    if kind != "COPY_CODE" and not text.strip():
        return MetaError(text="a button needs a text")
    for what, written, longest in (
        ("text", text, LONGEST_BUTTON),
        ("URL", url, LONGEST_URL),
        ("phone number", phone, LONGEST_NUMBER),
    ):
        if len(written) > longest:
            return MetaError(
                text=f"a button {what} is longer than {longest} characters", subcode=TOO_LONG
            )
    if variables(text) or EMOJI.search(text):
        return MetaError(text="a button text takes no variable and no emoji")
    if kind == "URL" and not url.startswith(("http://", "https://")):
        return MetaError(text="a button of type URL needs a web address")
    if kind == "PHONE_NUMBER" and not phone:
        return MetaError(text="a button of type PHONE_NUMBER needs a number")
    return None

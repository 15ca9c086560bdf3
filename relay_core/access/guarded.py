"""The front desk as one visitor has it: asks for permissions, hides numbers, signs the trail."""

import functools
import inspect
from collections.abc import Callable
from typing import Any, TypeVar, cast

from relay_core.access.masking import holds_masked, masked
from relay_core.access.needed import NEEDED, UNMASKED
from relay_core.access.permissions import Permission
from relay_core.access.visitor import Visitor
from relay_core.errors import NotAllowed

_Desk = TypeVar("_Desk")


def guarded(desk: _Desk, visitor: Visitor) -> _Desk:
    """Return a desk of which the visitor gets what they may, and nothing else.

    Whatever they do is signed with their name, whatever the caller says. Without the permission
    to see phone numbers, none is in an answer; and what was masked is never taken back, so that
    no audience comes to hold it.

    Args:
        desk: The whole one.
        visitor: Who is here.
    """
    return cast("_Desk", _Guarded(desk, visitor))


class _Guarded:
    """Looks like the desk behind it."""

    __slots__ = ("_desk", "_visitor")

    def __init__(self, desk: object, visitor: Visitor) -> None:
        self._desk = desk
        self._visitor = visitor

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - as the desk says
        needed = NEEDED.get(name)
        if needed is None:
            raise AttributeError(name)
        if not self._visitor.may(needed):
            raise refusal(needed)
        member = getattr(self._desk, name)
        return self._asked(name, member) if inspect.ismethod(member) else member

    def _asked(self, name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        signature = inspect.signature(method)
        sees_phones = self._visitor.may(Permission.SEE_PHONES) or name in UNMASKED

        @functools.wraps(method)
        def ask(*args: object, **kwargs: object) -> Any:  # noqa: ANN401 - as the desk says
            if "actor" in signature.parameters:
                kwargs["actor"] = self._visitor.name
            if not sees_phones and holds_masked((args, kwargs)):
                raise NotAllowed(
                    f"{name} with masked numbers",
                    advice="This holds phone numbers that you may not see, so you cannot save it. "
                    "Somebody who may see them can.",
                )
            answer = method(*args, **kwargs)
            return answer if sees_phones else masked(answer)

        return ask


def refusal(needed: Permission) -> NotAllowed:
    """Return what is said to somebody without a permission."""
    return NotAllowed(
        f"needs {needed.name}",
        advice=f"You may not do this: it needs the permission to {needed}. An administrator can "
        "grant it on the page Access.",
    )
